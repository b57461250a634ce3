"""What Elasticsearch or the indexer will not take, and what it is busy for: none of it holds up the rest."""

from uuid import uuid4

import pytest
from elasticsearch import AsyncElasticsearch

from services.common.elastic import ARTICLES_ALIAS
from services.common.errors import TooManyDeadLetters, TransientError
from services.common.messages import TaggedArticle
from services.common.metrics import Metrics
from tests.builders import a_tagged_article
from tests.integration.indexed import Producer, Received, an_indexer, check, claims, counted, kept, received
from tests.integration.unsteady import Busy

pytestmark = pytest.mark.usefixtures("clean_line")

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
