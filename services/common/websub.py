"""WebSub: what the fetcher, which subscribes, and the api, which is called back, must agree on. Pure.

Source: W3C Recommendation "WebSub", 23 January 2018. Both derive a subscription's id and secret from one shared secret
and the feed's address, so that no store need be shared, and nobody else can make up a callback that we answer.
"""

import hashlib
import hmac
from urllib.parse import urlencode

from pydantic import Field, SecretStr

from services.common.settings import Settings

PATH = "/websub/"
ALGORITHMS = ("sha256", "sha384", "sha512")
"""What we take a signature in; the specification's SHA-1 is not among them."""


class WebSubSettings(Settings):
    """What the fetcher and the api read for WebSub; without both there are no subscriptions, and feeds are polled."""

    websub_callback: str = Field(default="", pattern=r"^(https?://[^\s?#]+)?$")
    """The address under which hubs reach the api from outside, such as `https://sitrep.example.org`."""
    websub_secret: SecretStr = SecretStr("")
    """A long random text, the same for fetcher and api; from it each subscription's own secret is derived."""

    @property
    def websub_on(self) -> bool:
        """Whether feeds are subscribed to where a hub is offered."""
        return bool(self.websub_callback and self.websub_secret.get_secret_value())


def subscription_id(secret: SecretStr, topic: str) -> str:
    """The id of our subscription to a feed: 64 hexadecimal characters that only we can make."""
    return _derived(secret, "id", topic)


def hub_secret(secret: SecretStr, topic: str) -> str:
    """The secret with which a hub signs what it sends us of a feed: 64 characters (at most 200 bytes are allowed)."""
    return _derived(secret, "hub", topic)


def callback_url(base: str, secret: SecretStr, topic: str) -> str:
    """Where a hub calls us about a feed; hubs keep the query as it is (section 5.1)."""
    return f"{base.rstrip('/')}{PATH}{subscription_id(secret, topic)}?{urlencode({'topic': topic})}"


def is_ours(secret: SecretStr, subscription: str, topic: str) -> bool:
    """Whether an id is that of our subscription to a feed."""
    return hmac.compare_digest(subscription_id(secret, topic), subscription)


class Signature:
    """The check of ``X-Hub-Signature`` over a body that comes in pieces (section 7.1).

    Raises:
        ValueError: the header is missing, or names no method that we take.
    """

    def __init__(self, header: str | None, secret: str) -> None:
        method, _, self._given = (header or "").partition("=")
        if method.strip().lower() not in ALGORITHMS:
            raise ValueError(f"X-Hub-Signature must be in one of {', '.join(ALGORITHMS)}")
        self._mac = hmac.new(secret.encode(), digestmod=getattr(hashlib, method.strip().lower()))

    def more(self, piece: bytes) -> None:
        """Take the next piece in."""
        self._mac.update(piece)

    def is_right(self) -> bool:
        """Whether the whole body was signed with our secret."""
        return hmac.compare_digest(self._mac.hexdigest().encode(), self._given.strip().lower().encode())


def _derived(secret: SecretStr, use: str, topic: str) -> str:
    return hmac.new(secret.get_secret_value().encode(), f"{use} {topic}".encode(), hashlib.sha256).hexdigest()
