"""From pages to articles: whole pages with their clutter, many layouts, and every kind of page that is none."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from services.common.identity import article_id, content_hash
from services.common.messages import Source
from services.fetcher.articles import article_from_html
from services.fetcher.entries import Entry
from services.fetcher.failures import NotAnArticle, PageTooLarge
from tests.unit.fetcher.layouts import HEAD, LAYOUTS, LINES, TITLE

PAGES = Path(__file__).parent / "pages"
URL = "https://site.example/2024/x/a"
NOW = datetime(2024, 12, 31, tzinfo=UTC)
SOURCE = Source(id="site", name="The Site", domain="site.example")
SENTENCE = "Kyiv says the bridge was hit twice during the night and repair crews could not reach it until the morning."


@pytest.mark.parametrize("page", sorted(PAGES.glob("*.html")), ids=lambda path: path.stem)
def test_a_page_and_its_article(page: Path) -> None:
    """Each page has a file beside it that says what is to come out of it."""
    article = article_from_html(page.read_bytes(), URL, fetched_at=NOW)
    expected = yaml.safe_load(page.with_suffix(".yaml").read_text("utf-8"))
    found = {
        "url": article.url,
        "title": article.title,
        "authors": list(article.authors),
        "published_at": article.published_at.isoformat() if article.published_at else None,
        "modified_at": article.modified_at.isoformat() if article.modified_at else None,
        "language": article.language,
        "description": article.description,
        "image_url": article.image_url,
        "text": article.text.split("\n"),
    }
    assert found == expected


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_layout_gives_the_article_and_nothing_else(layout: str) -> None:
    article = article_from_html(LAYOUTS[layout], URL, source=SOURCE, fetched_at=NOW)
    assert article.text.split("\n") == list(LINES)
    assert article.title == TITLE


def test_what_an_article_is_known_by() -> None:
    page = LAYOUTS["amp"].replace(b"</head>", b'<link rel=canonical href="/2024/x/canonical/?utm_source=amp"></head>')
    article = article_from_html(page, "http://www.site.example/amp/a", source=SOURCE, fetched_at=NOW)
    assert article.url == "https://www.site.example/2024/x/canonical"
    assert article.id == article_id(article.url)
    assert article.content_hash == content_hash(article.title, article.text)
    assert (article.revision, article.source, article.fetched_at, article.archive) == (1, SOURCE, NOW, None)


def test_only_bytes_and_an_address_are_needed() -> None:
    article = article_from_html(LAYOUTS["amp"], "https://www.outlet-one.example/a")
    assert article.source == Source(id="outlet-one-example", name="outlet-one.example", domain="outlet-one.example")
    assert article.fetched_at.tzinfo is UTC


ENTRY = Entry(
    url=URL,
    title="A title from the feed",
    published_at=datetime(2024, 11, 18, 7, 30, tzinfo=UTC),
    updated_at=datetime(2024, 11, 18, 9, 0, tzinfo=UTC),
    summary="A summary from the feed.",
    authors=("Jane Doe",),
    language="uk",
)


def test_the_feed_says_what_the_page_does_not() -> None:
    page = f"<html><body><article><p>{'</p><p>'.join(LINES)}</p></article></body></html>".encode()
    article = article_from_html(page, URL, source=SOURCE, fetched_at=NOW, entry=ENTRY, language="en")
    assert (article.title, article.published_at, article.modified_at) == (
        ENTRY.title,
        ENTRY.published_at,
        ENTRY.updated_at,
    )
    assert (article.description, article.authors) == (ENTRY.summary, ENTRY.authors)
    assert article.language == "en"  # the feed's word does not fit the letters, the source's does


def test_the_page_goes_before_the_feed() -> None:
    page = LAYOUTS["amp"].replace(
        b"</head>",
        b'<meta property=article:published_time content="2024-11-17T10:00:00+02:00">'
        b'<meta property=article:modified_time content="2024-11-17T06:00:00Z">'
        b'<meta name=author content="Olha Tkach"><meta name=description content="From the page."></head>',
    )
    article = article_from_html(page, URL, source=SOURCE, fetched_at=NOW, entry=ENTRY)
    assert article.title == TITLE
    assert article.published_at == datetime(2024, 11, 17, 8, tzinfo=UTC)
    assert article.modified_at is None  # it says it was changed before it was published
    assert (article.authors, article.description, article.language) == (("Olha Tkach",), "From the page.", "en")


def test_the_text_does_not_begin_with_title_byline_and_date_nor_end_with_the_author() -> None:
    page = (
        f"{HEAD}<meta name=author content='Jane Doe'><div class=body><p>{TITLE}</p><p>By Jane Doe, Kyiv</p>"
        f"<p>18 November 2024, 09:12</p><p>{'</p><p>'.join(LINES)}</p><p>Jane Doe covers the war for The Site.</p></div>"
    )
    assert article_from_html(page.encode(), URL, source=SOURCE, fetched_at=NOW).text.split("\n") == list(LINES)


def test_a_year_in_the_footer_is_no_date() -> None:
    article = article_from_html(LAYOUTS["amp"], "https://site.example/a", source=SOURCE, fetched_at=NOW)
    assert article.published_at is None


def test_a_day_in_the_address_is_one() -> None:
    article = article_from_html(LAYOUTS["amp"], "https://site.example/2024/11/18/a", source=SOURCE, fetched_at=NOW)
    assert article.published_at == datetime(2024, 11, 18, tzinfo=UTC)


def listing(card: str, count: int = 20, head: str = "") -> bytes:
    cards = "".join(card.format(n=n, text=f"{SENTENCE} Case {n}.") for n in range(count))
    return f"<html><head><title>World | The Site</title>{head}</head><body><h1>World</h1><main>{cards}</main></body></html>".encode()


CARD = '<article class=card><a href="/n/{n}"><h3>Headline number {n} about something</h3></a><p>{text}</p></article>'
NO_ARTICLES = {
    "empty": (b"", "is empty"),
    "blank": (b"  \n ", "is empty"),
    "binary": (b"\x00\x01\x02", "is binary data, not an HTML page"),
    "pdf": (b"%PDF-1.7 x", "is a PDF document, not an HTML page"),
    "picture": (b"\x89PNG\r\n\x1a\n", "is a PNG picture, not an HTML page"),
    "json": (b'{"a": 1}', "is JSON, not an HTML page"),
    "feed": (b'<?xml version="1.0"?><rss version="2.0"></rss>', "is a feed, not an HTML page"),
    "no text": (b"<html><body></body></html>", "is without text"),
    "built by script": (b"<html><head><title>T</title></head><body><div id=root></div><script>x</script></body></html>", "is without text"),
    "frames": (b"<html><frameset cols=*><frame src=a></frameset></html>", "is without text"),
    "one word": (b"hello", "is too short to be an article (5 characters of text)"),
    "a redirect in a page": (
        b"<html><head><meta http-equiv=refresh content='0;url=/x'></head><body>Redirecting to <a href=/x>x</a></body></html>",
        "is too short to be an article (16 characters of text)",
    ),
    "front page of cards": (listing(CARD), "is without text"),
    "section of divisions": (listing(CARD.replace("article", "div")), "is a list of links to other pages"),
    "section that says it is an article": (
        listing(CARD.replace("article", "div"), head="<meta property=og:type content=article>"),
        "is a list of links to other pages",
    ),
    "list of headlines": (
        listing('<li><a href="/n/{n}">Headline number {n} about something</a></li>', 40),
        "is a list of lines without a sentence",
    ),
    "list by its own word": (
        listing("<p>{text}</p>", head='<script type="application/ld+json">{"@type": "CollectionPage"}</script>'),
        "is a list of other pages, by its own word",
    ),
    "login": (
        (b"<html><head><title>The Site</title></head><body><h1>Welcome back</h1><form><input name=u><input type=password>"
        b"</form><p>Forgot your password? We can send you a link to set a new one. It is valid for one hour.</p></body></html>"),
        "is a login page",
    ),
    "not found": (
        f"<html><head><title>Page not found - The Site</title></head><body><h1>Sorry</h1><p>{SENTENCE}</p></body></html>".encode(),
        "is an error page",
    ),
    "gate": (
        f"<html><head><title>Just a moment...</title></head><body><p>{SENTENCE}</p></body></html>".encode(),
        "is a page that asks who is there",
    ),
    "nested": (b"<html><body>" + b"<div>" * 5000 + b"x", "nests more than 200 elements inside one another"),
}  # fmt: skip


@pytest.mark.parametrize("kind", NO_ARTICLES)
def test_a_page_that_is_no_article(kind: str) -> None:
    html, sentence = NO_ARTICLES[kind]
    with pytest.raises(NotAnArticle) as raised:
        article_from_html(html, URL, fetched_at=NOW)
    assert str(raised.value) == f"The page {URL} {sentence}."


def test_the_front_page_is_none() -> None:
    html = f"<html><head><title>The Site</title></head><body>{''.join(f'<p>{SENTENCE} {n}</p>' for n in range(9))}</body></html>"
    with pytest.raises(NotAnArticle, match=r"The page https://site\.example/ is a front page\."):
        article_from_html(html.encode(), "https://site.example/", fetched_at=NOW)


def test_a_page_larger_than_is_read() -> None:
    with pytest.raises(PageTooLarge, match=r"has 2013 bytes; more than 2000 are not read\."):
        article_from_html(b"<html><body>" + b"x" * 2001, URL, largest=2000)


def test_a_content_type_that_is_no_page() -> None:
    with pytest.raises(NotAnArticle, match="is image/svg\\+xml, not an HTML page"):
        article_from_html(b"<svg><text>x</text></svg>", URL, content_type="image/svg+xml; charset=utf-8")


@pytest.mark.parametrize("url", ["", "no address", "ftp://site.example/a", "https://", "https://[x/", "http://a:b/"])
def test_an_address_that_is_none(url: str) -> None:
    with pytest.raises(NotAnArticle, match=r"not an absolute http or https URL|Invalid IPv6|Port could not"):
        article_from_html(LAYOUTS["amp"], url)


def test_an_article_about_an_error_is_an_article() -> None:
    page = f"{HEAD}<article><h1>Error 404: how an army lost its site</h1>{''.join(f'<p>{SENTENCE} {n}</p>' for n in range(20))}"
    assert (
        article_from_html(page.replace(TITLE, "Error 404: how an army lost its site").encode(), URL).text.count("\n")
        == 19
    )


def test_a_short_report_is_an_article_if_its_page_says_so() -> None:
    assert (
        article_from_html(f"{HEAD}<article><h1>{TITLE}</h1><p>{LINES[0]}</p></article>".encode(), URL).text == LINES[0]
    )
