"""The routes of deliveries: where a subscription's alerts go, what became of each, and a sample on request."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import FastAPI, Query, Response

from services.api.access import AsCaller, Caller
from services.api.delivery_answers import (
    Delivering,
    DeliveryAnswer,
    DeliveryList,
    SubscriptionId,
    answer_of,
    asked_for,
)
from services.api.delivery_store import LOGGED_EACH
from services.api.problems import Wrong, invalid_request
from services.common.endpoints import token
from services.common.messages import Channel


def add_delivery_routes(app: FastAPI, on: Delivering) -> None:
    """``/v1/subscriptions/{id}/delivery``, ``…/test``, ``…/deliveries``."""

    @app.get(
        "/v1/subscriptions/{subscription_id}/delivery",
        operation_id="getDelivery",
        **on.operation("Where its alerts go", "unavailable", example="delivery"),
    )
    async def get_delivery(subscription_id: SubscriptionId, caller: AsCaller) -> DeliveryAnswer:
        """The webhook and the mailbox with their states, and where the feeds are."""
        subscription = on.existing(subscription_id, caller).id
        endpoints = on.store.endpoints(subscription)
        feed = None
        if on.settings.secrets_on:
            key = token(on.settings.delivery_secret, "feed", subscription)
            feed = f"{on.settings.public_url.rstrip('/')}/feeds/{subscription}/{key}"
        return DeliveryAnswer(
            webhook=answer_of(endpoints["webhook"]) if "webhook" in endpoints else None,
            email=answer_of(endpoints["email"]) if "email" in endpoints else None,
            atom=f"{feed}.atom" if feed else None,
            json_feed=f"{feed}.json" if feed else None,
            events=f"/v1/subscriptions/{subscription}/events",
        )

    async def removed(subscription_id: str, caller: Caller, channel: Channel) -> None:
        await on.store.remove(on.current(on.existing(subscription_id, caller).id, channel).subscription_id, channel)

    @app.delete(
        "/v1/subscriptions/{subscription_id}/webhook",
        operation_id="deleteWebhook",
        status_code=204,
        **on.operation("Send alerts to no webhook any more", "unavailable", status=204),
    )
    async def delete_webhook(subscription_id: SubscriptionId, caller: AsCaller) -> None:
        """What is still to be delivered there is dropped."""
        await removed(subscription_id, caller, "webhook")

    @app.delete(
        "/v1/subscriptions/{subscription_id}/email",
        operation_id="deleteMailbox",
        status_code=204,
        **on.operation("Send alerts to no mailbox any more", "unavailable", status=204),
    )
    async def delete_mailbox(subscription_id: SubscriptionId, caller: AsCaller) -> None:
        """What is still to be delivered there is dropped."""
        await removed(subscription_id, caller, "email")

    @app.post(
        "/v1/subscriptions/{subscription_id}/test",
        operation_id="testDelivery",
        status_code=202,
        **on.operation("Send a sample", "unavailable", status=202, example="sample"),
    )
    async def test_delivery(subscription_id: SubscriptionId, caller: AsCaller, response: Response) -> DeliveryList:
        """A sample alert goes to the webhook and to the mailbox, once; what came of it is in the log of deliveries."""
        subscription = on.existing(subscription_id, caller)
        now = datetime.now(UTC)
        endpoints = on.store.endpoints(subscription.id).values()
        ready = [endpoint for endpoint in endpoints if endpoint.state in {"active", "disabled"}]
        if not ready:
            where = "endpoint that is confirmed" if endpoints else "webhook and no e-mail"
            raise invalid_request([Wrong(where="path.subscription_id", what=f"the subscription has no {where}")])
        samples = [asked_for(subscription, endpoint, "test", now) for endpoint in ready]
        for sample in samples:
            await on.store.ask_for(sample)
        response.headers["Location"] = f"/v1/subscriptions/{subscription.id}/deliveries"
        return DeliveryList(items=tuple(sample.model_copy(update={"alert": None}) for sample in samples))

    @app.get(
        "/v1/subscriptions/{subscription_id}/deliveries",
        operation_id="listDeliveries",
        **on.operation("What was delivered", "unavailable", example="deliveries"),
    )
    async def list_deliveries(
        subscription_id: SubscriptionId,
        caller: AsCaller,
        limit: Annotated[int, Query(ge=1, le=LOGGED_EACH, description="How many to list.")] = 20,
    ) -> DeliveryList:
        """The newest deliveries of the last 30 days, each with every attempt, when it was, and what was answered."""
        return DeliveryList(items=tuple(on.store.deliveries(on.existing(subscription_id, caller).id, limit)))
