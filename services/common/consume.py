"""A stage's loop: take a batch, make its effect durable, commit as an explicit last step.

Several batches may be worked on at once; offsets are committed in the order in which the batches were taken. A batch
whose handling fails for a passing reason is given back with all that were taken after it (their partitions are rewound
to where the first began) and taken again after a wait, so that no batch is held while Kafka waits to hear from us.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError

from services.common.errors import TransientError
from services.common.retry import LONGEST_WAIT, wait_or_stop
from services.common.runtime import Process

log = structlog.get_logger()

Records = Sequence[ConsumerRecord[bytes, bytes]]
POLL_MS = 500
BUSY_POLL_MS = 50
"""For how long records are waited for while others are worked on: then it is time to see what became of those."""


@dataclass(frozen=True, slots=True)
class Batching:
    """How records are gathered: a batch is full at so many ``records`` or ``size`` bytes, and is not waited for longer
    than ``seconds`` after its first record. So many batches are worked on at once.
    """

    records: int = 200
    size: int = 16 * 1024 * 1024
    seconds: float = 0.0
    in_flight: int = 1


@dataclass(frozen=True, slots=True)
class _Batch:
    """Records as they were taken, and the work on them."""

    first: Mapping[TopicPartition, int]
    last: Mapping[TopicPartition, int]
    work: asyncio.Task[None]


async def consume(
    client: AIOKafkaConsumer,
    handle: Callable[[Records], Awaitable[None]],
    process: Process,
    batching: Batching | None = None,
) -> None:
    """Hand batches to ``handle`` until the process stops; what is being worked on then is finished first.

    ``handle`` returns once everything the batch stands for is durable (dead letters included). If it raises
    ``TransientError`` the batch comes again; any other exception ends the loop with nothing more committed.
    """
    batching = batching or Batching()
    working: deque[_Batch] = deque()
    failures = 0

    async def timed(records: Records) -> None:
        began = monotonic()
        await handle(records)
        process.metrics.batch_seconds.labels(process.service).observe(monotonic() - began)

    try:
        while not process.stop.is_set() or working:
            if not process.stop.is_set() and len(working) < batching.in_flight:
                if records := await _gather(client, batching, busy=bool(working)):
                    work = asyncio.create_task(timed(records))
                    working.append(_Batch(_places(records[::-1]), _places(records), work))
            elif working:
                await asyncio.wait({working[0].work})
            while working and working[0].work.done():
                try:
                    working[0].work.result()
                except TransientError as error:
                    failures += 1
                    process.metrics.retries.labels(process.service).inc()
                    process.health.waiting_for("batch", str(error))
                    log.warning("batch_given_back", batches=len(working), failures=failures, reason=str(error))
                    await _give_back(client, working)
                    await wait_or_stop(process.stop, min(LONGEST_WAIT, 0.5 * 2 ** min(failures, 10)))
                    break
                failures = 0
                process.health.restored("batch")
                await commit(client, {place: offset + 1 for place, offset in working.popleft().last.items()})
    finally:
        for batch in working:
            batch.work.cancel()
        await asyncio.gather(*(batch.work for batch in working), return_exceptions=True)


async def commit(client: AIOKafkaConsumer, offsets: dict[TopicPartition, int]) -> None:
    """Commit; a failure only means that the same records will be seen again, by us or by another member."""
    try:
        await client.commit(offsets)
    except (CommitFailedError, IllegalStateError) as error:
        log.info("commit_superseded", reason=str(error))
    except KafkaError as error:
        log.warning("commit_failed", reason=repr(error))


async def _gather(client: AIOKafkaConsumer, batching: Batching, *, busy: bool) -> list[ConsumerRecord[bytes, bytes]]:
    """The next batch, or nothing where none came in time."""
    gathered: list[ConsumerRecord[bytes, bytes]] = []
    size = 0
    until = monotonic() + (BUSY_POLL_MS if busy else POLL_MS) / 1000
    while not gathered or (len(gathered) < batching.records and size < batching.size):
        left = until - monotonic()
        if gathered and left <= 0:
            break
        polled = await client.getmany(
            timeout_ms=round(max(0.0, left) * 1000), max_records=batching.records - len(gathered)
        )
        records = [record for batch in polled.values() for record in batch]
        if records and not gathered:
            until = monotonic() + batching.seconds
        gathered += records
        size += sum(len(record.value or b"") for record in records)
        if not gathered:
            break
    return gathered


def _places(records: Records) -> dict[TopicPartition, int]:
    """The offset of the last of these in each partition."""
    return {TopicPartition(record.topic, record.partition): record.offset for record in records}


async def _give_back(client: AIOKafkaConsumer, working: deque[_Batch]) -> None:
    """Let all batches end, and rewind to where the first that is not committed began.

    Raises:
        Exception: one of them failed for a reason that does not pass.
    """
    await asyncio.wait({batch.work for batch in working})
    for batch in working:
        if (error := batch.work.exception()) and not isinstance(error, TransientError):
            raise error
    first: dict[TopicPartition, int] = {}
    while working:
        for partition, offset in working.popleft().first.items():
            first.setdefault(partition, offset)
    for partition, offset in first.items():
        try:
            client.seek(partition, offset)
        except IllegalStateError:
            log.info("partition_moved", partition=partition.partition)
