"""The fetcher: what its loops work with is made here, once, and ends here."""

import contextlib
from functools import partial

from services.common.kafka import ensure_topics, producer
from services.common.retry import Stopped, until_it_works
from services.common.runtime import Process, run_service
from services.common.settings import load
from services.common.topics import ARTICLES
from services.fetcher.archive import archive
from services.fetcher.deadline import workers
from services.fetcher.following import Followed
from services.fetcher.http import http_client
from services.fetcher.line import Line
from services.fetcher.politeness import Hosts
from services.fetcher.poll import run
from services.fetcher.settings import FetcherSettings
from services.fetcher.state_file import open_state
from services.fetcher.websub import subscribing


def main() -> int:
    """Run the fetcher until it is asked to stop; returns the exit code."""
    settings = load(FetcherSettings)
    return run_service("fetcher", settings, settings.fetcher_port, partial(work, settings))


async def work(settings: FetcherSettings, process: Process) -> None:
    """Fetch until the process is to stop.

    Raises:
        ConfigurationError: the sources or the state cannot be used; the sentence says why.
    """
    sources = Followed(settings.sources, process.metrics)
    async with contextlib.AsyncExitStack() as stack:
        state = stack.enter_context(open_state(settings.fetcher_state))
        pool = await stack.enter_async_context(workers(settings.fetcher_workers, settings.fetcher_work_seconds))
        kept = stack.enter_context(archive(settings))
        client = await stack.enter_async_context(http_client(settings))

        async def reach_kafka() -> Line:
            await ensure_topics(settings, [ARTICLES])
            sending = await stack.enter_async_context(producer(settings, "fetcher"))
            return Line(
                settings=settings,
                process=process,
                client=client,
                hosts=Hosts(settings.fetcher_concurrency),
                workers=pool,
                state=state,
                producer=sending,
                sources=sources,
                feeds=state.feeds(),
                archive=kept,
            )

        try:
            line = await until_it_works(reach_kafka, part="kafka", health=process.health, stop=process.stop)
        except Stopped:
            return
        process.health.restored("start")
        async with subscribing(line, settings):
            await run(line, settings.shard.mine)
