"""Bytes to text, text to language, JSON-LD as carelessly as pages write it, boilerplate phrases."""

import json
import re
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html  # type: ignore[import-untyped]

from services.common.errors import ConfigurationError
from services.fetcher.addresses import article_address
from services.fetcher.boilerplate import is_boilerplate, read_phrases
from services.fetcher.charsets import text_of, utf8_of
from services.fetcher.languages import agreed_language, primary_language
from services.fetcher.linked_data import article_node, names, nodes
from services.fetcher.markup import page_tree, readable
from services.fetcher.plain import SPACES, UNSEEN, folded, one_line, whole_text, without_markup
from services.fetcher.prepared import prepared
from services.fetcher.sniffing import what_is
from tests.unit.fetcher.labelled.stories import FRENCH, GERMAN, POLISH, RUSSIAN
from tests.unit.fetcher.labelled.stories import UKRAINIAN as UKRAINIAN_STORY

UKRAINIAN = "Уламки пошкодили сім будинків у двох громадах."


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        (UKRAINIAN.encode(), None, UKRAINIAN),
        (b"\xef\xbb\xbf" + UKRAINIAN.encode(), "text/html; charset=windows-1251", UKRAINIAN),
        (b"\xff\xfe" + UKRAINIAN.encode("utf-16-le"), None, UKRAINIAN),
        (UKRAINIAN.encode("cp1251"), "text/html; charset=windows-1251", UKRAINIAN),
        (UKRAINIAN.encode("cp1251"), 'text/html; charset="WINDOWS-1251"', UKRAINIAN),
        (b'<meta charset="koi8-u">' + UKRAINIAN.encode("koi8-u"), None, '<meta charset="koi8-u">' + UKRAINIAN),
        # valid UTF-8 goes before a wrong label
        (UKRAINIAN.encode(), "text/html; charset=iso-8859-1", UKRAINIAN),
        # as browsers do: latin-1 is windows-1252
        ("“Kursk”".encode("cp1252"), "text/html; charset=iso-8859-1", "“Kursk”"),
        # UTF-8 with one broken character stays UTF-8
        ("Żółć ".encode() * 30 + b"\xff", "text/html; charset=utf-8", "Żółć " * 30 + "\ufffd"),
        (b"plain", "text/html; charset=base64", "plain"),
        (b"plain", "text/html; charset=no-such", "plain"),
        ("攻撃".encode("iso2022_jp"), "text/html; charset=iso-2022-jp", "攻撃"),
        (b"", None, ""),
    ],
)
def test_bytes_are_read_as_browsers_do(body: bytes, content_type: str | None, text: str) -> None:
    assert text_of(body, content_type) == text
    assert utf8_of(body, content_type) == text.encode()


def test_a_charset_nobody_names_is_guessed() -> None:
    assert text_of((UKRAINIAN * 5).encode("cp1251")) == UKRAINIAN * 5


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("en", "en"), ("en-GB", "en"), ("uk_UA.UTF-8", "uk"), ("EN_us", "en"), ("eng", "en"), ("ukr", "uk"),
        ("ua", "uk"), ("pl ", "pl"), ("", None), (None, None), ("english", None), ("x-default", None), ("und", None),
    ],
)  # fmt: skip
def test_language_tags(tag: str | None, language: str | None) -> None:
    assert primary_language(tag) == language


@pytest.mark.parametrize(
    ("candidates", "text", "language"),
    [
        (["en-GB", "uk"], "Eleven thousand soldiers", "en"),
        (["en", "uk_UA"], UKRAINIAN, "uk"),  # a template left at "en"
        (["en"], UKRAINIAN[:30], "und"),
        (["ru"], "Eleven thousand soldiers", "und"),
        (["sr"], "Vojska je stigla", "sr"),
        ([None, "", "pl"], "Wojsko kupi 96 śmigłowców", "pl"),
        ([], "Eleven", "und"),
        (["en"], "12 345", "en"),
        (["ja"], "北朝鮮の兵士がクルスクに到着した", "ja"),
        # what the page does not say, and what it says wrongly
        ([], " ".join(GERMAN), "de"),
        (["en"], " ".join(GERMAN), "de"),
        (["en-US", "fr"], " ".join(FRENCH), "fr"),
        (["en"], " ".join(UKRAINIAN_STORY), "uk"),
        (["en"], "“The bridge was closed,” said the mayor, who had seen it. " + " ".join(FRENCH), "fr"),
        (["fr"], "“The bridge was closed on Monday, and it is not known when,” they say. " + " ".join(FRENCH), "fr"),
        (["ru"], " ".join(UKRAINIAN_STORY), "uk"),
        ([None], " ".join(RUSSIAN), "ru"),
        ([], " ".join(POLISH), "pl"),
        # what cannot be told apart surely is left to the page; what is too short to whoever says something
        (["nb"], "Regjeringen vil bygge tre nye broer over fjorden og har bedt Stortinget om penger til det.", "nb"),
        (["hr"], "Vlada je u utorak odlučila da će most preko rijeke biti zatvoren do kraja mjeseca.", "hr"),
        (["fr"], "Kyiv, Moscou", "fr"),
        ([], "Bridge falls", "und"),
    ],
)
def test_a_language_has_to_fit_the_letters_and_the_words(
    candidates: list[str | None], text: str, language: str
) -> None:
    assert agreed_language(candidates, text) == language


