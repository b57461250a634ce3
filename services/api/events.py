"""A subscription's alerts as server-sent events, from where a client was.

Source: HTML Living Standard, "Server-sent events": ``id``, ``Last-Event-ID``.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, FastAPI, Header
from fastapi.sse import EventSourceResponse, ServerSentEvent

from services.api.access import AsCaller
from services.api.delivery_answers import Delivering, SubscriptionId
from services.api.problems import problem_answers
from services.common.messages import Alert

PATIENCE = 1.0
"""Seconds between two looks whether the process is to stop."""


def add_event_routes(app: FastAPI, on: Delivering, stop: asyncio.Event) -> None:
    """``/v1/subscriptions/{id}/events``."""
    store = on.store

    def asked_for(subscription_id: SubscriptionId, caller: AsCaller) -> str:
        """The caller's subscription; who may not have it is told before anything is streamed."""
        subscription = on.existing(subscription_id, caller).id
        store.last_alert(subscription)
        return subscription

    @app.get(
        "/v1/subscriptions/{subscription_id}/events",
        tags=["deliveries"],
        summary="Its alerts as they are raised",
        operation_id="streamAlerts",
        response_class=EventSourceResponse,
        responses=problem_answers("not-found", "invalid-request", "unavailable"),
    )
    async def stream_alerts(
        subscription: Annotated[str, Depends(asked_for)],
        last_event_id: Annotated[
            str | None, Header(description="The id of the last event that you have; browsers send it by themselves.")
        ] = None,
    ) -> AsyncIterator[ServerSentEvent]:
        """Each alert as an event ``alert`` with the alert as its data and its id as the event's. With
        ``Last-Event-ID`` it begins with what was raised since; where that is too long ago, with all that is held.
        """
        seen = last_event_id or store.last_alert(subscription)
        if last_event_id is None:
            yield ServerSentEvent(comment="nothing before this", retry=2_000)
        while not stop.is_set():
            for alert in store.alerts_after(subscription, seen):
                yield _event(alert)
            seen = store.last_alert(subscription) or seen
            try:
                async with asyncio.timeout(PATIENCE):
                    await store.until_alert(subscription, seen)
            except TimeoutError:
                continue


def _event(alert: Alert) -> ServerSentEvent:
    return ServerSentEvent(event="alert", id=alert.id, raw_data=alert.model_dump_json())
