"""Twenty thousand results, walked by cursor while articles are added, changed and removed."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from elasticsearch import AsyncElasticsearch
from elasticsearch.helpers import async_bulk

from services.common.elastic import ARTICLES_ALIAS
from services.common.identity import article_id
from services.common.retry import wait_or_stop
from services.indexer.document import document
from tests.builders import MOMENT, a_tagged_article
from tests.integration.asking import serving

COUNT = 20_000
MOST = 900_000
"""Bytes in one request: aiohttp warns of a larger one, and warnings are errors here."""
SHAPE = document(a_tagged_article(text="Officers counted howitzers at night.", title="Howitzers"), "s" * 32)


def row(slug: str, number: int) -> dict[str, Any]:
    """A small article as a bulk operation: dates repeat, so that the order hangs on the id."""
    name = article_id(f"https://outlet.example/{slug}-{number}")
    dated_at = (MOMENT - timedelta(minutes=number // 7)).isoformat()
    # Every tenth is a copy of the one before.
    story = article_id(f"https://outlet.example/story-{slug}-{number - (number % 10 == 1)}")
    return {
        "_index": ARTICLES_ALIAS,
        "_id": name,
        **SHAPE,
        "id": name,
        "dated_at": dated_at,
        "published_at": dated_at,
        "story": story,
    }


@pytest.mark.parametrize("collapse", ["none", "story"])
async def test_every_result_comes_once_and_the_total_is_their_number(
    engines: Any, library: AsyncElasticsearch, collapse: str
) -> None:
    await async_bulk(
        library, (row("walk", number) for number in range(COUNT)), chunk_size=2000, max_chunk_bytes=MOST, refresh="true"
    )
    stop = asyncio.Event()
    written = 0

    async def write() -> None:
        """New articles, old ones changed, old ones removed, each searchable at once."""
        nonlocal written
        while not stop.is_set():
            new = [row("new", written + number) for number in range(50)]
            changed = [{**row("walk", written % COUNT), "title": "Changed"}]
            gone = {"_op_type": "delete", "_index": ARTICLES_ALIAS, "_id": row("walk", (written * 3) % COUNT)["_id"]}
            await async_bulk(library, [*new, *changed, gone], refresh="true", raise_on_error=False)
            written += 50
            await wait_or_stop(stop, 0.3)

    writing = asyncio.create_task(write())
    seen: list[str] = []
    totals: set[int] = set()
    try:
        async with serving(engines.elasticsearch_url, api_max_page=1000, api_time_limit=30) as http:
            asked: dict[str, Any] = {"q": "howitzers", "limit": 1000, "facets": "none", "collapse": collapse}
            following: str | None = ""
            while following is not None:
                answer = await http.get(
                    "/v1/articles", params={**asked, **({"cursor": following} if following else {})}
                )
                assert answer.status_code == 200, answer.text
                page = answer.json()
                seen += [item["id"] for item in page["items"]]
                totals.add(page["total"])
                following = page["next"]
    finally:
        stop.set()
        await writing
    assert written, "nothing was written meanwhile"
    assert totals == {len(seen)}
    assert len(set(seen)) == len(seen) >= COUNT * (0.8 if collapse == "story" else 0.99)
