"""Fetching what an outlet published before it was followed: its sitemaps are read, then their pages, politely.

A backfill goes on where it was, however it ended. It sends articles as the service does: a page is done with only once
Kafka has acknowledged its article.
"""

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urljoin

from services.common.errors import ConfigurationError, PermanentError
from services.common.retry import Stopped
from services.common.runtime import Process
from services.fetcher.archive import archive
from services.fetcher.backfill_dates import is_since, may_hold_since
from services.fetcher.backfill_queue import BackfillQueue, Sitemap
from services.fetcher.check import chosen
from services.fetcher.entries import Entry
from services.fetcher.failures import FetchFailed, HttpError, NotAFeed, WorkerLost, WorkTimedOut
from services.fetcher.http import Conditions
from services.fetcher.line import Line
from services.fetcher.opening import opened_line
from services.fetcher.page_fetch import fetch_page
from services.fetcher.page_links import sitemaps_in_robots
from services.fetcher.remembered import Address
from services.fetcher.schedule import NOT_THERE
from services.fetcher.settings import FetcherSettings
from services.fetcher.sitemaps import sitemap_from_bytes
from services.fetcher.sources import Source
from services.fetcher.state_file import open_state

DEEPEST = 3
"""Indexes inside one another that are followed."""
MOST_SITEMAPS = 20_000
MOST_REASONS = 3
SLOWER = 2.0
"""The pause between two requests is so many times the fetcher's, as the fetcher may be asking the same host."""


@dataclass(slots=True)
class Backfilled:
    """How far a backfill is."""

    resumed: bool = False
    sitemaps: tuple[int, int] = (0, 0)
    """Read, and known so far."""
    pages: tuple[int, int] = (0, 0)
    """Done with, and known so far."""
    sent: int = 0
    """Articles, in this run."""
    undated: int = 0
    """Pages left out in this run, as nothing says of what time they are."""
    failures: list[str] = field(default_factory=list)
    """Sitemaps that could not be read, in sentences."""
    reasons: list[str] = field(default_factory=list)
    """Why pages are left, in sentences: some of them."""
    stopped: bool = False

    @property
    def left(self) -> int:
        """Pages that could not be fetched now."""
        return self.pages[1] - self.pages[0]


Told = Callable[[Backfilled], None]


def backfill_file(state: Path, source: str) -> Path:
    """Where a backfill of a source is kept: beside the fetcher's state."""
    return state.with_name(f"{state.name}.backfill-{source}.sqlite3")


async def backfill(
    settings: FetcherSettings, source: str, since: datetime, process: Process, *, undated: bool = False, told: Told
) -> Backfilled:
    """Fetch the articles that a source's sitemaps list since a date, until all are sent or the process is to stop.

    ``undated`` says whether pages are fetched of which nothing says how old they are; ``told`` is called at every step.

    Raises:
        ConfigurationError: the sources or the state cannot be used; the sentence says why.
        PermanentError: the source has no sitemap.
    """
    followed = chosen(settings.sources, [source])[0]
    settings = settings.model_copy(
        update={"fetcher_recheck_days": 0.0, "fetcher_host_delay": settings.fetcher_host_delay * SLOWER}
    )
    path = backfill_file(settings.fetcher_state, source)
    sofar = Backfilled()
    with (
        open_state(path) as state,
        contextlib.closing(BackfillQueue(path)) as queue,
        archive(settings) as kept,
    ):
        try:
            async with opened_line(settings, process, state, "fetcher-backfill", archive=kept) as line:
                work = _Backfill(line, followed, queue, since, undated, sofar, told)
                await work.run(settings.fetcher_state)
        except Stopped:
            sofar.stopped = True
        except sqlite3.Error as error:
            raise ConfigurationError(
                f"{path} cannot be used ({error}): make room or mend it, and give the same command again."
            ) from error
    return sofar


