"""Outlets on loopback that publish as fast as they are told, and know when each page was there to be asked for."""

import contextlib
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from time import time

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from benchmarks.line.texts import report
from services.common.runtime import http_server

IN_FEED = 100
"""Entries of a feed. Enough that none leaves it before it was read."""


@dataclass(slots=True)
class Outlet:
    """One outlet: a feed of its newest pages, and the pages."""

    name: str
    base: str = ""
    published: dict[str, float] = field(default_factory=dict)
    """When each page's address came into the feed, in seconds since 1970."""
    _newest: deque[int] = field(default_factory=lambda: deque(maxlen=IN_FEED))

    def publish(self, number: int) -> None:
        """Put a report into the feed now."""
        self._newest.appendleft(number)
        self.published[f"{self.base}/{number}"] = time()

    def source(self, every: str) -> dict[str, object]:
        """The outlet as an entry of sources.yaml."""
        return {
            "id": self.name, "name": self.name.title(), "domain": f"{self.name}.example", "language": "en",
            "feeds": [f"{self.base}/feed.xml"], "every": every, "allow_private": True,
        }  # fmt: skip

    def feed(self, request: Request) -> Response:
        """The feed; 304 where nothing was published since it was last read."""
        etag = f'"{len(self.published)}"'
        if request.headers.get("if-none-match") == etag:
            return Response(status_code=304, headers={"etag": etag})
        items = "".join(
            f"<item><title>{escape(report(number)[0])}</title><link>{self.base}/{number}</link><pubDate>"
            f"{format_datetime(datetime.fromtimestamp(self.published[f'{self.base}/{number}'], UTC))}</pubDate></item>"
            for number in self._newest
        )
        body = (
            f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>{self.name}</title>'
            f"<link>{self.base}</link><description>news</description>{items}</channel></rss>"
        )
        return Response(body, media_type="application/rss+xml", headers={"etag": etag})

    def page(self, request: Request) -> Response:
        """A report's page, with the clutter of real ones."""
        number = int(request.path_params["number"])
        url = f"{self.base}/{number}"
        if url not in self.published:
            return HTMLResponse("<h1>Not found</h1>", status_code=404)
        title, text = report(number)
        paragraphs = "".join(f"<p>{escape(line)}</p>" for line in text.splitlines())
        links = "".join(f'<li><a href="/{other}">{escape(report(other)[0])}</a></li>' for other in range(30))
        at = datetime.fromtimestamp(self.published[url], UTC).isoformat()
        return HTMLResponse(
            f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)} | {self.name}</title>'
            f'<link rel="canonical" href="{url}"><meta property="og:type" content="article">'
            f'<meta property="og:title" content="{escape(title)}">'
            f'<meta property="article:published_time" content="{at}"></head><body><nav><ul>{links}</ul></nav>'
            f"<main><article><h1>{escape(title)}</h1>{paragraphs}</article></main>"
            f"<aside><h3>Most read</h3><ul>{links}</ul></aside><footer>All rights reserved.</footer></body></html>"
        )


@contextlib.asynccontextmanager
async def serving(count: int) -> AsyncIterator[list[Outlet]]:
    """So many outlets, each a host of its own, while the block runs."""
    async with contextlib.AsyncExitStack() as stack:
        outlets = []
        for number in range(count):
            outlet = Outlet(f"wire{number}")
            routes = [Route("/feed.xml", outlet.feed), Route("/{number:int}", outlet.page)]
            port = await stack.enter_async_context(http_server(Starlette(routes=routes), "127.0.0.1", 0))
            outlet.base = f"http://127.0.0.1:{port}"
            outlets.append(outlet)
        yield outlets
