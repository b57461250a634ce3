"""Subscriptions, kept in the compacted topic: read from memory, written through Kafka, and then read back.

A write is done when its record has been acknowledged and has come back into the table, so that whoever wrote reads
what they wrote. Until Kafka has been reached once nothing can be read; while it is away later, reading goes on.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import dataclass
from functools import partial

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from services.api.confirmed import write
from services.api.problems import unavailable
from services.common.compacted import Table, follow
from services.common.errors import TransientError
from services.common.events import Record, to_record, tombstone
from services.common.kafka import ensure_topics, producer
from services.common.messages import Subscription
from services.common.metrics import Metrics
from services.common.retry import Stopped, until_it_works, wait_or_stop
from services.common.runtime import Process
from services.common.settings import KafkaSettings
from services.common.topics import SUBSCRIPTIONS

log = structlog.get_logger()

CHECKED_EVERY = 5.0
"""Seconds between two looks whether Kafka is still there."""


@dataclass(frozen=True, slots=True)
class _Connection:
    table: Table[Subscription]
    client: AIOKafkaProducer


class SubscriptionStore:
    """The subscriptions. Each method raises a ``ProblemError`` (503) where Kafka is needed and does not answer."""

    def __init__(self, *, limit: float) -> None:
        self._limit = limit
        self._connection: _Connection | None = None
        self._one_at_a_time = asyncio.Lock()

    def all(self) -> tuple[Subscription, ...]:
        """Every subscription, the oldest first."""
        return tuple(sorted(self._connected.table.values(), key=lambda each: (each.created_at, each.id)))

    def get(self, subscription: str) -> Subscription | None:
        """One subscription, or None where there is none with this id."""
        return self._connected.table.get(subscription)

    def unreadable(self) -> Mapping[str, str]:
        """The ids of subscriptions that are kept and cannot be read, and why."""
        return self._connected.table.unreadable

    @contextlib.asynccontextmanager
    async def writing(self) -> AsyncIterator[None]:
        """One change at a time, to what is the newest when the block begins.

        Another instance of the api may write within the block: so long as it takes, some milliseconds.
        """
        async with self._one_at_a_time:
            connected = self._connected
            try:
                async with asyncio.timeout(self._limit):
                    await connected.table.up_to_date()
            except (TimeoutError, TransientError) as error:
                raise unavailable("Kafka does not answer, so that nothing can be changed.") from error
            yield

    async def put(self, subscription: Subscription) -> None:
        """Keep a subscription, new or changed."""
        await self._write(to_record(SUBSCRIPTIONS, subscription.id, subscription, "api"))

    async def remove(self, subscription: str) -> None:
        """Remove a subscription."""
        await self._write(tombstone(SUBSCRIPTIONS, subscription))

    async def keep_connected(self, settings: KafkaSettings, process: Process) -> None:
        """Connect as soon as Kafka is there, and say at /readyz while it is not, until the process stops."""
        stack = contextlib.AsyncExitStack()
        try:
            connect = partial(_connect, settings, process.metrics, stack)
            connected = await until_it_works(connect, part="kafka", health=process.health, stop=process.stop)
            log.info("subscriptions_read", subscriptions=len(connected.table.values()))
            self._connection = connected
            while not await wait_or_stop(process.stop, CHECKED_EVERY):
                await self._check(process, connected)
        except Stopped:
            pass
        finally:
            # A producer waits for Kafka to take what it still holds; whoever sent it has long been told 503.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._limit):
                    await stack.aclose()

    @property
    def _connected(self) -> _Connection:
        if self._connection is None:
            raise unavailable("Subscriptions have not been read from Kafka yet.")
        return self._connection

    async def _write(self, record: Record) -> None:
        connected = self._connected
        await write(connected.client, connected.table, record, self._limit)

    async def _check(self, process: Process, connected: _Connection) -> None:
        try:
            async with asyncio.timeout(self._limit):
                await connected.client.client.fetch_all_metadata()
        except (TimeoutError, KafkaError) as error:
            process.health.waiting_for("kafka", f"Kafka does not answer: {error!r}")
        else:
            process.health.restored("kafka")


async def _connect(settings: KafkaSettings, metrics: Metrics, stack: contextlib.AsyncExitStack) -> _Connection:
    """The table and a producer, to be closed with ``stack``; nothing stays open where this fails.

    Raises:
        TransientError: Kafka is away.
    """

    def count(table: Table[Subscription], _keys: Collection[str]) -> None:
        metrics.subscriptions.set(len(table.values()))

    await ensure_topics(settings, [SUBSCRIPTIONS])
    async with contextlib.AsyncExitStack() as attempt:
        table = await attempt.enter_async_context(follow(settings, SUBSCRIPTIONS, Subscription, changed=count))
        client = await attempt.enter_async_context(producer(settings, "sitrep-api"))
        stack.push_async_exit(attempt.pop_all())
    return _Connection(table, client)
