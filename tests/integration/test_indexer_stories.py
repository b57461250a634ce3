"""Which articles are one story, on a real Elasticsearch: copies that arrive at once, in any order, and of which some
were deleted; bridges; old names.
"""

import asyncio
from collections.abc import Iterable
from datetime import timedelta
from uuid import uuid4

import pytest
from elasticsearch import AsyncElasticsearch
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from services.common.elastic import ARTICLES_ALIAS, CLAIMS_ALIAS, STORIES_ALIAS
from services.common.errors import TransientError
from services.common.messages import TaggedArticle
from services.common.signature import signature
from services.indexer.story import story_id
from tests.builders import MOMENT, a_tagged_article
from tests.integration.indexed import (
    Received,
    an_indexer,
    check,
    claims,
    ids,
    kept,
    received,
    stories,
    told,
    words,
)
from tests.integration.unsteady import MOODS, Interrupted, Late

pytestmark = pytest.mark.usefixtures("clean_line")


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
