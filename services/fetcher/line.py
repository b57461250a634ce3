"""What the fetcher's loops work with, made once in ``app`` and handed on."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import TypeVar

import httpx
from aiokafka import AIOKafkaProducer

from services.common.events import Record
from services.common.kafka import send
from services.common.retry import until_it_works
from services.common.runtime import Process
from services.fetcher.deadline import Workers
from services.fetcher.following import Followed
from services.fetcher.http import Conditions, Page, get
from services.fetcher.politeness import Hosts
from services.fetcher.remembered import FeedState
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
    new_work: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when addresses became due."""
    _in_hand: dict[str, tuple[asyncio.Lock, int]] = field(default_factory=dict)

    async def get(self, source: Source, url: str, limit: int, conditions: Conditions | None = None) -> Page:
        """GET an address of a source, when it is its host's turn.

        Raises:
            FetchFailed: one of its kinds, with a sentence.
        """
        delay = 0.0 if source.allow_private else self.settings.fetcher_host_delay

        def turn(address: str) -> AbstractAsyncContextManager[None]:
            return self.hosts.turn(address, delay)

        return await get(
            self.client,
            url,
            limit=limit,
            conditions=conditions,
            redirects=self.settings.fetcher_redirects,
            seconds=self.settings.fetcher_request_seconds,
            turn=turn,
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
