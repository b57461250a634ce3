"""The fetcher with a real Kafka and outlets on loopback: every article once, every edit, through every interruption."""

import asyncio
import contextlib
import os
import sys
from asyncio.subprocess import PIPE
from asyncio.subprocess import Process as Subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
import yaml
from aiokafka import AIOKafkaConsumer, TopicPartition

from services.common.events import from_value
from services.common.health import Health
from services.common.identity import article_id, canonical_url
from services.common.messages import Article
from services.common.metrics import Metrics
from services.common.runtime import Process
from services.common.topics import ARTICLES
from services.fetcher.app import work
from services.fetcher.politeness import host_of
from services.fetcher.settings import FetcherSettings
from services.fetcher.shard import shard_of
from services.fetcher.state_file import feed_states
from tests.e2e.outlet import Outlet, Story, serving
from tests.ports import free_ports
from tests.unit.fetcher.servers import Server, answer
from tests.unit.fetcher.servers import serving as serving_bytes
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("clean_line")

ROOT = Path(__file__).parents[2]
TEXT = """Kyiv says the bridge at {slug} was hit twice during the night, and that 11 soldiers were wounded.
Repair crews could not reach it until the morning. Three trucks burned on the northern bank.
The regional administration did not answer questions sent on Saturday."""


def story(slug: str, text: str = TEXT) -> Story:
    return Story(slug, f"Bridge {slug} is hit again", text.format(slug=slug), datetime(2024, 11, 17, 9, 30, tzinfo=UTC))


def settings(engines: Any, folder: Path, sources: list[dict[str, object]], **more: Any) -> FetcherSettings:
    (folder / "sources.yaml").write_text(yaml.safe_dump({"sources": sources}), "utf-8")
    return FetcherSettings(
        **{
            "kafka_bootstrap": engines.kafka_bootstrap,
            "sources": folder / "sources.yaml",
            "fetcher_state": folder / "fetcher.sqlite3",
            "fetcher_recheck_first": 0.5,
            **more,
        }
    )


@dataclass
class Running:
    process: Process

    def count(self, kind: str, **labels: str) -> float:
        return self.process.metrics.registry.get_sample_value(f"sitrep_fetcher_{kind}_total", labels) or 0.0


@asynccontextmanager
async def fetching(given: FetcherSettings) -> AsyncIterator[Running]:
    """The fetcher, in this process, while the block runs."""
    metrics = Metrics()
    process = Process("fetcher", metrics, Health(metrics), asyncio.Event())
    running = asyncio.create_task(work(given, process))
    try:
        await until(lambda: running.done() or not process.health.waiting, "the fetcher is ready")
        if running.done():
            running.result()
        yield Running(process)
    finally:
        process.stop.set()
        await asyncio.wait_for(running, 60)


async def on_the_topic(engines: Any) -> list[Article]:
    """Every article that Kafka has, in the order of each partition."""
    client = AIOKafkaConsumer(bootstrap_servers=engines.kafka_bootstrap, enable_auto_commit=False)
    await client.start()
    try:
        partitions = [TopicPartition(ARTICLES.name, number) for number in range(ARTICLES.partitions)]
        client.assign(partitions)
        await client.seek_to_beginning(*partitions)
        ends = await client.end_offsets(partitions)
        found: list[Article] = []
        while any([await client.position(partition) < end for partition, end in ends.items()]):
            for records in (await client.getmany(timeout_ms=200)).values():
                found += [from_value(Article, record.value) for record in records]
        return found
    finally:
        await client.stop()


def revisions(articles: list[Article]) -> list[tuple[str, int]]:
    return sorted((article.url.rsplit("/", 1)[-1], article.revision) for article in articles)


