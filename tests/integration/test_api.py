"""The API over real Elasticsearch and Kafka, asked through a socket."""

import asyncio
import base64
import contextlib
import html
import json
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from elasticsearch import AsyncElasticsearch

from services.common.elastic import ARTICLES_ALIAS, elastic
from services.common.messages import Claim, Entity, Mention, Source, Subscription, TaggedArticle
from services.common.settings import ElasticsearchSettings
from services.common.topics import SUBSCRIPTIONS
from services.indexer.mappings import ARTICLES
from services.indexer.migrate import ensure_indices
from tests.builders import MOMENT, a_tagged_article
from tests.integration.asking import answers, asking, put, running, serving
from tests.ports import free_ports
from tests.waiting import until

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


@pytest.fixture
async def elasticsearch(engines: Any) -> AsyncIterator[AsyncElasticsearch]:
    async with elastic(ElasticsearchSettings(elasticsearch_url=engines.elasticsearch_url)) as client:
        yield client


@pytest.fixture
async def library(elasticsearch: AsyncElasticsearch) -> AsyncElasticsearch:
    """The sixty stories and nothing else in the index, filled again where the last test left something else."""
    if await state(elasticsearch) not in FILLED:
        await elasticsearch.options(ignore_status=404).indices.delete(index=ARTICLES.name)
        await ensure_indices(elasticsearch)
        await put(elasticsearch, *STORIES)
        FILLED[:] = [await state(elasticsearch)]
    return elasticsearch


FILLED: list[tuple[str, int]] = []
"""The index as it is when it holds just the stories."""


async def state(client: AsyncElasticsearch) -> tuple[str, int]:
    """Which index it is, and how many times it was written to."""
    stats = await client.options(ignore_status=404).indices.stats(index=ARTICLES.name, level="shards")
    if "indices" not in stats or ARTICLES.name not in stats["indices"]:
        return "", 0
    index = stats["indices"][ARTICLES.name]
    return index["uuid"], index["shards"]["0"][0]["seq_no"]["max_seq_no"]


@pytest.fixture
async def api(engines: Any, library: AsyncElasticsearch) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(engines.elasticsearch_url) as http:
        yield http


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


# Searching


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


# Facets


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
            assert (await found(api, limit=0, facets="none", **narrowed))["total"] == value["count"], (facet, value)


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
    assert sum(interval["count"] for interval in intervals) == page["total"]
    assert 1 < len(intervals) <= 40
    assert all(datetime.fromisoformat(interval["from"]).tzinfo == UTC for interval in intervals)


async def test_facets_are_counted_when_asked_for(api: httpx.AsyncClient) -> None:
    assert list((await found(api, facets=["person", "source"]))["facets"]) == ["source", "person"]
    none = await found(api, facets="none", limit=5)
    assert none["facets"] == {}
    assert none["dates"] is None
    first = await found(api, limit=5)
    assert (await found(api, limit=5, cursor=first["next"]))["facets"] == {}


# What is shown


async def test_highlights_are_marked_and_escaped(api: httpx.AsyncClient) -> None:
    for item in (await found(api, q="howitzers", limit=100))["items"]:
        marked = item["highlights"]
        assert "<mark>" in (marked["title"] or "") + "".join(marked["text"])
        for part in filter(None, [marked["title"], *marked["text"]]):
            tags = set(re.findall(r"<[^>]*>", part))
            assert tags <= {"<mark>", "</mark>"}
        if marked["title"]:
            assert html.unescape(re.sub(r"</?mark>", "", marked["title"])) == item["title"]


async def test_what_was_written_as_a_tag_is_shown_as_text(api: httpx.AsyncClient) -> None:
    [item] = (await found(api, q='"report 1" drones', limit=1))["items"]
    text = " ".join(item["highlights"]["text"])
    assert "&lt;b&gt;howitzers&lt;" in text
    assert "&amp; <mark>drones</mark>" in text


