"""The indexer's promise, on a real Elasticsearch: however a stream is shuffled, repeated, cut into batches, spread over
indexers at once and interrupted, articles, claims and stories end the same.
"""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import combinations
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from elasticsearch import AsyncElasticsearch
from elasticsearch import ConnectionError as ElasticConnectionError
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from deploy.local.engines import Engines
from services.common.compacted import Table
from services.common.copies import is_copy
from services.common.deadletters import DeadLetterLimit
from services.common.elastic import ARTICLES_ALIAS, CLAIMS_ALIAS, STORIES_ALIAS, elastic
from services.common.errors import TooManyDeadLetters, TransientError
from services.common.events import from_value
from services.common.health import Health
from services.common.messages import Claim, DeadLetter, Deletion, TaggedArticle
from services.common.metrics import Metrics
from services.common.runtime import Process
from services.common.settings import ElasticsearchSettings
from services.common.signature import signature
from services.indexer.generations import ALIASES, Names
from services.indexer.migrate import ensure_indices
from services.indexer.stage import Indexer
from services.indexer.story import story_id, text_of
from services.indexer.versions import document_version, same_article
from tests.builders import MOMENT, a_tagged_article

pytestmark = pytest.mark.usefixtures("clean_line")


@dataclass(frozen=True)
class Received:
    value: bytes | None
    offset: int
    partition: int = 0
    topic: str = "news.tagged.v1"
    key: bytes | None = b"k"
    headers: tuple[tuple[str, bytes], ...] = ()


class Interrupted:
    """An Elasticsearch client whose calls fail where ``moods`` says so: before anything is sent, or after it was done
    but before the answer came. A real engine shows both, but not on demand.
    """

    def __init__(self, client: Any, moods: Iterable[str]) -> None:
        self._client = client
        self._moods = iter(moods)

    def __getattr__(self, name: str) -> Any:
        inner = getattr(self._client, name)
        if name == "indices":
            return Interrupted(inner, self._moods)

        async def call(**given: Any) -> Any:
            mood = next(self._moods, "well")
            if mood == "before":
                raise ElasticConnectionError("interrupted")
            answer = await inner(**given)
            if mood == "after":
                raise ElasticConnectionError("interrupted")
            return answer

        return call


@pytest.fixture
async def client(engines: Engines) -> AsyncIterator[AsyncElasticsearch]:
    async with elastic(ElasticsearchSettings(elasticsearch_url=engines.elasticsearch_url)) as searching:
        await ensure_indices(searching)
        yield searching


class Busy:
    """An Elasticsearch client whose bulk requests are pushed back for the documents named, once each."""

    def __init__(self, client: Any, once: Iterable[str]) -> None:
        self._client = client
        self._once = set(once)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    async def bulk(self, *, operations: list[Any], **given: Any) -> Any:
        pairs = list(zip(operations[::2], operations[1::2], strict=True))
        names = [next(iter(action.values()))["_id"] for action, _ in pairs]
        busy = self._once & set(names)
        self._once -= busy
        sent = [pair for name, pair in zip(names, pairs, strict=True) if name not in busy]
        passed: Any = {"items": []}
        if sent:
            passed = await self._client.bulk(operations=[part for pair in sent for part in pair], **given)
        answers = iter(passed["items"])
        refused = {"index": {"status": 429, "error": {"type": "es_rejected_execution_exception", "reason": "busy"}}}
        return {"items": [refused if name in busy else next(answers) for name in names]}


class Late:
    """An Elasticsearch client before whose first bulk request something else happens."""

    def __init__(self, client: Any, first: Callable[[], Awaitable[None]]) -> None:
        self._client = client
        self._first: list[Callable[[], Awaitable[None]]] = [first]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    async def bulk(self, **given: Any) -> Any:
        if self._first:
            await self._first.pop()()
        return await self._client.bulk(**given)


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
    return tuple(
        Claim(
            id=f"{world}-{slug}-{kind}",
            text="12 guns",
            start=0,
            end=7,
            sentence="They saw 12 guns.",
            low=12,
            high=12,
            qualifier="exact",
            category="equipment",
            item="guns",
            unit="gun",
        )
        for kind in kinds
    )


