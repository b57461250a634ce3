"""Where a site says its feeds and sitemaps are: in the head of its pages, and in robots.txt. Pure.

Sources: HTML Standard, "link type alternate"; RSS Advisory Board, "RSS Autodiscovery"; sitemaps.org, "Specifying the
Sitemap location in your robots.txt file".
"""

import contextlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree  # type: ignore[import-untyped]  # it ships no types

from services.fetcher.charsets import text_of, utf8_of
from services.fetcher.entries import absolute
from services.fetcher.languages import primary_language
from services.fetcher.markup import readable
from services.fetcher.plain import one_line

FEED_TYPES = {
    "application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml", "application/rss",
    "application/x.atom+xml", "application/x-atom+xml", "application/json+feed", "text/rss+xml",
}  # fmt: skip
SITEMAP_LINE = re.compile(r"^\s*sitemap\s*:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
COMMENTS = re.compile(r"\bcomments?\b|/replies\b", re.IGNORECASE)
LARGEST = 1_000_000
"""Bytes of a page that are looked through."""
MOST = 100
"""Links of a kind that are read from one document."""


@dataclass(frozen=True, slots=True)
class FeedLink:
    """A feed as a page announces it."""

    url: str
    title: str | None = None

    @property
    def of_comments(self) -> bool:
        """Whether it carries readers' comments, not articles, by its address or title."""
        return COMMENTS.search(f"{self.url} {self.title or ''}") is not None


@dataclass(frozen=True, slots=True)
class PageLinks:
    """What the head of a page says of its site."""

    site: str | None = None
    """The site's name (``og:site_name``, ``application-name``)."""
    title: str | None = None
    language: str | None = None
    feeds: tuple[FeedLink, ...] = ()


def links_from_page(html: bytes, url: str, *, content_type: str | None = None) -> PageLinks:
    """The feeds that a page announces with ``<link rel="alternate">``, and what its site is called.

    ``url`` is where the page came from; ``<base href>`` counts. What is no page says nothing.
    """
    head = _Head()
    text = readable(utf8_of(html[:LARGEST], content_type))
    parser = etree.HTMLParser(target=head, encoding="utf-8", huge_tree=False)
    with contextlib.suppress(etree.XMLSyntaxError, ValueError):
        etree.fromstring(text, parser)
    base = absolute(head.base, url) or url
    found: dict[str, FeedLink] = {}
    for link in head.links:
        if (kept := _feed_link(link, base)) is not None:
            found.setdefault(kept.url, kept)
    return PageLinks(
        site=one_line(head.metas.get("og:site_name") or head.metas.get("application-name") or "") or None,
        title=one_line("".join(head.title)) or None,
        language=primary_language(head.language or head.metas.get("og:locale")),
        feeds=tuple(found.values())[:MOST],
    )


def sitemaps_in_robots(body: bytes, url: str) -> tuple[str, ...]:
    """The addresses on the ``Sitemap:`` lines of a robots.txt, which belong to no group of it."""
    if body.lstrip()[:1] == b"<":  # a page that says there is none
        return ()
    written = SITEMAP_LINE.findall(text_of(body))
    return tuple(dict.fromkeys(whole for each in written if (whole := absolute(each, url))))[:MOST]


def _feed_link(link: Mapping[str, str], base: str) -> FeedLink | None:
    rels = link.get("rel", "").lower().split()
    kind = link.get("type", "").partition(";")[0].strip().lower()
    known = kind in FEED_TYPES or (kind == "application/json" and "feed" in link.get("href", "").lower())
    whole = absolute(link.get("href"), base)
    if whole is None or not known or "alternate" not in rels or "stylesheet" in rels:
        return None
    return FeedLink(whole, one_line(link.get("title", "")) or None)


class _Head:
    """Takes what the parser comes by, so that no tree is made of a page that nests without end (lxml's "target")."""

    def __init__(self) -> None:
        self.links: list[Mapping[str, str]] = []
        self.metas: dict[str, str] = {}
        self.title: list[str] = []
        self.language: str | None = None
        self.base: str | None = None
        self._in_title = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "link":
            self.links.append(dict(attributes))
        elif tag == "meta":
            name = attributes.get("property") or attributes.get("name") or ""
            self.metas.setdefault(name.lower(), attributes.get("content") or "")
        elif tag == "html":
            self.language = attributes.get("lang")
        elif tag == "base":
            self.base = self.base or attributes.get("href")
        self._in_title = tag == "title" and not self.title

    def end(self, _tag: str) -> None:
        self._in_title = False

    def data(self, text: str) -> None:
        if self._in_title:
            self.title.append(text)

    def close(self) -> None:
        """Part of lxml's interface."""
