"""The fetcher's manners towards a real host: what it is asked, when, and what is remembered. No Kafka is needed here."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any, cast

import pytest

from services.common.health import Health
from services.common.metrics import Metrics
from services.common.runtime import Process
from services.fetcher.deadline import Workers, workers
from services.fetcher.entries import Entry
from services.fetcher.failures import Disallowed, HostRests, HttpError, Refused, RobotsAway
from services.fetcher.feed_poll import poll
from services.fetcher.feed_schedule import MOVED_AFTER, is_gone
from services.fetcher.following import Followed
from services.fetcher.http import Conditions, http_client
from services.fetcher.line import Line
from services.fetcher.page_fetch import fetch_page
from services.fetcher.politeness import Hosts, host_of
from services.fetcher.settings import FetcherSettings
from services.fetcher.sources import Source
from services.fetcher.state_file import open_state
from tests.unit.fetcher.servers import Server, answer, serving

FEED = b'<rss version="2.0"><channel><title>O</title><ttl>30</ttl><item><link>/page</link></item></channel></rss>'
PAGE = answer(b"<html></html>", "Content-Type: text/html")
NOTHING = answer(b"", status="404 Not Found")


@pytest.fixture(scope="module", name="pool")
async def _pool() -> AsyncIterator[Workers]:
    async with workers(1, 20) as pool:
        yield pool


@contextlib.asynccontextmanager
async def a_line(
    folder: Path, pool: Workers, server: Server, *, own: bool = True
) -> AsyncIterator[tuple[Line, Source]]:
    """What the fetcher works with, but for Kafka: nothing here gets so far as to send."""
    file = folder / "sources.yaml"
    file.write_text(
        f"sources: [{{id: o, name: O, domain: o.example, feeds: ['{server.base}/feed'], every: 1s, allow_private: {str(own).lower()}}}]"
    )
    settings = FetcherSettings(fetcher_state=folder / "state.sqlite3", sources=file, fetcher_silence_seconds=2)
    metrics = Metrics()
    process = Process("fetcher", metrics, Health(metrics), asyncio.Event())
    followed = Followed(file, metrics)
    async with http_client(settings) as client:
        with open_state(settings.fetcher_state) as state:
            line = Line(settings, process, client, Hosts(4), pool, state, cast(Any, None), followed, state.feeds())
            yield line, next(iter(followed))


def paths(server: Server) -> list[str]:
    return [path for path, _ in server.asked]


async def test_pages_are_asked_for_as_far_as_robots_txt_allows(tmp_path: Path, pool: Workers) -> None:
    rules = answer(b"User-agent: Sitrep\nDisallow: /private\n\nUser-agent: *\nDisallow: /")
    onward = answer(b"", "Location: /private", status="302 Found")
    async with (
        serving(**{"robots.txt": rules}, page=PAGE, private=PAGE, onward=onward, feed=answer(FEED)) as server,
        a_line(tmp_path, pool, server) as (line, source),
    ):
        await asyncio.gather(*(line.get(source, f"{server.base}/page", 1000, found=True) for _ in range(5)))
        assert paths(server) == ["/robots.txt"] + ["/page"] * 5, "asked for once, however many wait for it"
        for path in ("private", "onward"):
            with pytest.raises(Disallowed, match=rf"/private is not asked for: {server.base}/robots.txt disallows it."):
                await line.get(source, f"{server.base}/{path}", 1000, found=True)
        assert paths(server)[6:] == ["/onward"], "what it leads on to is judged too"
        await line.get(source, f"{server.base}/private", 1000)  # as a feed that a person lists is


@pytest.mark.parametrize("status", ["404 Not Found", "403 Forbidden"])
async def test_a_host_without_robots_txt_allows_everything(tmp_path: Path, pool: Workers, status: str) -> None:
    async with (
        serving(**{"robots.txt": answer(b"", status=status)}, page=PAGE) as server,
        a_line(tmp_path, pool, server) as (line, source),
    ):
        await line.get(source, f"{server.base}/page", 1000, found=True)
        await line.get(source, f"{server.base}/page", 1000, found=True)
        assert paths(server) == ["/robots.txt", "/page", "/page"]


async def test_a_host_whose_robots_txt_cannot_be_had_is_left_alone(tmp_path: Path, pool: Workers) -> None:
    async with (
        serving(**{"robots.txt": answer(b"", status="500 Oops")}, page=PAGE) as server,
        a_line(tmp_path, pool, server) as (line, source),
    ):
        for _ in range(2):
            with pytest.raises(
                RobotsAway, match=r"while its host's robots.txt cannot be had\. .*/robots.txt answers 500 Oops"
            ):
                await line.get(source, f"{server.base}/page", 1000, found=True)
        assert paths(server) == ["/robots.txt"]


async def test_robots_txt_without_end_is_read_as_far_as_it_counts(tmp_path: Path, pool: Workers) -> None:
    async def endless(_headers: dict[str, str], writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\nUser-agent: *\nDisallow: /private\n")
        while len(taken) < 10_000 and not writer.is_closing():
            writer.write(b"# nothing\n" * 1000)
            await writer.drain()
            taken.append(10_000)

    taken: list[int] = []

    async with (
        serving(**{"robots.txt": endless}, page=PAGE) as server,
        a_line(tmp_path, pool, server) as (line, source),
    ):
        await line.get(source, f"{server.base}/page", 1000, found=True)
        with pytest.raises(Disallowed):
            await line.get(source, f"{server.base}/private", 1000, found=True)
    assert sum(taken) < 20_000_000, "what lies in buffers aside, it is not read on and on"


async def test_a_crawl_delay_lies_between_two_requests(tmp_path: Path, pool: Workers) -> None:
    rules = answer(b"User-agent: *\nCrawl-delay: 0.3\n")
    async with (
        serving(**{"robots.txt": rules}, page=PAGE) as server,
        a_line(tmp_path, pool, server) as (line, source),
    ):
        began = monotonic()
        await asyncio.gather(*(line.get(source, f"{server.base}/page", 1000, found=True) for _ in range(3)))
        assert monotonic() - began >= 0.9
        assert server.most_open == 1


async def test_a_host_that_asks_for_rest_gets_it(tmp_path: Path, pool: Workers) -> None:
    busy = answer(b"", "Retry-After: 120", status="429 Too Many Requests")
    async with serving(busy=busy, page=PAGE) as server, a_line(tmp_path, pool, server) as (line, source):
        with pytest.raises(HttpError) as raised:
            await line.get(source, f"{server.base}/busy", 1000)
        assert raised.value.retry_after == timedelta(seconds=120)
        assert 119 < line.hosts.resting(host_of(server.base)) <= 120
        with pytest.raises(HostRests, match=r"asked to be left alone for 1[12]. s more"):
            await line.get(source, f"{server.base}/page", 1000)
        assert paths(server) == ["/busy"]


async def test_a_source_that_is_not_allowed_to_is_kept_from_private_addresses(tmp_path: Path, pool: Workers) -> None:
    async with serving(feed=answer(FEED)) as server, a_line(tmp_path, pool, server, own=False) as (line, source):
        with pytest.raises(
            Refused, match=r"is a loopback address: only a source with `allow_private: true` may lead there"
        ):
            await line.get(source, f"{server.base}/feed", 1000)
        await poll(line, source, f"{server.base}/feed", "feed")
        assert line.feeds[f"{server.base}/feed"].failures == 1
        assert server.asked == []


async def test_a_feed_that_cannot_be_read_is_asked_for_anew_and_not_mended_by_silence(
    tmp_path: Path, pool: Workers
) -> None:
    async with (
        serving(feed=answer(FEED, 'ETag: "1"')) as server,
        a_line(tmp_path, pool, server) as (line, source),
    ):
        url = f"{server.base}/feed"
        await poll(line, source, url, "feed")
        assert line.feeds[url].conditions == Conditions('"1"', None)
        assert line.feeds[url].pace.period == timedelta(minutes=30)
        server.answers["feed"] = answer(b"<html><body>Maintenance</body></html>", 'ETag: "1"')
        await poll(line, source, url, "feed")
        server.answers["feed"] = b"HTTP/1.1 304 Not Modified\r\n\r\n"
        await poll(line, source, url, "feed")
        assert [headers.get("if-none-match") for _, headers in server.asked] == [None, '"1"', None]
        state = line.feeds[url]
        assert (state.failures, state.unread) == (2, True)
        assert state.last_error is not None
        server.answers["feed"] = answer(FEED)
        await poll(line, source, url, "feed")
        assert (line.feeds[url].failures, line.feeds[url].last_error) == (0, None)


async def test_nothing_changed_leaves_the_last_error_to_be_seen(tmp_path: Path, pool: Workers) -> None:
    async with (
        serving(feed=answer(FEED, 'ETag: "1"')) as server,
        a_line(tmp_path, pool, server) as (line, source),
    ):
        url = f"{server.base}/feed"
        await poll(line, source, url, "feed")
        server.answers["feed"] = answer(b"", status="500 Oops")
        await poll(line, source, url, "feed")
        server.answers["feed"] = b"HTTP/1.1 304 Not Modified\r\n\r\n"
        await poll(line, source, url, "feed")
        state = line.feeds[url]
        assert (state.failures, state.last_error) == (0, f"{url} answers 500 Oops.")


async def test_a_feed_that_moved_for_good_is_asked_where_it_is(tmp_path: Path, pool: Workers) -> None:
    moved = answer(b"", "Location: /new", status="301 Moved Permanently")
    async with serving(feed=moved, new=answer(FEED)) as server, a_line(tmp_path, pool, server) as (line, source):
        url = f"{server.base}/feed"
        for _ in range(MOVED_AFTER):
            await poll(line, source, url, "feed")
        server.asked.clear()
        await poll(line, source, url, "feed")
        assert paths(server) == ["/new"]
        server.answers["new"] = NOTHING
        await poll(line, source, url, "feed")
        server.answers["feed"] = answer(FEED)
        await poll(line, source, url, "feed")
        assert paths(server) == ["/new", "/new", "/feed"], "back where it is listed"


async def test_the_sitemaps_of_an_index_are_read_each_time(tmp_path: Path, pool: Workers) -> None:
    index = answer(b"<sitemapindex><sitemap><loc>/map</loc></sitemap></sitemapindex>", 'ETag: "i"')
    sitemap = answer(b"<urlset><url><loc>/page</loc></url></urlset>", 'ETag: "m"')
    async with serving(index=index, map=sitemap) as server, a_line(tmp_path, pool, server) as (line, source):
        for _ in range(2):
            await poll(line, source, f"{server.base}/index", "sitemap")
        told = [(path, headers.get("if-none-match")) for path, headers in server.asked]
        assert told == [("/index", None), ("/map", None), ("/index", None), ("/map", '"m"')]


async def test_a_feed_that_is_gone_is_retired(tmp_path: Path, pool: Workers) -> None:
    async with (
        serving(feed=answer(b"", status="410 Gone")) as server,
        a_line(tmp_path, pool, server) as (line, source),
    ):
        url = f"{server.base}/feed"
        for times in range(1, 4):
            await poll(line, source, url, "feed")
            assert is_gone(line.feeds[url]) is (times == 3)
        assert (
            line.process.metrics.registry.get_sample_value("sitrep_fetcher_feeds_total", {"outcome": "http_error"}) == 3
        )


@pytest.mark.parametrize(
    ("said", "again", "outcome"),
    [
        (NOTHING, False, "http_error"),
        (answer(b"", status="410 Gone"), False, "http_error"),
        (answer(b"", status="500 Oops"), True, "http_error"),
        (answer(b"", "Retry-After: 300", status="503 Busy"), True, "http_error"),
        (answer(b"", "Location: http://169.254.169.254/", status="302 Found"), True, "refused"),
    ],
)
async def test_a_page_that_fails(tmp_path: Path, pool: Workers, said: bytes, again: bool, outcome: str) -> None:
    async with serving(page=said) as server, a_line(tmp_path, pool, server) as (line, source):
        now = datetime.now(UTC)
        line.state.polled(f"{server.base}/feed", "o", now, Conditions(), [Entry(f"{server.base}/page")])
        (address,) = line.state.due(now)
        await fetch_page(line, source, address, lambda: None)
        later = line.state.due(now + timedelta(days=2))
        assert bool(later) is again
        if b"Retry-After" in said:
            assert line.state.due(now + timedelta(seconds=299)) == []
        assert line.process.metrics.registry.get_sample_value("sitrep_fetcher_pages_total", {"outcome": outcome}) == 1
