"""Feeds and sitemaps: what is read from them, what is left out and why, and what is no feed at all."""

import contextlib
import gzip
import json
import zlib
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.fetcher.entries import Dropped, Entry
from services.fetcher.failures import NotAFeed
from services.fetcher.feeds import entries_from_feed, feed_from_bytes
from services.fetcher.sitemaps import entries_from_sitemap, sitemap_from_bytes

URL = "https://outlet.example/feeds/all.xml"
RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom">
<channel><title>The Outlet &amp; Co</title><link>https://outlet.example/</link><language>en-gb</language>
<item><title>Bridge &lt;b&gt;falls&lt;/b&gt; &amp;amp; is rebuilt</title><link>https://outlet.example/bridge?id=1#top</link>
<guid isPermaLink="false">g-1</guid><dc:creator>Jane Doe</dc:creator><pubDate>Fri, 25 Oct 2024 10:00:00 +0300</pubDate>
<description>&lt;p&gt;It &lt;i&gt;fell&lt;/i&gt;.&lt;/p&gt;</description></item>
<item><title>Relative</title><link>/trains/</link><pubDate>Fri, 25 Oct 2024 11:00:00</pubDate></item>
<item><title>By its guid</title><guid>https://outlet.example/guid</guid></item>
<item><title>No link</title><guid isPermaLink="false">g-4</guid></item>
<item><title>Mail</title><link>mailto:news@outlet.example</link></item>
<item><title>Again</title><link>/trains/</link></item>
</channel></rss>"""
ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="uk" xml:base="https://outlet.example/news/"><title>Вісник</title>
<entry><id>tag:outlet.example,2024:1</id><title type="html">Міст &amp;quot;А&amp;quot;</title>
<link rel="enclosure" href="https://cdn.example/a.mp3"/><link rel="alternate" href="mist"/>
<published>2024-10-25T10:00:00+02:00</published><updated>2024-10-25T12:30:00+02:00</updated>
<author><name>Ірина Коваль</name></author><author><name>Олег Петренко</name></author><summary>Коротко.</summary></entry>
</feed>"""
RDF = """<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Old</title></channel>
<item><title>One</title><link>https://outlet.example/one</link><dc:date>2024-10-25T08:00:00Z</dc:date></item></rdf:RDF>"""


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_rss() -> None:
    feed = feed_from_bytes(RSS.encode(), URL, content_type="application/rss+xml")
    assert (feed.kind, feed.title, feed.language, feed.malformed) == ("rss20", "The Outlet & Co", "en", None)
    assert feed.entries == (
        Entry(
            url="https://outlet.example/bridge?id=1",
            title="Bridge falls & is rebuilt",
            published_at=utc("2024-10-25T07:00"),
            summary="It fell.",
            id="g-1",
            authors=("Jane Doe",),
            language="en",
        ),
        Entry("https://outlet.example/trains/", "Relative", utc("2024-10-25T11:00"), language="en"),
        Entry("https://outlet.example/guid", "By its guid", id="https://outlet.example/guid", language="en"),
    )
    assert feed.dropped == (
        Dropped("No link", "it has no link"),
        Dropped("Mail", "its link cannot be fetched: mailto:news@outlet.example"),
    )
    assert entries_from_feed(RSS.encode(), URL) == feed.entries


def test_atom() -> None:
    (entry,) = entries_from_feed(ATOM.encode(), URL)
    assert entry == Entry(
        url="https://outlet.example/news/mist",
        title='Міст "А"',
        published_at=utc("2024-10-25T08:00"),
        updated_at=utc("2024-10-25T10:30"),
        summary="Коротко.",
        id="tag:outlet.example,2024:1",
        authors=("Ірина Коваль", "Олег Петренко"),
        language="uk",
    )


def test_rss_1_and_the_charset_of_the_header() -> None:
    (entry,) = entries_from_feed(RDF.encode(), URL)
    assert (entry.url, entry.updated_at) == ("https://outlet.example/one", utc("2024-10-25T08:00"))
    body = RSS.replace(' encoding="utf-8"', "").replace("Relative", "Відносно").encode("cp1251")
    titles = [
        entry.title for entry in entries_from_feed(body, URL, content_type="application/xml; charset=windows-1251")
    ]
    assert "Відносно" in titles


def test_a_feed_in_a_wrong_content_type_is_still_a_feed() -> None:
    assert len(entries_from_feed(RSS.encode(), URL, content_type="text/html; charset=utf-8")) == 3


def test_an_empty_feed_has_no_entries() -> None:
    assert entries_from_feed(b'<rss version="2.0"><channel><title>x</title></channel></rss>', URL) == ()


