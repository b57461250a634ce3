"""Many addresses, one article."""

import pytest

from services.common.identity import article_id
from services.fetcher.articles import article_from_html
from tests.unit.fetcher.layouts import LAYOUTS

ARTICLE = "https://www.site.example/war/ships"
PAGE = LAYOUTS["blocks of a blog"]
AMP = LAYOUTS["amp"].replace(b"<html lang=en>", b"<html amp lang=en>")


def linked(page: bytes, address: str) -> bytes:
    return page.replace(b"</head>", f'<link rel=canonical href="{address}"></head>'.encode())


@pytest.mark.parametrize(
    ("page", "url"),
    [
        (PAGE, ARTICLE),
        (PAGE, f"{ARTICLE}/"),
        (PAGE, f"{ARTICLE}#comments"),
        (PAGE, "http://www.site.example/war/ships"),
        (PAGE, "HTTPS://WWW.SITE.EXAMPLE:443/war//ships"),
        (PAGE, f"{ARTICLE}?utm_source=feed&utm_medium=rss&fbclid=x"),
        (PAGE, f"{ARTICLE}?ref=home#top"),
        (linked(PAGE, "/war/ships"), "https://www.site.example/print/4711"),
        (linked(PAGE, ARTICLE), "https://m.site.example/war/ships"),
        (linked(PAGE, "http://www.site.example/war/ships/"), ARTICLE),
        (linked(PAGE, "//www.site.example/war/ships"), "https://www.site.example/war/ships/print"),
        (linked(PAGE, ARTICLE), f"{ARTICLE}/2"),
        (linked(PAGE, ARTICLE), "https://www.site.example/war/ships?page=2&gclid=x&mc_cid=y"),
        (linked(PAGE, f"{ARTICLE}/?utm_campaign=x"), "https://www.site.example/2024/11/ships-old"),
        (linked(AMP, ARTICLE), "https://amp.site.example/x/ships"),
        (AMP, f"{ARTICLE}/amp"),
        (AMP, f"{ARTICLE}/amp/"),
        (AMP, f"{ARTICLE}.amp"),
        (AMP, f"{ARTICLE}?amp=1"),
        (AMP, f"{ARTICLE}?outputType=amp&utm_source=x"),
        (AMP, "https://www.site.example/amp/war/ships"),
        (
            PAGE.replace(b"</head>", f'<meta property=og:url content="{ARTICLE}?utm_source=og"></head>'.encode()),
            "https://www.site.example/?p=4711",
        ),
    ],
)
def test_another_address_is_the_same_article(page: bytes, url: str) -> None:
    article = article_from_html(page, url)
    assert (article.url, article.id) == (ARTICLE, article_id(ARTICLE))


@pytest.mark.parametrize(
    ("page", "url", "own"),
    [
        (PAGE, f"{ARTICLE}?id=2", f"{ARTICLE}?id=2"),
        (PAGE, f"{ARTICLE}/amp", f"{ARTICLE}/amp"),  # it is no AMP page: amp may be what it is about
        (linked(PAGE, "https://www.site.example/"), ARTICLE, ARTICLE),  # every page of a careless site says so
        (linked(PAGE, "https://elsewhere.example/war/ships"), ARTICLE, ARTICLE),  # nobody speaks for another site
        (linked(PAGE, "javascript:void(0)"), ARTICLE, ARTICLE),
        (linked(PAGE, "https://www.site.example/war"), f"{ARTICLE}-leave-port-4711", f"{ARTICLE}-leave-port-4711"),
        (linked(PAGE, "https://www.site.example/{{article.url}}"), ARTICLE, ARTICLE),
        (linked(PAGE, "https://www.site.example/undefined"), ARTICLE, ARTICLE),
        (linked(PAGE, ""), ARTICLE, ARTICLE),
    ],
)
def test_what_is_not_believed(page: bytes, url: str, own: str) -> None:
    assert article_from_html(page, url).url == own