ARTICLE = {"@type": "NewsArticle", "headline": "Bridge", "datePublished": "2024-10-19"}


@pytest.mark.parametrize(
    "script",
    [
        json.dumps({"@context": "https://schema.org", **ARTICLE}),
        json.dumps([{"@type": "BreadcrumbList"}, ARTICLE]),
        json.dumps({"@graph": [{"@type": "WebPage", "datePublished": "1999-01-01"}, ARTICLE]}),
        json.dumps({"@type": "WebPage", "mainEntity": ARTICLE}),
        json.dumps({**ARTICLE, "@type": ["https://schema.org/ReportageNewsArticle", "Article"]}),
        "<!--" + json.dumps(ARTICLE) + "-->",
        "//<![CDATA[\n" + json.dumps(ARTICLE) + "\n//]]>",
        json.dumps(ARTICLE) + ";",
        json.dumps(ARTICLE)[:-1] + ",}",
        '{"@type": "Article", "headline": "Bridge", "datePublished": "2024-10-19", "description": "two\nlines"}',
    ],
)
def test_the_article_in_json_ld(script: str) -> None:
    tree = page(f'<script type="application/ld+json">{script}</script>')
    node = article_node(nodes(tree))
    assert (node.get("headline"), node.get("datePublished")) == ("Bridge", "2024-10-19")


@pytest.mark.parametrize(
    "script", ["", "{", "null", "[[[", '"text"', "[" * 5000, "{" * 5000, '{"@type": 3}', "[1, null]"]
)
def test_json_ld_that_says_nothing(script: str) -> None:
    tree = page(f'<script type="application/ld+json">{script}</script><script type="application/ld+json"> </script>')
    assert article_node(nodes(tree)) == {}


def test_names_in_json_ld() -> None:
    found = ({"@id": "#jane", "name": "Jane Doe", "@type": "Person"},)
    value = [
        "Olha Tkach",
        {"@id": "#jane"},
        {"@type": "Organization", "name": ["The Wire"]},
        {"givenName": "Omar", "familyName": "Haddad"},
        {"@id": "#nobody"},
        7,
        None,
    ]
    assert names(value, found) == [
        ("Olha Tkach", set()),
        ("Jane Doe", {"person"}),
        ("The Wire", {"organization"}),
        ("Omar Haddad", set()),
    ]


def page(body: str) -> Any:
    return lxml_html.document_fromstring(f"<html><head><title>t</title></head><body>{body}<p>x</p></body></html>")


@pytest.mark.parametrize(
    "line",
    [
        "Advertisement", "ADVERTISEMENT", "Read more:", "Read more: The bridges of Glushkovo, one by one", "Share this:",
        "Follow us on Telegram and X.", "Download our app for iOS and Android to follow the news.",
        "Sign up to our free daily newsletter", "Sign up for The Briefing", "© 2024 Dnipro Daily LLC. All rights reserved.",
        "We and our partners store and access information: cookie policy", "Читайте також: Де працюють пункти незламності",
        "Підписуйтесь на наш Telegram-канал", "Zobacz też: Ile kosztuje dywizja", "Photo: Seim Observer",
        "You can unsubscribe at any time", "Reporting by Jane Doe; editing by John Smith",
    ],
)  # fmt: skip
def test_prompts_are_boilerplate(line: str) -> None:
    assert is_boilerplate(line)


