"""Searching articles: words, filters, orders, and walking through all pages."""

import re
from datetime import timedelta
from typing import Any

import httpx
import pytest
from elasticsearch import AsyncElasticsearch

from services.common.elastic import ARTICLES_ALIAS
from tests.builders import MOMENT, a_tagged_article
from tests.integration.asking import put
from tests.integration.sixty import (
    COUNT,
    STORIES,
    found,
    numbers,
    walked,
)
from tests.waiting import until


@pytest.mark.parametrize("limit", [7, 20, 60, 100])
@pytest.mark.parametrize(
    "search",
    [{}, {"q": "howitzers"}, {"q": "howitzers", "sort": "newest"}, {"sort": "oldest", "source": "outlet-1"}],
)
async def test_the_total_is_what_paging_returns(api: httpx.AsyncClient, search: dict[str, Any], limit: int) -> None:
    seen, totals = await walked(api, limit=limit, facets="none", **search)
    assert len(seen) == len(set(seen))
    assert totals == {len(seen)}
    assert seen


async def test_walking_sees_the_index_as_it_was_while_articles_arrive_and_change(
    api: httpx.AsyncClient, library: AsyncElasticsearch
) -> None:
    first = await found(api, limit=10, facets="none")
    changed = a_tagged_article("story-30", published_at=MOMENT + timedelta(days=1), title="Changed")
    await put(library, changed, *(a_tagged_article(f"late-{number}", published_at=MOMENT) for number in range(20)))
    await library.delete(index=ARTICLES_ALIAS, id=STORIES[40].article.id, refresh=True)
    seen, page = numbers(first), first
    while page["next"]:
        page = await found(api, limit=10, facets="none", cursor=page["next"])
        seen += numbers(page)
        assert page["total"] == COUNT
    assert sorted(seen) == list(range(COUNT))
    assert (await found(api, limit=0))["total"] == COUNT + 20 - 1


async def test_a_page_can_be_asked_for_again(api: httpx.AsyncClient) -> None:
    """A client that lost an answer on the way sends the request once more, the last page's too."""
    cursor = (await found(api, limit=40, facets="none"))["next"]
    last = await found(api, limit=40, facets="none", cursor=cursor)
    assert await found(api, limit=40, facets="none", cursor=cursor) == last
    assert last["next"] is None
    assert (await found(api, limit=0, cursor=cursor))["total"] == COUNT


async def test_an_empty_index_is_an_empty_answer(api: httpx.AsyncClient, library: AsyncElasticsearch) -> None:
    await library.delete_by_query(index=ARTICLES_ALIAS, query={"match_all": {}}, refresh=True)
    page = await found(api)
    assert (page["total"], page["items"], page["next"]) == (0, [], None)
    assert set(map(len, page["facets"].values())) == {0}
    assert page["dates"]["intervals"] == []


async def test_the_next_page_is_also_a_link(api: httpx.AsyncClient) -> None:
    answer = await api.get("/v1/articles", params={"q": "howitzers", "source": ["outlet-1", "outlet-2"], "limit": 5})
    [(address, relation)] = re.findall(r"<(.+)>; rel=\"(\w+)\"", answer.headers["link"])
    following = await api.get(address)
    assert relation == "next"
    assert (
        following.json()["items"]
        == (await found(api, q="howitzers", source=["outlet-1", "outlet-2"], limit=5, cursor=answer.json()["next"]))[
            "items"
        ]
    )


async def test_points_in_time_are_let_go_when_nothing_more_is_read(
    api: httpx.AsyncClient, library: AsyncElasticsearch
) -> None:
    async def open_contexts() -> int:
        stats = await library.nodes.stats(metric="indices", index_metric="search")
        return sum(node["indices"]["search"]["open_contexts"] for node in stats["nodes"].values())

    before = await open_contexts()
    await found(api, limit=100)
    await found(api, limit=0)
    await found(api, q="howitzers", limit=100)
    await found(api, q="nothing of the kind")

    async def as_before() -> bool:
        return await open_contexts() <= before

    await until(as_before, "points in time let go")


@pytest.mark.parametrize(
    ("sort", "expected"),
    [("newest", [59, *range(59)]), ("oldest", [*reversed(range(59)), 59]), (None, [59, *range(59)])],
)
async def test_orders(api: httpx.AsyncClient, sort: str | None, expected: list[int]) -> None:
    """An article without a date counts as published when it was fetched."""
    page = await found(api, limit=100, **({"sort": sort} if sort else {}))
    seen = numbers(page)
    # 0 and 59 are of the same moment; the id decides between them.
    assert [number for number in seen if number not in {0, 59}] == [n for n in expected if n not in {0, 59}]
    assert {seen[0], seen[1]} == {0, 59} if sort != "oldest" else {seen[-1], seen[-2]} == {0, 59}
    assert {item["published_at"] for item in page["items"] if item["url"].endswith("-59")} == {None}


async def test_words_in_the_title_count_for_more(api: httpx.AsyncClient) -> None:
    first, *_, last = (await found(api, q="howitzers", limit=100))["items"]
    assert "Howitzers" in first["title"]
    assert "Howitzers" not in last["title"]