async def test_each_article_once_a_restart_sends_nothing_and_an_edit_is_a_revision(
    engines: Any, tmp_path: Path
) -> None:
    outlet = Outlet("northwire")
    outlet.publish(story("a"), story("b"), story("c"))
    async with serving(outlet):
        given = settings(engines, tmp_path, [outlet.source()])
        async with fetching(given) as running:
            await until(lambda: running.count("pages", outcome="sent") == 3, "three articles sent")
            await until(lambda: running.count("pages", outcome="same") >= 3, "each looked at again")
        first = await on_the_topic(engines)
        assert revisions(first) == [("a", 1), ("b", 1), ("c", 1)]
        found = next(article for article in first if article.url.endswith("/a"))
        assert found.text == story("a").text
        assert found.id == article_id(canonical_url(f"{outlet.base}/a"))
        assert (found.title, found.source.id, found.language) == (story("a").title, "northwire", "en")
        assert found.published_at == story("a").published

        asked = outlet.requests["/feed.xml"]
        async with fetching(given) as running:
            await until(lambda: outlet.requests["/feed.xml"] >= asked + 2, "the feed is asked again")
            assert running.count("pages", outcome="sent") == 0
            outlet.publish(story("b", TEXT.replace("11 soldiers", "14 soldiers")), story("d"))
            await until(lambda: running.count("pages", outcome="sent") == 2, "the edit and the new article sent")
        articles = await on_the_topic(engines)
        assert revisions(articles) == [("a", 1), ("b", 1), ("b", 2), ("c", 1), ("d", 1)]
        before, after = (article for article in articles if article.url.endswith("/b"))
        assert "14 soldiers" in after.text
        assert before.id == after.id
        assert before.content_hash != after.content_hash


async def test_kafka_away_for_a_while_loses_nothing(engines: Any, tmp_path: Path) -> None:
    outlet = Outlet("northwire")
    outlet.publish(story("before"))
    async with serving(outlet), fetching(settings(engines, tmp_path, [outlet.source()])) as running:
        await until(lambda: running.count("pages", outcome="sent") == 1, "the first article sent")
        await engines.kafka.stop()
        outlet.publish(story("meanwhile"), story("too"))
        await until(lambda: {"/meanwhile", "/too"} <= outlet.requests.keys(), "the new pages were fetched")
        assert running.count("pages", outcome="sent") == 1
        await engines.kafka.start()
        await until(lambda: running.count("pages", outcome="sent") == 3, "all sent", within=120)
    assert {name for name, _ in revisions(await on_the_topic(engines))} == {"before", "meanwhile", "too"}
    assert {number for _, number in revisions(await on_the_topic(engines))} == {1}


async def test_the_fetcher_stops_in_good_time_while_kafka_is_away(engines: Any, tmp_path: Path) -> None:
    outlet = Outlet("northwire")
    outlet.publish(story("a"))
    async with serving(outlet):
        given = settings(engines, tmp_path, [outlet.source()])
        async with fetching(given) as running:
            await until(lambda: running.count("pages", outcome="sent") == 1, "the first article sent")
            await engines.kafka.stop()
            outlet.publish(story("b"))
            await until(lambda: "/b" in outlet.requests, "the new page was fetched")
            asked_to_stop = monotonic()
        assert monotonic() - asked_to_stop < 20
        await engines.kafka.start()
        async with fetching(given) as running:
            await until(lambda: running.count("pages", outcome="sent") == 1, "the article left over is sent")
    assert {name for name, _ in revisions(await on_the_topic(engines))} == {"a", "b"}


