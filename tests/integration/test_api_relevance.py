"""What makes a search helpful: recency, another spelling, the words that set a result apart."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from elasticsearch import AsyncElasticsearch

from services.common.elastic import elastic
from services.common.settings import ElasticsearchSettings
from tests.builders import a_tagged_article
from tests.integration.asking import emptied, put, serving
from tests.integration.sixty import found, walked

NOW = datetime.now(UTC)
PADDING = "The road stayed closed for most of the week, and nobody could say when it would open."


@pytest.fixture(scope="module")
async def press(engines: Any) -> AsyncIterator[AsyncElasticsearch]:
    """The same report on many days, and reports of another thing."""
    reports = [
        a_tagged_article(
            f"report-{days}",
            title="Seen near the border",
            text=f"Officers counted howitzers near Kursk. {PADDING} Day {days}.",
            published_at=NOW - timedelta(days=days),
        )
        for days in (400, 0, 90, 7, 30, 1)
    ]
    better = a_tagged_article(
        "report-5000",
        title="Howitzers, howitzers and howitzers",
        text="Howitzers: howitzers that fire, howitzers that wait.",
        published_at=NOW - timedelta(days=5000),
    )
    floods = [
        a_tagged_article(
            f"flood-{number}",
            title=f"Flood, part {number}",
            text=f"The river rose in town {number}. Rescuers used dinghies and sandbags. {PADDING * (number % 3)}",
            published_at=NOW - timedelta(days=number),
        )
        for number in range(8)
    ]
    others = [
        a_tagged_article(f"other-{number}", title=f"Notes {number}", text=f"Note {number}. {PADDING}")
        for number in range(40)
    ]
    async with elastic(ElasticsearchSettings(elasticsearch_url=engines.elasticsearch_url)) as client:
        await emptied(client)
        await put(client, *reports, better, *floods, *others)
        yield client


@pytest.fixture
async def api(engines: Any, press: AsyncElasticsearch) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(engines.elasticsearch_url) as http:
        yield http


async def test_of_what_fits_alike_the_fresh_comes_first_but_what_fits_better_stays_before_it(
    api: httpx.AsyncClient,
) -> None:
    seen, totals = await walked(api, q="howitzers", limit=3)
    assert seen == [5000, 0, 1, 7, 30, 90, 400]
    assert totals == {7}


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("howitzrs", "howitzers"),
        ("Howtizers Kursk", "howitzers Kursk"),
        ('"rescuers used dingies"', '"rescuers used dinghies"'),
        ("howitzrs -flood", "howitzers -flood"),
        ("title:howitzrs", None),
        ("howitzers", None),
        ("xyzzyxyzzy", None),
        ("howitzers -howitzers", None),
        ("", None),
    ],
)
async def test_another_spelling_is_offered_where_it_finds_more(
    api: httpx.AsyncClient, q: str, expected: str | None
) -> None:
    page = await found(api, q=q)
    assert page["did_you_mean"] == expected
    if expected:
        assert (await found(api, q=expected))["articles"] > page["articles"]


async def test_another_spelling_that_the_filters_leave_nothing_of_is_not_offered(api: httpx.AsyncClient) -> None:
    assert (await found(api, q="howitzrs", source="nobody"))["did_you_mean"] is None


async def test_the_words_that_set_a_result_apart(api: httpx.AsyncClient) -> None:
    words = {each["word"] for each in (await found(api, q="flood", significant=True, limit=0))["significant"]}
    assert {"river", "rescuers", "sandbags", "dinghies"} <= words
    assert not words & {"flood", "howitzers", "road"}
    assert (await found(api, q="flood"))["significant"] is None