@pytest.mark.parametrize(
    ("parameters", "matches"),
    [
        ({"source": "outlet-1"}, lambda n: n % 3 == 1),
        ({"source": ["outlet-1", "outlet-2"]}, lambda n: n % 3),
        ({"language": "uk"}, lambda n: n % 7 == 0),
        ({"entity": "country/north-korea"}, lambda n: n % 2 == 0),
        ({"entity": ["country/north-korea", "country/russia"]}, lambda n: n % 2 == 0 or n % 3 == 0),
        ({"entity": ["country/north-korea", "place/kursk-oblast"]}, lambda n: n % 2 == 0 and n % 5 == 0),
        ({"claim.unit": "howitzer"}, lambda n: n % 3 == 0),
        ({"claim.category": "casualties"}, lambda n: n % 3 == 0),
        ({"claim.category": "casualties", "claim.unit": "soldier"}, lambda n: n % 3 == 0),
        # Both are in every ninth article, but never of one and the same figure.
        ({"claim.category": "casualties", "claim.unit": "howitzer"}, lambda n: False),
        ({"after": (MOMENT - timedelta(days=10)).isoformat()}, lambda n: n <= 10 or n == 59),
        ({"after": "2024-11-07"}, lambda n: n <= 10 or n == 59),
        ({"before": "2024-11-07"}, lambda n: 10 < n < 59),
        ({"after": "2024-11-07", "before": "2024-11-08"}, lambda n: n == 10),
        ({"q": "rivers", "source": "outlet-0", "language": "uk"}, lambda n: n % 4 == 0 and n % 3 == 0 and n % 7 == 0),
    ],
)
async def test_filters(api: httpx.AsyncClient, parameters: dict[str, Any], matches: Any) -> None:
    expected = [number for number in range(COUNT) if matches(number)]
    page = await found(api, limit=100, **parameters)
    assert sorted(numbers(page)) == expected
    assert page["total"] == len(expected)


def has_howitzers(number: int) -> bool:
    return number % 4 != 0 or number % 5 != 0


@pytest.mark.parametrize(
    ("q", "matches"),
    [
        ("howitzers", has_howitzers),
        ("HOWITZER", has_howitzers),
        ("howitz*", has_howitzers),
        ("-howitzers", lambda n: not has_howitzers(n)),
        ("NOT howitzers", lambda n: not has_howitzers(n)),
        ("howitzers rivers", lambda n: has_howitzers(n) and n % 4 == 0),
        ("rivers -howitzers", lambda n: n % 4 == 0 and n % 5 == 0),
        ('"moved at night"', lambda n: n % 5),
        ('"at moved night"', lambda n: False),
        ('"moved at night', lambda n: n % 5),
        ('border -"moved at night"', lambda n: n % 4 and n % 5 == 0),
        ("border OR rivers", lambda n: True),
        ("(border OR rivers) night", lambda n: n % 5),
        ("(border OR rivers", lambda n: True),
        ("person:Zelenskiy", lambda n: n % 4 == 0),
        ("place:Kursk -weapon:koksan", lambda n: n % 5 == 0 and n % 6),
        ("place:Zelenskiy", lambda n: False),
        ('country:"North Korea"', lambda n: n % 2 == 0),
        ("country:country/north-korea howitzers", lambda n: n % 2 == 0 and has_howitzers(n)),
        ("source:outlet-1", lambda n: n % 3 == 1),
        ('source:"Outlet 1" OR source:outlet-2', lambda n: n % 3),
        ("lang:uk", lambda n: n % 7 == 0),
        ("unit:howitzers", lambda n: n % 3 == 0),
        ("category:casualties", lambda n: n % 3 == 0),
        ("after:2024-11-10 before:2024-11-12", lambda n: n in {6, 7}),
        ("Zelenskyy", lambda n: n % 4 == 0),
        ("zelenskiy", lambda n: n % 4 == 0),
        ("zelenskyy howitzers", lambda n: n % 4 == 0 and n % 5 != 0),
        ("Koksan", lambda n: n % 6 == 0),
        ("roads - rivers", lambda n: n % 4 == 0),
    ],
)
async def test_words(api: httpx.AsyncClient, q: str, matches: Any) -> None:
    assert sorted(numbers(await found(api, q=q, limit=100))) == [n for n in range(COUNT) if matches(n)]


@pytest.mark.parametrize(
    "q", ['"', '""', "-", "OR", "NOT", "(", ")(", "*", "**", "\\", "~", "a~9", "((((", "\x00", "🙂", "a* " * 60]
)
async def test_sloppiness_is_no_error(api: httpx.AsyncClient, q: str) -> None:  # fmt: skip
    assert (await found(api, q=q, limit=1))["total"] >= 0


@pytest.mark.parametrize(
    ("q", "sentence"),
    [
        ("troops plaec:Kursk", "query.q: character 8: there is no field 'plaec'"),
        ("after:soon", "query.q: 'soon' is not a day; write it as 2024-11-01"),
        ("*tzers", "query.q: character 1: a word cannot begin with *"),
    ],
)
async def test_a_mistake_is_answered_with_what_and_where(api: httpx.AsyncClient, q: str, sentence: str) -> None:
    answer = await api.get("/v1/articles", params={"q": q})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert sentence in answer.json()["detail"]
