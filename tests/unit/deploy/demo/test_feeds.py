"""Feeds, sitemaps and robots.txt, read back by the programs that read them in earnest."""

from calendar import timegm
from datetime import UTC, datetime
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree as ET

import feedparser
import pytest

from deploy.demo.outlets import OUTLET_BY_ID, OUTLETS, Outlet
from deploy.demo.timeline import Published, visible
from deploy.demo.views import Views, template_environment
from tests.unit.deploy.demo.day import ARTICLES, LONG_AFTER

BASE = "http://127.0.0.1:9"
NAMESPACES = {
    "sitemap": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "news": "http://www.google.com/schemas/sitemap-news/0.9",
}


def shown_by(outlet: Outlet, elapsed: float = LONG_AFTER) -> tuple[Published, ...]:
    return visible([article for article in ARTICLES if article.outlet == outlet], elapsed)


def views_of(outlet: Outlet) -> Views:
    return Views(template_environment(), outlet, BASE)


@pytest.mark.parametrize("outlet", OUTLETS, ids=lambda outlet: outlet.id)
def test_a_feed_has_every_article_with_its_own_date(outlet: Outlet) -> None:
    feed = feedparser.parse(views_of(outlet).feed(shown_by(outlet)).encode())
    assert not feed.bozo
    assert feed.version == {"rss": "rss20", "atom": "atom10"}[outlet.feed_format]
    assert feed.feed.title == outlet.name
    assert len(feed.entries) == len(shown_by(outlet)) >= 4
    for entry, published in zip(feed.entries, shown_by(outlet), strict=True):
        front = published.article.front
        assert entry.title == published.title
        assert entry.summary == published.summary
        assert entry.link.partition("?")[0] == BASE + published.article.path
        assert datetime.fromtimestamp(timegm(entry.published_parsed), UTC) == front.published
        assert [author.name for author in entry.authors] == list(front.authors)
    assert len({entry.id for entry in feed.entries}) == len(feed.entries)


@pytest.mark.parametrize("outlet", OUTLETS, ids=lambda outlet: outlet.id)
def test_a_feed_without_articles_is_still_a_feed(outlet: Outlet) -> None:
    feed = feedparser.parse(views_of(outlet).feed(()).encode())
    assert not feed.bozo
    assert feed.entries == []


def test_two_feeds_of_each_format_and_one_with_trackers() -> None:
    assert sorted(outlet.feed_format for outlet in OUTLETS) == ["atom", "atom", "rss", "rss"]
    vistula = OUTLET_BY_ID["vistula-today"]
    feed = feedparser.parse(views_of(vistula).feed(shown_by(vistula)).encode())
    assert all(entry.link.endswith(".html?utm_source=rss&utm_medium=feed") for entry in feed.entries)


@pytest.mark.parametrize(("elapsed", "changed"), [(59, False), (60, True)])
def test_an_edit_shows_as_updated_in_atom_and_sitemap(elapsed: float, changed: bool) -> None:
    ledger = OUTLET_BY_ID["kyiv-ledger"]
    feed = feedparser.parse(views_of(ledger).feed(shown_by(ledger, elapsed)).encode())
    [entry] = [entry for entry in feed.entries if "koksan" in entry.link]
    assert (entry.updated_parsed > entry.published_parsed) is changed
    sitemap = ET.fromstring(views_of(ledger).news_sitemap(shown_by(ledger, elapsed)))
    [url] = [each for each in sitemap if "koksan" in each.findtext("sitemap:loc", "", NAMESPACES)]
    date = url.findtext("news:news/news:publication_date", "", NAMESPACES)
    assert (url.findtext("sitemap:lastmod", "", NAMESPACES) > date) is changed


def test_a_news_sitemap_has_every_article() -> None:
    northwire = OUTLET_BY_ID["northwire"]
    sitemap = ET.fromstring(views_of(northwire).news_sitemap(shown_by(northwire)))
    shown = shown_by(northwire)
    locations = [url.findtext("sitemap:loc", "", NAMESPACES) for url in sitemap]
    assert locations == [BASE + published.article.path for published in shown]
    names = {url.findtext("news:news/news:publication/news:name", "", NAMESPACES) for url in sitemap}
    assert names == {"Northwire"}
    titles = [url.findtext("news:news/news:title", "", NAMESPACES) for url in sitemap]
    assert titles == [published.title for published in shown]


@pytest.mark.parametrize("outlet", OUTLETS, ids=lambda outlet: outlet.id)
def test_robots_let_articles_be_read_and_name_the_sitemap(outlet: Outlet) -> None:
    robots = RobotFileParser()
    robots.parse(views_of(outlet).robots().splitlines())
    paths = [outlet.feed_path, *(published.article.path for published in shown_by(outlet))]
    assert all(robots.can_fetch("Sitrep", BASE + path) for path in paths)
    assert robots.site_maps() == ([BASE + outlet.sitemap_path] if outlet.sitemap_path else None)


@pytest.mark.parametrize(
    ("outlet", "path"),
    [
        ("northwire", "/search"),
        ("kyiv-ledger", "/login"),
        ("aldgate-review", "/subscribe/now"),
        ("vistula-today", "/print/1"),
    ],
)
def test_robots_keep_something_back(outlet: str, path: str) -> None:
    robots = RobotFileParser()
    robots.parse(views_of(OUTLET_BY_ID[outlet]).robots().splitlines())
    assert not robots.can_fetch("Sitrep", BASE + path)