async def test_bad_input_stops_nothing_and_each_outcome_is_counted_once(engines: Any, tmp_path: Path) -> None:
    outlet = Outlet("northwire")
    outlet.publish(story("good"))
    item = "<item><title>{0}</title><link>/{0}</link></item>"
    pages = ("gone", "cut", "empty", "list", "page")
    html = b"<html><head><meta property=og:type content=article></head><body><article><h1>Title</h1><p>"
    async with (
        serving(outlet),
        serving_bytes(
            feed=answer(
                f'<rss version="2.0"><channel>{"".join(map(item.format, pages))}<item/></channel></rss>'.encode()
            ),
            html=answer(b"<html><body>A feed no more</body></html>"),
            cut=answer(html, length=5000),
            empty=answer(b""),
            list=answer(b"<html><body>" + b"".join(b"<a href=/%d>Headline %d</a><br>" % (n, n) for n in range(40))),
            page=answer(html + TEXT.encode().replace(b"\n", b"<p>")),
        ) as odd,
    ):
        source: dict[str, object] = {
            "id": "odd",
            "name": "Odd",
            "domain": "odd.example",
            "feeds": [f"{odd.base}/{name}" for name in ("feed", "html", "nowhere")],
            "every": "30m",
            "allow_private": True,
        }
        given = settings(engines, tmp_path, [source, outlet.source()], fetcher_recheck_days=0)
        async with fetching(given) as running:
            await until(lambda: running.count("pages", outcome="sent") == 2, "what is good comes through")
            await until(lambda: running.count("pages", outcome="not_an_article") == 2, "what is none is told")
            expected = {
                ("pages", "http_error"): 1,
                ("pages", "unreachable"): 1,
                ("feeds", "not_a_feed"): 1,
                ("feeds", "http_error"): 1,
            }
            await until(
                lambda: all(running.count(kind, outcome=outcome) == n for (kind, outcome), n in expected.items()),
                "every failure counted once",
            )
            assert not running.process.health.waiting
    assert revisions(await on_the_topic(engines)) == [("good", 1), ("page", 1)]


async def test_two_addresses_of_one_article_are_one_article(engines: Any, tmp_path: Path) -> None:
    text = TEXT.replace("\n", "<p>")
    page = (
        "<html><head><link rel=canonical href='{0}/article'><meta property=og:type content=article></head><body>"
        "<article><h1>Bridge is hit</h1><p>{1}</article></body></html>"
    )
    feed = '<rss version="2.0"><channel>{}</channel></rss>'
    item = "<item><title>t</title><link>{}</link></item>"
    others = ("/article", "/amp?utm_source=x#top", "/article/?fbclid=1", "/old", "/print", "/article#comments")
    async with serving_bytes() as outlet:
        outlet.answers |= {
            "amp": answer(page.format(outlet.base, text + "<p>A line that only this form has.").encode()),
            "article": answer(page.format(outlet.base, text).encode()),
            "one": answer(feed.format(item.format("/amp?utm_source=rss")).encode()),
            "two": answer(feed.format("".join(map(item.format, others))).encode()),
            "old": answer(b"", f"Location: {outlet.base}/article", status="301 Moved Permanently"),
            "print": answer(page.replace("{0}", "").format("", text).encode()),  # its canonical address is relative
        }
        source: dict[str, object] = {
            "id": "outlet",
            "name": "Outlet",
            "domain": "outlet.example",
            "feeds": [f"{outlet.base}/one", f"{outlet.base}/two"],
            "every": "1s",
            "allow_private": True,
        }
        async with fetching(settings(engines, tmp_path, [source])) as running:
            await until(lambda: running.count("pages", outcome="same") >= 5, "looked at again")
            paths = [path for path, _headers in outlet.asked]
            assert {"/amp?utm_source=rss", "/article", "/old", "/print"} <= set(paths)
            assert not [path for path in paths if "fbclid" in path or "utm_source=x" in path], "known by another name"
    articles = await on_the_topic(engines)
    assert {article.url for article in articles} == {f"{outlet.base}/article"}
    assert len(articles) <= 2, "at most the other form first, then the canonical one for good"
    assert articles[-1].text == TEXT


