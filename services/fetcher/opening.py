"""What the line works with, made in one place: the processes that read, the client that asks, the way to Kafka."""

import contextlib
from collections.abc import AsyncIterator, Callable

from aiokafka import AIOKafkaProducer

from services.common.compacted import follow
from services.common.deletions import Deletions
from services.common.kafka import ensure_topics, producer
from services.common.messages import Deletion
from services.common.retry import until_it_works
from services.common.runtime import Process
from services.common.topics import ARTICLES, DELETIONS
from services.fetcher.archive import Archive
from services.fetcher.deadline import workers
from services.fetcher.following import Followed
from services.fetcher.http import http_client
from services.fetcher.line import Line
from services.fetcher.politeness import Hosts
from services.fetcher.settings import FetcherSettings
from services.fetcher.state import State

LINGER_MS = 25
"""Articles come one by one, from many pages at once; Kafka is asked a few times less for them so."""


@contextlib.asynccontextmanager
async def opened_line(
    settings: FetcherSettings,
    process: Process,
    state: State,
    sender: str,
    *,
    mine: Callable[[str], bool] = lambda _host: True,
    archive: Archive | None = None,
) -> AsyncIterator[Line]:
    """The line over a state, once Kafka can be reached; all that it works with ends with the block.

    ``sender`` is the name under which Kafka knows us; ``mine`` says whether a host is ours to ask.

    Raises:
        ConfigurationError: the sources cannot be used; the sentence says why.
        Stopped: the process was asked to stop before Kafka could be reached.
    """
    sources = Followed(settings.sources, process.metrics)
    async with contextlib.AsyncExitStack() as stack:
        pool = await stack.enter_async_context(workers(settings.fetcher_workers, settings.fetcher_work_seconds))
        client = await stack.enter_async_context(http_client(settings))

        async def reach_kafka() -> tuple[AIOKafkaProducer, Deletions]:
            await ensure_topics(settings, [ARTICLES, DELETIONS])
            async with contextlib.AsyncExitStack() as attempt:
                sending = await attempt.enter_async_context(producer(settings, sender, linger_ms=LINGER_MS))
                deletions = await attempt.enter_async_context(follow(settings, DELETIONS, Deletion))
                stack.push_async_exit(attempt.pop_all())
            return sending, deletions

        sending, deletions = await until_it_works(reach_kafka, part="kafka", health=process.health, stop=process.stop)
        yield Line(
            settings=settings,
            process=process,
            client=client,
            hosts=Hosts(settings.fetcher_concurrency),
            workers=pool,
            state=state,
            producer=sending,
            sources=sources,
            feeds=state.feeds(),
            mine=mine,
            archive=archive,
            deletions=deletions,
        )