async def test_without_words_the_beginning_of_the_text_is_shown(api: httpx.AsyncClient) -> None:
    item = (await found(api, limit=1))["items"][0]
    assert item["highlights"]["title"] is None
    [beginning] = item["highlights"]["text"]
    assert beginning.startswith("Report ")
    assert "<mark>" not in beginning


async def test_the_figures_asked_for_are_shown_first(api: httpx.AsyncClient) -> None:
    for item in (await found(api, **{"claim.unit": "howitzer"}))["items"]:
        assert item["claims"][0]["unit"] == "howitzer"
        assert item["claims"][0]["sentence"]
        assert item["claims_total"] in {2, 3}


async def test_an_article_is_returned_whole(api: httpx.AsyncClient) -> None:
    tagged = STORIES[12]
    article = (await api.get(f"/v1/articles/{tagged.article.id}")).json()
    assert article == json.loads(
        json.dumps(
            {
                **tagged.article.model_dump(mode="json"),
                "entities": [entity.model_dump(mode="json") for entity in tagged.entities],
                "claims": [claim.model_dump(mode="json") for claim in tagged.claims],
                "tagger": tagged.tagger.model_dump(mode="json"),
                "tagged_at": tagged.tagged_at.isoformat().replace("+00:00", "Z"),
                "cut_at": tagged.cut_at,
            }
        )
    )


