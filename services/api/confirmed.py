"""A write that is done when Kafka has it and it has come back: whoever wrote reads what they wrote."""

import asyncio
from typing import Any

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from services.api.problems import unavailable
from services.common.compacted import Table
from services.common.events import Record

log = structlog.get_logger()


async def write(client: AIOKafkaProducer, table: Table[Any], record: Record, limit: float) -> None:
    """Send a record of the table's topic, and wait until it is in the table.

    Raises:
        ProblemError: 503, Kafka has not confirmed it within ``limit`` seconds.
    """
    try:
        async with asyncio.timeout(limit):
            sent = await client.send_and_wait(
                record.topic,
                key=record.key,
                value=record.value,
                headers=list(record.headers),
                partition=record.partition,
            )
            await table.seen(sent.partition, sent.offset)
    except (TimeoutError, KafkaError) as error:
        log.warning("write_not_confirmed", topic=record.topic, reason=repr(error))
        raise unavailable(
            "Kafka has not confirmed the change, which may still be made: look before you send it again."
        ) from error
