"""What a page is: an article, a live blog, the beginning of a paid one; or none, and what instead."""

import json
import pickle

import pytest

from services.fetcher.articles import article_from_html
from services.fetcher.failures import NotAnArticle
from tests.unit.fetcher.varied_pages import FOOT, NAV, PORT, PRISONERS, RIVER, page, ps

URL = "https://courier.example/war/ships"
NOT_FREE = '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Ships leave", "isAccessibleForFree": %s}</script>'
LIVE = '<script type="application/ld+json">{"@type": "LiveBlogPosting", "headline": "Ships leave", "liveBlogUpdate": []}</script>'
POSTS = "".join(
    f"<div class=post><time datetime=2024-11-22T1{n}:00Z>1{n}:00</time>{ps((line,))}</div>"
    for n, line in enumerate(PORT)
)
PICTURES = "".join(
    f"<figure><img src={n}.jpg><figcaption>Picture {n} of the harbour</figcaption></figure>" for n in range(8)
)
WALL = "<div class=wall><h3>Subscribe to continue reading</h3><p>From one euro a week.</p></div>"
LOGIN = "<form class=popup><input name=mail><input type=password><button>Log in</button></form>"
LINKS = (
    "<div class=more>"
    + "".join(f"<p><a href=/t/{n}>Another headline of the day about something, number {n}</a></p>" for n in range(9))
    + "</div>"
)


def article(lines: tuple[str, ...], more: str = "", head: str = "") -> str:
    return page("Ships leave", f"<article><h1>Ships leave</h1>{ps(lines)}{more}</article>", head)


@pytest.mark.parametrize(
    ("html", "url", "kind"),
    [
        (article(PORT), URL, "article"),
        (article(PORT, head=LIVE), URL, "live_blog"),
        (page("Ships leave", f"<main><h1>Ships leave</h1>{POSTS}</main>"), "https://courier.example/live/ships", "live_blog"),
        (page("Ships leave", f"<main><h1>Ships leave</h1>{POSTS}</main>"), "https://courier.example/war/how-we-live", "article"),
        (page("Ships leave", f"<main><h1>Ships leave</h1>{POSTS.replace('class=post', 'class=liveblog-post')}</main>"), URL, "live_blog"),
        (article(PORT[:2], WALL), URL, "paywalled"),
        (article(PORT[:3], "<p>Цей матеріал доступно лише для передплатників.</p>"), URL, "paywalled"),
        (article(PORT[:3], head=NOT_FREE % "false"), URL, "paywalled"),
        (article(PORT[:3], head=NOT_FREE % '"False"'), URL, "paywalled"),
        (article(PORT[:3], head=NOT_FREE % "true"), URL, "article"),
        # the whole text is there
        (article(PORT + PRISONERS + RIVER + PORT, head=NOT_FREE % "false"), URL, "article"),
        # every page asks for subscribers
        (article(PORT[:3], "<p><a href=/sub>Subscribe</a> now and get our newsletter</p>"), URL, "article"),
    ],
)  # fmt: skip
def test_the_kind_of_an_article(html: str, url: str, kind: str) -> None:
    assert article_from_html(html.encode(), url).kind == kind


