"""The fetcher's two loops: feeds are asked at their intervals, pages when they are due. A failure ends neither."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Coroutine, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from time import monotonic
from typing import Any, Self

from services.common.errors import ConfigurationError
from services.common.retry import Stopped, wait_or_stop
from services.fetcher.deleted import carry_out_deletions
from services.fetcher.feed_poll import Kind, poll
from services.fetcher.feed_schedule import address_to_ask, next_poll, poll_is_due
from services.fetcher.line import Line
from services.fetcher.page_fetch import fetch_page
from services.fetcher.politeness import host_of
from services.fetcher.sources import Source
from services.fetcher.state import PER_HOST
from services.fetcher.waiting import Waiting

TICK = 0.5
"""Seconds between two looks at what is due, at the most."""
QUICKEST = 0.1
"""Seconds between two looks at which feeds are due, at the least: there may be thousands. The list of sources, a file,
is looked at so often.
"""
FRESH = 0.2
"""Seconds for which what was due is taken to be what is due, however often we are woken."""
SELDOM = 20
"""Times as long as it takes to read what is due, the pause until it is read again: a backlog is long."""
STALE = 2.0
"""Seconds after which it is read again though nothing is known to have changed: a time has come, or a clock was set."""
PATIENCE = 2.0
"""Seconds of a host's pause that a page waits for in work; for a longer one it is left, and others have its place."""
IN_WORK = 4
"""Pages in work for each request that may be in flight: those that were answered are being read and sent."""


async def run(line: Line) -> None:
    """The loops, until the process is to stop; what is in work then is dropped, and begun again at the next start.

    Raises:
        ConfigurationError: the state's file is damaged.
    """
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(_ask_feeds(line))
            group.create_task(_ask_pages(line))
            group.create_task(carry_out_deletions(line))
    except* ConfigurationError as errors:
        raise errors.exceptions[0] from None
    except* Stopped:
        pass


async def _ask_feeds(line: Line) -> None:
    async with _Tasks() as asking:
        while not line.process.stop.is_set():
            now = datetime.now(UTC)
            soonest = now + timedelta(seconds=TICK)
            for source, url, kind in _addresses(line):
                held = line.feeds.get(url)
                if url in asking:
                    continue
                if held is not None and not poll_is_due(now, held, source, line.settings.slowest):
                    soonest = min(soonest, next_poll(held, source, line.settings.slowest) or now)
                elif not line.hosts.resting(host_of(address_to_ask(held, url))):
                    asking.start(url, poll(line, source, url, kind))
            asking.raise_failures()
            await _until_due(line, max(QUICKEST, (soonest - now).total_seconds()))


async def _until_due(line: Line, seconds: float) -> None:
    """Wait so long; less if other sources are followed now, or the service is to stop."""
    until = monotonic() + seconds
    while (left := until - monotonic()) > 0:
        if await wait_or_stop(line.process.stop, min(left, QUICKEST)) or line.sources.refresh():
            return


async def _ask_pages(line: Line) -> None:
    asked: set[str] = set()  # hosts that a request of ours is at, or waits for
    waiting = Waiting()
    cut: set[str] = set()
    read_at, fresh = -STALE, FRESH
    async with _Tasks(line.new_work) as working:
        while not line.process.stop.is_set():
            line.new_work.clear()
            age = monotonic() - read_at
            ran_out = not waiting or any(host not in waiting for host in cut)
            if age >= STALE or (age >= fresh and (line.more_due or ran_out)):
                line.more_due = False
                began = monotonic()
                cut = await _renew(line, waiting, working)
                read_at = monotonic()
                fresh = min(STALE, max(FRESH, SELDOM * (read_at - began)))
            for host in waiting:
                if len(working) >= IN_WORK * line.settings.fetcher_concurrency:
                    break
                if host not in asked and line.hosts.pause(host) <= PATIENCE and not line.hosts.resting(host):
                    address = waiting.take(host)
                    source = line.sources.get(address.source)
                    if source is None:
                        await line.remember(partial(line.state.retire, address.url))
                        continue
                    asked.add(host)
                    working.start(address.url, fetch_page(line, source, address, partial(_free, line, asked, host)))
            working.raise_failures()
            with contextlib.suppress(TimeoutError):
                soon = line.more_due or bool(waiting)
                await asyncio.wait_for(line.new_work.wait(), FRESH if soon else TICK)


def _addresses(line: Line) -> Iterator[tuple[Source, str, Kind]]:
    """The feeds and sitemaps whose hosts are ours."""
    for source in line.sources:
        yield from ((source, url, "feed") for url in source.feeds if line.mine(host_of(url)))
        yield from ((source, url, "sitemap") for url in source.sitemaps if line.mine(host_of(url)))


async def _renew(line: Line, waiting: Waiting, working: "_Tasks") -> set[str]:
    """Read what is due and not in work; returns the hosts of which not all was taken."""
    now = datetime.now(UTC)
    due = await line.remember(lambda: line.state.due(now))
    waiting.renew(address for address in due if address.url not in working)
    line.process.metrics.addresses_due.set(await line.remember(lambda: line.state.waiting(now)))
    taken = Counter(address.host for address in due)
    return {host for host, count in taken.items() if count >= PER_HOST}


def _free(line: Line, asked: set[str], host: str) -> None:
    asked.discard(host)
    line.new_work.set()


class _Tasks:
    """Tasks by name; those left at the end of the block are cancelled."""

    def __init__(self, ended: asyncio.Event | None = None) -> None:
        self._ended = ended or asyncio.Event()
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._failures: list[BaseException] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        left = list(self._tasks.values())
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    def __contains__(self, name: str) -> bool:
        return name in self._tasks

    def __len__(self) -> int:
        return len(self._tasks)

    def start(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        """Begin a task; ``ended`` is set when it ends."""
        task = asyncio.create_task(work, name=name)
        self._tasks[name] = task
        task.add_done_callback(partial(self._end, name))

    def raise_failures(self) -> None:
        """Raise what a task ended with, other than an order to stop."""
        if self._failures:
            raise self._failures[0]

    def _end(self, name: str, task: asyncio.Task[None]) -> None:
        del self._tasks[name]
        self._ended.set()
        if not task.cancelled() and (error := task.exception()) and not isinstance(error, Stopped):
            self._failures.append(error)
