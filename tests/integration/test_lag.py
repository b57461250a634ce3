"""How far a stage is behind, as its gauge says it."""

import asyncio
from typing import Any

import pytest
from aiokafka import TopicPartition

from services.common.events import to_record
from services.common.health import Health
from services.common.kafka import consumer, producer, send
from services.common.lag import lag_watched
from services.common.metrics import Metrics
from services.common.runtime import Process
from services.common.settings import KafkaSettings
from services.common.topics import TAGGED
from tests.builders import a_tagged_article
from tests.waiting import until


@pytest.mark.usefixtures("clean_line")
async def test_the_lag_is_what_was_not_settled_whoever_reads_it(engines: Any) -> None:
    settings = KafkaSettings(kafka_bootstrap=engines.kafka_bootstrap)
    metrics = Metrics()
    process = Process("indexer", metrics, Health(metrics), asyncio.Event())
    tagged = [a_tagged_article(f"n{number}") for number in range(30)]

    def lag() -> float | None:
        return metrics.registry.get_sample_value(
            "sitrep_consumer_lag_messages", {"stage": "indexer", "topic": TAGGED.name}
        )

    async with producer(settings, "test") as sending, lag_watched(settings, TAGGED, "lag-test", process):
        await send(sending, [to_record(TAGGED, one.article.id, one, "extractor") for one in tagged])
        await until(lambda: lag() == 30, "nothing is settled yet")
        async with consumer(settings, [TAGGED], "lag-test") as client:
            taken: dict[TopicPartition, int] = {}
            while len(taken) < 2:
                for partition, records in (await client.getmany(timeout_ms=500, max_records=5)).items():
                    taken[partition] = records[-1].offset + 1
            await client.commit(taken)
            await until(lambda: lag() == 30 - sum(taken.values()), "what is settled no longer counts")
