"""The alerts service: ``news.tagged.v1`` against every subscription, by way of ``news.matched.v1`` to alerts."""

import asyncio
import contextlib
from collections.abc import Callable, Collection
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from functools import partial
from typing import TypeVar

from services.alerts.matcher import Matcher
from services.alerts.matching import Matching
from services.alerts.settings import AlertsSettings
from services.alerts.telling import Telling
from services.common.compacted import PROMPT_MS, Table, follow
from services.common.consume import consume
from services.common.deadletters import DeadLetterLimit
from services.common.kafka import consumer, ensure_topics, producer, records_since
from services.common.lag import lag_watched
from services.common.messages import Subscription
from services.common.retry import Stopped, until_it_works
from services.common.runtime import Process, run_service
from services.common.settings import load
from services.common.topics import ALERTS, DEAD_LETTERS, MATCHED, SUBSCRIPTIONS, TAGGED

GROUP = "sitrep-alerts"
TELLING_GROUP = "sitrep-alerts-telling"
T = TypeVar("T")


def main() -> int:
    """Run the alerts service until it is asked to stop; returns the exit code."""
    settings = load(AlertsSettings)
    return run_service("alerts", settings, settings.alerts_port, partial(work, settings))


async def work(settings: AlertsSettings, process: Process) -> None:
    """Raise alerts until the process is asked to stop. Every subscription is known before the first article is read.

    Raises:
        PermanentError: more dead letters than is sound.
    """
    patiently = partial(until_it_works, part="kafka", health=process.health, stop=process.stop)
    topics = [TAGGED, MATCHED, ALERTS, SUBSCRIPTIONS, DEAD_LETTERS]
    telling_process = replace(process, service="alerts-telling")
    matcher = Matcher()

    def subscriptions_changed(table: Table[Subscription], keys: Collection[str]) -> None:
        matcher.change({key: table.get(key) for key in keys})
        process.metrics.subscriptions.set(len(table.values()))

    async with contextlib.AsyncExitStack() as stack:

        async def entered(client: Callable[[], AbstractAsyncContextManager[T]]) -> T:
            return await stack.enter_async_context(client())

        stack.enter_context(contextlib.suppress(Stopped))
        await patiently(partial(ensure_topics, settings, topics))
        following = partial(
            follow, settings, SUBSCRIPTIONS, Subscription, changed=subscriptions_changed, fetch_wait_ms=PROMPT_MS
        )
        table = await patiently(partial(entered, following))
        sender = await patiently(partial(entered, partial(producer, settings, GROUP)))
        tagged = await patiently(partial(entered, partial(consumer, settings, [TAGGED], GROUP)))
        matched = await patiently(partial(entered, partial(consumer, settings, [MATCHED], TELLING_GROUP)))
        limit = settings.dead_letter_limit
        matching = Matching(
            matcher, table.up_to_date, sender, process, DeadLetterLimit(limit), days=settings.alerts_days
        )
        telling = Telling(
            partial(records_since, settings, MATCHED, 0),
            sender,
            telling_process,
            DeadLetterLimit(limit),
            days=settings.alerts_days,
            story_days=settings.alerts_story_days,
        )
        stack.callback(telling.close)
        process.health.restored("start")
        await stack.enter_async_context(lag_watched(settings, TAGGED, GROUP, process))
        await stack.enter_async_context(lag_watched(settings, MATCHED, TELLING_GROUP, telling_process))
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(consume(tagged, matching.take, process))
                group.create_task(consume(matched, telling.take, telling_process))
        except ExceptionGroup as failed:
            raise failed.exceptions[0] from failed