async def test_an_article_a_reader_already_has_is_not_sent_again(
    api: httpx.AsyncClient, library: AsyncElasticsearch
) -> None:
    address = f"/v1/articles/{STORIES[1].article.id}"
    first = await api.get(address)
    again = await api.get(address, headers={"If-None-Match": first.headers["etag"]})
    await put(library, a_tagged_article("story-1", revision=2, text="Corrected."))
    changed = await api.get(address, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert (changed.status_code, changed.json()["revision"]) == (200, 2)


async def test_a_large_answer_is_compressed(api: httpx.AsyncClient) -> None:
    plain = await api.get("/v1/articles", headers={"Accept-Encoding": "identity"})
    small = await api.get("/v1/articles", headers={"Accept-Encoding": "gzip"})
    assert small.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert int(small.headers["content-length"]) < len(plain.content) / 3


async def test_there_is_no_such_article(api: httpx.AsyncClient) -> None:
    answer = await api.get(f"/v1/articles/{'0' * 32}")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"] == f"There is no article {'0' * 32}."


# Cursors that do not work


def forged(cursor: str, **changes: Any) -> str:
    read = json.loads(base64.urlsafe_b64decode(cursor + "=="))
    return base64.urlsafe_b64encode(json.dumps({**read, **changes}).encode()).decode().rstrip("=")


async def test_a_cursor_holds_for_its_own_search_and_nothing_else_is_one(api: httpx.AsyncClient) -> None:
    cursor = (await found(api, q="howitzers", limit=5))["next"]
    for parameters, said in [
        ({"q": "howitzers", "cursor": "garbage"}, "not a cursor"),
        ({"q": "howitzers", "cursor": cursor[:-7]}, "not a cursor"),
        ({"q": "howitzers", "cursor": forged(cursor, after=["a", "b", "c"])}, "not a cursor"),
        ({"q": "howitzers", "cursor": forged(cursor, point_in_time="garbage")}, "not a cursor"),
        ({"q": "rivers", "cursor": cursor}, "belongs to another search"),
        ({"q": "howitzers", "sort": "oldest", "cursor": cursor}, "belongs to another search"),
    ]:
        answer = await api.get("/v1/articles", params=parameters)
        assert answer.status_code == 400, answer.text
        assert answer.json()["type"] == "urn:sitrep:problem:invalid-cursor"
        assert said in answer.json()["detail"]


async def test_a_cursor_expires(api: httpx.AsyncClient, library: AsyncElasticsearch) -> None:
    cursor = (await found(api, limit=5, facets="none"))["next"]
    point_in_time = json.loads(base64.urlsafe_b64decode(cursor + "=="))["point_in_time"]
    await library.close_point_in_time(id=point_in_time)
    answer = await api.get("/v1/articles", params={"limit": 5, "facets": "none", "cursor": cursor})
    assert answer.status_code == 410
    assert answer.json()["detail"] == "query.cursor: A cursor works for 5 minutes; begin the search again."


# Elasticsearch away


class Wire:
    """The way to an engine, which can be cut, or lie still; the engine itself stays whole."""

    def __init__(self, url: str) -> None:
        self._far = urlsplit(url)
        self._flows = asyncio.Event()
        self._flows.set()
        self._open: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        [self.port] = free_ports(1)
        self.url = f"http://127.0.0.1:{self.port}"

    async def mend(self) -> None:
        self._flows.set()
        if self._server is None:
            self._server = await asyncio.start_server(self._join, "127.0.0.1", self.port)

    def lie_still(self) -> None:
        self._flows.clear()

    async def cut(self) -> None:
        if self._server:
            self._server.close()
            self._server = None
        for writer in list(self._open):
            writer.close()

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(self._far.hostname, self._far.port)
        both = {writer, far_writer}
        self._open |= both
        with contextlib.suppress(OSError):
            await asyncio.gather(self._carry(reader, far_writer), self._carry(far_reader, writer))
        self._open -= both

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            await self._flows.wait()
            writer.write(data)
            await writer.drain()
        writer.close()


@pytest.fixture
async def wire(engines: Any) -> AsyncIterator[Wire]:
    wire = Wire(engines.elasticsearch_url)
    await wire.mend()
    yield wire
    await wire.mend()
    await wire.cut()


@pytest.mark.parametrize("path", ["/v1/articles?q=howitzers", f"/v1/articles/{STORIES[0].article.id}"])
@pytest.mark.parametrize("how", ["cut", "still"])
async def test_elasticsearch_away_or_slow_is_503_within_the_limit(
    library: AsyncElasticsearch, wire: Wire, how: str, path: str
) -> None:
    async with serving(wire.url, api_time_limit=1) as http:
        assert (await http.get(path)).status_code == 200
        if how == "cut":
            await wire.cut()
        else:
            wire.lie_still()
        began = monotonic()
        answer = await http.get(path)
        took = monotonic() - began
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "5"
        assert answer.json()["type"] == "urn:sitrep:problem:unavailable"
        assert "127.0.0.1" not in answer.text
        assert took < 2.5
        assert (await http.get("/healthz")).status_code == 200
        await wire.mend()
        assert await until(lambda: answers(http, path), "searching goes on")


async def test_no_index_yet(engines: Any, elasticsearch: AsyncElasticsearch) -> None:
    await elasticsearch.options(ignore_status=404).indices.delete(index=ARTICLES.name)
    async with serving(engines.elasticsearch_url) as http:
        for path in ("/v1/articles", f"/v1/articles/{'0' * 32}"):
            answer = await http.get(path)
            assert answer.status_code == 503
            assert answer.json()["detail"] == "Nothing is indexed yet. Try again in 5 s."


# The service


async def test_it_says_what_it_waits_for(engines: Any, clean_line: None, library: Any, wire: Wire) -> None:
    await wire.cut()
    async with running(engines, elasticsearch_url=wire.url) as http:
        assert (await http.get("/healthz")).status_code == 200
        waiting = await until(lambda: answers(http, "/readyz", 503), "not ready")
        assert waiting.json()["waiting_for"].keys() == {"elasticsearch"}
        await wire.mend()
        await until(lambda: answers(http, "/readyz"), "ready")
        assert (await found(http, q="howitzers"))["total"]


async def started(kafka: str, elasticsearch: str) -> tuple[int, asyncio.subprocess.Process]:
    """The service as a process of its own, and its port."""
    [port] = free_ports(1)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", "import sys; from services.api.app import main; sys.exit(main())"),
        env={
            "SITREP_API_PORT": str(port),
            "SITREP_API_TIME_LIMIT": "1",
            "SITREP_KAFKA_BOOTSTRAP": kafka,
            "SITREP_ELASTICSEARCH_URL": elasticsearch,
        },
        stderr=asyncio.subprocess.PIPE,
    )
    return port, process


