"""The indexer: ``news.tagged.v1`` into Elasticsearch."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from functools import partial
from typing import Any, Final, TypeVar

import structlog
from elasticsearch import AsyncElasticsearch

from services.common.compacted import follow
from services.common.consume import Batching, consume
from services.common.deadletters import DeadLetterLimit
from services.common.elastic import elastic
from services.common.errors import ConfigurationError, PermanentError, TransientError
from services.common.kafka import consumer, ensure_topics, producer
from services.common.lag import lag_watched
from services.common.messages import Deletion
from services.common.retry import Stopped, until_it_works, wait_or_stop
from services.common.runtime import Process, run_service
from services.common.settings import load
from services.common.topics import DEAD_LETTERS, DELETIONS, TAGGED
from services.indexer.generations import Generation, group_of, serving
from services.indexer.migrate import ensure_indices
from services.indexer.retention import keep
from services.indexer.settings import IndexerSettings
from services.indexer.stage import Indexer

log = structlog.get_logger()
T = TypeVar("T")

CLIENT: Final = "sitrep-indexer"
LOOK: Final = 2.0
"""Seconds between two looks at which generation serves."""


def main() -> int:
    """Run the indexer until it is asked to stop; returns the exit code."""
    settings = load(IndexerSettings)
    return run_service("indexer", settings, settings.indexer_port, partial(work, settings))


async def work(settings: IndexerSettings, process: Process) -> None:
    """Index until the process is asked to stop; engines that are away are waited for, before and during.

    Where another generation of this mapping version begins to serve, it is that one from then on.

    Raises:
        ConfigurationError: the alias points at an index this version does not understand.
        PermanentError: more dead letters than is sound.
    """
    patiently = partial(until_it_works, health=process.health, stop=process.stop)
    async with elastic(settings) as client:
        with contextlib.suppress(Stopped):
            while not process.stop.is_set():
                generation = await patiently(partial(ensure_indices, client), part="elasticsearch")
                group = await patiently(partial(group_of, client, generation), part="elasticsearch")
                ended = asyncio.Event()
                watching = asyncio.create_task(_until_another_serves(client, generation, group, process, ended))
                try:
                    await index_into(settings, replace(process, stop=ended), client, generation)
                finally:
                    watching.cancel()
                    await asyncio.wait({watching})


async def index_into(
    settings: IndexerSettings, process: Process, client: AsyncElasticsearch, generation: Generation
) -> None:
    """Index into a generation, from where its group was, until the process is to stop.

    Raises:
        PermanentError: more dead letters than is sound.
    """
    patiently = partial(until_it_works, health=process.health, stop=process.stop)
    async with contextlib.AsyncExitStack() as stack:

        async def entered(made: Callable[[], AbstractAsyncContextManager[T]]) -> T:
            return await stack.enter_async_context(made())

        stack.enter_context(contextlib.suppress(Stopped))
        group = await patiently(partial(group_of, client, generation), part="elasticsearch")
        await patiently(partial(ensure_topics, settings, [TAGGED, DEAD_LETTERS, DELETIONS]), part="kafka")
        sender = await patiently(partial(entered, partial(producer, settings, CLIENT)), part="kafka")
        deletions = await patiently(partial(entered, partial(follow, settings, DELETIONS, Deletion)), part="kafka")
        reading = await patiently(partial(entered, partial(consumer, settings, [TAGGED], group)), part="kafka")
        await stack.enter_async_context(lag_watched(settings, TAGGED, group, process))
        limit = DeadLetterLimit(settings.dead_letter_limit)
        indexer = Indexer(client, generation.names, deletions, sender, process, limit, settings.indexer_bulk_bytes)
        await stack.enter_async_context(indexer.fresh.watched())
        if settings.indexer_keep_days:
            await stack.enter_async_context(
                _beside(keep(client, generation.names, settings.indexer_keep_days, process))
            )
        process.health.restored("start")
        batching = Batching(
            records=settings.indexer_batch_records,
            seconds=settings.indexer_batch_seconds,
            in_flight=settings.indexer_in_flight,
        )
        await consume(reading, indexer.take, process, batching)


@contextlib.asynccontextmanager
async def _beside(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Have something done while the block runs."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})


async def _until_another_serves(
    client: AsyncElasticsearch, generation: Generation, group: str, process: Process, ended: asyncio.Event
) -> None:
    """Set ``ended`` when the process is to stop, when another generation of our version serves, or when the index was
    made anew, which is to be filled from the beginning.
    """
    while not await wait_or_stop(process.stop, LOOK):
        try:
            current = await serving(client)
            anew = await group_of(client, generation) != group
        except (TransientError, PermanentError, ConfigurationError) as error:
            log.info("not_known_what_serves", reason=str(error))
            continue
        if current is not None and current != generation:
            log.info("another_serves", before=generation.suffix, now=current.suffix)
            break
        if anew:
            log.info("made_anew", generation=generation.suffix)
            break
    ended.set()
