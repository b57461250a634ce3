"""What the package offers to others."""

import subprocess
import sys
from datetime import UTC, datetime

import pytest

import services.fetcher
from services.fetcher import article_from_html, entries_from_feed

PAGE = b"""<html lang="en"><head><title>Guns seen by rail | The Outlet</title>
<meta property="article:published_time" content="2024-11-14T08:00:00Z"></head><body><article><h1>Guns seen by rail</h1>
<p>Several long-barrelled guns on flat wagons were filmed near the border on Thursday, a railway worker said.</p>
<p>The worker counted at least twelve of them and said that more were expected before the end of the week.</p>
<p>Neither army has commented on the pictures, whose place was confirmed by two independent analysts.</p>
</article></body></html>"""
FEED = b"""<rss version="2.0"><channel><title>x</title><item><title>Guns</title><link>https://outlet.example/guns</link>
</item></channel></rss>"""


def test_a_page_becomes_an_article() -> None:
    article = article_from_html(PAGE, "https://outlet.example/guns")
    assert article.title == "Guns seen by rail"
    assert article.published_at == datetime(2024, 11, 14, 8, tzinfo=UTC)
    assert "at least twelve of them" in article.text


def test_a_feed_becomes_entries() -> None:
    [entry] = entries_from_feed(FEED, "https://outlet.example/feed")
    assert entry.url == "https://outlet.example/guns"


def test_nothing_else_is_there() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'article_from_pdf'"):
        _ = services.fetcher.article_from_pdf


def test_importing_the_package_imports_no_parser() -> None:
    program = "import services.fetcher, sys; sys.exit('trafilatura' in sys.modules or 'feedparser' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
