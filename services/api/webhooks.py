"""The routes of a subscription's webhook."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Body, FastAPI

from services.api.access import AsCaller
from services.api.delivery_answers import Delivering, EndpointAnswer, GivenWebhook, SubscriptionId, answer_of
from services.api.problems import ProblemError
from services.common.endpoints import webhook_secret
from services.common.messages import Endpoint


def add_webhook_routes(app: FastAPI, on: Delivering) -> None:
    """``/v1/subscriptions/{id}/webhook``: give one, renew its secret, enable it again."""

    @app.put(
        "/v1/subscriptions/{subscription_id}/webhook",
        operation_id="putWebhook",
        **on.operation("Have alerts posted to a webhook", "not-set-up", "unavailable", example="webhook"),
    )
    async def put_webhook(
        subscription_id: SubscriptionId,
        caller: AsCaller,
        given: Annotated[GivenWebhook, Body(openapi_examples={"desk": {"value": on.examples["given_webhook"]}})],
    ) -> EndpointAnswer:
        """From now on each alert is posted there. The answer has the secret, if the address is a new one; it is not
        said again. The same address again only makes it active.
        """
        subscription = on.existing(subscription_id, caller).id
        require_secret(on)
        before = on.store.endpoints(subscription).get("webhook")
        if before is not None and before.to == given.url:
            return await on.change(before, state="active", note=None)
        now = datetime.now(UTC)
        number = before.secret_number + 1 if before else int(now.timestamp() * 1000)  # one that was deleted had another
        fresh = Endpoint(subscription_id=subscription, channel="webhook", to=given.url, since=now, secret_number=number)
        await on.store.put(fresh)
        return answer_of(fresh, webhook_secret(on.settings.delivery_secret, subscription, number))

    @app.post(
        "/v1/subscriptions/{subscription_id}/webhook/secret",
        operation_id="renewWebhookSecret",
        **on.operation("Renew a webhook's secret", "not-set-up", "unavailable", example="webhook"),
    )
    async def renew_secret(subscription_id: SubscriptionId, caller: AsCaller) -> EndpointAnswer:
        """A new secret, said once. For a day the one before signs too, so that a receiver can change over."""
        subscription = on.existing(subscription_id, caller).id
        require_secret(on)
        before = on.current(subscription, "webhook")
        number = before.secret_number + 1
        fresh = before.model_copy(update={"secret_number": number, "secret_since": datetime.now(UTC)})
        await on.store.put(fresh)
        return answer_of(fresh, webhook_secret(on.settings.delivery_secret, subscription, number))

    @app.post(
        "/v1/subscriptions/{subscription_id}/webhook/enable",
        operation_id="enableWebhook",
        **on.operation("Enable a webhook again", "unavailable", example="enabled"),
    )
    async def enable_webhook(subscription_id: SubscriptionId, caller: AsCaller) -> EndpointAnswer:
        """What was disabled because nothing was taken there is active again.

        What was raised meanwhile is in the feed.
        """
        return await on.change(
            on.current(on.existing(subscription_id, caller).id, "webhook"), state="active", note=None
        )


def require_secret(on: Delivering) -> None:
    """Webhooks are signed.

    Raises:
        ProblemError: there is nothing to sign them with.
    """
    if not on.settings.secrets_on:
        raise ProblemError(
            "not-set-up",
            "Webhooks, letters and feeds need SITREP_DELIVERY_SECRET, the same for api and delivery: 32 random "
            "characters or more.",
        )
