"""Finding an outlet's feeds: what pages and robots.txt say, what is tried, and how many requests that takes."""

from collections.abc import AsyncIterator

import httpx
import pytest

from services.common.errors import PermanentError
from services.fetcher.discovery import USUAL_FEEDS, USUAL_SITEMAPS, Outlet, discover
from services.fetcher.failures import HttpError
from services.fetcher.http import http_client
from services.fetcher.page_links import FeedLink, links_from_page, sitemaps_in_robots
from services.fetcher.settings import FetcherSettings
from services.fetcher.visit import Visit
from tests.unit.fetcher.servers import Server, answer, serving

URL = "https://www.outlet.example/world/"
SETTINGS = FetcherSettings(fetcher_host_delay=0)
HEAD = """<!doctype html><html lang="en-GB"><head><title>World | The Outlet</title><base href="/en/">
<meta property="og:site_name" content="The  Outlet"/>
<link rel="stylesheet alternate" type="application/rss+xml" href="/no.css">
<link rel="ALTERNATE" type="application/rss+xml; charset=utf-8" title="The Outlet &amp; all" href="feed.xml">
<link rel="alternate home" type="application/atom+xml" href="//feeds.outlet.example/atom">
<link rel="alternate" type="application/feed+json" href="/feed.json">
<link rel="alternate" type="application/json" href="/wp-json/wp/v2/pages/1">
<link rel="alternate" type="application/rss+xml" href="/comments/feed/">
<link rel="alternate" type="application/rss+xml" href="feed.xml#again">
<link rel="alternate" type="application/rss+xml" href="javascript:0">
<link rel="alternate" hreflang="uk" href="/uk/">
</head><body><p>Text</p></body></html>"""


def test_the_links_of_a_page() -> None:
    links = links_from_page(HEAD.encode(), URL)
    assert (links.site, links.title, links.language) == ("The Outlet", "World | The Outlet", "en")
    assert links.feeds == (
        FeedLink("https://www.outlet.example/en/feed.xml", "The Outlet & all"),
        FeedLink("https://feeds.outlet.example/atom"),
        FeedLink("https://www.outlet.example/feed.json"),
        FeedLink("https://www.outlet.example/comments/feed/"),
    )
    assert [link.of_comments for link in links.feeds] == [False, False, False, True]


@pytest.mark.parametrize("body", [b"", b"%PDF-1.7", b"\x00\x01", b"{}", b"<div>" * 100_000, b"<!" * 100_000])
def test_what_is_no_page_says_nothing(body: bytes) -> None:
    assert links_from_page(body, URL).feeds == ()


def test_the_sitemaps_of_robots_txt() -> None:
    text = b"\xef\xbb\xbfUser-agent: *\r\nDisallow: /x\r\nSITEMAP : https://outlet.example/a.xml # news\r\n sitemap:/b.xml\n#Sitemap: /no\nSitemap: ftp://x\nSitemap: /b.xml"
    assert sitemaps_in_robots(text, "https://outlet.example/robots.txt") == (
        "https://outlet.example/a.xml",
        "https://outlet.example/b.xml",
    )
    assert sitemaps_in_robots(b"<html>Sitemap: /a.xml", URL) == ()


def rss(title: str, *paths: str) -> bytes:
    items = "".join(f"<item><title>t</title><link>/{path}</link></item>" for path in paths)
    return answer(f'<rss version="2.0"><channel><title>{title}</title>{items}</channel></rss>'.encode())


ATOM = answer(
    b'<feed xmlns="http://www.w3.org/2005/Atom"><title>Outlet</title><entry><title>t</title><link href="/1"/></entry></feed>'
)
NEWS = answer(
    b'<urlset xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>/1</loc><n:news>'
    b"<n:publication_date>2024-10-25</n:publication_date></n:news></url></urlset>"
)
INDEX = answer(b"<sitemapindex><sitemap><loc>/1.xml</loc></sitemap></sitemapindex>")


