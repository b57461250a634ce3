"""The indexer's promise, on a real Elasticsearch: however a stream is shuffled, repeated, cut into batches, spread over
indexers at once and interrupted, articles, claims and stories end the same.
"""

import asyncio
import contextlib
from uuid import uuid4

import pytest
from elasticsearch import AsyncElasticsearch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.common.errors import TransientError
from tests.integration.indexed import Received, Told, an_indexer, check, received, told
from tests.integration.unsteady import MOODS, Interrupted

pytestmark = pytest.mark.usefixtures("clean_line")

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
