"""The peers' own processes. Each says ``ready`` when it is warm, begins at a line of input, says ``done`` at its end.

``python -m benchmarks.fetcher.peers bare PORT PAGES HOSTS WORKERS AT_ONCE FILE``: trafilatura alone, on pages in
memory; what it read is written to a file afterwards. ``… scrapy PORT PAGES HOSTS WORKERS AT_ONCE inline|pool|none``:
Scrapy polls the feeds and fetches their pages, with the fetcher's manners, and reads them with trafilatura in its own
process, in a pool, or not at all.
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import feedparser
import scrapy
import trafilatura
from scrapy.crawler import CrawlerProcess

from benchmarks.fetcher.outlets import FEED, outlets, pages_of

MANNERS = {
    "ROBOTSTXT_OBEY": True,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
    "DOWNLOAD_DELAY": 0,
    "DOWNLOAD_TIMEOUT": 60,
    "COOKIES_ENABLED": False,
    "TELNETCONSOLE_ENABLED": False,
    "LOG_LEVEL": "WARNING",
    "USER_AGENT": "Sitrep benchmark (peer)",
}
"""Those of the fetcher's default settings for a source on this machine."""
FIRST = b"<html><body><article><h1>First page</h1><p>" + b"A page that is read so that all is loaded. " * 9


def read(body: bytes, url: str) -> str:
    """What trafilatura makes of a page: its text, with its metadata read too."""
    found: Any = trafilatura.bare_extraction(body, url=url, with_metadata=True)
    return found.text if found else ""


def begin() -> None:
    """Say that all is loaded, and wait for the signal."""
    print("ready", flush=True)
    sys.stdin.readline()


def warm(pool: ProcessPoolExecutor, workers: int) -> None:
    """Start every process of a pool and have it read a page."""
    list(pool.map(read, [FIRST] * 8 * workers, ["https://outlet.example/first"] * 8 * workers))


def bare(port: int, pages: int, hosts: int, workers: int, _at_once: int, file: str) -> None:
    """Trafilatura alone, in so many processes."""
    urls, bodies = zip(*pages_of(outlets(pages, hosts, port), port), strict=True)
    with ProcessPoolExecutor(workers) as pool:
        warm(pool, workers)
        begin()
        texts = list(pool.map(read, bodies, urls, chunksize=4))
        print("done", flush=True)
    Path(file).write_text(json.dumps(dict(zip(urls, texts, strict=True))), "utf-8")


class Outlets(scrapy.Spider):  # type: ignore[misc]  # Scrapy's classes have no types here
    """Every outlet's feed, and the pages it lists."""

    name = "outlets"

    def __init__(self, feeds: list[str], pages: int, workers: int, reading: str) -> None:
        super().__init__()
        self._feeds, self._left, self._reading = feeds, pages, reading
        self._pool = ProcessPoolExecutor(workers) if reading == "pool" else None

    async def start(self) -> AsyncIterator[scrapy.Request]:
        """The feeds, once the signal is given."""
        if self._pool:
            await asyncio.to_thread(warm, self._pool, 2)
        else:
            read(FIRST, "https://outlet.example/first")
        await asyncio.to_thread(begin)
        for feed in self._feeds:
            yield scrapy.Request(feed, self.parse)

    def parse(self, response: Any) -> Iterator[scrapy.Request]:
        """The pages of a feed."""
        for entry in feedparser.parse(response.body).entries:
            yield scrapy.Request(entry.link, self.page)

    async def page(self, response: Any) -> dict[str, str]:
        """The text of a page."""
        if self._pool:
            text = await asyncio.get_running_loop().run_in_executor(self._pool, read, response.body, response.url)
        else:
            text = read(response.body, response.url) if self._reading == "inline" else ""
        self._left -= 1
        if self._left == 0:
            print("done", flush=True)
        return {"url": response.url, "text": text}

    def closed(self, _reason: str) -> None:
        """End the pool with the spider."""
        if self._pool:
            self._pool.shutdown()


def crawl(port: int, pages: int, hosts: int, workers: int, at_once: int, reading: str) -> None:
    """Scrapy over all outlets."""
    feeds = [f"http://{outlet.host}:{port}{FEED}" for outlet in outlets(0, hosts, port)]
    process = CrawlerProcess(MANNERS | {"CONCURRENT_REQUESTS": at_once})
    process.crawl(Outlets, feeds=feeds, pages=pages, workers=workers, reading=reading)
    process.start()


if __name__ == "__main__":
    which, *given, last = sys.argv[1:]
    port, pages, hosts, workers, at_once = map(int, given)
    {"bare": bare, "scrapy": crawl}[which](port, pages, hosts, workers, at_once, last)