def page(*feeds: str) -> bytes:
    links = "".join(f'<link rel=alternate type="application/rss+xml" href="{feed}">' for feed in feeds)
    return answer(
        f"<html><head><title>Site</title>{links}</head><body>x</body></html>".encode(), "Content-Type: text/html"
    )


@pytest.fixture(name="client")
async def _client() -> AsyncIterator[httpx.AsyncClient]:
    async with http_client(SETTINGS) as client:
        yield client


async def found_at(server: Server, client: httpx.AsyncClient, path: str = "") -> Outlet:
    return await discover(f"{server.base}/{path}", Visit(client, SETTINGS, allow_private=True).ask)


def asked(server: Server) -> list[str]:
    return [path for path, _headers in server.asked]


async def test_what_the_page_announces_is_asked_and_nothing_is_guessed(client: httpx.AsyncClient) -> None:
    async with serving(
        root=page("/feed", "/atom", "/gone", "/comments/feed", "/html"),
        feed=rss("Outlet", "1"),
        atom=ATOM,
        html=page(),
        robots=answer(b""),
        **{"comments/feed": rss("Comments", "c"), "robots.txt": answer(b"Sitemap: /index.xml\nSitemap: /news.xml")},
        **{"index.xml": INDEX, "news.xml": NEWS},
    ) as server:
        outlet = await found_at(server, client)
        assert outlet.fields == {
            "id": "127-0-0-1",
            "name": "Outlet",
            "domain": "127.0.0.1",
            "feeds": [f"{server.base}/feed"],
            "sitemaps": [f"{server.base}/news.xml"],
        }
        assert [(each.url.removeprefix(server.base), each.use, each.said_by) for each in outlet.found] == [
            ("/feed", True, "the page"),
            ("/atom", False, "the page"),
            ("/gone", False, "the page"),
            ("/html", False, "the page"),
            ("/comments/feed", False, "the page"),
            ("/news.xml", True, "robots.txt"),
            ("/index.xml", True, "robots.txt"),
        ]
        assert outlet.found[1].sentence == f"the same as {server.base}/feed"
        assert asked(server) == [
            "/",
            "/feed",
            "/atom",
            "/gone",
            "/html",
            "/comments/feed",
            "/robots.txt",
            "/news.xml",
            "/index.xml",
        ]


async def test_usual_addresses_are_tried_where_nothing_is_announced(client: httpx.AsyncClient) -> None:
    async with serving(
        root=page(), **{"rss.xml": rss("By a usual address", "1"), "feed.xml": rss("More", "2")}
    ) as server:
        outlet = await found_at(server, client)
        assert (outlet.feeds, outlet.name) == ((f"{server.base}/rss.xml",), "By a usual address")
        assert asked(server) == ["/", "/robots.txt", "/feed", "/rss", "/rss.xml"]


async def test_a_sitemap_serves_where_there_is_no_feed(client: httpx.AsyncClient) -> None:
    async with serving(root=page(), **{"robots.txt": answer(b"Sitemap: /all.xml"), "all.xml": INDEX}) as server:
        outlet = await found_at(server, client)
        assert (outlet.feeds, outlet.sitemaps) == ((), (f"{server.base}/all.xml",))
        assert not set(USUAL_SITEMAPS) & set(asked(server))


async def test_the_address_of_a_feed_is_taken_as_it_is(client: httpx.AsyncClient) -> None:
    async with serving(feed=rss("Outlet", "1"), old=answer(b"", "Location: /feed", status="301 Moved")) as server:
        for path in ("feed", "old"):
            outlet = await found_at(server, client, path)
            assert (outlet.feeds, outlet.name) == ((f"{server.base}/feed",), "Outlet")
        assert asked(server) == ["/feed", "/old", "/feed"]


async def test_an_outlet_with_nothing_to_follow_costs_few_requests(client: httpx.AsyncClient) -> None:
    async with serving(root=page()) as server:
        with pytest.raises(PermanentError, match="No feed or sitemap was found"):
            await found_at(server, client)
        assert len(server.asked) == 2 + len(USUAL_FEEDS) + len(USUAL_SITEMAPS)
        with pytest.raises(HttpError, match="404"):
            await found_at(server, client, "nowhere")
