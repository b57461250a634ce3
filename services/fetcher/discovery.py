"""Finding the feeds and sitemaps of an outlet from the address of any of its pages, with few requests.

What the page announces comes first, then what robots.txt lists; usual addresses are tried only where these gave
nothing. Every address is asked once, and only what can be read as a feed or sitemap is found.
"""

import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urljoin, urlsplit

from services.common.errors import PermanentError
from services.fetcher.adding import domain_of, id_from
from services.fetcher.entries import Feed
from services.fetcher.failures import FetchFailed, NotAFeed
from services.fetcher.feeds import feed_from_bytes
from services.fetcher.http import Page
from services.fetcher.page_links import FeedLink, PageLinks, links_from_page, sitemaps_in_robots
from services.fetcher.sitemaps import sitemap_from_bytes

USUAL_FEEDS = ("/feed", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml", "/feed.json")
USUAL_SITEMAPS = ("/sitemap-news.xml", "/news-sitemap.xml", "/sitemap_news.xml", "/sitemap.xml")
NEWS = re.compile(r"news|latest|google", re.IGNORECASE)
MOST_FEEDS = 10
MOST_SITEMAPS = 4
"""Announced ones that are asked; those that look like news come first."""

Ask = Callable[[str], Awaitable[Page]]
"""Gets an address politely; raises ``FetchFailed``."""


@dataclass(frozen=True, slots=True)
class Found:
    """A feed or sitemap that answered and could be read, or could not."""

    url: str
    """Where it is from now on: permanent redirects followed."""
    kind: str
    """Such as ``rss20``, ``news sitemap``; empty where it could not be read."""
    said_by: str
    """Who named the address: "the page", "robots.txt", "a usual address"."""
    sentence: str
    """What it holds, or why it is not used."""
    use: bool
    title: str | None = None
    language: str | None = None
    pages: frozenset[str] = frozenset()
    """The addresses it lists."""

    @property
    def is_sitemap(self) -> bool:
        """Whether it belongs under ``sitemaps``."""
        return "sitemap" in self.kind


@dataclass(frozen=True, slots=True)
class Outlet:
    """What was found at an address."""

    url: str
    name: str | None
    language: str | None
    found: tuple[Found, ...]

    @property
    def feeds(self) -> tuple[str, ...]:
        """The feeds to follow."""
        return tuple(each.url for each in self.found if each.use and not each.is_sitemap)

    @property
    def sitemaps(self) -> tuple[str, ...]:
        """The sitemaps to follow: news sitemaps, and others only where there is nothing else."""
        news = tuple(each.url for each in self.found if each.use and each.kind == "news sitemap")
        if news or self.feeds:
            return news
        return tuple(each.url for each in self.found if each.use and each.is_sitemap)[:1]

    @property
    def fields(self) -> dict[str, Any]:
        """The fields of a source in ``sources.yaml``; without feeds and sitemaps where none were found."""
        domain = domain_of(self.url)
        fields: dict[str, Any] = {"id": id_from(domain), "name": self.name or domain, "domain": domain}
        listed = {"language": self.language, "feeds": list(self.feeds), "sitemaps": list(self.sitemaps)}
        return fields | {name: value for name, value in listed.items() if value}


async def discover(url: str, ask: Ask) -> Outlet:
    """The outlet at an address, which may be a page, a feed or a sitemap.

    Raises:
        FetchFailed: the address itself could not be fetched.
        PermanentError: nothing that can be followed was found; the sentence says what was tried.
    """
    if "://" not in url:
        url = f"https://{url}"
    search = _Search(ask)
    page = await ask(url)
    if (itself := _read(page, "you", either=True)).use:
        search.found[itself.url] = itself
        return Outlet(itself.url, itself.title, itself.language, (itself,))
    links = links_from_page(page.body, page.url, content_type=page.content_type)
    await search.look(_announced(links), "the page", either=False)
    await search.look(await search.robots(page.url), "robots.txt", either=True)
    if not search.has_feed:
        await search.look(_usual(page.url, USUAL_FEEDS), "a usual address", enough=1)
    if not search.has_any:
        await search.look(_usual(page.url, USUAL_SITEMAPS), "a usual address", either=True, enough=1)
    found = tuple(search.found.values())
    if not search.has_any:
        raise PermanentError(
            f"No feed or sitemap was found at {page.url}: it announces none that can be read, nor does its robots.txt, "
            f"and {', '.join(USUAL_FEEDS + USUAL_SITEMAPS)} are none. If you know one, give it with --feed."
        )
    return Outlet(page.url, _name(links, found), links.language or _common(each.language for each in found), found)


@dataclass(slots=True)
class _Search:
    ask: Ask
    found: dict[str, Found] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)

    @property
    def has_feed(self) -> bool:
        return any(each.use and not each.is_sitemap for each in self.found.values())

    @property
    def has_any(self) -> bool:
        return any(each.use for each in self.found.values())

    async def robots(self, url: str) -> list[FeedLink]:
        try:
            page = await self.ask(urljoin(url, "/robots.txt"))
        except FetchFailed:
            return []
        listed = sorted(sitemaps_in_robots(page.body, page.url), key=lambda each: not NEWS.search(urlsplit(each).path))
        return [FeedLink(each) for each in listed[:MOST_SITEMAPS]]

    async def look(
        self, links: Iterable[FeedLink], said_by: str, *, either: bool = False, enough: int | None = None
    ) -> None:
        """Ask addresses until ``enough`` could be read; those that are only guessed at are not told when they fail."""
        good = 0
        for link in links:
            if link.url in self.asked or (enough is not None and good >= enough):
                continue
            self.asked.add(link.url)
            try:
                found = _read(await self.ask(link.url), said_by, either=either, link=link)
            except FetchFailed as error:
                found = Found(link.url, "", said_by, str(error), use=False)
            if found.use and (same := self._same_as(found)):
                found = replace(found, use=False, sentence=f"the same as {same}")
            if found.use or said_by != "a usual address":
                self.found.setdefault(found.url, found)
                good += found.use

    def _same_as(self, found: Found) -> str | None:
        """The feed that lists the same articles: many outlets offer each feed in several forms."""
        others = (each for each in self.found.values() if each.use and each.is_sitemap == found.is_sitemap)
        return next((each.url for each in others if found.pages and each.pages == found.pages), None)


