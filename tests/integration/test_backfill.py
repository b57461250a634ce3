"""Going back with a real Kafka and an outlet on loopback: what is asked, what is sent, and that it goes on after a kill."""

import asyncio
import gzip
import os
import sys
from asyncio.subprocess import PIPE
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from services.common.health import Health
from services.common.metrics import Metrics
from services.common.runtime import Process
from services.fetcher.backfill import Backfilled, backfill, backfill_file
from services.fetcher.backfilling import backfill_sentences
from services.fetcher.settings import FetcherSettings
from tests.integration.test_fetcher import fetching, on_the_topic, revisions, settings
from tests.unit.fetcher.servers import Answer, Server, answer, serving
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("clean_line")
ROOT = Path(__file__).parents[2]
SINCE = datetime(2024, 10, 1, tzinfo=UTC)
TEXT = "<p>Kyiv says the bridge at {0} was hit twice during the night, and that 11 soldiers were wounded.</p><p>Repair crews could not reach it until the morning. Three trucks burned on the northern bank of {0}.</p>"


def a_page(slug: str, words: str = "") -> bytes:
    body = f"<html lang=en><head><title>Bridge {slug} is hit</title><meta property='article:published_time' content='2024-10-05T10:00:00Z'></head><body><article><h1>Bridge {slug} is hit</h1>{TEXT.format(slug)}<p>{words}</p></article></body></html>"
    return answer(body.encode(), "Content-Type: text/html; charset=utf-8")


def sitemap(*locations: str) -> bytes:
    urls = "".join(f"<url><loc>/{place}</loc></url>" for place in locations)
    return answer(f"<urlset>{urls}</urlset>".encode())


def zipped(sitemap: bytes) -> bytes:
    """A sitemap as an archive: compressed as a file, whatever its headers say."""
    return answer(gzip.compress(sitemap.partition(b"\r\n\r\n")[2]), "Content-Type: application/octet-stream")


def index(*locations: str) -> bytes:
    maps = "".join(f"<sitemap><loc>/{place}</loc></sitemap>" for place in locations)
    return answer(f"<sitemapindex>{maps}</sitemapindex>".encode())


def an_outlet(count: int = 3) -> dict[str, Answer]:
    places = [f"2024/10/{day:02}/story-{day}" for day in range(1, count + 1)]
    return {
        "robots.txt": answer(b"User-agent: *\nDisallow: /private\nSitemap: /index.xml\n"),
        "index.xml": index("map-2024-09.xml", "years/index.xml", "broken.xml", "undated.xml"),
        "years/index.xml": zipped(index("map-2024-10.xml.gz")),  # an index below an index, both compressed
        "map-2024-10.xml.gz": zipped(sitemap("2024/09/30/old", *places, "2024/10/03/private", "2024/10/02/gone")),
        "map-2024-09.xml": sitemap("2024/09/01/older"),
        "undated.xml": sitemap("about", "undated"),
        "undated": a_page("undated"),
        "feed": answer(b"<rss version='2.0'><channel><title>A</title></channel></rss>"),
        **{place: a_page(place.rpartition("/")[2]) for place in places},
    }


def given(engines: Any, folder: Path, server: Server) -> FetcherSettings:
    source = {"id": "a", "name": "A", "domain": "a.example", "feeds": [f"{server.base}/feed"], "allow_private": True}
    return settings(engines, folder, [source])


async def run(
    settings: FetcherSettings, *, undated: bool = False, told: Callable[[Backfilled], None] | None = None
) -> Backfilled:
    metrics = Metrics()
    process = Process("backfill", metrics, Health(metrics), asyncio.Event())
    return await backfill(settings, "a", SINCE, process, undated=undated, told=told or (lambda _sofar: None))


def asked(server: Server) -> list[str]:
    paths = [path for path, _headers in server.asked]
    server.asked.clear()
    return paths