async def test_it_starts_and_stops_with_both_engines_away() -> None:
    kafka, elasticsearch = free_ports(2)
    port, process = await started(f"127.0.0.1:{kafka}", f"http://127.0.0.1:{elasticsearch}")
    async with asking(port) as http:
        await until(lambda: answers(http, "/healthz"), "alive")

        async def waits_for_both() -> bool:
            waiting = (await http.get("/readyz")).json()["waiting_for"]
            return waiting.keys() == {"kafka", "elasticsearch"} and "does not answer" in waiting["kafka"]

        await until(waits_for_both, "waiting for both")
        for path in ("/v1/articles", "/v1/subscriptions"):
            assert (await http.get(path)).status_code == 503
    process.terminate()
    _, log = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 0, log.decode()
    events = [json.loads(line) for line in log.splitlines()]
    assert (events[0]["event"], events[-1]["event"]) == ("started", "stopped")
    assert b"Traceback" not in log


# Subscriptions

GIVEN = {"name": "Artillery", "rule": {"any": ["howitzers"], "entities": ["country/north-korea"]}}


async def test_a_writer_reads_what_it_wrote(engines: Any, clean_line: None) -> None:
    async with running(engines) as http:
        for round_ in range(10):
            created = await http.post("/v1/subscriptions", json={**GIVEN, "name": f"Round {round_}"})
            assert created.status_code == 201
            one = created.headers["location"]
            assert (await http.get(one)).json() == created.json()
            assert created.json() in (await http.get("/v1/subscriptions")).json()["items"]
            replaced = await http.put(one, json={"name": "Other", "rule": {"all": ["drones"]}, "active": False})
            assert (await http.get(one)).json() == replaced.json()
            assert replaced.json()["created_at"] == created.json()["created_at"] < replaced.json()["updated_at"]
            assert (replaced.json()["active"], replaced.json()["rule"]["any"]) == (False, [])
            gone = await http.delete(one)
            assert (gone.status_code, gone.content) == (204, b"")
            for answer in (await http.get(one), await http.delete(one), await http.put(one, json=GIVEN)):
                assert answer.status_code == 404
        assert (await http.get("/v1/subscriptions")).json() == {"total": 0, "items": []}


async def test_subscriptions_survive_a_restart_oldest_first(engines: Any, clean_line: None) -> None:
    async with running(engines) as http:
        written = [
            (await http.post("/v1/subscriptions", json={**GIVEN, "name": name})).json() for name in ("b", "a", "c")
        ]
        await http.put(f"/v1/subscriptions/{written[0]['id']}", json={**GIVEN, "name": "d"})
        await http.delete(f"/v1/subscriptions/{written[1]['id']}")
        before = (await http.get("/v1/subscriptions")).json()
        assert "sitrep_subscriptions 2.0" in (await http.get("/metrics")).text
    async with running(engines) as http:
        assert (await http.get("/v1/subscriptions")).json() == before
    assert [item["name"] for item in before["items"]] == ["d", "c"]


async def test_a_subscription_goes_out_as_an_event_and_its_end_as_a_tombstone(engines: Any, clean_line: None) -> None:
    async with running(engines) as http:
        created = (await http.post("/v1/subscriptions", json=GIVEN)).json()
        await http.delete(f"/v1/subscriptions/{created['id']}")
    first, last = await records(engines, 2)
    assert first.key == last.key == created["id"].encode()
    assert Subscription.model_validate_json(first.value).model_dump(mode="json") == created
    assert dict(first.headers)["ce_type"] == b"sitrep.subscription.v1"
    assert dict(first.headers)["ce_source"] == b"/sitrep/api"
    assert last.value is None