Told = tuple[str, int, int, int, int, int, frozenset[int]]
"""An article, its revision, when it was tagged, its topic, how many words are changed, its day, its claims."""

MESSAGES = st.lists(
    st.tuples(
        st.sampled_from("abcde"),
        st.integers(1, 3),
        st.integers(0, 1),
        st.integers(0, 2),
        st.sampled_from([0, 0, 6, 12, 30]),
        st.integers(0, 3),
        st.frozensets(st.integers(0, 3), max_size=3),
    ),
    min_size=1,
    max_size=10,
    unique_by=lambda told: told[:3],
)
MOODS = st.lists(st.sampled_from(["well", "well", "well", "before", "after"]), max_size=30)


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


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(MESSAGES, MOODS, st.data())
async def test_the_index_ends_the_same_whatever_the_order(
    client: AsyncElasticsearch, messages: list[Told], moods: list[str], data: st.DataObject
) -> None:
    stream = told(messages, uuid4().hex[:12])
    again = data.draw(st.lists(st.sampled_from(stream), max_size=4))
    order = data.draw(st.permutations([*stream, *again]))
    records = received(order)
    shares = [records[number::2] for number in (0, 1)]
    interrupted = Interrupted(client, moods)

    async def index(share: list[Received]) -> None:
        indexer = an_indexer(interrupted)
        while share:
            batch = share[: data_sizes.pop() if data_sizes else len(share)]
            try:
                await indexer.take(batch)
            except TransientError:
                indexer = an_indexer(interrupted)  # as after a crash: nothing is remembered
                continue
            del share[: len(batch)]

    data_sizes = data.draw(st.lists(st.integers(1, 4), max_size=8))
    await asyncio.gather(*(index(share) for share in shares))
    await check(client, stream)


async def test_copies_that_arrive_at_once_in_many_indexers_are_one_story(client: AsyncElasticsearch) -> None:
    world = uuid4().hex[:12]
    stream = told([(chr(97 + n), 1, 0, n % 2, 0, n, frozenset({n})) for n in range(16)], world)
    batches = [[Received(one.model_dump_json().encode(), 0, n)] for n, one in enumerate(stream)]
    await asyncio.gather(*(an_indexer(client).take(batch) for batch in batches))
    await check(client, stream)


@pytest.mark.parametrize("lost", [False, True], ids=["at once", "after its answer was lost"])
async def test_a_text_follows_the_story_it_began_as_part_of_when_that_was_joined_just_before(
    client: AsyncElasticsearch, lost: bool
) -> None:
    world = uuid4().hex[:12]
    told_at = {"earliest": 0, "earlier": 1, "copy": 2}
    body = " ".join(words(0, world))
    earliest, earlier, copy = (
        a_tagged_article(f"{world}-{slug}", text=body, published_at=MOMENT + timedelta(days=day)).model_copy(
            update={"signature": signature(body)}
        )
        for slug, day in told_at.items()
    )
    await an_indexer(client).take(received([earlier]))

    async def the_earliest_comes() -> None:
        await an_indexer(client).take(received([earliest]))

    late = Late(client, the_earliest_comes)
    if lost:
        with pytest.raises(TransientError):
            await an_indexer(Interrupted(late, ["well", "well", "after"])).take(received([copy]))
    await an_indexer(late).take(received([copy]))
    await check(client, [earliest, earlier, copy])


def copies(world: str, days: Iterable[int]) -> list[TaggedArticle]:
    """One text in many outlets, each on its day, a claim in each."""
    body = " ".join(words(0, world))
    return [
        a_tagged_article(
            f"{world}-{number}", text=body, published_at=MOMENT + timedelta(days=day), claims=claims(str(number), [1], world)
        ).model_copy(update={"signature": signature(body)})
        for number, day in enumerate(days)
    ]  # fmt: skip


