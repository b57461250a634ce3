"""The edge to Kafka: clients with the settings every stage must share, topics made before use."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from datetime import datetime

import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import (
    KafkaError,
    MessageSizeTooLargeError,
    RecordTooLargeError,
    TopicAlreadyExistsError,
    for_code,
)

from services.common.errors import PermanentError, TransientError
from services.common.events import Record
from services.common.settings import KafkaSettings
from services.common.topics import MAX_MESSAGE_BYTES, Topic

log = structlog.get_logger()

MAX_POLL_INTERVAL_MS = 300_000
"""A stage that holds a batch longer than this loses its partitions; stages give a failed batch back long before."""


FLUSH_SECONDS = 5.0
"""How long a client that is closed goes on trying: a producer to deliver what it holds, a consumer to end."""


@contextlib.asynccontextmanager
async def producer(settings: KafkaSettings, client_id: str, *, linger_ms: int = 5) -> AsyncIterator[AIOKafkaProducer]:
    """A producer that loses nothing: every replica acknowledges, retries make no duplicates, order is kept.

    ``linger_ms``: how long a record waits for others to go with it.
    """
    client = AIOKafkaProducer(
        bootstrap_servers=settings.kafka_bootstrap,
        client_id=client_id,
        acks="all",
        enable_idempotence=True,
        compression_type="gzip",
        max_request_size=MAX_MESSAGE_BYTES,
        linger_ms=linger_ms,
    )
    await _start(client, settings)
    try:
        yield client
    finally:
        # What Kafka has not taken by now nobody waits for: whoever sent it was told, or will send it again.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(FLUSH_SECONDS):
                await client.stop()
        await client.client.close()


@contextlib.asynccontextmanager
async def consumer(
    settings: KafkaSettings, topics: Iterable[Topic], group: str, *, max_records: int = 200
) -> AsyncIterator[AIOKafkaConsumer]:
    """A consumer in a group that commits only when told to, and starts at the beginning of a topic."""
    client = AIOKafkaConsumer(
        *(topic.name for topic in topics),
        bootstrap_servers=settings.kafka_bootstrap,
        group_id=group,
        client_id=group,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        max_poll_records=max_records,
        max_poll_interval_ms=MAX_POLL_INTERVAL_MS,
        max_partition_fetch_bytes=MAX_MESSAGE_BYTES,
        session_timeout_ms=10_000,
        heartbeat_interval_ms=2_000,
    )
    await _start(client, settings)
    try:
        yield client
    finally:
        await let_go(client)


async def everything_in(settings: KafkaSettings, topic: Topic) -> AsyncGenerator[ConsumerRecord[bytes, bytes], None]:
    """Every record of a topic as of now, in the order of each partition. Nothing is committed.

    Raises:
        TransientError: Kafka is away.
    """
    client = AIOKafkaConsumer(
        bootstrap_servers=settings.kafka_bootstrap,
        enable_auto_commit=False,
        max_partition_fetch_bytes=MAX_MESSAGE_BYTES,
        fetch_max_wait_ms=100,
    )
    await _start(client, settings)
    try:
        partitions = [TopicPartition(topic.name, number) for number in range(topic.partitions)]
        client.assign(partitions)
        await client.seek_to_beginning(*partitions)
        ends = await client.end_offsets(partitions)
        while any([await client.position(partition) < end for partition, end in ends.items()]):
            for partition, records in (await client.getmany(timeout_ms=500)).items():
                for record in records:
                    if record.offset < ends[partition]:
                        yield record
    except KafkaError as error:
        raise TransientError(f"Kafka at {settings.kafka_bootstrap} does not answer: {error!r}") from error
    finally:
        await client.stop()


async def records_since(
    settings: KafkaSettings, topic: Topic, partition: int, moment: datetime, until: int
) -> AsyncGenerator[ConsumerRecord[bytes, bytes], None]:
    """The records of a partition from a moment on, before the offset ``until``. Nothing is committed.

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
    await _start(client, settings)
    try:
        place = TopicPartition(topic.name, partition)
        client.assign([place])
        found = (await client.offsets_for_times({place: int(moment.timestamp() * 1000)}))[place]
        client.seek(place, found.offset if found else until)
        while await client.position(place) < until:
            for record in (await client.getmany(place, timeout_ms=500)).get(place, []):
                if record.offset < until:
                    yield record
    except KafkaError as error:
        raise TransientError(f"Kafka at {settings.kafka_bootstrap} does not answer: {error!r}") from error
    finally:
        await client.stop()