def test_a_feed_that_is_badly_formed_is_read_and_says_so() -> None:
    feed = feed_from_bytes(RSS.replace("&amp; Co", "& Co").encode(), URL)
    assert len(feed.entries) == 3
    assert feed.malformed


@pytest.mark.parametrize("text", [RSS, ATOM, RDF])
def test_a_feed_cut_off_anywhere_gives_only_whole_addresses(text: str) -> None:
    whole = {entry.url for entry in entries_from_feed(text.encode(), URL)}
    for end in range(0, len(text), 7):
        try:
            entries = entries_from_feed(text[:end].encode(), URL)
        except NotAFeed:
            continue
        assert {entry.url for entry in entries} <= whole


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", f"The feed {URL} is empty."),
        (b" \r\n ", f"The feed {URL} is empty."),
        (b"<!doctype html><html><body><a href=/x>y</a></body></html>", f"{URL} is an HTML page, not a feed."),
        (
            b"<html><body><item><title>a</title><link>b</link></item></body></html>",
            f"{URL} is an HTML page, not a feed.",
        ),
        (
            b'{"version": "https://jsonfeed.org/version/1.1"}',
            f"{URL} is JSON, but not a JSON Feed: it has no list of items.",
        ),
        (b'{"items": []}', f"{URL} is JSON, but not a JSON Feed: its version is no address of jsonfeed.org."),
        (b"[1]", f"{URL} is JSON, but not a JSON Feed: it has no list of items."),
        (b"[" * 100_000, f"{URL} is JSON that cannot be read (RecursionError), not a feed."),
        (b'{"items": [' + b"9" * 5_000 + b"]}", f"{URL} is JSON that cannot be read (ValueError), not a feed."),
        (
            b'{"version": ',
            f"{URL} is JSON that cannot be read (Expecting value: line 1 column 13 (char 12)), not a feed.",
        ),
        (b"<?xml version='1.0'?><urlset/>", f"{URL} is a sitemap, not a feed."),
        (b"<?xml version='1.0'?><opml version='2.0'/>", f"{URL} is an OPML list of feeds, not a feed."),
        (b"%PDF-1.7 x", f"{URL} is a PDF document, not a feed."),
        (b"\x00\x01\x02", f"{URL} is binary data, not a feed."),
        (b"Not found", f"{URL} is plain text, not a feed."),
    ],
)
def test_what_is_not_a_feed(body: bytes, sentence: str) -> None:
    with pytest.raises(NotAFeed) as raised:
        entries_from_feed(body, URL)
    assert str(raised.value) == sentence


def test_entities_are_not_expanded_without_end() -> None:
    bomb = (
        '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa">'
        + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
        + '<!ENTITY file SYSTEM "file:///etc/passwd">]><rss version="2.0"><channel><title>x</title>'
        "<item><title>&j;&file;</title><link>https://outlet.example/a</link></item></channel></rss>"
    )
    feed = feed_from_bytes(bomb.encode(), URL)
    assert len(str(feed)) < 10_000
    assert "root:" not in str(feed)


JSON_FEED = """{"version": "https://jsonfeed.org/version/1.1", "title": "Outlet &amp; Co", "language": "en-GB",
"feed_url": "https://outlet.example/feed.json", "hubs": [{"type": "WebSub", "url": "https://hub.example/"}, 3],
"items": [
 {"id": "1", "url": "/bridge", "title": "<b>Bridge</b> falls", "content_html": "<p>Text &amp; more</p>",
  "date_published": "2024-10-25T12:00:00+02:00", "date_modified": "2024-10-25T13:00:00+02:00",
  "authors": [{"name": "Anna Ruban"}, {}, "x"], "language": "uk"},
 {"id": "https://outlet.example/by-id", "author": {"name": "Version 1.0"}, "content_text": "Text"},
 {"id": "3", "external_url": "https://other.example/linked", "url": "javascript:0"},
 {"id": "1", "url": "/bridge", "title": "again"},
 {"id": 7, "title": "No link"}, {"url": "ftp://outlet.example/a"}, "text", null]}"""


def test_a_json_feed() -> None:
    feed = feed_from_bytes(b"\xef\xbb\xbf \n" + JSON_FEED.encode(), URL, content_type="application/feed+json")
    assert (feed.kind, feed.title, feed.language) == ("json feed", "Outlet & Co", "en")
    assert feed.entries == (
        Entry(
            "https://outlet.example/bridge",
            title="Bridge falls",
            published_at=utc("2024-10-25T10:00"),
            updated_at=utc("2024-10-25T11:00"),
            summary="Text & more",
            id="1",
            authors=("Anna Ruban",),
            language="uk",
        ),
        Entry(
            "https://outlet.example/by-id",
            summary="Text",
            id="https://outlet.example/by-id",
            authors=("Version 1.0",),
            language="en",
        ),
        Entry("https://other.example/linked", id="3", language="en"),
    )
    assert feed.dropped == (
        Dropped("No link", "it has no link"),
        Dropped("(untitled)", "its link cannot be fetched: ftp://outlet.example/a"),
        Dropped("(untitled)", "it is no object"),
        Dropped("(untitled)", "it is no object"),
    )
    assert (feed.hubs, feed.own_address) == (("https://hub.example/",), "https://outlet.example/feed.json")


