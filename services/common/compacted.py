"""A compacted topic as a table in memory: read from its beginning, then followed."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
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
M = TypeVar("M", bound=Message)


class Table(Generic[M]):
    """The newest message of each key. A process that writes waits for its own write with ``seen``."""

    def __init__(self, model: type[M]) -> None:
        self._model = model
        self._rows: dict[str, M] = {}
        self._positions: dict[int, int] = {}
        self._moved = asyncio.Condition()

    def get(self, key: str) -> M | None:
        """The newest message of a key, or None where there is none or it was removed."""
        return self._rows.get(key)

    def values(self) -> tuple[M, ...]:
        """The newest message of every key, in the order the keys first came."""
        return tuple(self._rows.values())

    async def seen(self, partition: int, offset: int) -> None:
        """Wait until the record at this offset is in the table."""
        async with self._moved:
            await self._moved.wait_for(lambda: self._positions.get(partition, 0) > offset)

    async def apply(self, partition: int, offset: int, key: bytes | None, value: bytes | None) -> str | None:
        """Take one record in; returns why not, where it is malformed (it is then passed over)."""
        reason = None
        name = (key or b"").decode("utf-8", "replace")
        if value is None:
            self._rows.pop(name, None)
        else:
            try:
                self._rows[name] = from_value(self._model, value)
            except PermanentError as error:
                reason = str(error)
        async with self._moved:
            self._positions[partition] = offset + 1
            self._moved.notify_all()
        return reason


@contextlib.asynccontextmanager
async def follow(
    settings: KafkaSettings,
    topic: Topic,
    model: type[M],
    *,
    changed: Callable[[Table[M]], None] | None = None,
) -> AsyncIterator[Table[M]]:
    """The topic's table, complete as of now when the block begins, and kept up to date while it runs.

    Raises:
        TransientError: Kafka is away.
    """
    client = AIOKafkaConsumer(
        bootstrap_servers=settings.kafka_bootstrap,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=MAX_MESSAGE_BYTES,
        fetch_max_wait_ms=100,
    )
    table: Table[M] = Table(model)
    try:
        await client.start()
        partitions = [TopicPartition(topic.name, number) for number in range(topic.partitions)]
        client.assign(partitions)
        await client.seek_to_beginning(*partitions)
        ends = await client.end_offsets(partitions)
        while any([await client.position(partition) < end for partition, end in ends.items()]):
            await _take(client, table, changed)
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


async def _follow(client: AIOKafkaConsumer, table: Table[M], changed: Callable[[Table[M]], None] | None) -> None:
    while True:
        try:
            await _take(client, table, changed)
        except Exception as error:
            log.warning("table_waits", reason=repr(error), exc_info=not isinstance(error, KafkaError))
            await asyncio.sleep(1)


async def _take(client: AIOKafkaConsumer, table: Table[M], changed: Callable[[Table[M]], None] | None) -> None:
    batches = await client.getmany(timeout_ms=500)
    for partition, records in batches.items():
        for record in records:
            reason = await table.apply(partition.partition, record.offset, record.key, record.value)
            if reason:
                log.error("row_passed_over", topic=partition.topic, offset=record.offset, reason=reason)
    if batches and changed:
        changed(table)
