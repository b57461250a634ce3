"""A search taken away: whole files that are streamed, and feeds."""

import asyncio
import csv
import io
import json
import tracemalloc
from typing import Any

import feedparser
import httpx
import pytest
from elasticsearch import AsyncElasticsearch

from services.common.elastic import ARTICLES_ALIAS
from tests.builders import a_tagged_article
from tests.integration.asking import put, serving
from tests.integration.sixty import COUNT, STORIES
from tests.integration.wire import Wire
from tests.waiting import until


async def taken(http: httpx.AsyncClient, path: str, **parameters: Any) -> httpx.Response:
    answer = await http.get(path, params=parameters)
    assert answer.status_code == 200, answer.text
    return answer


@pytest.mark.parametrize("form", ["ndjson", "jsonl"])
async def test_every_article_as_a_line_of_json(api: httpx.AsyncClient, form: str) -> None:
    answer = await taken(api, "/v1/articles", format=form, limit=1)
    articles = [json.loads(line) for line in answer.text.splitlines()]
    assert {article["id"] for article in articles} == {story.article.id for story in STORIES}
    assert len(articles) == COUNT == int(answer.headers["total-count"])
    assert all(article["text"] for article in articles)
    assert f'filename="sitrep-articles.{form}"' in answer.headers["content-disposition"]


async def test_a_search_as_a_spreadsheet(api: httpx.AsyncClient) -> None:
    answer = await taken(api, "/v1/articles", format="csv", source="outlet-1", sort="oldest")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    assert {row["source"] for row in rows} == {"outlet-1"}
    assert len(rows) == 20
    dates = [row["published_at"] for row in rows if row["published_at"]]
    assert dates == sorted(dates)


async def test_every_figure(api: httpx.AsyncClient) -> None:
    total = (await api.get("/v1/claims", params={"unit": "soldier", "limit": 0})).json()["total"]
    rows = list(
        csv.DictReader(io.StringIO((await taken(api, "/v1/claims", format="csv", unit="soldier")).text, newline=""))
    )
    lines = (await taken(api, "/v1/claims", format="ndjson", unit="soldier")).text.splitlines()
    assert len(rows) == len(lines) == total > 0
    assert {row["unit"] for row in rows} == {json.loads(line)["unit"] for line in lines} == {"soldier"}


async def test_nothing_found_is_an_empty_file(api: httpx.AsyncClient) -> None:
    assert (await taken(api, "/v1/articles", format="ndjson", q="nothingofthekind")).text == ""
    assert len((await taken(api, "/v1/claims", format="csv", unit="nothing")).text.splitlines()) == 1


@pytest.mark.parametrize("form", ["csv", "atom"])
async def test_a_file_or_feed_has_no_pages(api: httpx.AsyncClient, form: str) -> None:
    answer = await api.get("/v1/articles", params={"format": form, "cursor": "x"})
    assert answer.status_code == 422
    assert "has no pages" in answer.json()["detail"]


async def test_many_articles_are_all_there_in_little_memory(engines: Any, library: AsyncElasticsearch) -> None:
    """Twice as many rows take no more memory; the answer is read as it comes, and never held."""
    text = "The road stayed closed for most of the week. " * 40
    for start in range(0, 3000, 250):
        await put(library, *(a_tagged_article(f"bulk-{start + n}", text=f"{start + n} {text}") for n in range(250)))

    async def walked(http: httpx.AsyncClient, **parameters: Any) -> tuple[int, int]:
        lines = 0
        tracemalloc.start()
        async with http.stream("GET", "/v1/articles", params={"format": "ndjson", **parameters}) as answer:
            async for piece in answer.aiter_bytes():
                lines += piece.count(b"\n")
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return lines, peak

    async with serving(engines.elasticsearch_url) as http:
        await walked(http)
        few, small = await walked(http, q="title:troops", before="2024-11-16")
        lines, peak = await walked(http)
        assert few < lines == COUNT + 3000
        held = (await library.count(index=ARTICLES_ALIAS))["count"] * len(text)
        assert peak < held  # the texts alone are more than that
        assert peak < small + 20_000_000