async def test_robots_txt_is_kept_to_and_a_host_that_asks_for_rest_gets_it(engines: Any, tmp_path: Path) -> None:
    page = b"<html><head><meta property=og:type content=article></head><body><article><h1>Bridge is hit</h1><p>"
    page = answer(page + TEXT.encode().replace(b"\n", b"<p>"), "Content-Type: text/html; charset=utf-8")
    items = "".join(f"<item><title>t</title><link>/{name}</link></item>" for name in ("open", "hidden", "busy"))
    async with serving_bytes() as outlet:
        outlet.answers |= {
            "feed": answer(f'<rss version="2.0"><channel>{items}</channel></rss>'.encode()),
            "robots.txt": answer(b"User-agent: *\nDisallow: /hidden\nDisallow: /feed"),
            "open": page,
            "hidden": page,
            "busy": answer(b"", "Retry-After: 3", status="429 Too Many Requests"),
        }
        source: dict[str, object] = {
            "id": "outlet",
            "name": "Outlet",
            "domain": "outlet.example",
            "feeds": [f"{outlet.base}/feed"],
            "every": "1s",
            "allow_private": True,
        }
        async with fetching(settings(engines, tmp_path, [source], fetcher_recheck_days=0)) as running:
            await until(lambda: running.count("pages", outcome="http_error") == 1, "asked to rest")
            asked, since = len(outlet.asked), monotonic()
            outlet.answers["busy"] = page
            await until(lambda: len(outlet.asked) > asked, "asked again")
            assert monotonic() - since > 2
            await until(lambda: running.count("pages", outcome="sent") == 1, "what is open comes through")
            await until(lambda: running.count("pages", outcome="refused") == 1, "what is not is told")
        paths = [path for path, _ in outlet.asked]
        assert "/hidden" not in paths
        assert paths.count("/robots.txt") == 1
    states = feed_states(tmp_path / "fetcher.sqlite3")
    assert [(url, state.failures) for url, state in states.items()] == [(f"{outlet.base}/feed", 0)]
    assert states[f"{outlet.base}/feed"].last_success is not None


def reached(running: Running, kind: str, outcome: str, times: int) -> bool:
    return running.count(kind, outcome=outcome) >= times


async def a_host_of(shard: int, stack: contextlib.AsyncExitStack) -> Server:
    """A server whose host is in the hand of that one of two fetchers."""
    while True:
        async with contextlib.AsyncExitStack() as tried:
            server = await tried.enter_async_context(serving_bytes())
            if shard_of(host_of(server.base), 2) == shard:
                stack.push_async_exit(tried.pop_all())
                return server


def a_page_of(server: Server, name: str) -> None:
    page = b"<html><head><meta property=og:type content=article></head><body><article><h1>Bridge is hit</h1><p>"
    server.answers[name] = answer(page + TEXT.format(slug=name).encode().replace(b"\n", b"<p>"))


def a_feed_of(server: Server, *links: str) -> dict[str, object]:
    items = "".join(f"<item><title>t</title><link>{link}</link></item>" for link in links)
    server.answers["feed"] = answer(f'<rss version="2.0"><channel>{items}</channel></rss>'.encode())
    number = server.base.rpartition(":")[2]
    return {
        "id": f"outlet-{number}", "name": "Outlet", "domain": f"outlet-{number}.example",
        "feeds": [f"{server.base}/feed"], "every": "1s", "allow_private": True,
    }  # fmt: skip


