"""An outlet on loopback for tests: a feed and article pages, with the clutter around a text that real pages have."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from html import escape

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from services.common.runtime import http_server


@dataclass(frozen=True, slots=True)
class Story:
    slug: str
    title: str
    text: str
    published: datetime


@dataclass(slots=True)
class Outlet:
    """What the outlet publishes now; ``requests`` counts what was asked of it, by path."""

    id: str
    stories: dict[str, Story] = field(default_factory=dict)
    requests: dict[str, int] = field(default_factory=dict)
    base: str = ""

    def publish(self, *stories: Story) -> None:
        for story in stories:
            self.stories[story.slug] = story

    def source(self, every: str = "1s") -> dict[str, object]:
        """This outlet as an entry of sources.yaml."""
        return {
            "id": self.id,
            "name": self.id.title(),
            "domain": f"{self.id}.example",
            "language": "en",
            "feeds": [f"{self.base}/feed.xml"],
            "every": every,
            "allow_private": True,
        }


@asynccontextmanager
async def serving(outlet: Outlet) -> AsyncIterator[Outlet]:
    """Serve the outlet on a free port while the block runs."""
    app = Starlette(
        routes=[
            Route("/feed.xml", lambda request: _feed(outlet, request)),
            Route("/robots.txt", lambda _request: PlainTextResponse("User-agent: *\nDisallow:\n")),
            Route("/{slug}", lambda request: _page(outlet, request)),
        ]
    )
    async with http_server(app, "127.0.0.1", 0) as port:
        outlet.base = f"http://127.0.0.1:{port}"
        yield outlet


def _feed(outlet: Outlet, request: Request) -> Response:
    _count(outlet, request)
    items = "".join(
        f"<item><title>{escape(story.title)}</title><link>{outlet.base}/{story.slug}</link>"
        f"<guid>{story.slug}</guid><pubDate>{format_datetime(story.published)}</pubDate></item>"
        for story in outlet.stories.values()
    )
    body = (
        f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>{outlet.id}</title>'
        f"<link>{outlet.base}</link><description>news</description>{items}</channel></rss>"
    )
    return Response(body, media_type="application/rss+xml")


def _page(outlet: Outlet, request: Request) -> Response:
    _count(outlet, request)
    story = outlet.stories.get(request.path_params["slug"])
    if story is None:
        return HTMLResponse("<h1>Not found</h1>", status_code=404)
    paragraphs = "".join(f"<p>{escape(line)}</p>" for line in story.text.splitlines() if line.strip())
    return HTMLResponse(
        f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(story.title)} | {outlet.id}</title>
        <link rel="canonical" href="{outlet.base}/{story.slug}">
        <meta property="og:type" content="article"><meta property="og:title" content="{escape(story.title)}">
        <meta property="article:published_time" content="{story.published.isoformat()}"></head><body>
        <nav><a href="/">Home</a> <a href="/world">World</a> <a href="/war">War</a></nav>
        <main><article><h1>{escape(story.title)}</h1>{paragraphs}</article></main>
        <aside><h3>Most read</h3><a href="/other">Another story entirely</a></aside>
        <footer>All rights reserved. <a href="/privacy">Privacy</a></footer></body></html>"""
    )


def _count(outlet: Outlet, request: Request) -> None:
    path = request.url.path
    outlet.requests[path] = outlet.requests.get(path, 0) + 1