@dataclass(slots=True)
class _Backfill:
    line: Line
    source: Source
    queue: BackfillQueue
    since: datetime
    undated: bool
    sofar: Backfilled
    told: Told

    async def run(self, service: Path) -> None:
        self.sofar.resumed = self.queue.begin(self.since, datetime.now(UTC))
        if not self.sofar.resumed or self.queue.sitemaps()[1] == 0:
            self.queue.add([Sitemap(url, 0) for url in await self._first()])
        if self.queue.sitemaps()[1] == 0:
            raise PermanentError(
                f"{self.source.name} has no sitemap to go back by: none is listed for it, nor in its robots.txt, nor "
                "at /sitemap.xml. If you know one, list it under `sitemaps`."
            )
        self._tell()
        place = 0
        while (sitemap := self.queue.next(place)) is not None:
            self._go_on()
            place = sitemap.place
            if await self._read(sitemap):
                self.queue.done(sitemap, datetime.now(UTC))
            self._tell()
        self.queue.learn(service)
        self.queue.ask_again(datetime.now(UTC))
        self._tell()
        while due := await self.line.remember(lambda: self.line.state.due(datetime.now(UTC))):
            await self._fetch(due)
        self.sofar.reasons = self.queue.left(MOST_REASONS)
        if self.sofar.left == 0 and self.queue.next(0) is None:
            self.queue.finish(self.since, datetime.now(UTC))

    async def _first(self) -> list[str]:
        """Where to begin: the sitemaps that are listed for the source, and those that its robots.txt names."""
        site = next(iter((*self.source.sitemaps, *self.source.feeds)), f"https://{self.source.domain}/")
        found = list(self.source.sitemaps)
        for home in dict.fromkeys([urljoin(site, "/robots.txt"), *self._own_robots()]):
            with contextlib.suppress(FetchFailed):
                page = await self.line.get(self.source, home, self.line.settings.fetcher_page_bytes)
                found += sitemaps_in_robots(page.body, page.url)
        if not found:
            usual = urljoin(site, "/sitemap.xml")
            with contextlib.suppress(FetchFailed, NotAFeed):
                page = await self.line.get(self.source, usual, self.line.settings.fetcher_feed_bytes)
                sitemap_from_bytes(page.body, page.url)
                found.append(usual)
        return list(dict.fromkeys(found))

    def _own_robots(self) -> list[str]:
        """The robots.txt of the outlet's domain, where its feeds may be elsewhere; of our own outlets there is none."""
        return [] if self.source.allow_private else [f"https://{self.source.domain}/robots.txt"]

    async def _read(self, sitemap: Sitemap) -> bool:
        """Write down what a sitemap lists; returns whether it need not be asked again."""
        now = datetime.now(UTC)
        try:
            page = await self.line.get(self.source, sitemap.url, self.line.settings.fetcher_feed_bytes)
            read = await self.line.workers.run(sitemap_from_bytes, f"the sitemap {page.url}", page.body, page.url)
        except (FetchFailed, NotAFeed, WorkTimedOut, WorkerLost) as error:
            self.sofar.failures.append(str(error))
            gone = isinstance(error, HttpError) and error.status in NOT_THERE
            return gone or not isinstance(error, FetchFailed)
        if sitemap.depth < DEEPEST and self.queue.sitemaps()[1] < MOST_SITEMAPS:
            wanted = [child.url for child in read.children if may_hold_since(child, self.since)]
            self.queue.add(Sitemap(url, sitemap.depth + 1) for url in wanted)
        entries = [entry for entry in read.entries if self._wanted(entry)]
        await self.line.remember(
            lambda: self.line.state.polled(sitemap.url, self.source.id, now, Conditions(), entries)
        )
        return True

    def _wanted(self, entry: Entry) -> bool:
        recent = is_since(entry, self.since)
        if recent is None and not self.undated:
            self.sofar.undated += 1
        return self.undated if recent is None else recent

    async def _fetch(self, due: list[Address]) -> None:
        by_host: dict[str, list[Address]] = {}
        for address in due:
            by_host.setdefault(address.host, []).append(address)
        try:
            async with asyncio.TaskGroup() as group:
                for addresses in by_host.values():
                    group.create_task(self._one_after_the_other(addresses))
        except* ConfigurationError as errors:
            raise errors.exceptions[0] from None
        except* Stopped:
            raise Stopped from None

    async def _one_after_the_other(self, addresses: list[Address]) -> None:
        for address in addresses:
            self._go_on()
            await fetch_page(self.line, self.source, address, lambda: None)
            self._tell()

    def _go_on(self) -> None:
        if self.line.process.stop.is_set():
            raise Stopped

    def _tell(self) -> None:
        registry = self.line.process.metrics.registry
        self.sofar.sitemaps, self.sofar.pages = self.queue.sitemaps(), self.queue.pages()
        self.sofar.sent = int(registry.get_sample_value("sitrep_fetcher_pages_total", {"outcome": "sent"}) or 0)
        self.told(self.sofar)
