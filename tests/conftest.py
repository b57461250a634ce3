"""Real engines for every test that asks for them: one pair a run, on ports and folders of their own."""

import shutil
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiokafka.admin import AIOKafkaAdminClient

from services.common.elastic import elastic
from services.common.kafka import ensure_topics
from services.common.settings import ElasticsearchSettings, KafkaSettings
from services.common.topics import ALL_TOPICS
from tests.waiting import until


@pytest.fixture
async def clean_line(engines: Any) -> None:
    """Topics made anew and no index at all, as on the first start. Kafka forgets what groups had read of them."""
    settings = KafkaSettings(kafka_bootstrap=engines.kafka_bootstrap)
    client = AIOKafkaAdminClient(bootstrap_servers=engines.kafka_bootstrap)
    await client.start()
    try:
        ours = {topic.name for topic in ALL_TOPICS}
        if there := ours & set(await client.list_topics()):
            await client.delete_topics(list(there))
            await until(lambda: gone(client, ours), "topics deleted")
    finally:
        await client.close()
    await ensure_topics(settings, ALL_TOPICS)


async def gone(client: AIOKafkaAdminClient, names: set[str]) -> bool:
    return not names & set(await client.list_topics())
