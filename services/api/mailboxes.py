"""The routes of a subscription's mailbox."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

from fastapi import Body, FastAPI

from services.api.access import AsCaller
from services.api.delivery_answers import (
    Delivering,
    EndpointAnswer,
    GivenMailbox,
    SubscriptionId,
    answer_of,
    asked_for,
)
from services.api.problems import ProblemError
from services.common.messages import Endpoint, EndpointState

ASKED_AGAIN: Final[dict[EndpointState, timedelta]] = {
    "active": timedelta(),
    "unconfirmed": timedelta(minutes=10),
    "disabled": timedelta(minutes=10),
    "unsubscribed": timedelta(days=1),
}
"""How long after its state began a mailbox may be asked again whether it wants alerts."""


def add_mailbox_routes(app: FastAPI, on: Delivering) -> None:
    """``/v1/subscriptions/{id}/email``."""

    @app.put(
        "/v1/subscriptions/{subscription_id}/email",
        operation_id="putEmail",
        **on.operation("Have alerts sent by e-mail", "not-set-up", "unavailable", example="email"),
    )
    async def put_email(
        subscription_id: SubscriptionId,
        caller: AsCaller,
        given: Annotated[GivenMailbox, Body(openapi_examples={"desk": {"value": on.examples["given_mailbox"]}})],
    ) -> EndpointAnswer:
        """A letter asks there whether that is right; alerts are sent once it was said to be."""
        subscription = on.existing(subscription_id, caller)
        require_letters(on)
        before = on.store.endpoints(subscription.id).get("email")
        if before is not None and before.to == given.address and before.state == "active":
            return await on.change(before, pace=given.pace)
        now = datetime.now(UTC)
        if before is not None and before.to == given.address and now < before.since + ASKED_AGAIN[before.state]:
            return await on.change(before, pace=given.pace)  # nobody is to be flooded with our questions
        fresh = Endpoint(
            subscription_id=subscription.id,
            channel="email",
            to=given.address,
            pace=given.pace,
            state="unconfirmed",
            note="A letter asks whether this mailbox is theirs.",
            since=now,
        )
        await on.store.put(fresh)
        await on.store.ask_for(asked_for(subscription, fresh, "confirmation", now))
        return answer_of(fresh)


def require_letters(on: Delivering) -> None:
    """Letters need a mail server, and an address for the links in them.

    Raises:
        ProblemError: one of them is not set.
    """
    if not on.settings.letters_on:
        raise ProblemError("not-set-up", "Letters need SITREP_SMTP_HOST, SITREP_PUBLIC_URL and SITREP_DELIVERY_SECRET.")
