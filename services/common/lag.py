"""How far a stage is behind its topic, measured from outside its consumer: the same for every kind of consumer.

What counts is what was committed. Each process reports the lag of its whole group, so of several the largest is right.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from services.common.runtime import Process
from services.common.settings import KafkaSettings
from services.common.topics import Topic

log = structlog.get_logger()

EVERY = 5.0
"""Seconds between two looks."""


async def behind(client: AIOKafkaConsumer, topic: Topic) -> int:
    """How many messages of a topic the client's group has not settled.

    Raises:
        KafkaError: Kafka is away.
    """
    partitions = [TopicPartition(topic.name, number) for number in range(topic.partitions)]
    ends = await client.end_offsets(partitions)
    begins = await client.beginning_offsets(partitions)
    count = 0
    for partition, end in ends.items():
        committed = await client.committed(partition)
        count += max(0, end - max(begins[partition], committed or 0))
    return count


@contextlib.asynccontextmanager
async def lag_watched(settings: KafkaSettings, topic: Topic, group: str, process: Process) -> AsyncIterator[None]:
    """Keep the lag's gauge up to date while the block runs; a Kafka that is away is no matter of this."""
    watching = asyncio.create_task(_watch(settings, topic, group, process))
    try:
        yield
    finally:
        watching.cancel()
        await asyncio.wait({watching})


async def _watch(settings: KafkaSettings, topic: Topic, group: str, process: Process) -> None:
    gauge = process.metrics.lag.labels(process.service, topic.name)
    while True:
        # It has the group's name to read what the group committed; it subscribes to nothing, and never joins.
        client = AIOKafkaConsumer(bootstrap_servers=settings.kafka_bootstrap, group_id=group, enable_auto_commit=False)
        try:
            await client.start()
            while True:
                gauge.set(await behind(client, topic))
                await asyncio.sleep(EVERY)
        except KafkaError as error:
            log.info("lag_unknown", reason=repr(error))
        finally:
            await client.stop()
        await asyncio.sleep(EVERY)