async def test_what_was_published_since_is_sent_once_and_nothing_else_is_asked(engines: Any, tmp_path: Path) -> None:
    async with serving(**an_outlet()) as server:
        settings = given(engines, tmp_path, server)
        steps: list[tuple[int, int]] = []
        done = await run(settings, told=lambda sofar: steps.append(sofar.pages))
        assert revisions(await on_the_topic(engines)) == [("story-1", 1), ("story-2", 1), ("story-3", 1)]
        paths = asked(server)
        assert not {"/map-2024-09.xml", "/2024/09/30/old", "/undated"} & set(paths)
        assert (done.sent, done.undated, done.resumed, done.left) == (3, 2, False, 0)
        assert done.failures == [f"{server.base}/broken.xml answers 404 Not Found."]
        assert steps == sorted(steps)
        assert steps[-1] == (5, 5)

        again = await run(settings)  # a new run, as the first is finished: the sitemaps are read anew, no page is
        assert (again.sent, again.resumed) == (0, False)
        assert {path for path in asked(server) if "story" in path} == set()
        await run(settings, undated=True)
        assert ("undated", 1) in revisions(await on_the_topic(engines))


async def test_what_the_fetcher_looks_after_is_left_to_it(engines: Any, tmp_path: Path) -> None:
    outlet = an_outlet()
    outlet["feed"] = answer(
        b"<rss version='2.0'><channel><title>A</title><item><title>t</title><link>/2024/10/02/story-2</link></item></channel></rss>"
    )
    async with serving(**outlet) as server:
        settings = given(engines, tmp_path, server)
        async with fetching(settings) as fetcher:  # it holds its state for itself all the while
            await until(lambda: fetcher.count("pages", outcome="sent") == 1, "the fetcher has sent its article")
            asked(server)
            done = await run(settings)
        assert done.sent == 2
        assert revisions(await on_the_topic(engines)) == [("story-1", 1), ("story-2", 1), ("story-3", 1)]


async def test_what_could_not_be_had_is_said_and_asked_again_in_the_next_run(engines: Any, tmp_path: Path) -> None:
    outlet = an_outlet()
    cut_off, resting = "2024/10/01/story-1", "2024/10/02/story-2"
    whole = outlet[cut_off]
    outlet[cut_off] = a_page("story-1")[:-40]
    outlet[resting] = answer(b"", "Retry-After: 3600", status="429 Too Many Requests")
    async with serving(**outlet) as server:
        settings = given(engines, tmp_path, server)
        first = await run(settings)
        assert first.left == 5  # after the second, the host is left alone
        assert any("story-1" in reason for reason in first.reasons)
        assert "A page is left for now: " + first.reasons[0] in backfill_sentences(first)
        server.answers[cut_off] = whole
        asked(server)
        second = await run(settings)
        assert (second.sent, second.left, second.resumed) == (1, 4, True)
        assert f"/{resting}" not in asked(server)


async def test_killed_and_begun_again_it_goes_on(engines: Any, tmp_path: Path) -> None:
    count = 25
    outlet = an_outlet(count)
    held = asyncio.Event()

    async def slow(_headers: dict[str, str], writer: asyncio.StreamWriter) -> None:
        await held.wait()
        writer.write(a_page("story-12"))

    outlet["2024/10/12/story-12"] = slow
    async with serving(**outlet) as server:
        settings = given(engines, tmp_path, server)
        environment = {
            **os.environ,
            "SITREP_KAFKA_BOOTSTRAP": engines.kafka_bootstrap,
            "SITREP_SOURCES": str(settings.sources),
            "SITREP_FETCHER_STATE": str(settings.fetcher_state),
        }
        command = ["-m", "services.cli", "fetch", "--since", "2024-10-01", "--source", "a"]
        running = await asyncio.create_subprocess_exec(
            sys.executable, *command, cwd=ROOT, env=environment, stderr=PIPE, stdout=PIPE
        )
        try:
            await until(
                lambda: any("story-12" in path for path, _headers in server.asked), "it is half way", within=180
            )
        finally:
            running.kill()
            await running.communicate()
        held.set()
        first = asked(server)
        said = ""
        for _ in range(5):  # what a busy machine could not read in time is left to the next run, and this says so
            ended = await asyncio.create_subprocess_exec(
                sys.executable, *command, cwd=ROOT, env=environment, stderr=PIPE, stdout=PIPE
            )
            said = (await ended.communicate())[1].decode()
            if "The same command goes on where this one ended." not in said:
                break
        assert "articles sent; 27 of 27 pages are done with." in said, said
        second = asked(server)
        assert "/index.xml" not in second
        assert len(set(first) & set(second)) <= 2  # the page that was in work, and one not yet acknowledged
        assert revisions(await on_the_topic(engines)) == sorted((f"story-{day}", 1) for day in range(1, count + 1))
        assert backfill_file(settings.fetcher_state, "a").exists()
