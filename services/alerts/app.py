"""The alerts service: ``news.tagged.v1`` against every subscription, to ``news.alerts.v1``."""

import contextlib
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import TypeVar

from services.alerts.matcher import Matcher
from services.alerts.settings import AlertsSettings
from services.alerts.stage import Alerts
from services.common.compacted import Table, follow
from services.common.consume import consume
from services.common.deadletters import DeadLetterLimit
from services.common.kafka import consumer, ensure_topics, producer
from services.common.lag import lag_watched
from services.common.messages import Subscription
from services.common.retry import Stopped, until_it_works
from services.common.runtime import Process, run_service
from services.common.settings import load
from services.common.topics import ALERTS, DEAD_LETTERS, SUBSCRIPTIONS, TAGGED

GROUP = "sitrep-alerts"
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
    topics = [TAGGED, ALERTS, SUBSCRIPTIONS, DEAD_LETTERS]
    matcher = Matcher()

    def subscriptions_changed(table: Table[Subscription]) -> None:
        matcher.replace(table.values())
        process.metrics.subscriptions.set(len(table.values()))

    async with contextlib.AsyncExitStack() as stack:

        async def entered(client: Callable[[], AbstractAsyncContextManager[T]]) -> T:
            return await stack.enter_async_context(client())

        stack.enter_context(contextlib.suppress(Stopped))
        await patiently(partial(ensure_topics, settings, topics))
        following = partial(follow, settings, SUBSCRIPTIONS, Subscription, changed=subscriptions_changed)
        await patiently(partial(entered, following))
        sender = await patiently(partial(entered, partial(producer, settings, GROUP)))
        client = await patiently(partial(entered, partial(consumer, settings, [TAGGED], GROUP)))
        alerts = Alerts(matcher, sender, process, DeadLetterLimit(settings.dead_letter_limit))
        process.health.restored("start")
        await stack.enter_async_context(lag_watched(settings, TAGGED, GROUP, process))
        await consume(client, alerts.take, process)