@pytest.mark.parametrize(
    ("html", "url", "kind", "words"),
    [
        (page("Pictures", f"<h1>The harbour</h1><p>Our best pictures of the week.</p>{PICTURES}"), "https://courier.example/gallery/harbour", "gallery", "a gallery of pictures"),
        (page("Pictures", f"<h1>The harbour</h1>{PICTURES}", '<script type="application/ld+json">{"@type": "ImageGallery"}</script>'), URL, "gallery", "a gallery of pictures"),
        (page("Film", "<h1>The harbour from above</h1><video src=x></video><p>A film of two minutes that shows the harbour.</p>", "<meta property=og:type content=video.other>"), URL, "video", "a video"),
        (article(("Three ships left the port on Thursday with maize on board.",), WALL), URL, "paywalled", "the stub of an article that has to be paid for"),
        (page("War", f"<h1>War</h1>{LINKS}"), URL, "index", "a list of links to other pages"),
        (page("Sign in", "<h1>Sign in</h1><p>Enter your address and your password, and you are in.</p>"), URL, "login", "a login page"),
        (page("Page not found", f"<h1>Sorry</h1><p>{RIVER[0]}</p>"), URL, "error", "an error page"),
        (page("Just a moment...", f"<p>{RIVER[0]}</p>"), URL, "gate", "a page that asks who is there"),
        (page("x", "<div id=root></div>"), URL, "empty", "without text"),
    ],
)  # fmt: skip
def test_what_a_page_is_instead(html: str, url: str, kind: str, words: str) -> None:
    bare = html.replace(NAV, "").replace(FOOT, "") if kind == "empty" else html
    with pytest.raises(NotAnArticle) as raised:
        article_from_html(bare.encode(), url)
    assert (raised.value.kind, str(raised.value)) == (kind, f"The page {url} is {words}.")
    again = pickle.loads(pickle.dumps(raised.value))  # as it comes out of a worker
    assert (again.kind, str(again)) == (kind, str(raised.value))


@pytest.mark.parametrize(
    ("html", "url", "lines"),
    [
        (article(PORT[:4], LOGIN), URL, PORT[:4]),
        (article(PORT[:4], LINKS), URL, PORT[:4]),
        (page("Ships leave", f"<div class=c><h1>Ships leave</h1>{ps(PORT)}{LINKS}</div>"), URL, PORT),
        (article(PORT, PICTURES), "https://courier.example/photos/ships", PORT),
        (page("Ships leave the harbour of Chornomorsk", f"<h1>Ships leave the harbour of Chornomorsk</h1>{ps(PORT + RIVER + PRISONERS)}"), "https://courier.example", PORT + RIVER + PRISONERS),
        (article(PORT[:3], "<div><video src=x></video></div>", '<script type="application/ld+json">{"@type": "VideoObject"}</script>'), URL, PORT[:3]),
    ],
    ids=["a login box", "links below", "links below, in a division", "pictures below", "at the front", "a video in it"],
)  # fmt: skip
def test_in_doubt_it_is_an_article(html: str, url: str, lines: tuple[str, ...]) -> None:
    assert article_from_html(html.encode(), url).text.split("\n") == list(lines)


def test_what_has_to_be_paid_for_is_not_taken_from_what_is_meant_for_machines() -> None:
    body = json.dumps({"@type": "NewsArticle", "isAccessibleForFree": False, "articleBody": " ".join(PORT + RIVER)})
    html = article(PORT[:2], WALL, f'<script type="application/ld+json">{body}</script>')
    found = article_from_html(html.encode(), URL)
    assert (found.kind, RIVER[0] in found.text) == ("paywalled", False)


def test_a_text_that_markup_hides_is_taken_from_what_is_meant_for_machines() -> None:
    body = json.dumps({"@type": "NewsArticle", "articleBody": "\n\n".join(PORT + RIVER)})
    html = article(PORT[:1], "<div id=rest></div>", f'<script type="application/ld+json">{body}</script>')
    assert article_from_html(html.encode(), URL).text.split("\n") == list(PORT + RIVER)


def test_headlines_of_other_pages_do_not_reach_the_text() -> None:
    between = "<p><a href=/x><b>MEDIATOR SAYS MORE EXCHANGES ARE TO COME</b></a></p>"
    section = "<h2><a href=/tag/insurance>What the insurers of ships say</a></h2>"
    html = page(
        "Ships leave",
        f"<article><h1>Ships leave</h1>{ps(PORT[:2])}{between}{ps(PORT[2:4])}{section}{ps(PORT[4:])}</article>",
    )
    assert article_from_html(html.encode(), URL).text.split("\n") == [
        *PORT[:4],
        "What the insurers of ships say",
        *PORT[4:],
    ]
