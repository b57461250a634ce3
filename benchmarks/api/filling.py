"""A hundred thousand articles into Elasticsearch, made by several processes while it writes."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any, Final

from elasticsearch import AsyncElasticsearch
from pydantic_core import to_json

from benchmarks.indexer.articles import original, tagged_article
from services.common.elastic import ARTICLES_ALIAS
from services.common.identity import digest
from services.indexer.document import document

CHUNK: Final = 250
MAKERS: Final = 2
AHEAD: Final = 4
"""Requests that are made or written at a time."""


async def fill(client: AsyncElasticsearch, articles: int) -> None:
    """Write so many articles, searchable when it returns; copies are under the story of what they are copies of."""
    loop = asyncio.get_running_loop()
    waiting = asyncio.Semaphore(AHEAD)
    with ProcessPoolExecutor(MAKERS, get_context("spawn")) as makers:

        async def write(numbers: range) -> None:
            async with waiting:
                operations = await loop.run_in_executor(makers, made, numbers)
                answer = await client.bulk(operations=operations, filter_path="errors")
                if answer["errors"]:
                    raise RuntimeError("Elasticsearch did not take an article")

        async with asyncio.TaskGroup() as group:
            for first in range(0, articles, CHUNK):
                group.create_task(write(range(first, min(first + CHUNK, articles))))
    await client.indices.refresh(index=ARTICLES_ALIAS)


def made(numbers: range) -> list[Any]:
    """The lines of one bulk request."""
    return [line for number in numbers for line in _lines(number)]


def _lines(number: int) -> Iterator[bytes]:
    tagged = tagged_article(number, signed=False)
    yield to_json({"index": {"_index": ARTICLES_ALIAS, "_id": tagged.article.id}})
    yield to_json(document(tagged, digest("story", str(original(number)))))
