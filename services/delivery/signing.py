"""The signature of a webhook.

Source: Standard Webhooks 1.0.0, "Signature scheme": HMAC-SHA256 over ``id.timestamp.body``, in base64, as ``v1,…``.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime


def signed_headers(identity: str, at: datetime, body: bytes, secrets: Sequence[str]) -> dict[str, str]:
    """The headers of a webhook: ``webhook-id``, ``webhook-timestamp``, and a signature for each of the secrets."""
    timestamp = str(int(at.timestamp()))
    signed = f"{identity}.{timestamp}.".encode() + body
    return {
        "webhook-id": identity,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(f"v1,{_signature(secret, signed)}" for secret in secrets),
    }


def _signature(secret: str, signed: bytes) -> str:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
