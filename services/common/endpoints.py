"""Endpoints: what the api, which keeps them, and the delivery, which sends to them, must agree on. Pure.

Every secret (a webhook's, a feed's key, the token in an unsubscribe link) is derived from one shared secret and what it
is for, as for WebSub: none is kept, so none can be read from a topic, and a renewal is a number that counts up.

Sources: Standard Webhooks 1.0.0 (secrets, "whsec_"); RFC 8058 (one-click unsubscription).
"""

import base64
import hashlib
import hmac
from typing import Literal
from zlib import crc32

from pydantic import Field, SecretStr, field_validator

from services.common.events import Record, to_record
from services.common.identity import digest
from services.common.messages import Channel, Delivery, Endpoint
from services.common.settings import Settings
from services.common.topics import DELIVERIES, ENDPOINTS

Purpose = Literal["confirm", "unsubscribe", "feed"]
SHORTEST_SECRET = 32
"""Characters."""


class EndpointSettings(Settings):
    """What the api and the delivery read alike; without the secret there are no webhooks, letters and feeds."""

    delivery_secret: SecretStr = SecretStr("")
    """A long random text (32 characters or more), the same for api and delivery; webhooks' secrets, feeds' keys and the
    links in letters are derived from it. Another one makes all of them invalid."""
    public_url: str = Field(default="", pattern=r"^(https?://[^\s?#]+)?$")
    """The address under which people reach the api, such as `https://sitrep.example.org`, for links in letters."""
    smtp_host: str = ""
    """The mail server that letters are handed to; without one there are no letters."""

    @field_validator("delivery_secret")
    @classmethod
    def _long_enough(cls, secret: SecretStr) -> SecretStr:
        if 0 < len(secret.get_secret_value()) < SHORTEST_SECRET:
            raise ValueError(f"must have {SHORTEST_SECRET} characters or more, or none")
        return secret

    @property
    def secrets_on(self) -> bool:
        """Whether webhooks can be signed."""
        return bool(self.delivery_secret.get_secret_value())

    @property
    def letters_on(self) -> bool:
        """Whether letters can be sent."""
        return bool(self.secrets_on and self.public_url and self.smtp_host)


def endpoint_key(subscription: str, channel: Channel) -> str:
    """The key of an endpoint's messages."""
    return f"{subscription}/{channel}"


def endpoint_record(endpoint: Endpoint, service: str) -> Record:
    """An endpoint, ready to send."""
    return to_record(ENDPOINTS, endpoint_key(endpoint.subscription_id, endpoint.channel), endpoint, service)


def delivery_id(alert: str, channel: Channel) -> str:
    """The id of the delivery of this alert by this channel, however often it is planned."""
    return digest("delivery", alert, channel)


def partition_of(subscription: str) -> int:
    """The partition of ``news.deliveries.v1`` that holds a subscription's deliveries: one process sends them all."""
    return crc32(subscription.encode()) % DELIVERIES.partitions


def delivery_record(delivery: Delivery, service: str) -> Record:
    """A delivery as it stands now, ready to send."""
    record = to_record(DELIVERIES, delivery.id, delivery, service)
    return Record(record.topic, record.key, record.value, record.headers, partition_of(delivery.subscription_id))


def webhook_secret(shared: SecretStr, subscription: str, number: int) -> str:
    """The ``number``-th secret of a subscription's webhook: ``whsec_`` and 32 bytes in base64."""
    return f"whsec_{base64.b64encode(_derived(shared, 'webhook', subscription, str(number))).decode()}"


def token(shared: SecretStr, purpose: Purpose, subscription: str, about: str = "") -> str:
    """A token that only we can make, for one purpose: 43 characters that are safe in an address.

    ``about`` is the mailbox it holds for; with another mailbox it is void.
    """
    return base64.urlsafe_b64encode(_derived(shared, purpose, subscription, about)).decode().rstrip("=")


def is_token(given: str, shared: SecretStr, purpose: Purpose, subscription: str, about: str = "") -> bool:
    """Whether a token is ours, for this purpose."""
    right = token(shared, purpose, subscription, about)
    return hmac.compare_digest(right.encode(), given.encode("utf-8", "replace"))


def _derived(shared: SecretStr, *parts: str) -> bytes:
    return hmac.new(shared.get_secret_value().encode(), "\x00".join(parts).encode(), hashlib.sha256).digest()