def _announced(links: PageLinks) -> list[FeedLink]:
    return sorted(links.feeds, key=lambda link: link.of_comments)[:MOST_FEEDS]


def _usual(url: str, paths: Iterable[str]) -> list[FeedLink]:
    return [FeedLink(urljoin(url, path)) for path in paths]


def _read(page: Page, said_by: str, *, either: bool, link: FeedLink | None = None) -> Found:
    """A body as a feed, or as a sitemap where it may be ``either``."""
    url = page.moved_to or page.asked
    try:
        feed = feed_from_bytes(page.body, page.url, content_type=page.content_type)
    except NotAFeed as error:
        if not either:
            return Found(url, "", said_by, str(error), use=False)
        try:
            feed = sitemap_from_bytes(page.body, page.url)
        except NotAFeed as other:
            return Found(url, "", said_by, str(other), use=False)
    if link and link.of_comments:
        return Found(url, feed.kind, said_by, "it carries readers' comments", use=False)
    return Found(url, feed.kind, said_by, _said(feed), True, feed.title, feed.language, _pages(feed))


def _pages(feed: Feed) -> frozenset[str]:
    return frozenset(entry.url for entry in (*feed.entries, *feed.children))


def _said(feed: Feed) -> str:
    if feed.children:
        return f"{len(feed.children)} sitemaps"
    return f"{len(feed.entries)} {'entry' if len(feed.entries) == 1 else 'entries'}"


def _name(links: PageLinks, found: Iterable[Found]) -> str | None:
    titles = [each.title for each in found if each.use and each.title]
    return links.site or (min(titles, key=len) if titles else links.title)


def _common(languages: Iterable[str | None]) -> str | None:
    said = {each for each in languages if each}
    return said.pop() if len(said) == 1 else None
