"""Whatever bytes come, the readers give their results or raise what they say they raise, and nothing else.

``make fuzz`` runs this with many more examples; what it finds is printed with the line that repeats it.
"""

import logging
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.common.events import to_record
from services.common.identity import canonical_url
from services.common.topics import ARTICLES
from services.fetcher.articles import article_from_html
from services.fetcher.entries import Feed
from services.fetcher.failures import NotAFeed, NotAnArticle
from services.fetcher.feeds import feed_from_bytes
from services.fetcher.sitemaps import sitemap_from_bytes
from tests.unit.fetcher.layouts import LAYOUTS
from tests.unit.fetcher.test_articles import PAGES
from tests.unit.fetcher.test_feeds import ATOM, JSON_FEED, NEWS, RDF, RSS

URL = "https://outlet.example/2024/a"
quick = settings(max_examples=max(120, settings().max_examples))

PIECES = st.sampled_from(
    [
        b"<", b">", b"</", b'"', b"'", b"&", b"&amp;", b"&#xD800;", b"&#0;", b"\x00", b"\xff", b"\xed\xa0\x80", b"<!--",
        b"-->", b"<![CDATA[", b"]]>", b"<!DOCTYPE x [", b"<?xml version='1.0' encoding='utf-16'?>", b"<script>", b"<table>",
        b"<td>", b"<p>", b"<br>", b"<article>", b"<base href='//['>", b'<link rel=canonical href="https://[">',
        b'<script type="application/ld+json">', b'{"@type":"NewsArticle","author":[[{}]],"headline":{"a":1},"image":[[]]}',
        b'{"@graph":{"@graph":[{"@graph":[]}]}}', b'"\\ud800"', b'<meta property=article:published_time content="0000">',
        b"<time pubdate datetime='9999-99-99'>", b"<html lang=''>", b"<meta charset=utf-7>", b"<svg>", b"<math>", b"<frameset>",
        b"<link>", b"<item>", b"<entry>", b"<guid>", b"<loc>", b"<lastmod>", b"xml:base='::'", b"xmlns=''", "\u202e".encode(),
        "\U0001f600".encode(), b" " * 50, b"<div>" * 30,
    ]
)  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn, originals: list[bytes]) -> bytes:
    """A real document with pieces cut out, put in, doubled or overwritten."""
    body = draw(st.sampled_from(originals))
    for _ in range(draw(st.integers(1, 8))):
        start = draw(st.integers(0, len(body)))
        end = draw(st.integers(start, min(len(body), start + draw(st.sampled_from([1, 20, 400])))))
        body = (
            body[:start]
            + draw(st.one_of(PIECES, st.just(b""), st.just(body[start:end] * 2), st.binary(max_size=9)))
            + body[end:]
        )
    return body


HTML = [page.read_bytes() for page in sorted(PAGES.glob("*.html"))] + list(LAYOUTS.values())
FEEDS = [text.encode() for text in (RSS, ATOM, RDF, NEWS, JSON_FEED)]


@pytest.fixture(autouse=True, scope="module")
def _quiet() -> None:
    for name in ("trafilatura", "htmldate", "charset_normalizer"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


@quick
@given(st.one_of(st.binary(max_size=600), mutated(HTML), st.lists(PIECES, max_size=40).map(b"".join)))
def test_pages(body: bytes) -> None:
    try:
        article = article_from_html(body, URL, fetched_at=datetime(2024, 12, 31, tzinfo=UTC))
    except NotAnArticle:
        return
    assert article.text
    assert article.title
    assert "\r" not in article.text + article.title
    assert to_record(ARTICLES, article.id, article, "fetcher").value


@quick
@given(st.text(max_size=60), st.one_of(st.none(), st.text(max_size=60)))
def test_addresses_and_content_types(url: str, content_type: str | None) -> None:
    try:
        article = article_from_html(LAYOUTS["amp"], url, content_type=content_type)
    except NotAnArticle:
        return
    assert article.url == canonical_url(url)


@quick
@given(
    st.one_of(st.binary(max_size=600), mutated(FEEDS), st.lists(PIECES, max_size=40).map(b"".join)),
    st.sampled_from([feed_from_bytes, sitemap_from_bytes]),
)
def test_feeds_and_sitemaps(body: bytes, read: Callable[[bytes, str], Feed]) -> None:
    try:
        feed = read(body, URL)
    except NotAFeed:
        return
    for entry in (*feed.entries, *feed.children):
        assert canonical_url(entry.url)
        assert all(moment is None or moment.tzinfo is UTC for moment in (entry.published_at, entry.updated_at))