def test_a_json_feed_damaged_anywhere_is_a_feed_or_a_sentence() -> None:
    for end in range(len(JSON_FEED)):
        for body in (JSON_FEED[:end], JSON_FEED[:end] + JSON_FEED[end + 1 :]):
            with contextlib.suppress(NotAFeed):
                feed_from_bytes(body.encode(), URL)


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["/a", "https://a.example/", "http://[", "2024-10-25"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "type", "url"]), inner),
    max_leaves=5,
)
FIELDS = [
    "id",
    "url",
    "external_url",
    "title",
    "summary",
    "content_html",
    "date_published",
    "authors",
    "author",
    "language",
]


@settings(max_examples=150)
@given(
    st.lists(ANYTHING | st.dictionaries(st.sampled_from(FIELDS), ANYTHING), max_size=4),
    st.dictionaries(st.sampled_from(["title", "language", "feed_url", "hubs"]), ANYTHING),
)
def test_a_json_feed_of_anything_is_read(items: list[object], more: dict[str, object]) -> None:
    body = json.dumps({"version": "https://jsonfeed.org/version/1", **more, "items": items}).encode()
    feed = feed_from_bytes(body, URL)
    assert len(feed.entries) + len(feed.dropped) <= len(items)
    assert all(entry.url.startswith(("http://", "https://")) for entry in feed.entries)


@pytest.mark.parametrize(
    "body",
    [
        '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>x</title>{}</channel></rss>',
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:atom="http://www.w3.org/2005/Atom"><title>x</title>{}</feed>',
    ],
    ids=["rss", "atom"],
)
def test_a_feed_names_its_hub_and_itself(body: str) -> None:
    links = '<atom:link rel="hub" href="https://hub.example/"/><atom:link rel="self" href="/feed.xml"/>'
    feed = feed_from_bytes(body.format(links).encode(), URL)
    assert (feed.hubs, feed.own_address) == (("https://hub.example/",), "https://outlet.example/feed.xml")


NEWS = """<?xml version="1.0" encoding="utf-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
 xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><loc> https://outlet.example/bridge </loc><lastmod>2024-10-25T12:00:00+02:00</lastmod>
<image:image><image:loc>https://outlet.example/a.jpg</image:loc><image:title>Picture</image:title></image:image>
<news:news><news:publication><news:name>Outlet</news:name><news:language>en</news:language></news:publication>
<news:publication_date>2024-10-25</news:publication_date><news:title>Bridge falls &amp; is rebuilt</news:title></news:news></url>
<url><news:news><news:title>No address</news:title></news:news></url>
<url><loc>/relative</loc></url>
<url><loc>ftp://outlet.example/x</loc></url>
</urlset>"""


def test_a_news_sitemap() -> None:
    feed = sitemap_from_bytes(NEWS.encode(), URL)
    assert feed.kind == "news sitemap"
    assert feed.entries == (
        Entry(
            url="https://outlet.example/bridge",
            title="Bridge falls & is rebuilt",
            published_at=utc("2024-10-25T00:00"),
            updated_at=utc("2024-10-25T10:00"),
            language="en",
        ),
        Entry("https://outlet.example/relative"),
    )
    assert feed.dropped == (
        Dropped("No address", "it has no address"),
        Dropped("(untitled)", "its address cannot be fetched: ftp://outlet.example/x"),
    )


def test_a_plain_sitemap_gzipped_and_in_no_namespace() -> None:
    body = gzip.compress(
        b"<urlset><url><loc>https://outlet.example/a</loc><lastmod>2024-10-25</lastmod></url></urlset>"
    )
    feed = sitemap_from_bytes(body, URL)
    assert (feed.kind, feed.entries) == (
        "sitemap",
        (Entry("https://outlet.example/a", updated_at=utc("2024-10-25T00:00")),),
    )


def test_a_sitemap_that_is_a_text_file() -> None:
    body = b"\xef\xbb\xbfhttps://outlet.example/a\r\n\r\nhttps://outlet.example/b?x=1&y=2\nhttps://outlet.example/a\n"
    assert [entry.url for entry in entries_from_sitemap(body, URL)] == [
        "https://outlet.example/a",
        "https://outlet.example/b?x=1&y=2",
    ]


