"""Real engines for every test that asks for them: one pair a run, on ports and folders of their own."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from hypothesis import HealthCheck, settings

from deploy.local.engines import Engines, engine_folder, local_engines
from services.common.elastic import elastic
from services.common.kafka import ensure_topics
from services.common.settings import ElasticsearchSettings, KafkaSettings
from services.common.topics import ALL_TOPICS
from tests.waiting import until

# The same examples in every run, however slow the machine; what is new is looked for by `make fuzz`.
settings.register_profile("tests", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile(
    "fuzz", max_examples=1_000, print_blob=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("tests")


@pytest.fixture(scope="session", name="engine_folder")
def _engine_folder() -> Iterator[Path]:
    """A folder that the engines can reach too, which tmp_path of a closed home is not."""
    with engine_folder() as folder:
        yield folder


@pytest.fixture(scope="session")
async def engines(engine_folder: Path) -> AsyncIterator[Engines]:
    """A running Kafka and Elasticsearch."""
    async with local_engines(engine_folder / "engines") as running:
        yield running


@pytest.fixture
async def clean_line(engines: Engines) -> AsyncIterator[None]:
    """Topics made anew and no index at all, as on the first start. Kafka forgets what groups had read of them.

    An engine that a test took away is there again for the next, whatever became of the test.
    """
    await _clean(engines)
    yield
    for engine in (engines.kafka, engines.elasticsearch):
        if engine.pid is None:
            await engine.start()


async def _clean(engines: Engines) -> None:
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
    async with elastic(ElasticsearchSettings(elasticsearch_url=engines.elasticsearch_url)) as search:
        for index in await search.indices.get(index="sitrep-*", expand_wildcards="all"):
            await search.indices.delete(index=index)


async def gone(client: AIOKafkaAdminClient, names: set[str]) -> bool:
    return not names & set(await client.list_topics())
