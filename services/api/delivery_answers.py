"""What the routes of deliveries take and give, and what they share."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import urlsplit
from uuid import uuid4

from email_validator import EmailNotValidError, validate_email
from fastapi import Path
from pydantic import ConfigDict, Field, field_validator

from services.api.access import Caller
from services.api.delivery_store import DeliveryStore
from services.api.problems import Kind, ProblemError, problem_answers
from services.api.samples import sample_alert
from services.common.endpoints import EndpointSettings
from services.common.messages import (
    Channel,
    Delivery,
    DeliveryKind,
    Endpoint,
    EndpointState,
    Message,
    Pace,
    Subscription,
    UtcDatetime,
)

LONGEST_URL = 2_000
SubscriptionId = Annotated[str, Path(min_length=1, max_length=100, description="The subscription's id.")]


class GivenWebhook(Message):
    """A webhook as it is given."""

    model_config = ConfigDict(extra="forbid")

    url: str = Field(max_length=LONGEST_URL, examples=["https://desk.example/hooks/sitrep"])
    """An http or https address; alerts are posted there, signed as Standard Webhooks has it."""

    @field_validator("url")
    @classmethod
    def _can_be_asked(cls, url: str) -> str:
        try:
            parts = urlsplit(url)
            host, _ = parts.hostname, parts.port
        except ValueError:
            raise ValueError("not an address that can be asked") from None
        if parts.scheme not in {"http", "https"} or not host or not url.isascii() or not url.isprintable():
            raise ValueError("give an http or https address, written in ASCII, such as https://desk.example/hook")
        if parts.username is not None or parts.password is not None or " " in url:
            raise ValueError("an address with a name and password in it is not taken; the signature says who we are")
        return url


class GivenMailbox(Message):
    """A mailbox as it is given."""

    model_config = ConfigDict(extra="forbid")

    address: str = Field(max_length=254, examples=["desk@example.org"])
    pace: Pace = "immediate"
    """A letter for each alert, or one a day with all of them."""

    @field_validator("address")
    @classmethod
    def _is_a_mailbox(cls, address: str) -> str:
        try:
            return validate_email(address, check_deliverability=False, allow_smtputf8=False).ascii_email or address
        except EmailNotValidError as error:
            raise ValueError(str(error)) from None


class EndpointAnswer(Message):
    """An endpoint as it stands."""

    channel: Channel
    to: str
    pace: Pace
    state: EndpointState
    note: str | None
    """Why it is in this state, where there is something to say."""
    since: UtcDatetime
    secret: str | None = Field(default=None, examples=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])
    """What a webhook's signature is checked with: said once, when it is made, and never again."""


class DeliveryAnswer(Message):
    """Where a subscription's alerts go."""

    webhook: EndpointAnswer | None
    email: EndpointAnswer | None
    atom: str | None = Field(examples=["https://sitrep.example.org/feeds/5b1c/FEED-KEY.atom"])
    """An Atom feed of the newest alerts. Who has this address can read it."""
    json_feed: str | None = Field(examples=["https://sitrep.example.org/feeds/5b1c/FEED-KEY.json"])
    """The same as a JSON Feed."""
    events: str = Field(examples=["/v1/subscriptions/5b1c/events"])
    """The same as server-sent events; this needs the key."""


class DeliveryList(Message):
    """What was delivered, the newest first, each with every attempt and answer."""

    items: tuple[Delivery, ...]


@dataclass(frozen=True, slots=True)
class Delivering:
    """What the routes work with."""

    store: DeliveryStore
    existing: Callable[[str, Caller], Subscription]
    """The caller's subscription of this id, or a ``ProblemError``."""
    find: Callable[[str], Subscription | None]
    settings: EndpointSettings
    examples: Mapping[str, Any]

    def current(self, subscription: str, channel: Channel) -> Endpoint:
        """A subscription's endpoint.

        Raises:
            ProblemError: it has none.
        """
        found = self.store.endpoints(subscription).get(channel)
        if found is None:
            raise ProblemError("not-found", f"The subscription {subscription} has no {channel}.")
        return found

    async def change(self, endpoint: Endpoint, **change: Any) -> EndpointAnswer:
        """Keep an endpoint changed, if that changes it."""
        if change.get("state", endpoint.state) != endpoint.state:
            change["since"] = datetime.now(UTC)
        changed = endpoint.model_copy(update=change)
        if changed != endpoint:
            await self.store.put(changed)
        return answer_of(changed)

    def operation(self, summary: str, *kinds: Kind, status: int = 200, example: str | None = None) -> dict[str, Any]:
        """An operation in the OpenAPI document."""
        content = {"content": {"application/json": {"example": self.examples[example]}}} if example else {}
        return {
            "summary": summary,
            "tags": ["deliveries"],
            "responses": {
                status: {"description": summary, **content},
                **problem_answers("not-found", "invalid-request", *kinds),
            },
        }


def answer_of(endpoint: Endpoint, secret: str | None = None) -> EndpointAnswer:
    """An endpoint as it is shown. Pure."""
    return EndpointAnswer(
        channel=endpoint.channel,
        to=endpoint.to,
        pace=endpoint.pace,
        state=endpoint.state,
        note=endpoint.note,
        since=endpoint.since,
        secret=secret,
    )


def asked_for(subscription: Subscription, endpoint: Endpoint, kind: DeliveryKind, now: datetime) -> Delivery:
    """Something that a person asks for, to be delivered at once. Pure."""
    alert = sample_alert(subscription, now) if kind == "test" else None
    return Delivery(
        id=uuid4().hex,
        subscription_id=subscription.id,
        channel=endpoint.channel,
        kind=kind,
        to=endpoint.to,
        title=alert.title if alert else subscription.name,
        alert_id=alert.id if alert else None,
        alert=alert,
        created_at=now,
        due_at=now,
    )