def test_a_sitemap_of_several_gzip_members() -> None:
    text = b"<urlset><url><loc>/a</loc></url><url><loc>/b</loc></url></urlset>"
    body = gzip.compress(text[:30]) + gzip.compress(text[30:])
    assert [entry.url for entry in entries_from_sitemap(body, URL)] == [
        "https://outlet.example/a",
        "https://outlet.example/b",
    ]
    with pytest.raises(NotAFeed, match="larger than 60 bytes"):
        sitemap_from_bytes(body, URL, largest=60)


def test_a_sitemap_with_more_than_the_protocol_allows_is_read_that_far() -> None:
    items = "".join(f"<url><loc>/{number}</loc></url>" for number in range(50_001))
    feed = sitemap_from_bytes(f"<urlset>{items}</urlset>".encode(), URL)
    assert len(feed.entries) == 50_000
    assert feed.malformed == "it lists 50001 addresses, of which the first 50000 are read"


def test_a_sitemap_index_has_children_and_no_pages() -> None:
    body = b"<sitemapindex><sitemap><loc>/1.xml.gz</loc><lastmod>2024-10-25</lastmod></sitemap></sitemapindex>"
    feed = sitemap_from_bytes(body, URL)
    assert feed.kind == "sitemap index"
    assert [child.url for child in feed.children] == ["https://outlet.example/1.xml.gz"]
    assert entries_from_sitemap(body, URL) == ()


def test_a_sitemap_cut_off_anywhere_gives_only_whole_addresses() -> None:
    whole = {entry.url for entry in entries_from_sitemap(NEWS.encode(), URL)}
    for end in range(len(NEWS)):
        try:
            entries = entries_from_sitemap(NEWS[:end].encode(), URL)
        except NotAFeed:
            continue
        assert {entry.url for entry in entries} <= whole


def test_no_file_or_address_is_opened_for_a_sitemap() -> None:
    body = (
        b'<?xml version="1.0"?><!DOCTYPE urlset SYSTEM "http://127.0.0.1:1/x.dtd" [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
        b"<urlset><url><loc>https://outlet.example/a</loc><title>&f;</title></url></urlset>"
    )
    assert "root:" not in str(sitemap_from_bytes(body, URL))


BOMB = gzip.compress(b"<urlset>" + b" " * 30_000_000)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", f"The sitemap {URL} is empty."),
        (gzip.compress(b""), f"The sitemap {URL} is empty."),
        (b"<html><body>x</body></html>", f"{URL} is an HTML page, not a sitemap."),
        (RSS.encode(), f"{URL} is a feed, not a sitemap."),
        (b"hello", f"{URL} is plain text, not a sitemap."),
        (gzip.compress(NEWS.encode())[:-20], f"The sitemap {URL} is a gzip file that ends before its end."),
        (BOMB, f"The sitemap {URL} is larger than 1000000 bytes once decompressed."),
    ],
    ids=["empty", "empty-gzip", "html", "feed", "text", "cut-gzip", "bomb"],
)
def test_what_is_not_a_sitemap(body: bytes, sentence: str) -> None:
    with pytest.raises(NotAFeed) as raised:
        sitemap_from_bytes(body, URL, largest=1_000_000)
    assert str(raised.value) == sentence


def test_a_damaged_gzip_file() -> None:
    with pytest.raises(NotAFeed, match="damaged gzip file"):
        sitemap_from_bytes(b"\x1f\x8b\x08\x00" + zlib.compress(b"x" * 50), URL)


@pytest.mark.parametrize("reference", [b"&#xD800;", b"&#xdfff;", b"&#55296;"])
def test_a_reference_to_half_a_character_does_not_lose_the_feed(reference: bytes) -> None:
    item = b"<item><title>Guns %s</title><link>https://outlet.example/%d</link></item>"
    body = b'<rss version="2.0"><channel><title>x</title>' + item % (reference, 1) + item % (b"&#233;", 2)
    entries = entries_from_feed(body + b"</channel></rss>", "https://outlet.example/feed")
    assert [entry.url for entry in entries] == ["https://outlet.example/1", "https://outlet.example/2"]


@pytest.mark.parametrize("half", [b"&#xD800;", b"&#55296;", b"&#x0DFFF;"])
def test_half_a_surrogate_pair_in_a_sitemap_costs_no_more_than_its_place(half: bytes) -> None:
    item = b"<url><loc>https://outlet.example/1</loc></url>"
    named = b"<urlset xmlns='%shttp://www.sitemaps.org/schemas/sitemap/0.9'>%s</urlset>" % (half, item)
    texts = b"<urlset><url><loc>https://outlet.example/1</loc><title>a%sb &#x41;</title></url></urlset>" % half
    for body in (named, texts):
        assert [entry.url for entry in sitemap_from_bytes(body, URL).entries] == ["https://outlet.example/1"]