async def record_at(
    settings: KafkaSettings, topic: str, partition: int, offset: int
) -> ConsumerRecord[bytes, bytes] | None:
    """The record at a place, or None where Kafka no longer has it.

    Raises:
        TransientError: Kafka is away.
    """
    client = AIOKafkaConsumer(
        bootstrap_servers=settings.kafka_bootstrap,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=MAX_MESSAGE_BYTES,
    )
    await _start(client, settings)
    try:
        place = TopicPartition(topic, partition)
        client.assign([place])
        first, end = (await client.beginning_offsets([place]))[place], (await client.end_offsets([place]))[place]
        if not first <= offset < end:
            return None
        client.seek(place, offset)
        record = await client.getone(place)
    except KafkaError as error:
        raise TransientError(f"Kafka at {settings.kafka_bootstrap} does not answer: {error!r}") from error
    finally:
        await client.stop()
    return record if record.offset == offset else None


async def let_go(client: AIOKafkaConsumer) -> None:
    """Stop a consumer, also while Kafka is away.

    Then aiokafka's ``stop`` may end half-way: it cancels a request that is being tried again, and is cancelled with it.
    """
    stopping = asyncio.create_task(client.stop())
    await asyncio.wait({stopping}, timeout=FLUSH_SECONDS)
    if not stopping.done() or stopping.cancelled():
        stopping.cancel()
        await client._client.close()  # noqa: SLF001 - what stop() did not come to; nothing public closes the sockets
    else:
        stopping.result()


async def send(client: AIOKafkaProducer, records: Iterable[Record]) -> None:
    """Send records and wait until Kafka has acknowledged every one.

    Raises:
        PermanentError: a record is larger than the topic takes.
        TransientError: Kafka did not acknowledge in time; all of them may be sent again.
    """
    try:
        sent = [
            await client.send(
                record.topic,
                key=record.key,
                value=record.value,
                headers=list(record.headers),
                partition=record.partition,
            )
            for record in records
        ]
        await asyncio.gather(*sent)
    except (MessageSizeTooLargeError, RecordTooLargeError) as error:
        raise PermanentError(f"larger than Kafka takes ({MAX_MESSAGE_BYTES} bytes): {error}") from error
    except KafkaError as error:
        raise TransientError(f"Kafka did not acknowledge: {error!r}") from error


async def ensure_topics(settings: KafkaSettings, topics: Iterable[Topic]) -> None:
    """Create the topics that are not there yet. Safe to call from many processes at once.

    Raises:
        TransientError: Kafka is away.
        PermanentError: Kafka refuses a topic; the sentence names it.
    """
    wanted = list(topics)
    client = AIOKafkaAdminClient(bootstrap_servers=settings.kafka_bootstrap)
    try:
        await client.start()
        there = set(await client.list_topics())
        answer = await client.create_topics(
            [
                NewTopic(
                    topic.name,
                    num_partitions=topic.partitions,
                    replication_factor=settings.kafka_replication,
                    topic_configs=topic.config(),
                )
                for topic in wanted
                if topic.name not in there
            ]
        )
    except KafkaError as error:
        raise TransientError(f"Kafka at {settings.kafka_bootstrap} does not answer: {error!r}") from error
    finally:
        await client.close()
    for name, code, *message in answer.topic_errors:
        if code not in (0, TopicAlreadyExistsError.errno):
            raise PermanentError(f"Kafka refuses the topic {name}: {for_code(code).__name__} {message}")


async def _start(client: AIOKafkaProducer | AIOKafkaConsumer, settings: KafkaSettings) -> None:
    """Start a client; one that does not come to it, also because its stage is stopped, holds nothing afterwards."""
    try:
        await client.start()
    except BaseException as error:
        await client.stop()
        if isinstance(error, KafkaError):
            raise TransientError(f"Kafka at {settings.kafka_bootstrap} does not answer: {error!r}") from error
        raise
