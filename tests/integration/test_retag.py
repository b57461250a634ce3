"""Articles tagged again, on a real Kafka and a real Elasticsearch: what stays keeps its id, what is wrong is gone."""

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import AsyncElasticsearch

from deploy.local.engines import Engines
from services.common.deletions import deletion, deletion_records
from services.common.elastic import ARTICLES_ALIAS, elastic
from services.common.events import Record, from_value, to_record
from services.common.health import Health
from services.common.kafka import everything_in
from services.common.messages import Article, DeadLetter, Source, TaggedArticle, Tagger
from services.common.metrics import Metrics
from services.common.runtime import Process
from services.common.settings import ElasticsearchSettings
from services.common.topics import ARTICLES, DEAD_LETTERS, TAGGED
from services.extractor.retag import Choice, Retagged, retag
from services.extractor.settings import ExtractorSettings
from services.extractor.stage import tagged_article
from services.extractor.tagger import tagger
from tests.builders import MOMENT, an_article
from tests.integration.test_extractor import extracting, kafka, put, put_records, some_articles
from tests.integration.test_indexer import indexing
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("clean_line")

OLD = Tagger(version="old", model="old")
TEXT = "North Korea sent 50 howitzers to Kursk Oblast. Russia lost 20 tanks. Some 300 men fled."


def tagged_before(article: Article) -> TaggedArticle:
    """As an older tagger had it: the first figure right, the second with another actor, and one that is none."""
    now = tagged_article(article, MOMENT)
    first, second, *_ = now.claims
    wrong = second.model_copy(update={"actor": "country/iran"})
    gone = first.model_copy(update={"id": "f" * 32, "text": "Oblast", "item": "oblast"})
    return now.model_copy(update={"claims": (first, wrong, gone), "tagger": OLD})


async def put_tagged(engines: Engines, tagged: Sequence[TaggedArticle]) -> None:
    await put_records(engines, [to_record(TAGGED, one.article.id, one, "extractor") for one in tagged])


async def run(engines: Engines, choice: Choice | None = None, *, dry_run: bool = False, **settings: Any) -> Retagged:
    metrics = Metrics()
    process = Process("extractor", metrics, Health(metrics), asyncio.Event())
    chosen = ExtractorSettings(kafka_bootstrap=engines.kafka_bootstrap, extractor_workers=1, **settings)
    return await asyncio.wait_for(retag(chosen, choice or Choice(), process, dry_run=dry_run), 400)


async def in_tagged(engines: Engines) -> list[TaggedArticle]:
    """What the topic holds from this version."""
    records = [record async for record in everything_in(kafka(engines), TAGGED) if record.value]
    tagged = [from_value(TaggedArticle, record.value) for record in records]
    return [one for one in tagged if one.tagger == tagger()]


async def indexed(client: AsyncElasticsearch, article: str) -> dict[str, Any]:
    """The document of an article after one refresh; empty while there is none."""
    answering = client.options(ignore_status=[404, 503])
    await answering.indices.refresh(index=ARTICLES_ALIAS)
    found = await answering.get(index=ARTICLES_ALIAS, id=article)
    document: dict[str, Any] = found.get("_source", {})
    return document


async def indexed_by(client: AsyncElasticsearch, article: str, version: str) -> bool:
    document = await indexed(client, article)
    return bool(document) and document["tagger"]["version"] == version


async def test_unchanged_figures_keep_their_ids_and_superseded_ones_are_gone_from_the_index(engines: Engines) -> None:
    article = an_article("a", text=TEXT)
    old = tagged_before(article)
    await put(engines, [article])
    await put_tagged(engines, [old])
    async with (
        elastic(ElasticsearchSettings(elasticsearch_url=engines.elasticsearch_url)) as client,
        indexing(engines),
    ):
        await until(partial(indexed_by, client, article.id, "old"), "indexed as it was")
        foreseen = await run(engines, dry_run=True)
        assert (foreseen.stay, foreseen.change, foreseen.appear, foreseen.vanish) == (1, 1, 1, 1)
        assert await in_tagged(engines) == []
        done = await run(engines)
        assert (done.tagged, done.up_to_date, done.given_up) == (1, 0, 0)
        await until(partial(indexed_by, client, article.id, tagger().version), "indexed anew")
        claims = {claim["id"]: claim for claim in (await indexed(client, article.id))["claims"]}
    right, wrong, gone = old.claims
    assert claims[right.id]["text"] == "50 howitzers"
    assert claims[wrong.id]["actor"] == "country/russia"
    assert gone.id not in claims
    assert [tagged.again for tagged in await in_tagged(engines)] == [True]
    assert len(claims) == 3


