"""The delivery service: ``news.alerts.v1`` to webhooks and mailboxes, by way of ``news.deliveries.v1``."""

import asyncio
import contextlib
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TypeVar

import httpx

from services.common.compacted import PROMPT_MS, follow
from services.common.connecting import Resolve, resolve
from services.common.consume import consume
from services.common.deadletters import DeadLetterLimit
from services.common.kafka import consumer, ensure_topics, producer
from services.common.lag import lag_watched
from services.common.messages import Deletion, Endpoint, Subscription
from services.common.retry import Stopped, until_it_works
from services.common.runtime import Process, run_service
from services.common.settings import load
from services.common.topics import ALERTS, DEAD_LETTERS, DELETIONS, DELIVERIES, ENDPOINTS, SUBSCRIPTIONS
from services.delivery.desk import Job
from services.delivery.endpoints import Endpoints
from services.delivery.letters import Letters
from services.delivery.mail import Mail
from services.delivery.outcome import Outcome
from services.delivery.planning import Planner
from services.delivery.sending import Carry, Sender
from services.delivery.settings import DeliverySettings
from services.delivery.tidying import tidy
from services.delivery.webhooks import post, webhook_client

GROUP = "sitrep-delivery"
SENDERS = "sitrep-delivery-senders"
READ_AT_ONCE = 2_000
"""Deliveries taken in at a time, while a partition is read from its beginning."""
T = TypeVar("T")


def main() -> int:
    """Run the delivery service until it is asked to stop; returns the exit code."""
    settings = load(DeliverySettings)
    return run_service("delivery", settings, settings.delivery_port, partial(work, settings))


def _now() -> datetime:
    return datetime.now(UTC)


async def work(
    settings: DeliverySettings, process: Process, clock: Callable[[], datetime] = _now, resolve: Resolve = resolve
) -> None:
    """Deliver until the process is asked to stop. Where everything goes is known before the first alert is read.

    Raises:
        PermanentError: more dead letters than is sound.
    """
    patiently = partial(until_it_works, part="kafka", health=process.health, stop=process.stop)
    topics = [ALERTS, SUBSCRIPTIONS, ENDPOINTS, DELIVERIES, DELETIONS, DEAD_LETTERS]

    async with contextlib.AsyncExitStack() as stack:

        async def entered(client: Callable[[], AbstractAsyncContextManager[T]]) -> T:
            async def enter() -> T:
                return await stack.enter_async_context(client())

            return await patiently(enter)

        stack.enter_context(contextlib.suppress(Stopped))
        await patiently(partial(ensure_topics, settings, topics))
        subscriptions = await entered(partial(follow, settings, SUBSCRIPTIONS, Subscription, fetch_wait_ms=PROMPT_MS))
        addresses = await entered(partial(follow, settings, ENDPOINTS, Endpoint, fetch_wait_ms=PROMPT_MS))
        deletions = await entered(partial(follow, settings, DELETIONS, Deletion))
        sending = await entered(partial(producer, settings, GROUP))
        alerts = await entered(partial(consumer, settings, [ALERTS], GROUP))
        pending = await entered(partial(consumer, settings, [], SENDERS, max_records=READ_AT_ONCE))
        http = await stack.enter_async_context(webhook_client(settings, resolve))
        await stack.enter_async_context(lag_watched(settings, ALERTS, GROUP, process))

        endpoints = Endpoints(subscriptions, addresses)
        limit = DeadLetterLimit(settings.dead_letter_limit)
        planner = Planner(endpoints, sending, process, limit, settings.delivery_digest_at, clock)
        patience = timedelta(hours=settings.delivery_silence_hours)
        carriers = {"webhook": _webhooks(http, settings), "email": Mail(settings, _letters(settings)).send}
        sender = Sender(pending, sending, endpoints, deletions, carriers, patience, process, clock)
        process.health.restored("start")
        try:
            async with asyncio.TaskGroup() as group:  # whichever fails ends the other
                group.create_task(consume(alerts, planner.take, process))
                group.create_task(sender.run())
                group.create_task(tidy(endpoints, sending, process))
        except ExceptionGroup as failed:
            raise failed.exceptions[0] from failed


def _letters(settings: DeliverySettings) -> Letters:
    return Letters(settings, settings.mail_from)


def _webhooks(client: httpx.AsyncClient, settings: DeliverySettings) -> Carry:
    async def carry(job: Job, endpoint: Endpoint, now: datetime) -> Outcome:
        return await post(client, job[0], endpoint, settings, now)

    return carry
