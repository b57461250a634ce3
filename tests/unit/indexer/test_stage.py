"""The indexer's promise, with an Elasticsearch that pushes back and rejects at will (a real one will not on demand):
however a stream is shuffled, repeated, cut into batches and interrupted, the index ends the same.
"""

import asyncio
import contextlib
import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.deadletters import DeadLetterLimit
from services.common.errors import TooManyDeadLetters, TransientError
from services.common.events import from_value
from services.common.health import Health
from services.common.messages import DeadLetter, TaggedArticle
from services.common.metrics import Metrics
from services.common.runtime import Process
from services.indexer.stage import Indexer
from services.indexer.versions import document_version
from tests.builders import MOMENT, a_tagged_article

UNINDEXABLE = "unindexable"


@dataclass(frozen=True)
class Received:
    value: bytes | None
    offset: int
    partition: int = 0
    topic: str = "news.tagged.v1"
    key: bytes | None = b"k"
    headers: tuple[tuple[str, bytes], ...] = ()


@dataclass
class Elasticsearch:
    """What the bulk API does with external versions; ``moods`` says which answers are pushed back."""

    moods: list[bool] = field(default_factory=list)
    kept: dict[str, tuple[int, dict[str, Any]]] = field(default_factory=dict)
    requests: int = 0

    async def bulk(self, *, operations: list[Any], **_: Any) -> dict[str, Any]:
        self.requests += 1
        pairs = zip(operations[::2], operations[1::2], strict=True)
        return {"items": [{"index": self._item(action["index"], json.loads(body))} for action, body in pairs]}

    def _item(self, action: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
        assert action["version_type"] == "external"
        if self.moods and self.moods.pop():
            return {"status": 429, "error": {"type": "es_rejected_execution_exception", "reason": "busy"}}
        if body["title"] == UNINDEXABLE:
            return {"status": 400, "error": {"type": "document_parsing_exception", "reason": "no"}}
        if action["_id"] in self.kept and self.kept[action["_id"]][0] >= action["version"]:
            return {"status": 409, "error": {"type": "version_conflict_engine_exception", "reason": "older"}}
        self.kept[action["_id"]] = action["version"], body
        return {"status": 201}


@dataclass
class Producer:
    sent: list[DeadLetter] = field(default_factory=list)

    async def send(self, topic: str, *, value: bytes, **_: Any) -> asyncio.Future[None]:
        assert topic == "news.deadletter.v1"
        self.sent.append(from_value(DeadLetter, value))
        acknowledged: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        acknowledged.set_result(None)
        return acknowledged


def an_indexer(
    elasticsearch: Elasticsearch, producer: Producer, *, limit: int = 100, bulk_bytes: int = 1500
) -> tuple[Indexer, Metrics]:
    metrics = Metrics()
    process = Process("indexer", metrics, Health(metrics), asyncio.Event())
    clients: tuple[Any, Any] = elasticsearch, producer
    return Indexer(*clients, process, DeadLetterLimit(limit), bulk_bytes), metrics


def received(offset: int, tagged: TaggedArticle, partition: int = 0) -> Received:
    return Received(tagged.model_dump_json().encode(), offset, partition)


def counted(metrics: Metrics) -> dict[str, float]:
    return {
        sample.labels["outcome"]: sample.value
        for metric in metrics.messages.collect()
        for sample in metric.samples
        if sample.name == "sitrep_messages_total"
    }


MESSAGES = st.lists(
    st.tuples(st.sampled_from("abc"), st.integers(1, 3), st.integers(0, 2), st.booleans()), min_size=1, max_size=12
)


@given(MESSAGES, st.data())
async def test_the_index_ends_the_same_whatever_the_order(
    messages: list[tuple[str, int, int, bool]], data: st.DataObject
) -> None:
    tagged = {
        (slug, revision, retagged): a_tagged_article(
            slug,
            revision=revision,
            title=UNINDEXABLE if bad else f"{revision}.{retagged}",
            tagged_at=MOMENT + timedelta(milliseconds=retagged),
        )
        for slug, revision, retagged, bad in messages
    }
    expected: dict[str, TaggedArticle] = {}
    for one in sorted(tagged.values(), key=document_version):
        if one.article.title != UNINDEXABLE:
            expected[one.article.id] = one

    stream = data.draw(st.permutations([*tagged.values(), *data.draw(st.lists(st.sampled_from([*tagged.values()])))]))
    partitions = [[received(offset, one, number) for offset, one in enumerate(stream[number::2])] for number in (0, 1)]
    elasticsearch, producer = Elasticsearch(data.draw(st.lists(st.booleans(), max_size=20))), Producer()
    indexer, metrics = an_indexer(elasticsearch, producer)
    while any(partitions):
        # As Kafka hands them over: some of each partition, and not the same ones again where a batch is given back.
        sizes = [len(left) - data.draw(st.integers(0, max(0, len(left) - 1))) for left in partitions]
        batch = [record for left, size in zip(partitions, sizes, strict=True) for record in left[:size]]
        with contextlib.suppress(TransientError):
            await indexer.take(batch)
            partitions = [left[size:] for left, size in zip(partitions, sizes, strict=True)]

    titles = {article: body["title"] for article, (_, body) in elasticsearch.kept.items()}
    assert titles == {article: one.article.title for article, one in expected.items()}
    assert sum(counted(metrics).values()) == len(stream), "each message is counted once"
    letters = [(letter.partition, letter.offset) for letter in producer.sent]
    assert len(letters) == len(set(letters)) == counted(metrics).get("dead_letter", 0)
    assert all(stream[number::2][offset].article.title == UNINDEXABLE for number, offset in letters)


async def test_where_the_newest_is_rejected_the_one_before_it_stays() -> None:
    elasticsearch, producer = Elasticsearch(), Producer()
    indexer, metrics = an_indexer(elasticsearch, producer)
    bad = a_tagged_article(revision=3, title=UNINDEXABLE)
    batch = [a_tagged_article(revision=2, title="good"), bad, a_tagged_article(revision=1, title="old")]
    await indexer.take([received(offset, tagged) for offset, tagged in enumerate(batch)])
    assert [body["title"] for _, body in elasticsearch.kept.values()] == ["good"]
    assert counted(metrics) == {"done": 1, "dead_letter": 1, "superseded": 1}
    (letter,) = producer.sent
    assert (letter.stage, letter.offset, letter.value) == ("indexer", 1, bad.model_dump_json().encode())
    assert letter.reason == "Elasticsearch answered 400: document_parsing_exception: no"


async def test_only_what_was_pushed_back_is_sent_again() -> None:
    elasticsearch, producer = Elasticsearch(moods=[False, True, False]), Producer()
    indexer, metrics = an_indexer(elasticsearch, producer, bulk_bytes=1 << 20)
    batch = [received(offset, a_tagged_article(str(offset))) for offset in range(3)]
    with pytest.raises(TransientError, match=r"1 of 3 documents: Elasticsearch answered 429.*busy"):
        await indexer.take(batch)
    assert counted(metrics) == {"done": 2}
    await indexer.take(batch)
    assert counted(metrics) == {"done": 3}
    assert len(elasticsearch.kept) == 3


async def test_malformed_messages_are_given_up_and_the_rest_is_indexed() -> None:
    elasticsearch, producer = Elasticsearch(), Producer()
    indexer, _ = an_indexer(elasticsearch, producer)
    await indexer.take([Received(b"{", 0), Received(None, 1), received(2, a_tagged_article())])
    assert [letter.offset for letter in producer.sent] == [0, 1]
    assert all(letter.reason.startswith("not a valid TaggedArticle: ") for letter in producer.sent)
    assert len(elasticsearch.kept) == 1


async def test_too_many_dead_letters_stop_the_service() -> None:
    producer = Producer()
    indexer, _ = an_indexer(Elasticsearch(), producer, limit=3)
    with pytest.raises(TooManyDeadLetters, match=r"4 of the last 4 messages would go to news\.deadletter.v1"):
        await indexer.take([Received(b"{", offset) for offset in range(10)])
    assert len(producer.sent) == 3


async def test_large_batches_are_cut_into_requests() -> None:
    elasticsearch = Elasticsearch()
    indexer, _ = an_indexer(elasticsearch, Producer(), bulk_bytes=1)
    await indexer.take([received(offset, a_tagged_article(str(offset))) for offset in range(5)])
    assert elasticsearch.requests == len(elasticsearch.kept) == 5