async def test_a_failure_on_the_way_is_mended_or_seen(library: AsyncElasticsearch, wire: Wire) -> None:
    for start in range(0, 700, 35):
        await put(library, *(a_tagged_article(f"bulk-{start + n}", text="long " * 4000) for n in range(35)))
    async with serving(wire.url, api_time_limit=1) as http:
        received = 0
        async with http.stream("GET", "/v1/articles", params={"format": "ndjson"}) as answer:
            async for piece in answer.aiter_bytes():
                if not received:
                    await wire.cut()
                    mending = asyncio.create_task(wire.mend())
                received += piece.count(b"\n")
        await mending
        assert received == COUNT + 700

        with pytest.raises(httpx.RemoteProtocolError):
            await cut_off(http, wire)


async def cut_off(http: httpx.AsyncClient, wire: Wire) -> None:
    http.timeout = httpx.Timeout(60)
    async with http.stream("GET", "/v1/articles", params={"format": "ndjson"}) as answer:
        await wire.cut()
        async for _ in answer.aiter_bytes():
            pass


async def test_points_in_time_are_let_go(api: httpx.AsyncClient, library: AsyncElasticsearch) -> None:
    async def open_contexts() -> int:
        stats = await library.nodes.stats(metric="indices", index_metric="search")
        return sum(node["indices"]["search"]["open_contexts"] for node in stats["nodes"].values())

    before = await open_contexts()
    await taken(api, "/v1/articles", format="ndjson")
    await taken(api, "/v1/articles", format="atom")
    async with api.stream("GET", "/v1/claims", params={"format": "csv"}) as answer:
        async for _ in answer.aiter_bytes():
            break  # and hang up

    async def as_before() -> bool:
        return await open_contexts() <= before

    await until(as_before, "points in time let go")

    async def none_under_way() -> bool:
        return 'sitrep_api_streams{kind="export"} 0.0' in (await api.get("/metrics")).text

    await until(none_under_way, "no export is counted as under way")


async def test_a_search_as_an_atom_feed(api: httpx.AsyncClient) -> None:
    answer = await taken(api, "/v1/articles", format="atom", q="howitzers", limit=10)
    assert answer.headers["content-type"] == "application/atom+xml"
    read = feedparser.parse(answer.content)
    assert not read.bozo
    assert read.feed.title == "Sitrep: howitzers"
    assert next(link.href for link in read.feed.links if link.rel == "self") == str(answer.url)
    assert len(read.entries) == 10
    published = [entry.published for entry in read.entries if "published" in entry]
    assert published == sorted(published, reverse=True)  # the newest first, although words are looked for
    assert len({entry.id for entry in read.entries}) == 10

    again = await taken(api, "/v1/articles", format="atom", q="howitzers", limit=10)
    assert again.content == answer.content
    for condition in (
        {"If-None-Match": answer.headers["etag"]},
        {"If-Modified-Since": answer.headers["last-modified"]},
    ):
        unchanged = await api.get(str(answer.url), headers=condition)
        assert (unchanged.status_code, unchanged.content) == (304, b"")


async def test_a_search_as_a_json_feed(api: httpx.AsyncClient) -> None:
    answer = await taken(api, "/v1/articles", format="jsonfeed", source="outlet-1")
    assert answer.headers["content-type"] == "application/feed+json"
    feed = answer.json()
    assert feed["feed_url"] == str(answer.url)
    assert {item["authors"][0]["name"] for item in feed["items"]} == {"Outlet 1"}


async def test_figures_as_a_feed(api: httpx.AsyncClient) -> None:
    read = feedparser.parse((await taken(api, "/v1/claims", format="atom", unit="soldier", limit=5)).content)
    assert not read.bozo
    assert len(read.entries) == 5
    assert "soldiers" in read.entries[0].title
