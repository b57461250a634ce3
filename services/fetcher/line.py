"""What the fetcher's loops work with, made once in ``app`` and handed on."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import TypeVar

import httpx
from aiokafka import AIOKafkaProducer

from services.common.compacted import Table
from services.common.deletions import Deletions
from services.common.events import Record
from services.common.kafka import send
from services.common.messages import Deletion
from services.common.retry import until_it_works
from services.common.retry_after import rest_after
from services.common.runtime import Process
from services.fetcher.archive import Archive
from services.fetcher.archived import about_page
from services.fetcher.deadline import Workers
from services.fetcher.entries import Feed
from services.fetcher.failures import HostRests, HttpError, InAnotherHand
from services.fetcher.following import Followed
from services.fetcher.http import Conditions, Page, get
from services.fetcher.politeness import Hosts, host_of
from services.fetcher.remembered import Address, FeedState
from services.fetcher.robots import LARGEST, ROBOTS_REDIRECTS
from services.fetcher.robots_files import RobotsFiles
from services.fetcher.settings import FetcherSettings
from services.fetcher.sources import Source
from services.fetcher.state import State

T = TypeVar("T")


@dataclass(slots=True)
class Line:
    """The clients, the state and the sources, and the few things that need more than one of them."""

    settings: FetcherSettings
    process: Process
    client: httpx.AsyncClient
    hosts: Hosts
    workers: Workers
    state: State
    producer: AIOKafkaProducer
    sources: Followed
    feeds: dict[str, FeedState]
    """What is remembered of each feed and sitemap, by its address; kept in step with the state."""
    mine: Callable[[str], bool] = lambda _host: True
    """Whether a host is this fetcher's to ask, where several share the work (``shard``)."""
    archive: Archive | None = None
    """Where pages are kept, if anywhere."""
    deletions: Deletions = field(default_factory=lambda: Table(Deletion))
    """Articles that were deleted on request, and are not to be asked for or sent again."""
    robots: RobotsFiles = field(default_factory=RobotsFiles)
    new_work: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when there may be something to begin with: addresses became due, or a host is free again."""
    more_due: bool = False
    """Whether addresses became due since it was last read which are."""
    offered: Callable[[str, Feed, Mapping[str, str]], None] | None = None
    """Called with each feed that was read, its address and headers: it may name a hub (``websub``)."""
    _in_hand: dict[str, tuple[asyncio.Lock, int]] = field(default_factory=dict)

    def found_work(self) -> None:
        """Addresses became due."""
        self.more_due = True
        self.new_work.set()

    async def get(
        self, source: Source, url: str, limit: int, conditions: Conditions | None = None, *, found: bool = False
    ) -> Page:
        """GET an address of a source, when it is its host's turn.

        ``found``: whether we found the address ourselves, as pages are. Those are asked for as far as robots.txt
        allows, and so is what they lead on to. The feeds and sitemaps that a person lists are asked for: that is a
        reader's request, not a crawler's, and an outlet publishes them to be read by programs.

        Raises:
            FetchFailed: one of its kinds, with a sentence.
        """
        return await get(
            self.client,
            url,
            limit=limit,
            conditions=conditions,
            redirects=self.settings.fetcher_redirects,
            seconds=self.settings.fetcher_request_seconds,
            turn=partial(self._turn, source, found),
            allow_private=source.allow_private,
        )

    async def keep(self, source: Source, address: Address, page: Page) -> str | None:
        """Keep a page in the archive; where it is, or None where none is kept."""
        if self.archive is None:
            return None
        asked = {**self.client.headers, **address.conditions.headers()}
        about = about_page(source.named, source.language, address.entry)
        where = await asyncio.to_thread(self.archive.keep, page, asked, about)
        self.process.metrics.pages_kept.labels("kept" if where else "not_kept").inc()
        return where

    @contextlib.asynccontextmanager
    async def _turn(self, source: Source, found: bool, url: str) -> AsyncIterator[None]:
        """Wait until an address may be asked; how its host answers decides when the next one may."""
        if found and not self.mine(host_of(url)):
            raise InAnotherHand(url)
        if found:
            await self.robots.allow(url, partial(self._robots, source))
        if (rest := self.hosts.resting(host_of(url))) > 0:
            raise HostRests(f"{host_of(url)} asked to be left alone for {rest:.0f} s more.", timedelta(seconds=rest))
        delay = 0.0 if source.allow_private else self.settings.fetcher_host_delay
        async with self.hosts.turn(url, max(delay, self.robots.delay(url))):
            try:
                yield
            except HttpError as error:
                if rested := rest_after(error.status, error.retry_after):
                    self.hosts.rest(url, rested.total_seconds())
                raise

    async def _robots(self, source: Source, url: str) -> Page:
        return await get(
            self.client,
            url,
            limit=LARGEST,
            redirects=ROBOTS_REDIRECTS,
            seconds=self.settings.fetcher_request_seconds,
            turn=partial(self._turn, source, False),
            allow_private=source.allow_private,
            beginning=True,
        )

    async def remember(self, write: Callable[[], T]) -> T:
        """Write to the state, again and again while it cannot be written; nothing goes on before it is.

        Raises:
            Stopped: the service was asked to stop meanwhile.
        """

        async def attempt() -> T:
            return write()

        return await until_it_works(attempt, part="state", health=self.process.health, stop=self.process.stop)

    async def send(self, records: Sequence[Record]) -> None:
        """Send to Kafka, again and again while it is away; returns once it has acknowledged.

        Raises:
            Stopped: the service was asked to stop meanwhile.
            PermanentError: a record is larger than Kafka takes.
        """

        async def attempt() -> None:
            await send(self.producer, records)

        await until_it_works(attempt, part="kafka", health=self.process.health, stop=self.process.stop)

    @contextlib.asynccontextmanager
    async def in_hand(self, article: str) -> AsyncIterator[None]:
        """Work on an article alone: several addresses may lead to it at once."""
        lock, users = self._in_hand.get(article, (asyncio.Lock(), 0))
        self._in_hand[article] = (lock, users + 1)
        try:
            async with lock:
                yield
        finally:
            lock, users = self._in_hand.pop(article)
            if users > 1:
                self._in_hand[article] = (lock, users - 1)