def tombstone_of(tagged: TaggedArticle) -> Received:
    name = tagged.article.id
    return Received(None, int(name, 16), key=name.encode())


async def test_an_earlier_copy_joins_a_story_whose_first_article_was_deleted(client: AsyncElasticsearch) -> None:
    first, second, earlier, later = stream = copies(uuid4().hex[:12], [5, 6, 1, 7])
    for message in [*received([first, second]), tombstone_of(first), *received([later, earlier, later])]:
        await an_indexer(client).take([message])
    [name] = {hit["_source"]["story"] for hit in await kept(client, CLAIMS_ALIAS, "article.id", ids(stream[1:]))}
    assert name == story_id(earlier), "the earliest that is there gives it its name"
    assert {hit["_id"] for hit in await kept(client, ARTICLES_ALIAS, "story", [name])} == ids([second, earlier, later])
    old = await client.get(index=STORIES_ALIAS, id=story_id(first))
    assert (old["_source"]["story"], old["_source"]["moving"]) == (name, False), "the old name leads to it"
    await an_indexer(client).take([tombstone_of(one) for one in (second, earlier, later)])
    assert not await kept(client, STORIES_ALIAS, "story", [name, story_id(first)]), "with the last, it is gone"


def ids(stream: Iterable[TaggedArticle]) -> set[str]:
    return {one.article.id for one in stream}


@settings(max_examples=15, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 3), min_size=3, max_size=6), MOODS, st.data())
async def test_copies_are_one_story_whichever_of_them_are_deleted_and_when(
    client: AsyncElasticsearch, days: list[int], moods: list[str], data: st.DataObject
) -> None:
    stream = copies(uuid4().hex[:12], days)
    deleted = data.draw(st.sets(st.sampled_from(range(len(stream))), max_size=len(stream) - 2))
    order = data.draw(st.permutations([*range(len(stream)), *deleted]))
    shares: list[list[Received]] = [[], []]  # all of an article in one, in its order: the second is its tombstone
    for place, number in enumerate(order):
        again = number in order[:place]
        shares[number % 2].append(tombstone_of(stream[number]) if again else received([stream[number]])[0])
    interrupted = Interrupted(client, moods)

    async def index(share: list[Received]) -> None:
        indexer = an_indexer(interrupted)
        for message in share:
            while True:
                try:
                    await indexer.take([message])
                    break
                except TransientError:
                    indexer = an_indexer(interrupted)

    await asyncio.gather(*map(index, shares))
    left = [one for number, one in enumerate(stream) if number not in deleted]
    articles = await kept(client, ARTICLES_ALIAS, "id", ids(stream))
    assert {hit["_id"] for hit in articles} == ids(left)
    told = {hit["_source"]["story"] for hit in articles}
    told |= {hit["_source"]["story"] for hit in await kept(client, CLAIMS_ALIAS, "article.id", ids(left))}
    [name] = told
    assert name <= min(story_id(one) for one in left), "never a later name than that of one that is there"


async def test_a_bridge_between_two_stories_makes_them_one_and_the_old_name_leads_to_it(
    client: AsyncElasticsearch,
) -> None:
    def a_stream(world: str) -> list[TaggedArticle]:
        one, other = words(0, world), words(1, world)
        texts = {"first": one, "second": [*one[30:], *other[:30]], "bridge": [*one, *other[:30]]}
        return [
            a_tagged_article(
                f"{world}-{slug}",
                text=" ".join(body),
                published_at=MOMENT + timedelta(days=day),
                claims=claims(slug, [1], world),
            ).model_copy(update={"signature": signature(" ".join(body))})
            for day, (slug, body) in enumerate(texts.items())
        ]

    def bridged(stream: list[TaggedArticle]) -> bool:  # a signature estimates: of some texts it does not see a bridge
        return len({*stories(stream[:2]).values()}) == 2 and len({*stories(stream).values()}) == 1

    first, second, bridge = next(stream for _ in range(1_000) if bridged(stream := a_stream(uuid4().hex[:12])))
    await an_indexer(client).take(received([first, second]))
    await check(client, [first, second])
    await an_indexer(client).take(received([bridge]))
    await check(client, [first, second, bridge])
    old = await client.get(index=STORIES_ALIAS, id=story_id(second))
    assert old["_source"]["story"] == story_id(first)