async def records(engines: Any, count: int) -> list[Any]:
    client = AIOKafkaConsumer(bootstrap_servers=engines.kafka_bootstrap, auto_offset_reset="earliest")
    await client.start()
    try:
        partition = TopicPartition(SUBSCRIPTIONS.name, 0)
        client.assign([partition])
        await client.seek_to_beginning(partition)
        async with asyncio.timeout(30):
            return [await client.getone() for _ in range(count)]
    finally:
        await client.stop()


async def test_two_apis_see_each_others_subscriptions(engines: Any, clean_line: None) -> None:
    async with running(engines) as one, running(engines) as other:
        created = (await one.post("/v1/subscriptions", json=GIVEN)).json()
        seen = await until(lambda: answers(other, f"/v1/subscriptions/{created['id']}"), "seen by the other")
        assert seen.json() == created


def holder(port: int) -> int | None:
    """The process of this machine that listens on a port, or None where that cannot be seen."""
    sockets: set[str] = set()
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        for line in table.read_text().splitlines()[1:] if table.exists() else ():
            _, address, _, state, *rest = line.split()
            if state == "0A" and int(address.rpartition(":")[2], 16) == port:
                sockets.add(f"socket:[{rest[5]}]")
    for opened in Path("/proc").glob("[0-9]*/fd/*"):
        with contextlib.suppress(OSError):
            if str(opened.readlink()) in sockets:
                return int(opened.parts[2])
    return None


@contextlib.contextmanager
def paused(engines: Any) -> Iterator[None]:
    """Kafka gets no time to run while the block runs: connections stay, nothing is answered."""
    process = holder(int(engines.kafka_bootstrap.rpartition(":")[2]))
    if process is None:
        pytest.skip("Kafka is not a process of this machine that can be paused")
    os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process, signal.SIGCONT)


async def test_kafka_that_does_not_confirm_is_503_within_the_limit(engines: Any, clean_line: None) -> None:
    async with running(engines, api_time_limit=1) as http:
        created = (await http.post("/v1/subscriptions", json=GIVEN)).json()
        with paused(engines):
            began = monotonic()
            answer = await http.post("/v1/subscriptions", json=GIVEN)
            took = monotonic() - began
            assert answer.status_code == 503
            assert answer.headers["retry-after"] == "5"
            assert "may still be made" in answer.json()["detail"]
            assert took < 2.5
            # What was read before is still there.
            assert (await http.get(f"/v1/subscriptions/{created['id']}")).json() == created
            await until(lambda: answers(http, "/readyz", 503), "not ready")

        async def taken_after_all() -> bool:
            return bool((await http.get("/v1/subscriptions")).json()["total"] == 2)

        await until(taken_after_all, "the change is made when Kafka goes on")
        assert (await http.post("/v1/subscriptions", json=GIVEN)).status_code == 201


@pytest.mark.parametrize("since", ["the start", "a write"])
async def test_it_stops_cleanly_while_kafka_answers_nothing(engines: Any, clean_line: None, since: str) -> None:
    with contextlib.ExitStack() as stack:
        if since == "the start":
            stack.enter_context(paused(engines))
        port, process = await started(engines.kafka_bootstrap, engines.elasticsearch_url)
        async with asking(port) as http:
            if since == "the start":
                await until(lambda: answers(http, "/readyz", 503), "waiting")
            else:
                await until(lambda: answers(http, "/v1/subscriptions"), "subscriptions")
                stack.enter_context(paused(engines))
                assert (await http.post("/v1/subscriptions", json=GIVEN)).status_code == 503
        process.terminate()
        _, log = await asyncio.wait_for(process.communicate(), 15)
    assert process.returncode == 0, log.decode()
