"""When each page could be found, and what each program of the line cost meanwhile."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from time import time

import psutil
from elasticsearch import AsyncElasticsearch

from benchmarks.line.outlets import Outlet
from services.common.elastic import ARTICLES_ALIAS
from services.common.events import from_value
from services.common.kafka import everything_in
from services.common.messages import Article, TaggedArticle
from services.common.settings import KafkaSettings
from services.common.topics import ARTICLES, TAGGED

LOOK = 0.1
"""Seconds between two searches for what was published: latencies are that exact."""
AT_ONCE = 500


@dataclass(slots=True)
class Found:
    """When a search first found each page, in seconds since 1970."""

    at: dict[str, float] = field(default_factory=dict)

    async def look(self, client: AsyncElasticsearch, outlets: list[Outlet]) -> None:
        """Search for the pages that were not found yet, the oldest first."""
        missing = [url for outlet in outlets for url in outlet.published if url not in self.at][:AT_ONCE]
        if not missing:
            return
        answer = await client.search(
            index=ARTICLES_ALIAS, query={"terms": {"url": missing}}, source_includes=["url"], size=len(missing)
        )
        now = time()
        for hit in answer["hits"]["hits"]:
            self.at.setdefault(hit["_source"]["url"], now)


@contextlib.asynccontextmanager
async def watching(client: AsyncElasticsearch, outlets: list[Outlet]) -> AsyncIterator[Found]:
    """Look again and again while the block runs."""
    found = Found()

    async def again() -> None:
        while True:
            await found.look(client, outlets)
            await asyncio.sleep(LOOK)

    looking = asyncio.create_task(again())
    try:
        yield found
    finally:
        looking.cancel()
        await asyncio.wait({looking})
        if not looking.cancelled():
            looking.result()


@dataclass(frozen=True, slots=True)
class Times:
    """When an article reached each point of the line, in seconds since 1970."""

    published: float
    fetched: float
    """The page was answered."""
    sent: float
    """Its article was put on news.articles.v1."""
    tagged: float
    """Tagging it began."""
    passed_on: float
    """It was put on news.tagged.v1."""
    searchable: float
    told: float
    """A webhook was received."""


STAGES = (
    ("published → page answered", "published", "fetched"),
    ("page answered → news.articles.v1", "fetched", "sent"),
    ("news.articles.v1 → tagging begins", "sent", "tagged"),
    ("tagging → news.tagged.v1", "tagged", "passed_on"),
    ("news.tagged.v1 → searchable", "passed_on", "searchable"),
    ("published → searchable", "published", "searchable"),
    ("news.tagged.v1 → webhook received", "passed_on", "told"),
    ("news.articles.v1 → webhook received", "sent", "told"),
)


async def times(
    kafka: KafkaSettings, published: Mapping[str, float], found: Mapping[str, float], told: Mapping[str, float]
) -> list[Times]:
    """The times of the pages that were found and told of, from what the messages say of themselves."""
    sent: dict[str, tuple[float, float]] = {}
    async for record in everything_in(kafka, ARTICLES):
        article = from_value(Article, record.value)
        sent.setdefault(article.url, (article.fetched_at.timestamp(), record.timestamp / 1000))
    result = []
    async for record in everything_in(kafka, TAGGED):
        tagged = from_value(TaggedArticle, record.value)
        url = tagged.article.url
        if url in published and url in found and url in sent and url in told:
            fetched, on_topic = sent.pop(url)
            result.append(
                Times(
                    published[url],
                    fetched,
                    on_topic,
                    tagged.tagged_at.timestamp(),
                    record.timestamp / 1000,
                    found[url],
                    told[url],
                )
            )
    return result


def processor_seconds(pids: Mapping[str, int]) -> dict[str, float]:
    """Seconds of processor time that each program and its children have used so far."""
    used = {}
    for name, pid in pids.items():
        process = psutil.Process(pid)
        used[name] = sum(
            each.cpu_times().user + each.cpu_times().system for each in (process, *process.children(recursive=True))
        )
    return used
