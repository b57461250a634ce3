"""The indexer on a real Kafka and a real Elasticsearch: everything arrives once, whatever happens on the way."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from elasticsearch import AsyncElasticsearch

from deploy.local.engines import Engines
from services.common.elastic import ARTICLES_ALIAS, CLAIMS_ALIAS, elastic
from services.common.errors import ConfigurationError
from services.common.events import Record, from_value, to_record
from services.common.health import Health
from services.common.kafka import consumer, producer, send
from services.common.messages import AsOf, DeadLetter, Entity, Mention, TaggedArticle
from services.common.metrics import Metrics
from services.common.runtime import Process
from services.common.settings import ElasticsearchSettings, KafkaSettings
from services.common.topics import DEAD_LETTERS, TAGGED
from services.indexer.app import work
from services.indexer.bulk import Write, send_bulk, settle
from services.indexer.document import document
from services.indexer.mappings import ARTICLES, INDICES, MAPPING_VERSION, Index
from services.indexer.migrate import ensure_indices
from services.indexer.settings import IndexerSettings
from services.indexer.story import story_id
from services.indexer.versions import document_version
from tests.builders import MOMENT, a_claim, a_tagged_article
from tests.e2e.line import a_line
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("clean_line")

SMALL_REQUESTS = 4000
"""Bytes, a few documents: a batch then takes long enough to be interrupted in."""


@pytest.fixture
async def client(engines: Engines) -> AsyncIterator[AsyncElasticsearch]:
    async with elastic(ElasticsearchSettings(elasticsearch_url=engines.elasticsearch_url)) as searching:
        yield searching


def settings(engines: Engines, **more: Any) -> IndexerSettings:
    return IndexerSettings(kafka_bootstrap=engines.kafka_bootstrap, elasticsearch_url=engines.elasticsearch_url, **more)


@asynccontextmanager
async def indexing(engines: Engines, **more: Any) -> AsyncIterator[Process]:
    """The indexer at work in this process."""
    metrics = Metrics()
    process = Process("indexer", metrics, Health(metrics), asyncio.Event())
    working = asyncio.create_task(work(settings(engines, **more), process))
    try:
        await until(lambda: working.done() or not process.health.waiting, "indexer ready")
        yield process
    finally:
        process.stop.set()
        await asyncio.wait_for(working, 30)


async def publish(engines: Engines, tagged: Iterable[TaggedArticle | bytes]) -> None:
    records = [
        Record(TAGGED.name, b"poison", one)
        if isinstance(one, bytes)
        else to_record(TAGGED, one.article.id, one, "extractor")
        for one in tagged
    ]
    async with producer(KafkaSettings(kafka_bootstrap=engines.kafka_bootstrap), "test") as sending:
        await send(sending, records)


async def dead_letters(engines: Engines, count: int) -> list[DeadLetter]:
    """The first so many dead letters."""
    found: list[DeadLetter] = []
    kafka = KafkaSettings(kafka_bootstrap=engines.kafka_bootstrap)
    async with consumer(kafka, [DEAD_LETTERS], uuid4().hex) as reading, asyncio.timeout(60):
        while len(found) < count:
            for records in (await reading.getmany(timeout_ms=200)).values():
                found += [from_value(DeadLetter, record.value) for record in records]
    return found


async def count(client: AsyncElasticsearch) -> int:
    """How many articles are searchable now; 0 while it cannot be told."""
    answering = client.options(ignore_status=[404, 429, 503])
    await answering.indices.refresh(index=ARTICLES_ALIAS)
    return int((await answering.count(index=ARTICLES_ALIAS)).get("count", 0))


async def holds(client: AsyncElasticsearch, expected: int) -> bool:
    return await count(client) == expected


async def found(client: AsyncElasticsearch, query: dict[str, Any]) -> list[str]:
    """Titles of the articles that a query finds, best first."""
    await client.indices.refresh(index=ARTICLES_ALIAS)
    answer = await client.search(index=ARTICLES_ALIAS, query=query)
    return [hit["_source"]["title"] for hit in answer["hits"]["hits"]]


def outcomes(process: Process) -> dict[str, int]:
    return {
        sample.labels["outcome"]: int(sample.value)
        for metric in process.metrics.messages.collect()
        for sample in metric.samples
        if sample.name == "sitrep_messages_total"
    }


def settled(process: Process, expected: int) -> bool:
    return sum(outcomes(process).values()) == expected


TEXT = (
    "Ukraine’s General Staff said the D.P.R.K. had sent 50 Koksan howitzers.\n"
    "At least 3,000 North Korean soldiers were deployed to Kursk, U.S. officials told Erdoğan."
)
SOLDIERS = "At least 3,000 North Korean soldiers"
ARTICLE = a_tagged_article(
    "howitzers",
    title="Zelenskyy’s warning",
    text=TEXT,
    entities=(
        Entity(
            id="person/volodymyr-zelenskyy",
            type="person",
            name="Volodymyr Zelenskyy",
            mentions=(Mention(start=0, end=9, text="Zelenskiy"),),
        ),
        Entity.model_validate(
            {"id": "place/kursk", "type": "place", "name": "Kursk", "location": {"lat": 51.7, "lon": 36.2}}
        ),
    ),
    claims=(
        a_claim(
            SOLDIERS,
            3000,
            id="1",
            start=TEXT.index(SOLDIERS),
            end=TEXT.index(SOLDIERS) + len(SOLDIERS),
            sentence=TEXT.splitlines()[1],
            high=None,
            qualifier="at_least",
            item="North Korean soldiers",
            unit="soldier",
            action="deploy",
            as_of=AsOf.model_validate({"from": "2024-10-01", "to": "2024-10-25"}),
        ),
        a_claim("50 Koksan howitzers", id="2", category="equipment", unit="howitzer"),
    ),
)


def of_one_claim(*filters: dict[str, Any]) -> dict[str, Any]:
    return {"nested": {"path": "claims", "query": {"bool": {"filter": list(filters)}}}}


@pytest.mark.parametrize(
    ("query", "finds"),
    [
        ({"match": {"text": "howitzer"}}, True),
        ({"match": {"text": "HOWITZERS"}}, True),
        ({"match": {"text.exact": "howitzer"}}, False),
        ({"match": {"text.exact": "Howitzers"}}, True),
        ({"match": {"text": "deploying"}}, True),
        ({"match": {"text": "Ukraine"}}, True),
        ({"match": {"text": "DPRK"}}, True),
        ({"match": {"text": "u.s."}}, True),
        ({"match": {"text": "us"}}, True),
        ({"match": {"text": "USA"}}, True),
        ({"match": {"text.exact": "us"}}, False),
        ({"match_phrase": {"text.exact": "US officials"}}, True),
        ({"match": {"text": {"query": "North Korea", "operator": "and"}}}, True),
        ({"match_phrase": {"text": "North Korea had sent"}}, True),
        ({"match_phrase": {"text.exact": "North Korea had sent"}}, False),
        ({"match": {"text": {"query": "Democratic People's Republic of Korea", "operator": "and"}}}, True),
        ({"match": {"text": "China"}}, False),
        ({"match": {"text": "Erdogan"}}, True),
        ({"match_phrase": {"text.exact": "north korean soldiers"}}, True),
        ({"match_phrase": {"text.exact": "north korean soldier"}}, False),
        ({"match": {"title": "zelenskyy"}}, True),
        ({"match": {"entity_names": "zelenskiy"}}, True),
        ({"term": {"person": "person/volodymyr-zelenskyy"}}, True),
        ({"term": {"source.id": "outlet"}}, True),
        ({"geo_distance": {"distance": "50km", "locations": {"lat": 51.9, "lon": 36.2}}}, True),
        ({"geo_distance": {"distance": "50km", "locations": {"lat": 53.9, "lon": 36.2}}}, False),
        (of_one_claim({"term": {"claims.unit": "soldier"}}, {"range": {"claims.low": {"gte": 3000}}}), True),
        (of_one_claim({"term": {"claims.unit": "howitzer"}}, {"range": {"claims.low": {"gte": 3000}}}), False),
        (of_one_claim({"range": {"claims.value": {"gte": 12000, "lte": 12000}}}), True),
        (of_one_claim({"term": {"claims.unit": "howitzer"}}, {"range": {"claims.value": {"gte": 51}}}), False),
        (of_one_claim({"range": {"claims.days": {"gte": "2024-10-25"}}}), True),
        (of_one_claim({"range": {"claims.days": {"gte": "2024-10-26"}}}), False),
        ({"range": {"dated_at": {"lte": MOMENT.isoformat()}}}, True),
    ],
)
async def test_what_people_ask_finds_it(client: AsyncElasticsearch, query: dict[str, Any], finds: bool) -> None:
    await ensure_indices(client)
    await client.index(index=ARTICLES_ALIAS, document=document(ARTICLE, story_id(ARTICLE)))
    assert await found(client, query) == ([ARTICLE.article.title] if finds else [])


async def test_a_tagged_article_becomes_searchable_as_it_was_sent(engines: Engines, client: AsyncElasticsearch) -> None:
    async with indexing(engines) as process:
        await publish(engines, [ARTICLE])
        await until(lambda: holds(client, 1), "article indexed")
        await until(lambda: outcomes(process) == {"done": 1}, "counted")
        measured = partial(process.metrics.registry.get_sample_value, "sitrep_indexer_searchable_seconds_count")
        await until(lambda: measured() == 1, "a search found it, and that was measured")
    kept = await client.get(index=ARTICLES_ALIAS, id=ARTICLE.article.id)
    assert kept["_source"] == json.loads(json.dumps(document(ARTICLE, story_id(ARTICLE))))
    assert kept["_version"] == document_version(ARTICLE)


async def test_poison_goes_to_the_dead_letters_and_the_stream_goes_on(
    engines: Engines, client: AsyncElasticsearch
) -> None:
    too_large = ARTICLE.claims[0].model_copy(update={"start": 1 << 40})
    refused = a_tagged_article("refused", claims=(too_large,))
    stream: list[TaggedArticle | bytes] = [
        a_tagged_article("1"),
        b"not json",
        a_tagged_article("2"),
        refused,
        b'{"article": {}}',
        b"",
    ]
    async with indexing(engines) as process:
        await publish(engines, [*stream, a_tagged_article("3")])
        letters = await dead_letters(engines, 4)
        await until(partial(settled, process, 7), "all settled")
    assert await count(client) == 3
    assert outcomes(process) == {"done": 3, "dead_letter": 4}
    by_value = {letter.value: letter for letter in letters}
    assert {letter.stage for letter in letters} == {"indexer"}
    assert "Invalid JSON" in by_value[b"not json"].reason
    assert "article.id: Field required" in by_value[b'{"article": {}}'].reason
    assert "empty" in by_value[b""].reason
    reason = by_value[refused.model_dump_json().encode()].reason
    assert reason.startswith("Elasticsearch answered 400: document_parsing_exception")
    assert "claims.start" in reason


async def test_an_unknown_field_is_rejected_with_its_name(client: AsyncElasticsearch) -> None:
    await ensure_indices(client)
    strange = json.dumps({**document(ARTICLE, story_id(ARTICLE)), "colour": "red"}).encode()
    sound = json.dumps(document(ARTICLE, story_id(ARTICLE))).encode()
    writes = [Write(ARTICLES_ALIAS, name, 1, body) for name, body in (("a", strange), ("b", sound))]
    rejected, written = await send_bulk(client, writes)
    assert written.outcome == "created"
    assert rejected.outcome == "rejected"
    assert "strict_dynamic_mapping_exception" in rejected.reason
    assert "colour" in rejected.reason


async def test_old_and_repeated_messages_change_nothing(engines: Engines, client: AsyncElasticsearch) -> None:
    def revision(number: int, minutes: int = 0) -> TaggedArticle:
        title = f"{number}.{minutes}"
        return a_tagged_article(revision=number, title=title, tagged_at=MOMENT + timedelta(minutes=minutes))

    async with indexing(engines) as process:
        # One batch after the other, so that nothing but the index can put them in order.
        for taken, tagged in enumerate([revision(2), revision(1), revision(2, 5), revision(2), revision(2, 5)], 1):
            await publish(engines, [tagged])
            await until(partial(settled, process, taken), "settled")
    assert outcomes(process) == {"done": 2, "superseded": 3}
    assert await found(client, {"match_all": {}}) == ["2.5"]


async def test_without_its_index_it_waits_and_makes_none_by_guesswork(
    engines: Engines, client: AsyncElasticsearch
) -> None:
    async with indexing(engines) as process:
        await publish(engines, [a_tagged_article("1")])
        await until(lambda: holds(client, 1), "first article indexed")
        await client.indices.delete(index=ARTICLES.name)
        await publish(engines, [a_tagged_article("2")])
        await until(lambda: "batch" in process.health.waiting, "it says that it waits")
        assert f"no such index [{ARTICLES.name}-write]" in process.health.waiting["batch"]
        assert process.metrics.registry.get_sample_value("sitrep_ready") == 0
        assert not await client.indices.exists(index=ARTICLES_ALIAS)
        await ensure_indices(client)
        await until(lambda: holds(client, 2), "both are indexed: an index made anew is filled from the beginning")
        await until(lambda: not process.health.waiting, "ready again")


@pytest.mark.parametrize("index", INDICES, ids=lambda index: index.alias)
async def test_a_read_only_index_is_waited_for(engines: Engines, client: AsyncElasticsearch, index: Index) -> None:
    async with indexing(engines) as process:
        await client.indices.put_settings(index=index.name, settings={"index.blocks.write": True})
        of_one = [ARTICLE.claims[0].model_copy(update={"id": str(number)}) for number in range(3)]
        await publish(engines, [a_tagged_article(str(number), claims=(claim,)) for number, claim in enumerate(of_one)])
        await until(lambda: "batch" in process.health.waiting, "it says that it waits")
        assert "cluster_block_exception" in process.health.waiting["batch"]
        assert process.metrics.registry.get_sample_value("sitrep_ready") == 0
        await client.indices.put_settings(index=index.name, settings={"index.blocks.write": None})
        await until(lambda: holds(client, 3), "indexed after all")
        await until(partial(settled, process, 3), "all settled")
    assert set(outcomes(process)) <= {"done", "superseded"}
    await client.indices.refresh(index=CLAIMS_ALIAS)
    assert (await client.count(index=CLAIMS_ALIAS))["count"] == 3


async def test_a_full_disk_is_waited_for(engines: Engines, client: AsyncElasticsearch) -> None:
    """More free space is asked for than the disk has: Elasticsearch itself makes the indices read-only, and frees them."""
    watermarks = [f"cluster.routing.allocation.disk.watermark.{level}" for level in ("low", "high", "flood_stage")]
    full = dict.fromkeys(watermarks, "1000tb") | {"cluster.routing.allocation.disk.threshold_enabled": True}
    async with indexing(engines) as process:
        await client.cluster.put_settings(persistent={**full, "cluster.info.update.interval": "10s"})
        try:
            await until(lambda: blocked(client), "the indices are read-only")
            await publish(engines, [a_tagged_article(str(number)) for number in range(3)])
            await until(lambda: "batch" in process.health.waiting, "it says that it waits")
            assert "flood-stage watermark" in process.health.waiting["batch"]
        finally:
            await client.cluster.put_settings(persistent=dict.fromkeys(watermarks))
        await until(lambda: holds(client, 3), "indexed after all", within=90)
        await until(partial(settled, process, 3), "all settled")
        nothing = {"cluster.routing.allocation.disk.threshold_enabled": None, "cluster.info.update.interval": None}
        await client.cluster.put_settings(persistent=nothing)
    assert set(outcomes(process)) <= {"done", "superseded"}


async def blocked(client: AsyncElasticsearch) -> bool:
    found = await client.indices.get_settings(index=[index.name for index in INDICES], flat_settings=True)
    return all("index.blocks.read_only_allow_delete" in each["settings"] for each in found.values())


async def test_a_closed_index_is_not_the_documents_fault(client: AsyncElasticsearch) -> None:
    await ensure_indices(client)
    await client.indices.close(index=ARTICLES.name)
    operations = [{"index": {"_id": "a"}}, document(ARTICLE, story_id(ARTICLE))]
    answer = await client.bulk(index=ARTICLES_ALIAS, operations=operations, require_alias=True)
    await client.indices.delete(index=ARTICLES.name)
    assert settle(answer["items"][0]["index"]).outcome == "pushed_back"


async def test_elasticsearch_killed_in_the_middle_is_waited_for(engines: Engines, client: AsyncElasticsearch) -> None:
    articles = [a_tagged_article(str(number)) for number in range(500)]
    async with indexing(engines, indexer_bulk_bytes=SMALL_REQUESTS) as process:
        await publish(engines, articles[:400])
        await until(partial(more_than, client, 50), "50 indexed")
        await engines.elasticsearch.kill()
        try:
            await publish(engines, articles[400:])
            await until(lambda: "batch" in process.health.waiting, "it says that it waits")
            assert "Elasticsearch does not answer" in process.health.waiting["batch"]
            assert sum(outcomes(process).values()) < 400, "it must be killed in the middle"
        finally:
            await engines.elasticsearch.start()
        await until(partial(settled, process, len(articles)), "all settled", within=120)
        await until(lambda: not process.health.waiting, "ready again")
    assert await count(client) == len(articles)
    # What was written when Elasticsearch went, but not acknowledged, is found to be there already.
    assert set(outcomes(process)) <= {"done", "superseded"}


async def test_sigkill_in_the_middle_of_a_batch_loses_nothing(
    engines: Engines, client: AsyncElasticsearch, tmp_path: Path
) -> None:
    articles = [a_tagged_article(str(number)) for number in range(1000)]
    await publish(engines, articles)
    async with a_line(engines, tmp_path, [], SITREP_INDEXER_BULK_BYTES=str(SMALL_REQUESTS)) as line:
        await line.start("indexer")
        await until(partial(more_than, client, 100), "100 indexed")
        await line.kill("indexer")
        assert await count(client) < len(articles), "it must be killed in the middle"
        await line.start("indexer")
        await until(lambda: holds(client, len(articles)), "all indexed", within=120)
        assert await line.stop("indexer") == 0
    kept = await client.search(index=ARTICLES_ALIAS, size=len(articles), source=False)
    assert {hit["_id"] for hit in kept["hits"]["hits"]} == {one.article.id for one in articles}


async def more_than(client: AsyncElasticsearch, threshold: int) -> bool:
    return await count(client) > threshold


async def test_many_indexers_may_start_at_once(client: AsyncElasticsearch) -> None:
    await asyncio.gather(*(ensure_indices(client) for _ in range(6)))
    for index in INDICES:
        assert list(await client.indices.get_alias(name=index.alias)) == [index.name]
        mapping = (await client.indices.get_mapping(index=index.alias))[index.name]["mappings"]
        assert mapping["_meta"]["version"] == MAPPING_VERSION
        assert mapping["dynamic"] == "strict"


async def test_an_index_that_lost_its_alias_gets_it_back(client: AsyncElasticsearch) -> None:
    await client.indices.create(index=ARTICLES.name, settings=ARTICLES.settings(), mappings=ARTICLES.mappings())
    await ensure_indices(client)
    assert list(await client.indices.get_alias(name=ARTICLES_ALIAS)) == [ARTICLES.name]


@pytest.mark.parametrize(
    ("index", "alias", "meta", "sentence"),
    [
        (
            f"{ARTICLES_ALIAS}-v99",
            True,
            {"version": 99},
            f"has mapping version 99; this indexer knows versions up to {MAPPING_VERSION}",
        ),
        (
            f"old-{ARTICLES_ALIAS}",
            True,
            {"version": MAPPING_VERSION},
            f"has no name of Sitrep's, such as sitrep-articles-v{MAPPING_VERSION}",
        ),
        (f"{ARTICLES_ALIAS}-other", True, {}, "was not made by Sitrep"),
        (ARTICLES_ALIAS, False, {}, "is an index, but Sitrep needs the name for an alias"),
    ],
)
async def test_what_it_does_not_understand_stops_it(
    engines: Engines, client: AsyncElasticsearch, index: str, alias: bool, meta: dict[str, int], sentence: str
) -> None:
    aliases: dict[str, Any] = {ARTICLES_ALIAS: {}} if alias else {}
    await client.indices.create(index=index, mappings={"_meta": meta}, aliases=aliases)
    metrics = Metrics()
    process = Process("indexer", metrics, Health(metrics), asyncio.Event())
    with pytest.raises(ConfigurationError, match=sentence):
        await asyncio.wait_for(work(settings(engines), process), 30)
