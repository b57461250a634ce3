"""Article pages are as cluttered as real ones, and a good extractor still finds the article in them."""

import re
import warnings

import pytest
from urllib3.exceptions import DependencyWarning

from deploy.demo.outlets import outlet_addresses
from deploy.demo.timeline import Published, visible
from deploy.demo.views import Views, template_environment
from tests.unit.deploy.demo.day import ARTICLES, LONG_AFTER

with warnings.catch_warnings():  # urllib3 says that it could also speak SOCKS
    warnings.simplefilter("ignore", DependencyWarning)
    import trafilatura

ENVIRONMENT = template_environment()
VIEWS = {outlet.id: Views(ENVIRONMENT, outlet, base) for outlet, base in outlet_addresses(8411).values()}


def every_article() -> list[Published]:
    return list(visible(ARTICLES, LONG_AFTER))


def page_of(published: Published) -> str:
    outlet = published.article.outlet
    shown = visible([article for article in ARTICLES if article.outlet == outlet], LONG_AFTER)
    return VIEWS[outlet.id].article_page(published, shown)


def one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


@pytest.mark.parametrize("published", every_article(), ids=lambda each: each.article.file)
def test_the_main_text_and_its_metadata_can_be_found(published: Published) -> None:
    front = published.article.front
    url = VIEWS[front.outlet].base + published.article.path
    found = trafilatura.bare_extraction(page_of(published), url=url, with_metadata=True, include_comments=False)
    assert isinstance(found, trafilatura.settings.Document)
    assert found.title == published.title
    assert found.author is not None
    assert set(found.author.split("; ")) == set(front.authors)
    assert found.date == front.published.date().isoformat()
    assert found.url == url
    rest = one_line(found.text or "")
    for block in published.blocks:
        assert one_line(block.text) in rest
        rest = rest.replace(one_line(block.text), "", 1)
    assert len(rest.replace(published.title, "").strip()) < 40, "what is left is clutter"


@pytest.mark.parametrize(
    ("outlet", "clutter", "metadata"),
    [
        ("northwire", ["cookies", "Read more:", "More on this", "The Morning File", "Copy link"], "ld+json"),
        ("kyiv-ledger", ["Telegram", "Also read:", "Comments (2)", "views"], "article:published_time"),
        ("aldgate-review", ["cookies", "Subscribe for", "From the archive"], "@graph"),
        ("vistula-today", ["our app", "READ ALSO", "Your comments", "e-mail"], 'itemprop="datePublished"'),
    ],
)
def test_the_clutter_is_there(outlet: str, clutter: list[str], metadata: str) -> None:
    page = page_of(next(each for each in every_article() if each.article.front.outlet == outlet))
    for phrase in [*clutter, metadata, 'rel="canonical"', 'rel="alternate"']:
        assert phrase in page
    assert "invented" in page, "a page says that it is no real outlet's"


def test_the_syndicated_copy_names_its_source_outside_the_text() -> None:
    copy = next(each for each in every_article() if each.article.syndicated_from)
    assert "Source: Northwire" in page_of(copy)
    assert "&copy; Northwire" in page_of(copy)


def test_text_from_an_article_file_cannot_become_markup() -> None:
    published = next(each for each in every_article() if each.article.front.outlet == "northwire")
    hostile = Published(
        published.article, "A </script><b>title</b>", 'It\'s "so" & <i>so</i>', published.blocks, None, 0.0
    )
    page = page_of(hostile)
    assert "<b>title" not in page
    assert "<i>so" not in page
    assert page.count("</script>") == 1
