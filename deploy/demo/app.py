"""The outlets as ASGI applications: one Starlette app each, and one app that picks the outlet by port."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from jinja2 import Environment
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from deploy.demo.articles import IMAGES, Article
from deploy.demo.caching import etag_of, http_date, is_unchanged
from deploy.demo.outlets import Outlet, outlet_addresses
from deploy.demo.timeline import USUAL_PACE, Published, visible
from deploy.demo.views import Views, template_environment

HTML = "text/html; charset=utf-8"
ABOUT = (
    "{outlet.name} is not a real outlet. It belongs to the demonstration of Sitrep, and its articles were written "
    "for it: they follow what was reported in late 2024, but nothing in them should be cited."
)


@dataclass(frozen=True, slots=True)
class Day:
    """The outlets' day: what there is to publish, and how the time is told."""

    articles: tuple[Article, ...]
    started_at: datetime
    """When the day began (UTC): what `Last-Modified` counts from."""
    clock: Callable[[], float]
    """Seconds since then."""
    pace: float = USUAL_PACE

    def visible(self, outlet: Outlet) -> tuple[Published, ...]:
        """What the outlet shows now, newest first."""
        own = (article for article in self.articles if article.front.outlet == outlet.id)
        return visible(own, self.clock(), self.pace)

    def last_change(self, shown: Sequence[Published]) -> datetime:
        """When the newest of these began to read as it does."""
        return self.started_at + timedelta(seconds=max((each.since for each in shown), default=0.0))


def demo_app(first_port: int, day: Day, host: str = "127.0.0.1") -> ASGIApp:
    """All outlets; a request goes to the outlet of the port it came in on. `host` is the one in their links."""
    environment = template_environment()
    return by_port(
        {
            port: outlet_app(outlet, base, day, environment)
            for port, (outlet, base) in outlet_addresses(first_port, host).items()
        }
    )


def by_port(apps: Mapping[int, ASGIApp]) -> ASGIApp:
    """One application that hands each request to the application of the local port it came in on."""

    async def dispatch(scope: Scope, receive: Receive, send: Send) -> None:
        await apps[scope["server"][1]](scope, receive, send)

    return dispatch


def outlet_app(outlet: Outlet, base: str, day: Day, environment: Environment) -> Starlette:
    """One outlet, reached at `base`."""
    views = Views(environment, outlet, base)

    def front_page(request: Request) -> Response:
        shown = day.visible(outlet)
        return _answer(request, views.front_page(shown), HTML, day.last_change(shown))

    def feed(request: Request) -> Response:
        shown = day.visible(outlet)
        media_type = f"application/{outlet.feed_format}+xml; charset=utf-8"
        return _answer(request, views.feed(shown), media_type, day.last_change(shown))

    def news_sitemap(request: Request) -> Response:
        shown = day.visible(outlet)
        return _answer(request, views.news_sitemap(shown), "application/xml", day.last_change(shown))

    def robots(request: Request) -> Response:
        return _answer(request, views.robots(), "text/plain; charset=utf-8", day.started_at)

    def about(request: Request) -> Response:
        text = ABOUT.format(outlet=outlet)
        return _answer(request, views.notice(f"About {outlet.name}", text), HTML, day.started_at)

    def article(request: Request) -> Response:
        shown = day.visible(outlet)
        found = next((each for each in shown if each.article.path == request.url.path), None)
        if found is None:
            text = "There is no page at this address. It may have moved, or it never was there."
            return Response(views.notice("Page not found", text), 404, media_type=HTML)
        return _answer(request, views.article_page(found, shown), HTML, day.last_change([found]))

    routes: list[Route | Mount] = [
        Route("/", front_page),
        Route(outlet.feed_path, feed),
        Route("/robots.txt", robots),
        Route("/about", about),
        Mount("/images", StaticFiles(directory=IMAGES)),
    ]
    if outlet.sitemap_path is not None:
        routes.append(Route(outlet.sitemap_path, news_sitemap))
    return Starlette(routes=[*routes, Route("/{path:path}", article)])


def _answer(request: Request, text: str, media_type: str, last_modified: datetime) -> Response:
    body = text.encode()
    headers = {
        "ETag": etag_of(body),
        "Last-Modified": http_date(last_modified),
        "Cache-Control": "no-cache",
    }
    if is_unchanged(request.headers, headers["ETag"], last_modified):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=media_type)
