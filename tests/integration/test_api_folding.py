"""Copies folded into stories: what is shown, and that the total is what paging returns."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from elasticsearch import AsyncElasticsearch

from services.api.article_query import twice_body
from services.api.folding import TWICE, folded_away
from services.api.query import ArticleSearch
from services.common.elastic import ARTICLES_ALIAS, elastic
from services.common.messages import Source, TaggedArticle
from services.common.settings import ElasticsearchSettings
from tests.builders import MOMENT, a_tagged_article
from tests.integration.asking import emptied, put, serving
from tests.integration.sixty import found, walked

STORIES = 23


def copy(story: int, number: int) -> TaggedArticle:
    """An article of a story: its copies come days apart, so that they stand on other pages, and differ a little."""
    said = " Koksan guns came by rail." * (number % 3)
    return a_tagged_article(
        f"copy-{story * 100 + number}",
        title=f"Report of guns, story {story}",
        text=f"A report that several carried.{said} It spoke of story {story}.",
        source=Source(id=f"outlet-{(story + number) % 4}", name="An Outlet", domain="outlet.example"),
        published_at=MOMENT - timedelta(hours=7 * number + 5 * story),
    )


PRESS = {story: [copy(story, number) for number in range(1 + (story * 7) % 6)] for story in range(STORIES)}


@pytest.fixture(scope="module")
async def press(engines: Any) -> AsyncIterator[AsyncElasticsearch]:
    """Twenty-three stories of one to six articles, and nothing else."""
    async with elastic(ElasticsearchSettings(elasticsearch_url=engines.elasticsearch_url)) as client:
        await emptied(client)
        for story, articles in PRESS.items():
            await put(client, *articles, story=f"{story:032x}")
        yield client


@pytest.fixture
async def api(engines: Any, press: AsyncElasticsearch) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(engines.elasticsearch_url) as http:
        yield http


async def one_by_one(api: httpx.AsyncClient, **search: Any) -> list[dict[str, Any]]:
    """Every article that is found, in order, not folded."""
    page = await found(api, limit=100, facets="none", collapse="none", **search)
    assert page["next"] is None
    items: list[dict[str, Any]] = page["items"]
    return items


@pytest.mark.parametrize("limit", [1, 3, 10, 100])
@pytest.mark.parametrize(
    "search",
    [
        {},
        {"sort": "oldest"},
        {"q": "koksan"},
        {"q": "report guns"},
        {"q": "koksan OR rail", "source": ["outlet-1", "outlet-2"]},
        {"source": "outlet-3"},
        {"q": "nothing of the kind"},
    ],
)
async def test_each_story_is_one_row_and_the_total_is_what_paging_returns(
    api: httpx.AsyncClient, search: dict[str, Any], limit: int
) -> None:
    articles = await one_by_one(api, **search)
    counts: dict[str, int] = {}
    for item in articles:
        counts[item["story"]] = counts.get(item["story"], 0) + 1
    expected = list({item["story"]: item for item in reversed(articles)}.values())[::-1]
    expected.sort(key=articles.index)

    page = await found(api, limit=limit, **search)
    rows, totals = page["items"], {(page["total"], page["articles"])}
    while page["next"]:
        page = await found(api, limit=limit, cursor=page["next"], **search)
        assert page["items"]
        rows += page["items"]
        totals.add((page["total"], page["articles"]))
    assert totals == {(len(expected), len(articles))}
    assert [row["id"] for row in rows] == [item["id"] for item in expected]
    assert [row["copies"] for row in rows] == [counts[row["story"]] - 1 for row in rows]


async def test_the_page_before_the_last_story_is_the_last(api: httpx.AsyncClient) -> None:
    page = await found(api, limit=STORIES)
    assert (len(page["items"]), page["total"], page["next"]) == (STORIES, STORIES, None)


async def test_nothing_is_folded_when_that_is_asked_for(api: httpx.AsyncClient) -> None:
    count = sum(map(len, PRESS.values()))
    page = await found(api, collapse="none", limit=100)
    assert (len(page["items"]), page["total"], page["articles"]) == (count, count, count)
    assert {item["copies"] for item in page["items"]} == {None}
    seen, totals = await walked(api, collapse="none", limit=9)
    assert (len(seen), totals) == (count, {count})


async def test_the_articles_of_a_story_can_be_listed(api: httpx.AsyncClient) -> None:
    [row] = (await found(api, story=f"{5:032x}"))["items"]
    page = await found(api, story=row["story"], collapse="none")
    assert {item["id"] for item in page["items"]} == {tagged.article.id for tagged in PRESS[5]}
    assert row["copies"] == len(PRESS[5]) - 1


async def test_facets_and_dates_count_articles(api: httpx.AsyncClient) -> None:
    page = await found(api, limit=2, q="guns")
    assert sum(value["count"] for value in page["facets"]["source"]) == page["articles"] > page["total"]
    assert sum(interval["count"] for interval in page["dates"]["intervals"]) == page["articles"]


async def test_a_total_alone(api: httpx.AsyncClient) -> None:
    page = await found(api, limit=0, facets="none")
    assert (page["total"], page["articles"]) == (STORIES, sum(map(len, PRESS.values())))


@pytest.mark.parametrize("parts", [2, 7])
async def test_stories_too_many_to_count_at_once_are_counted_in_parts(press: AsyncElasticsearch, parts: int) -> None:
    search = ArticleSearch(folded=True)
    answers = [
        await press.search(index=ARTICLES_ALIAS, body=twice_body(search, None, part, parts)) for part in range(parts)
    ]
    assert sum(folded_away(each["aggregations"][TWICE]) for each in answers) == sum(
        len(articles) - 1 for articles in PRESS.values()
    )
