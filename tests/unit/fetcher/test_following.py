"""The sources file while it is followed, and a source checked once."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from structlog.testing import capture_logs

from services.common.errors import ConfigurationError
from services.common.metrics import Metrics
from services.fetcher.check import check_source, check_sources
from services.fetcher.failures import HttpError, NotAnArticle
from services.fetcher.fetch import fetch_article
from services.fetcher.following import Followed
from services.fetcher.http import http_client
from services.fetcher.settings import FetcherSettings
from services.fetcher.sources import Source
from tests.unit.fetcher.layouts import LAYOUTS, TITLE
from tests.unit.fetcher.servers import Server, answer, serving

ONE = "sources:\n- {id: a, name: A, domain: a.example, feeds: [https://a.example/f]}\n"
TWO = ONE + "- {id: b, name: B, domain: b.example, feeds: [https://b.example/f]}\n"
SETTINGS = FetcherSettings()


def test_an_edit_is_followed_and_a_broken_one_changes_nothing(tmp_path: Path) -> None:
    file, metrics = tmp_path / "sources.yaml", Metrics()

    def refused() -> float | None:
        return metrics.registry.get_sample_value("sitrep_fetcher_sources_refused")

    file.write_text(ONE)
    followed = Followed(file, metrics)
    assert [source.id for source in followed] == ["a"]
    assert not followed.refresh()
    file.write_text(TWO)
    assert followed.refresh()
    assert [source.id for source in followed] == ["a", "b"]
    assert metrics.registry.get_sample_value("sitrep_fetcher_sources") == 2
    with capture_logs() as logs:
        file.write_text(TWO + "- {}\n")
        assert not followed.refresh()
        assert not followed.refresh()
    assert [source.id for source in followed] == ["a", "b"]
    assert refused() == 1
    assert [event["event"] for event in logs] == ["sources_refused"], "said once, not at every look"
    assert "line 4: source number 3: id is missing" in logs[0]["reason"]
    file.unlink()
    assert not followed.refresh()
    file.write_text(ONE)
    assert followed.refresh()
    assert (refused(), followed.get("a"), followed.get("b")) == (0, next(iter(followed)), None)


def test_a_service_does_not_start_on_a_broken_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="There is no"):
        Followed(tmp_path / "sources.yaml", Metrics())


def a_feed(*paths: str) -> bytes:
    items = "".join(
        f"<item><title>t</title><link>/{path}</link><pubDate>Fri, 25 Oct 2024 10:00:00 GMT</pubDate></item>"
        for path in paths
    )
    return answer(f'<rss version="2.0"><channel><title>Outlet</title>{items}<item/></channel></rss>'.encode())


@pytest.fixture(name="outlet")
async def _outlet() -> AsyncIterator[Server]:
    async with serving(
        good=a_feed("gone", "page"),
        empty=a_feed(),
        html=answer(b"<html></html>"),
        broken=a_feed("gone", "html"),
        page=answer(LAYOUTS["amp"], "Content-Type: text/html; charset=utf-8"),
        map=answer(b"<sitemapindex><sitemap><loc>/1.xml</loc></sitemap></sitemapindex>"),
    ) as outlet:
        yield outlet


@pytest.fixture(name="client")
async def _client() -> AsyncIterator[httpx.AsyncClient]:
    async with http_client(SETTINGS) as client:
        yield client


async def test_a_source_that_can_be_followed(outlet: Server, client: httpx.AsyncClient) -> None:
    result = await check_source(
        Source("a", "A", "a.example", (f"{outlet.base}/good",), (f"{outlet.base}/map",), allow_private=True),
        client,
        SETTINGS,
    )
    assert result.ok
    assert result.sentences == (
        f"feed {outlet.base}/good: 2 entries, the newest of 2024-10-25 10:00 UTC; 1 left out, the first because it has no link.",
        f"  for example “{TITLE}”, 2024-10-25, 140 words, language en: {outlet.base}/page",
        f"sitemap {outlet.base}/map: a sitemap index; of the 1 it lists the newest 5 are followed.",
    )


@pytest.mark.parametrize(
    ("path", "ok", "said"),
    [
        ("empty", True, ["feed {base}/empty: 0 entries; 1 left out, the first because it has no link."]),
        ("html", False, ["feed {base}/html: {base}/html is an HTML page, not a feed."]),
        ("nowhere", False, ["feed {base}/nowhere: {base}/nowhere answers 404 Not Found."]),
        (
            "broken",
            False,
            [
                "feed {base}/broken: 2 entries, the newest of 2024-10-25 10:00 UTC; 1 left out, the first because it has no link.",
                "  {base}/gone answers 404 Not Found.",
            ],
        ),
    ],
)
async def test_a_source_that_cannot(
    outlet: Server, client: httpx.AsyncClient, path: str, ok: bool, said: list[str]
) -> None:
    result = await check_source(
        Source("a", "A", "a.example", (f"{outlet.base}/{path}",), allow_private=True), client, SETTINGS
    )
    assert result.ok is ok
    assert list(result.sentences) == [line.format(base=outlet.base) for line in said]


async def test_the_sources_of_a_file_are_checked_by_id(outlet: Server, tmp_path: Path) -> None:
    file = tmp_path / "sources.yaml"
    entry = "- {{id: {0}, name: {0}, domain: a.example, feeds: ['{1}/{2}'], allow_private: true}}\n"
    file.write_text("sources:\n" + entry.format("fine", outlet.base, "good") + entry.format("bad", outlet.base, "html"))
    assert [(result.source.id, result.ok) for result in await check_sources(file)] == [("fine", True), ("bad", False)]
    assert [result.source.id for result in await check_sources(file, ["bad"])] == ["bad"]
    with pytest.raises(ConfigurationError, match=r"sources\.yaml has no source fin: did you mean fine\?"):
        await check_sources(file, ["fin"])


async def test_one_article_fetched_now(outlet: Server) -> None:
    article = await fetch_article(f"{outlet.base}/page", SETTINGS, allow_private=True)
    assert (article.title, article.url, article.source.domain) == (TITLE, f"{outlet.base}/page", "127.0.0.1")
    with pytest.raises(NotAnArticle):
        await fetch_article(f"{outlet.base}/html", SETTINGS, allow_private=True)
    with pytest.raises(HttpError) as raised:
        await fetch_article(f"{outlet.base}/nowhere", SETTINGS, allow_private=True)
    assert raised.value.status == 404