async def test_the_second_run_has_nothing_to_do(engines: Engines) -> None:
    articles = some_articles(12)
    await put(engines, articles)
    await put_tagged(engines, [tagged_before(article) for article in [an_article("x", text=TEXT)]])
    first, second = await run(engines), await run(engines)
    assert (first.tagged, first.up_to_date) == (12, 0)
    assert (second.tagged, second.up_to_date, second.read, second.total) == (0, 12, 12, 12)
    assert len(await in_tagged(engines)) == 12


async def test_an_older_revision_is_left_alone_and_never_overwrites_a_newer_one(engines: Engines) -> None:
    first, second = (
        an_article("r", text=f"Iran sent {count} drones.", revision=revision) for revision, count in ((1, 40), (2, 60))
    )
    now = datetime.now(UTC)
    await put(engines, [first, second])
    async with (
        elastic(ElasticsearchSettings(elasticsearch_url=engines.elasticsearch_url)) as client,
        indexing(engines),
    ):
        done = await run(engines)
        assert done.tagged == 1
        await until(partial(indexed_by, client, first.id, tagger().version), "indexed")
        # As if another run, begun before there was a second revision, sent the first one only now.
        await put_tagged(engines, [tagged_article(first, now.replace(year=now.year + 1))])
        await put_tagged(engines, [tagged_article(an_article("last"), now)])
        await until(partial(indexed_by, client, an_article("last").id, tagger().version), "all went through")
        assert (await indexed(client, first.id))["revision"] == 2


async def test_what_was_deleted_stays_deleted(engines: Engines) -> None:
    listed, emptied, kept = some_articles(3)
    await put(engines, [listed, emptied, kept])
    asked = deletion(listed.id, "a court asked", MOMENT)
    await put_records(engines, [deletion_records(asked, "test")[0], Record(ARTICLES.name, emptied.id.encode(), None)])
    assert (await run(engines)).tagged == 1
    assert [one.article.id for one in await in_tagged(engines)] == [kept.id]


async def test_a_poisonous_article_goes_to_the_dead_letters_and_the_rest_is_tagged(engines: Engines) -> None:
    slow = an_article("slow", text="They sent 50 howitzers and 20 launchers to Kursk. " * 1000)
    others = some_articles(10)
    await put(engines, [*others[:5], slow, *others[5:]])
    await put_records(engines, [Record(ARTICLES.name, b"bad", b"not json")])
    done = await run(engines, extractor_seconds=0.6)
    assert (done.tagged, done.given_up) == (10, 1)
    letters = [from_value(DeadLetter, one.value) async for one in everything_in(kafka(engines), DEAD_LETTERS)]
    assert [letter.key for letter in letters] == [slow.id.encode()]
    assert "not tagged within" in letters[0].reason
    assert {one.article.id for one in await in_tagged(engines)} == {one.id for one in others}


async def test_a_choice_is_kept_to_and_the_rest_can_follow(engines: Engines) -> None:
    other = Source(id="other", name="Other", domain="other.example")
    await put(engines, [*some_articles(4), *some_articles(3, start=4, source=other)])
    assert (await run(engines, Choice(sources=frozenset({"other"})))).tagged == 3
    assert (await run(engines, Choice(since=datetime(2030, 1, 1, tzinfo=UTC)))).tagged == 0
    rest = await run(engines)
    assert (rest.tagged, rest.up_to_date) == (4, 3)


async def test_it_runs_beside_the_extractor_and_both_together_tag_everything(engines: Engines) -> None:
    await put(engines, before := some_articles(30))
    async with extracting(engines):
        running = asyncio.create_task(run(engines))
        await put(engines, after := some_articles(20, start=30))
        done = await running
        ids = {article.id for article in [*before, *after]}
        await until(partial(_holds, engines, ids), "everything tagged", within=90)
    assert done.given_up == 0


async def _holds(engines: Engines, ids: set[str]) -> bool:
    return ids <= {one.article.id for one in await in_tagged(engines)}


async def test_killed_in_the_middle_it_goes_on_where_it_was(engines: Engines, tmp_path: Path) -> None:
    articles = some_articles(300)
    await put(engines, articles)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("SITREP_")},
        "SITREP_KAFKA_BOOTSTRAP": engines.kafka_bootstrap,
        "SITREP_EXTRACTOR_WORKERS": "1",
    }
    with (tmp_path / "log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "services.cli", "retag", env=environment, stdout=log, stderr=log, cwd=tmp_path
        )
        await until(partial(_some, engines, 20), "under way", within=300, every=1)
        process.send_signal(signal.SIGKILL)
        await process.wait()
    half = len({one.article.id for one in await in_tagged(engines)})
    assert 20 <= half < len(articles)
    done = await run(engines)
    assert done.tagged + done.up_to_date == len(articles)
    assert done.up_to_date >= half
    tagged = await in_tagged(engines)
    assert {one.article.id for one in tagged} == {article.id for article in articles}
    assert len(tagged) == len(articles), "what was done before was done again"


async def _some(engines: Engines, count: int) -> bool:
    return len(await in_tagged(engines)) >= count
