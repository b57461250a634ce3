"""How far a stage is behind its topic, measured from outside its consumer: the same for every kind of consumer.

What counts is what was committed. Each process reports the lag of its whole group, so of several the largest is right.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from services.common.runtime import Process
from services.common.settings import KafkaSettings
from services.common.topics import Topic

log = structlog.get_logger()

EVERY = 5.0
"""Seconds between two looks."""


@dataclass(frozen=True, slots=True)
class Place:
    """How far a group is in a partition: offsets of its first message, of the next to be settled, and of its end."""

    first: int
    settled: int
    end: int


Places = dict[TopicPartition, Place]


async def places(client: AIOKafkaConsumer, topic: Topic) -> Places:
    """How far the client's group is in each partition of a topic.

    Raises:
        KafkaError: Kafka is away.
    """
    partitions = [TopicPartition(topic.name, number) for number in range(topic.partitions)]
    ends = await client.end_offsets(partitions)
    firsts = await client.beginning_offsets(partitions)
    return {
        partition: Place(first, max(first, await client.committed(partition) or 0), ends[partition])
        for partition, first in firsts.items()
    }


def behind(there: Places) -> int:
    """How many messages are not settled."""
    return sum(max(0, place.end - place.settled) for place in there.values())


def onlooker(settings: KafkaSettings, group: str) -> AIOKafkaConsumer:
    """A client that reads what a group has committed; it subscribes to nothing, and never joins. To be started."""
    return AIOKafkaConsumer(bootstrap_servers=settings.kafka_bootstrap, group_id=group, enable_auto_commit=False)


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
        client = onlooker(settings, group)
        try:
            await client.start()
            while True:
                gauge.set(behind(await places(client, topic)))
                await asyncio.sleep(EVERY)
        except KafkaError as error:
            log.info("lag_unknown", reason=repr(error))
        finally:
            await client.stop()
        await asyncio.sleep(EVERY)