async def test_what_was_pushed_back_or_lost_with_its_answer_is_written_in_the_end(client: AsyncElasticsearch) -> None:
    world = uuid4().hex[:12]
    stream = told([(slug, 1, 0, 0, 0, 0, frozenset({1})) for slug in "ab"], world)
    records = received(stream)
    for calls in range(12):  # every place where it can be interrupted, once before and once after
        for mood in ("before", "after"):
            with contextlib.suppress(TransientError):
                await an_indexer(Interrupted(client, [*["well"] * calls, mood])).take(records)
    await an_indexer(client).take(records)
    await check(client, stream)


UNINDEXABLE = 1 << 40
"""A position in a text that the mapping's integer does not hold."""


def an_article(world: str, revision: int = 1, *, slug: str = "a", good: bool = True) -> TaggedArticle:
    (claim,) = claims(slug, [1], world)
    if not good:
        claim = claim.model_copy(update={"start": UNINDEXABLE})
    return a_tagged_article(f"{world}-{slug}", revision=revision, claims=(claim,))


async def test_where_the_newest_is_rejected_the_one_before_it_stays(client: AsyncElasticsearch) -> None:
    world, producer, metrics = uuid4().hex[:12], Producer(), Metrics()
    good, bad, old = an_article(world, 2), an_article(world, 3, good=False), an_article(world, 1)
    await an_indexer(client, producer=producer, metrics=metrics).take(received([good, bad, old]))
    (kept_article,) = await kept(client, ARTICLES_ALIAS, "id", [good.article.id])
    assert kept_article["_source"]["revision"] == 2
    assert counted(metrics) == {"done": 1, "dead_letter": 1, "superseded": 1}
    (letter,) = producer.sent
    assert (letter.stage, letter.offset, letter.value) == ("indexer", 1, bad.model_dump_json().encode())
    assert letter.reason.startswith("Elasticsearch answered 400: document_parsing_exception")


async def test_only_what_was_pushed_back_is_sent_again(client: AsyncElasticsearch) -> None:
    world, metrics = uuid4().hex[:12], Metrics()
    batch = [an_article(world, slug=slug) for slug in "abc"]
    busy = Busy(client, [batch[0].article.id, batch[1].claims[0].id])
    indexer = an_indexer(busy, metrics=metrics, bulk_bytes=1 << 20)
    with pytest.raises(TransientError, match=r"2 of 3 documents: Elasticsearch answered 429.*busy"):
        await indexer.take(received(batch))
    assert counted(metrics) == {"done": 1}
    await indexer.take(received(batch))
    assert sum(counted(metrics).values()) == 3
    await check(client, batch)


async def test_malformed_messages_are_given_up_and_the_rest_is_indexed(client: AsyncElasticsearch) -> None:
    world, producer = uuid4().hex[:12], Producer()
    sound = an_article(world)
    await an_indexer(client, producer=producer).take([Received(b"{", 7), Received(None, 8), *received([sound])])
    assert [letter.offset for letter in producer.sent] == [7, 8]
    assert producer.sent[0].reason.startswith("not a valid TaggedArticle: ")
    assert "is no article's id" in producer.sent[1].reason
    await check(client, [sound])


async def test_too_many_dead_letters_stop_the_service(client: AsyncElasticsearch) -> None:
    producer = Producer()
    indexer = an_indexer(client, producer=producer, limit=3)
    with pytest.raises(TooManyDeadLetters, match=r"4 of the last 4 messages would go to news\.deadletter.v1"):
        await indexer.take([Received(b"{", offset) for offset in range(10)])
    assert len(producer.sent) == 3