async def test_two_fetchers_share_the_work_and_no_host_is_in_two_hands(engines: Any, tmp_path: Path) -> None:
    """Outlets of each link to pages of the other's host, and to pages that lead on to it."""
    async with contextlib.AsyncExitStack() as stack:
        first, second, third = [await a_host_of(shard, stack) for shard in (1, 2, 2)]
        for name in ("a", "b"):
            a_page_of(first, name)
        for name in ("x", "y"):
            a_page_of(third, name)
        first.answers["moved"] = answer(b"", f"Location: {third.base}/y", status="302 Found")
        sources = [
            a_feed_of(first, "/a", f"{third.base}/x", "/moved"),
            a_feed_of(second, f"{first.base}/b", f"{third.base}/x"),
        ]
        shares = []
        for number in (1, 2):
            folder = tmp_path / str(number)
            folder.mkdir()
            given = settings(engines, folder, sources, fetcher_shard=f"{number}/2", fetcher_contact=f"hand-{number}")
            shares.append(await stack.enter_async_context(fetching(given)))
        for share in shares:
            await until(partial(reached, share, "pages", "sent", 2), "each sends what is on its hosts")
            await until(partial(reached, share, "feeds", "polled", 3), "some polls later")
        assert [share.count("pages", outcome="sent") for share in shares] == [2, 2]
        assert [share.count("pages", outcome="handed_over") for share in shares] == [2, 1]
        for server, hand in ((first, "hand-1"), (second, "hand-2"), (third, "hand-2")):
            assert server.asked
            assert {hand in headers["user-agent"] for _path, headers in server.asked} == {True}
    articles = await on_the_topic(engines)
    assert revisions(articles) == [("a", 1), ("b", 1), ("x", 1), ("y", 1)]
    named = {article.url.rpartition("/")[2]: article.source.id for article in articles}
    assert named["b"] == sources[1]["id"], "whoever asks a page, it is of the source that led to it"


async def test_the_sources_file_is_followed_while_it_runs(engines: Any, tmp_path: Path) -> None:
    one, other = Outlet("northwire"), Outlet("vistula")
    one.publish(story("a"))
    other.publish(story("z"))
    async with serving(one), serving(other):
        given = settings(engines, tmp_path, [one.source()])
        async with fetching(given) as running:
            await until(lambda: running.count("pages", outcome="sent") == 1, "the first article sent")
            given.sources.write_text("sources:\n- id: broken\n")
            await until(lambda: running.process.metrics.sources_refused._value.get() == 1, "the broken file is told")
            one.publish(story("b"))
            await until(lambda: running.count("pages", outcome="sent") == 2, "the earlier sources are still followed")
            assert not running.process.health.waiting
            settings(engines, tmp_path, [other.source()])
            await until(lambda: running.count("pages", outcome="sent") == 3, "the new source is followed")
            asked = dict(one.requests)
            await until(lambda: other.requests.get("/feed.xml", 0) >= 3, "some polls later")
            assert one.requests == asked, "the old one is not"


@asynccontextmanager
async def a_process(given: FetcherSettings) -> AsyncIterator[Subprocess]:
    """The fetcher as a process of its own; SIGKILL at the end of the block if it still runs."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("SITREP_")},
        **{f"SITREP_{name.upper()}": str(value) for name, value in given.model_dump().items() if value is not None},
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "from services.fetcher.app import main; raise SystemExit(main())",
        env=environment, cwd=ROOT, stderr=PIPE,
    )  # fmt: skip
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.communicate()


async def test_sigkill_in_the_middle_loses_nothing(engines: Any, tmp_path: Path) -> None:
    outlet = Outlet("northwire")
    outlet.publish(*(story(f"s{number}") for number in range(60)))

    def pages_asked(at_least: int) -> bool:
        return sum(path.startswith("/s") for path in outlet.requests) >= at_least

    async with serving(outlet):
        given = settings(engines, tmp_path, [outlet.source()], fetcher_port=free_ports(1)[0], fetcher_recheck_days=0)
        for reached in (5, 25, 45):
            async with a_process(given):
                await until(partial(pages_asked, reached), f"{reached} pages asked for", every=0.01)
        async with a_process(given) as last:
            await until(partial(pages_asked, 60), "all pages asked for")
            last.terminate()
            assert await asyncio.wait_for(last.wait(), 30) == 0
        async with fetching(given) as running:
            await until(
                lambda: outlet.requests["/feed.xml"] and running.process.metrics.addresses_due._value.get() == 0,
                "nothing is due",
            )
    articles = await on_the_topic(engines)
    assert {name for name, _ in revisions(articles)} == {f"s{number}" for number in range(60)}
    assert {article.revision for article in articles} == {1}
    assert len({(article.id, article.content_hash) for article in articles}) == 60
