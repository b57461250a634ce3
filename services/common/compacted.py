"""A compacted topic as a table in memory: read from its beginning, then followed."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from typing import Generic, TypeVar

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from services.common.errors import PermanentError, TransientError
from services.common.events import from_value
from services.common.kafka import let_go
from services.common.messages import Message
from services.common.settings import KafkaSettings
from services.common.topics import MAX_MESSAGE_BYTES, Topic

log = structlog.get_logger()

LONGEST_WAIT = 30.0
"""Seconds."""
PROMPT_MS = 50
"""How long a fetch waits where every message waits for ``up_to_date``."""
M = TypeVar("M", bound=Message)


class Table(Generic[M]):
    """The newest message of each key. A process that writes waits for its own write with ``seen``."""

    def __init__(self, model: type[M], ends: Callable[[], Awaitable[Mapping[int, int]]] | None = None) -> None:
        self._model = model
        self._ends = ends
        self._rows: dict[str, M] = {}
        self._unreadable: dict[str, str] = {}
        self._positions: dict[int, int] = {}
        self._moved = asyncio.Condition()

    def get(self, key: str) -> M | None:
        """The newest message of a key, or None where there is none or it was removed."""
        return self._rows.get(key)

    def values(self) -> tuple[M, ...]:
        """The newest message of every key, in the order the keys first came."""
        return tuple(self._rows.values())

    @property
    def unreadable(self) -> Mapping[str, str]:
        """The keys whose newest message is malformed, and why. What they stood for before stays in the table."""
        return self._unreadable

    async def up_to_date(self) -> None:
        """Wait until everything that was written before this call is in the table.

        Raises:
            TransientError: Kafka is away.
        """
        try:
            async with asyncio.timeout(LONGEST_WAIT):
                for partition, end in (await self._ends()).items() if self._ends else ():
                    await self.seen(partition, end - 1)
        except (TimeoutError, KafkaError) as error:
            raise TransientError(f"the newest {self._model.__name__} messages cannot be read: {error!r}") from error

    async def seen(self, partition: int, offset: int) -> None:
        """Wait until the record at this offset is in the table."""
        async with self._moved:
            await self._moved.wait_for(lambda: self._positions.get(partition, 0) > offset)

    def apply(self, key: bytes | None, value: bytes | None) -> str | None:
        """Take one record in; returns why not, where it is malformed (it is then passed over)."""
        reason = None
        name = (key or b"").decode("utf-8", "replace")
        if value is None:
            self._rows.pop(name, None)
            self._unreadable.pop(name, None)
        else:
            try:
                self._rows[name] = from_value(self._model, value)
                self._unreadable.pop(name, None)
            except PermanentError as error:
                reason = self._unreadable[name] = str(error)
        return reason

    async def reached(self, partition: int, position: int) -> None:
        """Everything before this offset is in the table."""
        async with self._moved:
            self._positions[partition] = max(position, self._positions.get(partition, 0))
            self._moved.notify_all()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until a condition on the table holds; it is looked at whenever something has come."""
        async with self._moved:
            await self._moved.wait_for(condition)


Changed = Callable[[Table[M], Collection[str]], None]
"""Told of every change: the table as it is, and the keys whose rows are not what they were."""


@contextlib.asynccontextmanager
async def follow(
    settings: KafkaSettings,
    topic: Topic,
    model: type[M],
    *,
    changed: Changed[M] | None = None,
    table: Table[M] | None = None,
    newest: int | None = None,
    fetch_wait_ms: int = 500,
) -> AsyncIterator[Table[M]]:
    """The topic's table, complete as of now when the block begins, and kept up to date while it runs.

    ``table`` is what takes the records in, if it is of another kind; with ``newest`` it begins with so many of the last
    records of each partition. ``up_to_date`` may wait for ``fetch_wait_ms``, behind a fetch that waits for something
    new; what is new comes at once, however long that is.

    Raises:
        TransientError: Kafka is away.
    """
    client = AIOKafkaConsumer(
        bootstrap_servers=settings.kafka_bootstrap,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=MAX_MESSAGE_BYTES,
        fetch_max_wait_ms=fetch_wait_ms,
    )
    partitions = [TopicPartition(topic.name, number) for number in range(topic.partitions)]

    async def ends() -> dict[int, int]:
        return {partition.partition: end for partition, end in (await client.end_offsets(partitions)).items()}

    if table is None:
        table = Table(model, ends)
    try:
        await client.start()
        client.assign(partitions)
        client.pause(*partitions)  # what is asked now is not to wait behind a first fetch
        await client.seek_to_beginning(*partitions)
        wanted = await client.end_offsets(partitions)
        if newest is not None:
            for partition, first in (await client.beginning_offsets(partitions)).items():
                client.seek(partition, max(first, wanted[partition] - newest))
        client.resume(*partitions)
        read: set[str] = set()
        while any([await client.position(partition) < end for partition, end in wanted.items()]):
            read |= await _take(client, table)
        if changed and read:
            changed(table, read)
    except KafkaError as error:
        await let_go(client)
        raise TransientError(f"Kafka at {settings.kafka_bootstrap} does not answer: {error!r}") from error
    except BaseException:
        await let_go(client)
        raise
    following = asyncio.create_task(_follow(client, table, changed))
    try:
        yield table
    finally:
        following.cancel()
        await asyncio.wait({following})
        await let_go(client)


async def _follow(client: AIOKafkaConsumer, table: Table[M], changed: Changed[M] | None) -> None:
    while True:
        try:
            await _take(client, table, changed)
        except Exception as error:
            log.warning("table_waits", reason=repr(error), exc_info=not isinstance(error, KafkaError))
            await asyncio.sleep(1)


async def _take(client: AIOKafkaConsumer, table: Table[M], changed: Changed[M] | None = None) -> set[str]:
    """Take in what has come; the keys that it was of."""
    keys: set[str] = set()
    batches = await client.getmany(timeout_ms=500)
    for partition, records in batches.items():
        for record in records:
            keys.add((record.key or b"").decode("utf-8", "replace"))
            reason = table.apply(record.key, record.value)
            if reason:
                log.error("row_passed_over", topic=partition.topic, offset=record.offset, reason=reason)
    if keys and changed:
        changed(table, keys)
    # Only now has everybody who waits for a row what follows from it.
    for partition in client.assignment():
        await table.reached(partition.partition, await client.position(partition))
    return keys
