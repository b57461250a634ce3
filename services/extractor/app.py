"""The extractor: ``news.articles.v1`` through the tagger to ``news.tagged.v1``."""

import contextlib
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import TypeVar

from services.common.deadletters import DeadLetterLimit
from services.common.kafka import ensure_topics, producer
from services.common.lag import lag_watched
from services.common.retry import Stopped, until_it_works
from services.common.runtime import Process, run_service
from services.common.settings import load
from services.common.topics import ARTICLES, DEAD_LETTERS, TAGGED
from services.extractor.agents import GROUP, consume_with_faust
from services.extractor.extraction import Extraction
from services.extractor.settings import ExtractorSettings
from services.extractor.workers import tagging

T = TypeVar("T")


def main() -> int:
    """Run the extractor until it is asked to stop; returns the exit code."""
    settings = load(ExtractorSettings)
    return run_service("extractor", settings, settings.extractor_port, partial(work, settings))


async def work(settings: ExtractorSettings, process: Process) -> None:
    """Tag until the process is asked to stop; Kafka that is away is waited for, before and during.

    Raises:
        PermanentError: more dead letters than is sound, or the model cannot be loaded.
    """
    patiently = partial(until_it_works, health=process.health, stop=process.stop)
    async with contextlib.AsyncExitStack() as stack:

        async def entered(client: Callable[[], AbstractAsyncContextManager[T]]) -> T:
            return await stack.enter_async_context(client())

        stack.enter_context(contextlib.suppress(Stopped))
        workers = await stack.enter_async_context(tagging(settings))  # they load while Kafka is waited for
        await patiently(partial(ensure_topics, settings, [ARTICLES, TAGGED, DEAD_LETTERS]), part="kafka")
        sender = await patiently(partial(entered, partial(producer, settings, GROUP)), part="kafka")
        await workers.ready()
        extraction = Extraction(workers, sender, process, DeadLetterLimit(settings.dead_letter_limit))
        process.health.waiting_for("faust", "the consumer is joining its group")
        process.health.restored("start")
        await stack.enter_async_context(lag_watched(settings, ARTICLES, GROUP, process))
        await consume_with_faust(settings, extraction.take, process)
