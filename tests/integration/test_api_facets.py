"""Facets and dates beside a search."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from elasticsearch import AsyncElasticsearch

from services.common.messages import Source
from tests.builders import a_tagged_article
from tests.integration.asking import put
from tests.integration.sixty import (
    KOKSAN,
    KURSK,
    NORTH_KOREA,
    RUSSIA,
    ZELENSKYY,
    found,
)


@pytest.mark.parametrize(
    "search",
    [
        {},
        {"q": "howitzers"},
        {"source": "outlet-1"},
        {"claim.category": "casualties"},
        {"claim.unit": "soldier", "entity": "country/russia"},
        {"q": "howitzers", "entity": ["country/north-korea", "person/volodymyr-zelenskyy"], "after": "2024-10-01"},
    ],
)
async def test_each_facet_value_says_how_many_articles_choosing_it_alone_leaves(
    api: httpx.AsyncClient, search: dict[str, Any]
) -> None:
    facets = (await found(api, limit=0, **search))["facets"]
    assert len(facets) == 10
    for facet, values in facets.items():
        parameter = facet if facet in {"source", "language", "claim.category", "claim.unit"} else "entity"
        others = search.get(parameter, [])
        kept = [
            other
            for other in ([others] if isinstance(others, str) else others)
            if parameter == "entity" and not other.startswith(f"{facet}/")
        ]
        for value in values:
            narrowed = {**search, parameter: [*kept, value["id"]]}
            assert (await found(api, limit=0, facets="none", **narrowed))["articles"] == value["count"], (facet, value)


async def test_facets_stay_useful_when_one_is_chosen(api: httpx.AsyncClient) -> None:
    everything = await found(api, limit=0)
    chosen = await found(api, limit=0, source="outlet-1")
    assert chosen["total"] == 20
    assert [(value["id"], value["count"]) for value in chosen["facets"]["source"]] == [
        (value["id"], value["count"]) for value in everything["facets"]["source"]
    ]
    assert [value["id"] for value in chosen["facets"]["source"] if value["chosen"]] == ["outlet-1"]
    assert sum(value["count"] for value in chosen["facets"]["language"]) == 20


async def test_facets_have_names_even_where_no_article_is_on_the_page(api: httpx.AsyncClient) -> None:
    facets = (await found(api, limit=0))["facets"]
    named = {value["id"]: value["name"] for values in facets.values() for value in values}
    for entity in (NORTH_KOREA, RUSSIA, ZELENSKYY, KURSK, KOKSAN):
        assert named[entity.id] == entity.name
    assert named["outlet-1"] == "Outlet 1"
    assert facets["organisation"] == []


async def test_a_chosen_value_is_shown_however_rare_it_is(api: httpx.AsyncClient, library: AsyncElasticsearch) -> None:
    crowd = [
        a_tagged_article(f"crowd-{number}-{copy}", source=Source(id=f"crowd-{number}", name="C", domain="c.example"))
        for number in range(12)
        for copy in range(2)
    ]
    rare = a_tagged_article("rare", source=Source(id="rare", name="Rare", domain="r.example"))
    await put(library, *crowd, rare)
    assert "rare" not in {value["id"] for value in (await found(api, limit=0))["facets"]["source"]}
    values = (await found(api, limit=0, source="rare"))["facets"]["source"]
    assert {"id": "rare", "name": "Rare", "count": 1, "chosen": True} in values
    assert len(values) > 5


@pytest.mark.parametrize("search", [{}, {"q": "howitzers"}, {"source": "outlet-2", "after": "2024-10-20"}])
async def test_the_dates_add_up_to_the_total(api: httpx.AsyncClient, search: dict[str, Any]) -> None:
    page = await found(api, limit=0, **search)
    intervals = page["dates"]["intervals"]
    assert sum(interval["count"] for interval in intervals) == page["articles"]
    assert 1 < len(intervals) <= 40
    assert all(datetime.fromisoformat(interval["from"]).tzinfo == UTC for interval in intervals)


async def test_facets_are_counted_when_asked_for(api: httpx.AsyncClient) -> None:
    assert list((await found(api, facets=["person", "source"]))["facets"]) == ["source", "person"]
    none = await found(api, facets="none", limit=5)
    assert none["facets"] == {}
    assert none["dates"] is None
    first = await found(api, limit=5)
    assert (await found(api, limit=5, cursor=first["next"]))["facets"] == {}


@pytest.mark.parametrize(
    ("facet", "facet_q", "expected"),
    [
        ("person", "zel", {"person/volodymyr-zelenskyy"}),
        ("person", "Volodymyr ZEL", {"person/volodymyr-zelenskyy"}),
        ("person", "ymyr", set()),
        ("country", "north", {"country/north-korea"}),
        ("country", "dprk", {"country/north-korea"}),
        ("person", "zelenskiy", {"person/volodymyr-zelenskyy"}),
        ("country", "", {"country/north-korea", "country/russia"}),
        ("source", "outlet 2", {"outlet-2"}),
        ("source", "OUT", {"outlet-0", "outlet-1", "outlet-2"}),
        ("claim.unit", "how", {"howitzer"}),
        ("claim.unit", "HOW", {"howitzer"}),
        ("weapon", "koksan", {"weapon/m1978-koksan"}),
        ("weapon", "* ([ \\ kok", {"weapon/m1978-koksan"}),
        ("weapon", "a b c d e f g h i j k l m n o p q r s t u v w x y z a b c d e f g h i j", set()),
    ],
)
async def test_facets_can_be_searched(api: httpx.AsyncClient, facet: str, facet_q: str, expected: set[str]) -> None:
    everything = (await found(api, limit=0, facets=facet))["facets"][facet]
    values = (await found(api, limit=0, facets=facet, facet_q=facet_q))["facets"][facet]
    assert {value["id"] for value in values} == expected
    assert all(value in everything for value in values)


async def test_a_chosen_value_stands_beside_what_is_looked_for_only_where_it_is_found(api: httpx.AsyncClient) -> None:
    search = {"entity": "country/north-korea", "facets": "country", "limit": 0}
    assert [value["id"] for value in (await found(api, **search, facet_q="rus"))["facets"]["country"]] == [
        "country/russia"
    ]
