"""A search as a feed: read by feedparser as any reader would, whatever the texts hold."""

import html
import json
from datetime import UTC, datetime
from typing import Any
from xml.etree.ElementTree import fromstring

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.api.syndication import Entry, Feed, atom, json_feed, sorted_entries

MOMENT = datetime(2024, 11, 17, 9, 30, tzinfo=UTC)


def an_entry(**fields: Any) -> Entry:
    given: dict[str, Any] = {
        "id": "urn:uuid:8cae4a0e-299f-8d77-df3f-b6a1b6b32663",
        "url": "https://northwire.example/a?b=1&c=2",
        "title": "Howitzers <seen> & counted",
        "summary": "What came by rail",
        "content": "<p>the <mark>howitzers</mark> &amp; drones</p>",
        "published": MOMENT,
        "updated": MOMENT,
        "author": "Northwire",
        "language": "en",
        "tags": (("country/north-korea", "North Korea"),),
    }
    return Entry(**{**given, **fields})


def a_feed(*entries: Entry) -> Feed:
    return Feed("Sitrep: howitzers", "http://x/v1/articles?q=howitzers&format=atom", "http://x/?q=howitzers", entries)


def test_a_reader_reads_the_atom_feed() -> None:
    read = feedparser.parse(atom(a_feed(an_entry())), sanitize_html=False)
    assert not read.bozo
    assert read.version == "atom10"
    assert {link.rel: link.href for link in read.feed.links} == {
        "self": "http://x/v1/articles?q=howitzers&format=atom",
        "alternate": "http://x/?q=howitzers",
    }
    [entry] = read.entries
    assert html.unescape(entry.title) == "Howitzers <seen> & counted"
    assert entry.link == "https://northwire.example/a?b=1&c=2"
    assert entry.id == "urn:uuid:8cae4a0e-299f-8d77-df3f-b6a1b6b32663"
    assert (entry.updated, entry.published) == ("2024-11-17T09:30:00Z", "2024-11-17T09:30:00Z")
    assert "<mark>howitzers</mark> &amp; drones" in entry.content[0].value
    assert entry.author == "Northwire"
    assert [(tag.term, tag.label) for tag in entry.tags] == [("country/north-korea", "North Korea")]


def test_the_json_feed_says_the_same() -> None:
    read = json.loads(json_feed(a_feed(an_entry(), an_entry(id="urn:x:2", published=None, language=None))))
    assert read["version"] == "https://jsonfeed.org/version/1.1"
    first, second = read["items"]
    assert first["id"] == "urn:uuid:8cae4a0e-299f-8d77-df3f-b6a1b6b32663"
    assert first["date_published"] == "2024-11-17T09:30:00Z"
    assert (first["tags"], first["authors"]) == (["North Korea"], [{"name": "Northwire"}])
    assert not {"date_published", "language"} & second.keys()


def test_an_empty_feed_is_a_feed() -> None:
    read = feedparser.parse(atom(a_feed()))
    assert not read.bozo
    assert read.entries == []
    assert read.feed.updated == "1970-01-01T00:00:00Z"


@pytest.mark.parametrize("bad", ["\x00", "\x0b", "\ud800", "\ufffe", "]]>", "<!--", "&#0;"])
def test_what_xml_cannot_hold_breaks_no_feed(bad: str) -> None:
    feed = a_feed(an_entry(title=f"a{bad}b", content=f"a{bad}b", author=bad, url=f"https://x/{bad}"))
    assert not feedparser.parse(atom(feed)).bozo
    json.loads(json_feed(feed))


@given(st.text(st.characters(exclude_categories=())), st.text())
def test_any_text_makes_a_document(title: str, label: str) -> None:
    document = atom(a_feed(an_entry(title=title, tags=(("x", label),))))
    assert len(fromstring(document)) == 7  # id, title, updated, two links, generator, entry


def test_the_same_search_makes_the_same_bytes_and_an_entry_comes_once() -> None:
    assert atom(a_feed(an_entry())) == atom(a_feed(an_entry()))
    assert len(sorted_entries([an_entry(), an_entry(), an_entry(id="urn:x:2")])) == 2
