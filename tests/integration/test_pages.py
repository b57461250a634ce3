"""The pages for people, in Debian's Chromium, over a real Elasticsearch."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from selenium.common.exceptions import WebDriverException
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait

from services.common.elastic import elastic
from services.common.messages import TaggedArticle
from services.common.settings import ElasticsearchSettings
from services.extractor import tag
from services.indexer.migrate import ensure_indices
from tests.browser import chromium
from tests.builders import MOMENT, a_tagged_article
from tests.integration.asking import put, serving

TEXTS = {
    "Howitzers reach the border": (
        "Ukrainian intelligence officials say that around 50 Koksan howitzers were sent to Russia.\n\n"
        'North Korea has sent more than 12,000 troops to Kursk, according to Seoul. "<script>alert(1)</script>" & more.'
    ),
    "A bridge is mended": "Workers in Kyiv have mended a bridge that 3 trucks had damaged.",
    **{f"The road stayed closed, day {day}": f"Day {day}: the road to Sumy stayed closed." for day in range(1, 25)},
}


def an_article(number: int, title: str, text: str) -> TaggedArticle:
    day = MOMENT + timedelta(days=number)
    tagged = a_tagged_article(f"page-{number}", title=title, text=text, published_at=day)
    found = tag(text, title=title, published_at=day, article_id=tagged.article.id)
    return tagged.model_copy(update={"entities": found.entities, "claims": found.claims})


@pytest.fixture
async def pages(engines: Any, clean_line: None) -> AsyncIterator[httpx.AsyncClient]:
    async with elastic(ElasticsearchSettings(elasticsearch_url=engines.elasticsearch_url)) as client:
        await ensure_indices(client)
        await put(client, *(an_article(n, title, text) for n, (title, text) in enumerate(TEXTS.items())))
        async with serving(engines.elasticsearch_url) as http:
            yield http


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    with chromium(Path(tmp_path_factory.mktemp("chromium"))) as running:
        yield running


def logged(browser: Chrome, kind: str) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = browser.get_log(kind)  # type: ignore[no-untyped-call]
    return entries


def asked_of_others(browser: Chrome, home: str) -> list[str]:
    """What the pages so far loaded from anywhere else."""
    messages = [json.loads(entry["message"])["message"] for entry in logged(browser, "performance")]
    addresses = [m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"]
    return [each for each in addresses if not each.startswith((home, "data:", "chrome:", "about:"))]


def turn(browser: Chrome, act: Callable[[], None]) -> None:
    """Act, and wait for the page that this leads to: the driver itself may come back while the old one still shows.

    The old document is marked, and no element of it asked for: the driver fails where a page goes while it looks.
    """
    browser.execute_script("document.left = true")
    act()
    new = "return !document.left && document.readyState === 'complete'"
    waiting = WebDriverWait(browser, 60, ignored_exceptions=[WebDriverException])
    waiting.until(lambda _: browser.execute_script(new))


async def test_a_person_searches_narrows_reads_and_sees_what_is_said(pages: httpx.AsyncClient, browser: Chrome) -> None:
    home = str(pages.base_url)

    def walk() -> None:
        browser.get(f"{home}/")
        assert browser.find_element(By.TAG_NAME, "h1").text == "26 articles"
        turn(browser, browser.find_element(By.LINK_TEXT, "Next page").click)
        assert len(browser.find_elements(By.CSS_SELECTOR, "article.found")) == 6

        box = browser.find_element(By.NAME, "q")
        turn(browser, lambda: box.send_keys("howitzer", Keys.ENTER))
        assert browser.find_element(By.TAG_NAME, "h1").text == "1 article for “howitzer”"
        assert [mark.text for mark in browser.find_elements(By.CSS_SELECTOR, "article.found mark")] == [
            "Howitzers",
            "howitzers",
        ]
        figures = [each.text for each in browser.find_elements(By.CSS_SELECTOR, "article.found .figure")]
        assert "around 50 Koksan howitzers" in figures

        turn(browser, browser.find_element(By.XPATH, "//aside//a[span='North Korea']").click)
        chosen = browser.find_element(By.CSS_SELECTOR, ".chosen a")
        assert "North Korea" in chosen.text
        assert browser.find_element(By.NAME, "q").get_attribute("value") == "howitzer"
        turn(browser, chosen.click)
        assert browser.find_elements(By.CSS_SELECTOR, ".chosen a") == []

        turn(browser, browser.find_element(By.LINK_TEXT, "Howitzers reach the border").click)
        paragraphs = [each.text for each in browser.find_elements(By.CSS_SELECTOR, ".text p")]
        assert paragraphs == TEXTS["Howitzers reach the border"].split("\n\n")
        marked = browser.find_element(By.XPATH, "//div[@class='text']//a[contains(@class, 'figure')][1]")
        assert marked.text == "around 50 Koksan howitzers"
        assert marked.find_element(By.CSS_SELECTOR, ".weapon").text.startswith("Koksan")
        assert str(marked.get_attribute("data-note")).startswith(
            "about 50 · howitzer · Ukrainian intelligence officials"
        )
        marked.click()  # goes nowhere else, so there is no page to wait for
        told = WebDriverWait(browser, 60).until(lambda _: browser.find_element(By.CSS_SELECTOR, "li:target"))
        assert "about 50" in told.text
        assert "Ukrainian intelligence officials" in told.text

        turn(browser, browser.find_element(By.XPATH, "//aside//a[span='North Korea']").click)
        assert browser.find_element(By.TAG_NAME, "h1").text == "1 article"
        assert [entry for entry in logged(browser, "browser") if entry["level"] == "SEVERE"] == []
        assert asked_of_others(browser, home) == []

    await asyncio.to_thread(walk)


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/?q=source%3A", 422, "That cannot be searched for"),
        ("/?after=yesterday", 422, "write a day as 2024-11-01"),
        ("/?nonsense=1", 422, "nonsense"),
        ("/?q=nowhereatall", 200, "Nothing found"),
        ("/?q=&source=&after=", 200, "26 articles"),
        ("/?q=%3Cscript%3Ealert(1)%3C/script%3E", 200, "&lt;script&gt;"),
        ("/articles/0123456789abcdef0123456789abcdef", 404, "There is no such article"),
    ],
)
async def test_every_mistake_is_a_page_with_a_sentence(
    pages: httpx.AsyncClient, path: str, status: int, words: str
) -> None:
    answer = await pages.get(path)
    assert answer.status_code == status
    assert words in answer.text
    assert "<script" not in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; style-src 'self'")


async def test_without_elasticsearch_the_page_says_so_within_its_time() -> None:
    async with serving("http://127.0.0.1:9", api_time_limit=1) as http:
        answer = await http.get("/?q=guns")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "Temporarily unavailable" in answer.text
