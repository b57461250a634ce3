"""The topics as other programs meet them: the documented consumer runs, headers and keys are as promised."""

import asyncio
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from deploy.local.engines import Engines
from services.common.events import to_record
from services.common.kafka import producer, send
from services.common.messages import Claim
from services.common.settings import KafkaSettings
from services.common.topics import ALL_TOPICS, ARTICLES, TAGGED
from tests.builders import a_tagged_article, an_article
from tests.waiting import until

CONSUMER = Path(__file__).parents[2] / "docs/streams/consume.py"
pytestmark = pytest.mark.usefixtures("clean_line")


def a_claim(text: str, unit: str) -> Claim:
    return Claim(
        id="1", text=text, start=0, end=len(text), sentence=f"{text} have been sent to Kursk.", low=12_000,
        qualifier="more_than", category="personnel", item=unit, unit=unit,
    )  # fmt: skip


async def test_the_documented_consumer_prints_figures_about_troops(engines: Engines) -> None:
    troops = a_tagged_article("troops", claims=(a_claim("More than 12,000 troops", "troop"),))
    guns = a_tagged_article("guns", claims=(a_claim("About 50 howitzers", "howitzer"),))
    async with producer(KafkaSettings(kafka_bootstrap=engines.kafka_bootstrap), "test") as client:
        await send(client, [to_record(TAGGED, item.article.id, item, "test") for item in (guns, troops)])
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(CONSUMER), engines.kafka_bootstrap, stdout=PIPE, stderr=PIPE
    )
    try:
        assert process.stdout is not None
        line = await asyncio.wait_for(process.stdout.readline(), 60)
    finally:
        process.kill()
        await process.communicate()
    assert line.decode() == "The Outlet | More than 12,000 troops | More than 12,000 troops have been sent to Kursk.\n"


async def test_a_record_in_kafka_has_the_promised_key_and_headers(engines: Engines) -> None:
    article = an_article()
    async with producer(KafkaSettings(kafka_bootstrap=engines.kafka_bootstrap), "test") as client:
        await send(client, [to_record(ARTICLES, article.id, article, "fetcher")])
    reader = AIOKafkaConsumer(
        ARTICLES.name, bootstrap_servers=engines.kafka_bootstrap, group_id="reader", auto_offset_reset="earliest"
    )
    await reader.start()
    try:
        record = await asyncio.wait_for(reader.getone(), 30)
    finally:
        await reader.stop()
    assert record.key == article.id.encode()
    assert dict(record.headers).keys() == {
        "ce_id", "ce_source", "ce_type", "ce_specversion", "ce_subject", "ce_time", "content-type",
    }  # fmt: skip


async def test_topics_are_configured_as_promised(engines: Engines) -> None:
    client = AIOKafkaAdminClient(bootstrap_servers=engines.kafka_bootstrap)
    await client.start()
    try:
        expected = {topic.name: topic.partitions for topic in ALL_TOPICS}
        await until(lambda: has_partitions(client, expected), "every topic has its partitions")
        resources = [ConfigResource(ConfigResourceType.TOPIC, topic.name) for topic in ALL_TOPICS]
        answers = await client.describe_configs(resources)
    finally:
        await client.close()
    configured = {
        name: {entry[0]: entry[1] for entry in entries}
        for answer in answers
        for _, _, _, name, entries in answer.resources
    }
    for topic in ALL_TOPICS:
        assert topic.config().items() <= configured[topic.name].items()


async def has_partitions(client: AIOKafkaAdminClient, expected: dict[str, int]) -> bool:
    """Whether Kafka says so; topics that were just made are described a moment later."""
    described = await client.describe_topics(list(expected))
    return {topic["topic"]: len(topic["partitions"]) for topic in described} == expected