@pytest.mark.parametrize(
    "line",
    [
        "Follow-up strikes hit the depot on Sunday, the governor said.",
        "More from the front was expected on Monday, when the general staff was to publish its losses for the month.",
        "Related units were moved to Sumy.",
        "Share prices of arms makers rose by 4 per cent.",
        "Watch towers along the border were hit on Monday, the border service said.",
        "Sign languages differ.",
        "Support for the operation fell to 41 percent, according to a poll of 2,000 people.",
        "Subscribers of the state television channel saw nothing of it.",
        "Eleven thousand soldiers are in the region.",
        "Why the bend matters",
        "",
    ],
)
def test_sentences_are_not(line: str) -> None:
    assert not is_boilerplate(line)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("a*", "boilerplate.txt, line 2: 'a*' is too short, it would take away sentences: write more of the phrase."),
        ("Read more*|many", "boilerplate.txt, line 2: write a number of words from 1 to 40 after the bar, not 'many'."),
        ("Read more*|99", "boilerplate.txt, line 2: write a number of words from 1 to 40 after the bar, not '99'."),
    ],
)
def test_a_phrase_that_cannot_be_used_is_named(line: str, sentence: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        read_phrases(["# phrases", line])
    assert str(raised.value) == sentence


@pytest.mark.parametrize(
    ("url", "canonical", "base", "address"),
    [
        ("http://www.outlet.example/a/?utm_source=x#top", None, None, "https://www.outlet.example/a"),
        ("https://outlet.example/a?id=1", "/a", None, "https://outlet.example/a"),
        ("https://outlet.example/x/a", "b", "https://outlet.example/y/", "https://outlet.example/y/b"),
        ("https://amp.outlet.com/a", "https://www.outlet.com/a", None, "https://www.outlet.com/a"),
        # another site, the front page, nonsense: the page's own address
        ("https://outlet.example/a", "https://other.example/a", None, "https://outlet.example/a"),
        ("https://outlet.example/a", "https://outlet.example/", None, "https://outlet.example/a"),
        ("https://outlet.example/a", "javascript:void(0)", None, "https://outlet.example/a"),
        ("https://outlet.example/a", "https://[", None, "https://outlet.example/a"),
        ("http://127.0.0.1:8411/a", "http://127.0.0.1:8412/a", None, "http://127.0.0.1:8411/a"),
        ("http://127.0.0.1:8411/a?b=1", "http://127.0.0.1:8411/a", None, "http://127.0.0.1:8411/a"),
    ],
)
def test_the_address_an_article_is_known_by(url: str, canonical: str | None, base: str | None, address: str) -> None:
    assert article_address(url, canonical, base) == address


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"<!DOCTYPE html><html>", "an HTML page"),
        (b'<?xml version="1.0"?><!-- x --><html xmlns="http://www.w3.org/1999/xhtml">', "an HTML page"),
        (b'<?xml version="1.0"?><rss version="2.0">', "a feed"),
        (b'<feed xmlns="http://www.w3.org/2005/Atom">', "a feed"),
        (b'<?xml version="1.0"?><urlset>', "a sitemap"),
        (b"<sitemapindex>", "a sitemap index"),
        (b"<opml>", "an OPML list of feeds"),
        (b'<?xml version="1.0"?><note/>', "an XML document of another kind"),
        (b'{"a": 1}', "JSON"),
        (b"%PDF-1.7", "a PDF document"),
        (b"\x89PNG\r\n", "a PNG picture"),
        (b"ab\x00cd", "binary data"),
        (b"<html>\x00<body>", "an HTML page"),
        (b"<div >x</div>", "HTML"),
        (b"hello", "plain text"),
        (b" \n", "empty"),
    ],
)
def test_what_a_body_is(body: bytes, kind: str) -> None:
    assert what_is(body) == kind


def test_plain_text() -> None:
    assert one_line("  a\u00ad\u200bb \n\t c\x07\ud800 ") == "ab c"
    assert one_line("e\u0301") == "é"
    assert without_markup("a <b>bold</b> move &amp; 3 &lt; 5") == "a bold move & 3 < 5"
    assert without_markup("3 < 5 and 7 > 2") == "3 < 5 and 7 > 2"
    assert folded("The “Seim” Observer!") == "theseimobserver"


ODD = st.text(
    st.one_of(st.characters(), st.sampled_from(" \t\n\x00\x1f\x7f\xa0\xad\u200b\u2028\ufeff\ud800ée\u0301_,.Aß’“–…"))
)


@given(ODD)
def test_the_short_ways_of_plain_text_come_to_the_same(text: str) -> None:
    seen = SPACES.sub(" ", text.encode("utf-8", "ignore").decode()).translate(UNSEEN)
    assert one_line(text) == unicodedata.normalize("NFC", seen).strip()
    assert folded(text) == re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).casefold())
    encoded = text.encode("utf-8", "ignore").decode()
    unreadable = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
    assert readable(encoded.encode()).decode() == unreadable.sub("", encoded)


def test_the_whole_text_of_an_element_is_that_of_all_in_it() -> None:
    element = lxml_html.fragment_fromstring("<p>one <b>two <i>three</i></b> four<!-- no --></p>")
    assert whole_text(element) == "one two three four"
    assert whole_text(element.find("b/i")) == "three"
    assert whole_text(lxml_html.fragment_fromstring("<p></p>")) == ""


def test_a_page_made_ready_is_a_copy_without_what_is_around_its_text() -> None:
    page = (
        b"<body>a<nav>menu<aside>ad</aside></nav>b<main>c<script>run()</script>d<p>text</p></main>e"
        b"<nav><h1>Title</h1></nav>f<footer>foot</footer>g</body>"
    )
    tree = page_tree(page, "https://outlet.example/a")
    before = lxml_html.tostring(tree)
    ready = prepared(tree)
    assert lxml_html.tostring(tree) == before
    assert lxml_html.tostring(ready.body, encoding="unicode") == (
        "<body>ab<main>cd<p>text</p></main>e<nav><h1>Title</h1></nav>fg</body>"
    )
    assert whole_text(prepared(tree, whole=True)) == "amenuadbcdtexteTitleffootg"
