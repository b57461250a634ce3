"""A new generation built beside the one that serves, under live writes and reads; served; and the way back."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from elasticsearch import AsyncElasticsearch

from deploy.local.engines import Engines
from services.common.deletions import deletion, deletion_records
from services.common.elastic import ARTICLES_ALIAS, CLAIMS_ALIAS, elastic
from services.common.errors import ConfigurationError
from services.common.events import to_record, tombstone
from services.common.health import Health
from services.common.kafka import producer, send
from services.common.messages import TaggedArticle
from services.common.metrics import Metrics
from services.common.retry import Stopped
from services.common.runtime import Process
from services.common.settings import ElasticsearchSettings, KafkaSettings
from services.common.topics import TAGGED
from services.indexer.app import index_into
from services.indexer.generations import FIRST, Generation, behind, serving
from services.indexer.mappings import INDICES
from services.indexer.migrate import make
from services.indexer.reindex import Progress, back, reindex
from tests.builders import MOMENT, a_tagged_article
from tests.integration.test_indexer import ARTICLE, count, holds, indexing, publish, settings
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("clean_line")

OLD = Generation("v1")
"""An older mapping version: the same mapping, but that it says so."""


@pytest.fixture
async def client(engines: Engines) -> AsyncIterator[AsyncElasticsearch]:
    async with elastic(ElasticsearchSettings(elasticsearch_url=engines.elasticsearch_url)) as searching:
        yield searching


def a_process() -> Process:
    metrics = Metrics()
    return Process("indexer", metrics, Health(metrics), asyncio.Event())


@asynccontextmanager
async def an_old_indexer(engines: Engines, client: AsyncElasticsearch) -> AsyncIterator[None]:
    """An older Sitrep's indexer at work, with its generation serving."""
    for index in INDICES:
        await make(client, index, OLD, serve=True)
        await client.indices.put_mapping(index=OLD.index(index.alias), meta={"version": 1})
    process = a_process()
    working = asyncio.create_task(index_into(settings(engines), process, client, OLD))
    try:
        yield
    finally:
        process.stop.set()
        await asyncio.wait_for(working, 30)


async def run_reindex(engines: Engines, process: Process | None = None, *, again: bool = False) -> list[Progress]:
    told: list[Progress] = []
    await reindex(settings(engines), process or a_process(), again=again, told=told.append)
    return told


async def serves(client: AsyncElasticsearch) -> set[str]:
    return {found.index for index in INDICES for found in await behind(client, index.alias)}


def indices(generation: Generation) -> set[str]:
    return {generation.index(index.alias) for index in INDICES}


def articles(start: int, count: int) -> list[TaggedArticle]:
    return [a_tagged_article(f"n{number}", text=f"Report {number} says it.") for number in range(start, start + count)]


async def found(client: AsyncElasticsearch) -> set[str]:
    answer = await client.search(index=ARTICLES_ALIAS, size=10_000, source=False, allow_partial_search_results=False)
    return {hit["_id"] for hit in answer["hits"]["hits"]}


async def test_it_migrates_under_live_writes_and_reads(engines: Engines, client: AsyncElasticsearch) -> None:
    """No query fails, nothing that was there is ever missing, and everything is there in the end; also back again."""
    first = articles(0, 200)
    written = list(first)
    over = asyncio.Event()
    answers: list[set[str]] = []

    async def write() -> None:
        async with producer(KafkaSettings(kafka_bootstrap=engines.kafka_bootstrap), "test") as sending:
            for number in itertools.count(1000):
                if over.is_set():
                    return
                [tagged] = articles(number, 1)
                await send(sending, [to_record(TAGGED, tagged.article.id, tagged, "extractor")])
                written.append(tagged)
                await asyncio.sleep(0.05)

    async def read() -> None:
        while not over.is_set():
            answers.append(await found(client))  # a failed query ends the test
            await asyncio.sleep(0.05)

    async with an_old_indexer(engines, client):
        await publish(engines, first)
        await until(lambda: holds(client, len(first)), "the old one has what there is")
        live = [asyncio.create_task(write()), asyncio.create_task(read())]
        try:
            await until(lambda: len(written) > 210, "writes go on")
            told = await run_reindex(engines)
            assert await serves(client) == indices(FIRST)
            async with indexing(engines):
                so_far = len(written)
                await until(lambda: len(written) > so_far + 30, "writes go on")
                await back(settings(engines))
                assert await serves(client) == indices(OLD)
                so_far = len(written)
                await until(lambda: len(written) > so_far + 30, "writes go on")
                over.set()
                await asyncio.gather(*live)
                await until(lambda: holds(client, len(written)), "the old one has everything")
                await run_reindex(engines)
                assert await serves(client) == indices(FIRST)
                assert await count(client) == len(written), "and so has the new one"
        finally:
            over.set()
            await asyncio.gather(*live)
    there = {one.article.id for one in first}
    assert len(answers) > 50
    assert all(there <= answer for answer in answers), "what was there was always there"
    assert told[-1].left < 50, "a second's articles"
    assert told[-1].generation == FIRST.suffix


