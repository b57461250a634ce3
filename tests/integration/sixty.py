"""Sixty articles that are told apart by what their number divides by, and how they are asked for."""

from datetime import timedelta
from typing import Any

import httpx
from elasticsearch import AsyncElasticsearch

from services.common.elastic import ARTICLES_ALIAS
from services.common.messages import Claim, Entity, Mention, Source, TaggedArticle
from tests.builders import MOMENT, a_tagged_article

NORTH_KOREA = Entity(id="country/north-korea", type="country", name="North Korea")
RUSSIA = Entity(id="country/russia", type="country", name="Russia")
ZELENSKYY = Entity(
    id="person/volodymyr-zelenskyy",
    type="person",
    name="Volodymyr Zelenskyy",
    mentions=(Mention(start=0, end=9, text="Zelenskiy"),),
)
KURSK = Entity(id="place/kursk-oblast", type="place", name="Kursk Oblast")
KOKSAN = Entity(id="weapon/m1978-koksan", type="weapon", name="M1978 Koksan")

COUNT = 60
PADDING = "The road stayed closed for most of the week, and nobody could say when it would open. " * 6


def a_claim(number: int, unit: str, category: Any, low: float) -> Claim:
    sentence = f"Officials counted {low:g} {unit}s."
    return Claim(
        id=f"{number}-{unit}-{category}",
        text=f"{low:g} {unit}s",
        start=0,
        end=5,
        sentence=sentence,
        low=low,
        high=low,
        qualifier="exact",
        category=category,
        item=f"{unit}s",
        unit=unit,
    )


def story(number: int) -> TaggedArticle:
    """One of sixty: what it holds depends on what its number divides by."""
    entities = [
        entity
        for entity, every in ((NORTH_KOREA, 2), (RUSSIA, 3), (ZELENSKYY, 4), (KURSK, 5), (KOKSAN, 6))
        if number % every == 0
    ]
    claims = [a_claim(number, "soldier", "personnel", 1000 + number)] if number % 2 else []
    if number % 3 == 0:
        claims += [a_claim(number, "soldier", "casualties", number), a_claim(number, "howitzer", "equipment", 50)]
    text = f"Report {number}. {PADDING}Officers said <b>howitzers</b> & drones moved at night. {PADDING}"
    return a_tagged_article(
        f"story-{number}",
        title=f"Howitzers <seen> near border, report {number}" if number % 4 else f"Roads & rivers, report {number}",
        text=text if number % 5 else f"Report {number}. {PADDING}",
        entities=tuple(entities),
        claims=tuple(claims),
        language="en" if number % 7 else "uk",
        source=Source(id=f"outlet-{number % 3}", name=f"Outlet {number % 3}", domain="outlet.example"),
        published_at=None if number == 59 else MOMENT - timedelta(days=number),
        fetched_at=MOMENT,
    )


STORIES = [story(number) for number in range(COUNT)]


async def state(client: AsyncElasticsearch) -> tuple[str, int]:
    """Which index it is that serves, and how many times it was written to."""
    stats = await client.options(ignore_status=404).indices.stats(index=ARTICLES_ALIAS, level="shards")
    for index in stats.get("indices", {}).values():
        return index["uuid"], index["shards"]["0"][0]["seq_no"]["max_seq_no"]
    return "", 0


async def found(http: httpx.AsyncClient, **parameters: Any) -> dict[str, Any]:
    answer = await http.get("/v1/articles", params=parameters)
    assert answer.status_code == 200, answer.text
    read: dict[str, Any] = answer.json()
    return read


def numbers(page: dict[str, Any]) -> list[int]:
    return [int(item["url"].rpartition("-")[2]) for item in page["items"]]


async def walked(http: httpx.AsyncClient, **parameters: Any) -> tuple[list[int], set[int]]:
    """The numbers of all stories that paging returns, and every total that was named on the way."""
    page = await found(http, **parameters)
    seen, totals = numbers(page), {page["total"]}
    while page["next"]:
        page = await found(http, **parameters, cursor=page["next"])
        assert page["items"], "a page that was announced is not empty"
        seen += numbers(page)
        totals.add(page["total"])
    return seen, totals
