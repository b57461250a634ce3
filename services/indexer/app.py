"""The indexer: ``news.tagged.v1`` into Elasticsearch."""

import contextlib
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import TypeVar

from services.common.consume import Batching, consume
from services.common.deadletters import DeadLetterLimit
from services.common.elastic import elastic
from services.common.kafka import consumer, ensure_topics, producer
from services.common.retry import Stopped, until_it_works
from services.common.runtime import Process, run_service
from services.common.settings import load
from services.common.topics import DEAD_LETTERS, TAGGED
from services.indexer.migrate import ensure_indices
from services.indexer.settings import IndexerSettings
from services.indexer.stage import Indexer

GROUP = "sitrep-indexer"
T = TypeVar("T")


def main() -> int:
    """Run the indexer until it is asked to stop; returns the exit code."""
    settings = load(IndexerSettings)
    return run_service("indexer", settings, settings.indexer_port, partial(work, settings))


async def work(settings: IndexerSettings, process: Process) -> None:
    """Index until the process is asked to stop; engines that are away are waited for, before and during.

    Raises:
        ConfigurationError: the alias points at an index this version does not understand.
        PermanentError: more dead letters than is sound.
    """
    patiently = partial(until_it_works, health=process.health, stop=process.stop)
    async with contextlib.AsyncExitStack() as stack:

        async def entered(client: Callable[[], AbstractAsyncContextManager[T]]) -> T:
            return await stack.enter_async_context(client())

        stack.enter_context(contextlib.suppress(Stopped))
        elasticsearch = await stack.enter_async_context(elastic(settings))
        await patiently(partial(ensure_indices, elasticsearch), part="elasticsearch")
        await patiently(partial(ensure_topics, settings, [TAGGED, DEAD_LETTERS]), part="kafka")
        sender = await patiently(partial(entered, partial(producer, settings, GROUP)), part="kafka")
        client = await patiently(partial(entered, partial(consumer, settings, [TAGGED], GROUP)), part="kafka")
        limit = DeadLetterLimit(settings.dead_letter_limit)
        indexer = Indexer(elasticsearch, sender, process, limit, settings.indexer_bulk_bytes)
        process.health.restored("start")
        batching = Batching(
            records=settings.indexer_batch_records,
            seconds=settings.indexer_batch_seconds,
            in_flight=settings.indexer_in_flight,
        )
        await consume(client, indexer.take, process, batching)
