"""Streams of tagged articles, an indexer that takes them, and what the index is to hold then, whatever their order."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import combinations
from random import Random
from typing import Any

from elasticsearch import AsyncElasticsearch

from services.common.compacted import Table
from services.common.copies import is_copy
from services.common.deadletters import DeadLetterLimit
from services.common.elastic import ARTICLES_ALIAS, CLAIMS_ALIAS, STORIES_ALIAS
from services.common.events import from_value
from services.common.health import Health
from services.common.messages import Claim, DeadLetter, Deletion, TaggedArticle
from services.common.metrics import Metrics
from services.common.runtime import Process
from services.common.signature import signature
from services.indexer.generations import ALIASES, Names
from services.indexer.stage import Indexer
from services.indexer.story import story_id, text_of
from services.indexer.versions import document_version, same_article
from tests.builders import MOMENT, a_claim, a_tagged_article


@dataclass(frozen=True)
class Received:
    value: bytes | None
    offset: int
    partition: int = 0
    topic: str = "news.tagged.v1"
    key: bytes | None = b"k"
    headers: tuple[tuple[str, bytes], ...] = ()


@dataclass
class Producer:
    """A Kafka producer that takes everything, and keeps it."""

    sent: list[DeadLetter] = field(default_factory=list)

    async def send(self, topic: str, *, value: bytes, **_: Any) -> asyncio.Future[None]:
        assert topic == "news.deadletter.v1"
        self.sent.append(from_value(DeadLetter, value))
        acknowledged: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        acknowledged.set_result(None)
        return acknowledged


def an_indexer(
    client: Any, *, producer: Any = None, metrics: Metrics | None = None, limit: int = 100, bulk_bytes: int = 5_000
) -> Indexer:
    metrics = metrics or Metrics()
    process = Process("indexer", metrics, Health(metrics), asyncio.Event())
    return Indexer(client, Names(*ALIASES), Table(Deletion), producer, process, DeadLetterLimit(limit), bulk_bytes)


def received(tagged: Iterable[TaggedArticle]) -> list[Received]:
    return [Received(one.model_dump_json().encode(), offset) for offset, one in enumerate(tagged)]


def counted(metrics: Metrics) -> dict[str, float]:
    return {
        sample.labels["outcome"]: sample.value
        for metric in metrics.messages.collect()
        for sample in metric.samples
        if sample.name == "sitrep_messages_total"
    }


def words(topic: int, world: str) -> list[str]:
    """A text of its own: sixty words that no other topic or world has."""
    rng = Random(f"{world}{topic}")
    return [f"w{rng.getrandbits(40):x}" for _ in range(60)]


def text(topic: int, edits: int, world: str) -> str:
    """A text about a topic; with edits, a copy in which so many words were changed from the end on."""
    kept = words(topic, world)
    changed = Random(f"{world}{topic}edited")
    return " ".join(kept[: len(kept) - edits] + [f"e{changed.getrandbits(40):x}{edits}" for _ in range(edits)])


def claims(slug: str, kinds: Iterable[int], world: str) -> tuple[Claim, ...]:
    return tuple(a_claim("12 guns", id=f"{world}-{slug}-{kind}", category="equipment", unit="gun") for kind in kinds)


Told = tuple[str, int, int, int, int, int, frozenset[int]]
"""An article, its revision, when it was tagged, its topic, how many words are changed, its day, its claims."""


def told(messages: Iterable[Told], world: str) -> list[TaggedArticle]:
    # A text belongs to a revision: tagging it again does not change it.
    first: dict[tuple[str, int], tuple[int, int, int]] = {}
    stream = []
    for slug, revision, retagged, *said, kinds in messages:
        topic, edits, day = first.setdefault((slug, revision), (said[0], said[1], said[2]))
        body = text(topic, edits, world)
        stream.append(
            a_tagged_article(
                f"{world}-{slug}",
                revision=revision,
                text=body,
                title=f"{revision}.{retagged}",
                published_at=MOMENT + timedelta(days=day),
                tagged_at=MOMENT + timedelta(milliseconds=retagged),
                claims=claims(slug, kinds, world),
            ).model_copy(update={"signature": signature(body)})
        )
    return stream


def stories(stream: Sequence[TaggedArticle]) -> dict[str, str]:
    """The story of each article: the smallest name among all texts that hang together, by brute force."""
    group = {story_id(one): story_id(one) for one in stream}
    for _ in stream:
        for one, other in combinations(stream, 2):
            left, right = text_of(one), text_of(other)
            alike = set(left.bands) & set(right.bands) and is_copy(left.signature, right.signature)
            if left.article == right.article or alike:
                group[left.id] = group[right.id] = min(group[left.id], group[right.id])
    return {one.article.id: group[story_id(one)] for one in stream}


async def kept(client: AsyncElasticsearch, alias: str, field: str, values: Iterable[str]) -> list[Any]:
    await client.indices.refresh(index=alias)
    answer = await client.search(index=alias, query={"terms": {field: sorted(values)}}, size=1000, version=True)
    return list(answer["hits"]["hits"])


async def check(client: AsyncElasticsearch, stream: Sequence[TaggedArticle]) -> None:
    """The index holds what the messages, in whatever order, stand for."""
    newest: dict[str, TaggedArticle] = {}
    for one in sorted(stream, key=document_version):
        newest[one.article.id] = one
    story_of = stories(stream)

    articles = {hit["_id"]: hit for hit in await kept(client, ARTICLES_ALIAS, "id", newest)}
    assert {article: (hit["_source"]["title"], hit["_source"]["story"]) for article, hit in articles.items()} == {
        article: (one.article.title, story_of[article]) for article, one in newest.items()
    }
    assert all(same_article(hit["_version"], document_version(newest[article])) for article, hit in articles.items())

    found: defaultdict[str, set[tuple[str, str, int]]] = defaultdict(set)
    for hit in await kept(client, CLAIMS_ALIAS, "article.id", newest):
        claim = hit["_source"]
        found[claim["article"]["id"]].add((hit["_id"], claim["story"], claim["article"]["version"]))
    expected = {
        article: {(claim.id, story_of[article], document_version(one)) for claim in one.claims}
        for article, one in newest.items()
    }
    assert {article: found[article] for article in newest} == expected
    assert {article: {claim["id"] for claim in hit["_source"]["claims"]} for article, hit in articles.items()} == {
        article: {claim.id for claim in one.claims} for article, one in newest.items()
    }

    texts = [hit["_source"] for hit in await kept(client, STORIES_ALIAS, "article", newest)]
    assert {(one["id"], one["story"], one["moving"]) for one in texts} == {
        (story_id(one), story_of[one.article.id], False) for one in stream
    }


def ids(stream: Iterable[TaggedArticle]) -> set[str]:
    return {one.article.id for one in stream}
