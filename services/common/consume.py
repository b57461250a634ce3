"""A stage's loop: take a batch, make its effect durable, commit as an explicit last step.

A batch whose handling fails for a passing reason is given back (its partitions are rewound to where the batch began)
and taken again after a wait, so that no batch is held while Kafka waits to hear from us.
"""

from collections.abc import Awaitable, Callable, Sequence
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


async def consume(
    client: AIOKafkaConsumer,
    handle: Callable[[Records], Awaitable[None]],
    process: Process,
    *,
    max_records: int = 200,
) -> None:
    """Hand batches to ``handle`` until the process stops.

    ``handle`` returns once everything the batch stands for is durable (dead letters included). If it raises
    ``TransientError`` the batch comes again; any other exception ends the loop with nothing committed.
    """
    failures = 0
    while not process.stop.is_set():
        by_partition = await client.getmany(timeout_ms=POLL_MS, max_records=max_records)
        records = [record for batch in by_partition.values() for record in batch]
        if not records:
            continue
        began = monotonic()
        try:
            await handle(records)
        except TransientError as error:
            failures += 1
            process.metrics.retries.labels(process.service).inc()
            process.health.waiting_for("batch", str(error))
            log.warning("batch_given_back", records=len(records), failures=failures, reason=str(error))
            _rewind(client, by_partition)
            await wait_or_stop(process.stop, min(LONGEST_WAIT, 0.5 * 2 ** min(failures, 10)))
            continue
        failures = 0
        process.health.restored("batch")
        process.metrics.batch_seconds.labels(process.service).observe(monotonic() - began)
        await commit(client, {partition: batch[-1].offset + 1 for partition, batch in by_partition.items()})


async def commit(client: AIOKafkaConsumer, offsets: dict[TopicPartition, int]) -> None:
    """Commit; a failure only means that the same records will be seen again, by us or by another member."""
    try:
        await client.commit(offsets)
    except (CommitFailedError, IllegalStateError) as error:
        log.info("commit_superseded", reason=str(error))
    except KafkaError as error:
        log.warning("commit_failed", reason=repr(error))


def _rewind(client: AIOKafkaConsumer, by_partition: dict[TopicPartition, list[ConsumerRecord[bytes, bytes]]]) -> None:
    for partition, batch in by_partition.items():
        try:
            client.seek(partition, batch[0].offset)
        except IllegalStateError:
            log.info("partition_moved", partition=partition.partition)