async def test_an_interrupted_build_goes_on_where_it_was(engines: Engines, client: AsyncElasticsearch) -> None:
    await publish(engines, articles(0, 1500))
    async with an_old_indexer(engines, client):
        process = a_process()
        told: list[Progress] = []

        def stop_in_the_middle(progress: Progress) -> None:
            told.append(progress)
            if 0 < progress.left < progress.total:
                process.stop.set()

        with pytest.raises(Stopped):
            await reindex(settings(engines), process, again=False, told=stop_in_the_middle)
        assert await serves(client) == indices(OLD), "what is half done serves nobody"
        again = await run_reindex(engines)
        assert again[0].left <= told[-1].left < again[0].total
        assert await serves(client) == indices(FIRST)
        assert await holds(client, 1500)


async def test_the_same_version_built_anew_and_the_indexer_goes_on_with_it(
    engines: Engines, client: AsyncElasticsearch
) -> None:
    anew = Generation(f"{FIRST.suffix}.1")
    async with indexing(engines):
        await publish(engines, [*articles(0, 20), ARTICLE])
        await until(lambda: holds(client, 21), "indexed")
        with pytest.raises(ConfigurationError, match="serves, and has the mapping of this Sitrep"):
            await run_reindex(engines)
        await run_reindex(engines, again=True)
        assert await serves(client) == indices(anew)
        assert await holds(client, 21)
        assert (await client.count(index=CLAIMS_ALIAS))["count"] == len(ARTICLE.claims)
        await publish(engines, articles(20, 5))
        await until(lambda: holds(client, 26), "the running indexer writes to what serves")
        assert await back(settings(engines)) == FIRST
        await until(lambda: holds(client, 26), "and what served before is brought up to date")
        await run_reindex(engines, again=True)
        assert await serving(client) == Generation(f"{FIRST.suffix}.2")


async def test_there_must_be_something_to_go_back_to(engines: Engines, client: AsyncElasticsearch) -> None:
    with pytest.raises(ConfigurationError, match="has replaced nothing"):
        await back(settings(engines))
    with pytest.raises(ConfigurationError, match="Nothing served yet"):
        await run_reindex(engines)
    await run_reindex(engines, again=True)
    for name in indices(FIRST):
        await client.indices.delete(index=name)
    with pytest.raises(ConfigurationError, match=f"{FIRST.index(ARTICLES_ALIAS)} is not there any more"):
        await back(settings(engines))


async def test_a_deleted_article_is_gone_with_its_claims_and_no_rebuild_brings_it_back(
    engines: Engines, client: AsyncElasticsearch
) -> None:
    id_ = ARTICLE.article.id
    kafka = KafkaSettings(kafka_bootstrap=engines.kafka_bootstrap)
    async with indexing(engines) as process:
        await publish(engines, [ARTICLE, *articles(0, 3)])
        await until(lambda: holds(client, 4), "indexed")
        async with producer(kafka, "test") as sending:
            await send(sending, deletion_records(deletion(id_, "asked to", MOMENT), "test")[:1])
            await send(sending, [tombstone(TAGGED, id_), tombstone(TAGGED, id_)])
        await until(lambda: gone(client, id_), "gone, with its claims and what is known of its text")
        # what comes late or again
        await publish(
            engines,
            [
                ARTICLE,
                ARTICLE.model_copy(update={"article": ARTICLE.article.model_copy(update={"revision": 9})}),
                *articles(3, 1),
            ],
        )
        await until(lambda: holds(client, 4), "the others stay, and one more")
        assert await gone(client, id_)
        await run_reindex(engines, again=True)
        assert await holds(client, 4)
        assert await gone(client, id_)
        counted = process.metrics.registry.get_sample_value(
            "sitrep_messages_total", {"stage": "indexer", "outcome": "deleted"}
        )
        assert counted == 4


async def gone(client: AsyncElasticsearch, id_: str) -> bool:
    names = ",".join(index.alias for index in INDICES)
    await client.indices.refresh(index=names)
    fields: list[dict[str, Any]] = [{"term": {field: id_}} for field in ("id", "article.id", "article")]
    answer = await client.count(index=names, query={"bool": {"should": fields}})
    return bool(answer["count"] == 0)
