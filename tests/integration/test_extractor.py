"""The extractor on a real Kafka: every article tagged once it is there, whatever is killed, malformed or away."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from deploy.local.engines import Engines
from services.common.errors import TooManyDeadLetters
from services.common.events import Record, from_value, to_record
from services.common.health import Health
from services.common.kafka import consumer, producer, send
from services.common.messages import Article, DeadLetter, TaggedArticle
from services.common.metrics import Metrics
from services.common.runtime import Process
from services.common.settings import KafkaSettings
from services.common.topics import ARTICLES, DEAD_LETTERS, TAGGED, Topic
from services.extractor.agents import Consuming
from services.extractor.app import work
from services.extractor.settings import ExtractorSettings
from tests.builders import an_article
from tests.e2e.line import Line, a_line
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("clean_line")

SENTENCE = "North Korea sent {} howitzers to Kursk Oblast, the Pentagon said."


def kafka(engines: Engines) -> KafkaSettings:
    return KafkaSettings(kafka_bootstrap=engines.kafka_bootstrap)


def some_articles(count: int, *, start: int = 0, **fields: Any) -> list[Article]:
    return [
        an_article(f"n{number}", text=SENTENCE.format(number + 10), **fields) for number in range(start, start + count)
    ]


async def put(engines: Engines, articles: Sequence[Article]) -> None:
    await put_records(engines, [to_record(ARTICLES, article.id, article, "fetcher") for article in articles])


async def put_records(engines: Engines, records: Sequence[Record]) -> None:
    async with producer(kafka(engines), "test") as client:
        await send(client, records)


async def read(
    engines: Engines, topic: Topic, keys: int, *, at_least: int = 0, within: float = 90
) -> list[ConsumerRecord[bytes, bytes]]:
    """Every record of a topic, once it has records of that many keys (and at least that many in all)."""
    records: list[ConsumerRecord[bytes, bytes]] = []
    async with consumer(kafka(engines), [topic], f"test-{uuid4()}") as client:

        async def enough() -> bool:
            for batch in (await client.getmany(timeout_ms=200)).values():
                records.extend(batch)
            return len(records) >= at_least and len({record.key for record in records}) >= keys

        await until(enough, f"{keys} keys in {topic.name}", within=within, every=0)
    return records


async def read_tagged(engines: Engines, count: int, *, within: float = 90) -> list[TaggedArticle]:
    return [from_value(TaggedArticle, record.value) for record in await read(engines, TAGGED, count, within=within)]


async def committed(engines: Engines) -> int:
    """How many messages the extractor's group has settled."""
    client = AIOKafkaConsumer(
        bootstrap_servers=engines.kafka_bootstrap, group_id="sitrep-extractor", enable_auto_commit=False
    )
    await client.start()
    try:
        offsets = [
            await client.committed(TopicPartition(ARTICLES.name, number)) for number in range(ARTICLES.partitions)
        ]
    finally:
        await client.stop()
    return sum(offset or 0 for offset in offsets)


@asynccontextmanager
async def extracting(engines: Engines, **settings: Any) -> AsyncIterator[Process]:
    """The extractor at work in this process, with tagging processes of its own."""
    metrics = Metrics()
    process = Process("extractor", metrics, Health(metrics), asyncio.Event())
    chosen = ExtractorSettings(kafka_bootstrap=engines.kafka_bootstrap, extractor_workers=1, **settings)
    working = asyncio.create_task(work(chosen, process))
    try:
        await until(lambda: working.done() or not process.health.waiting, "extractor ready", within=150)
        yield process
    finally:
        process.stop.set()
        await asyncio.wait_for(working, 60)


@asynccontextmanager
async def extractors(engines: Engines, folder: Path) -> AsyncIterator[Line]:
    """Room for the extractor as a process that can be killed."""
    async with a_line(engines, folder, [], SITREP_EXTRACTOR_WORKERS="1") as line:
        yield line


def folders_in(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.is_dir()]


def counted(process: Process, outcome: str) -> float:
    return process.metrics.registry.get_sample_value(
        "sitrep_messages_total", {"stage": "extractor", "outcome": outcome}
    ) or 0.0  # fmt: skip


async def test_an_article_is_tagged_and_its_offset_committed(engines: Engines) -> None:
    article = an_article("a", text=SENTENCE.format(50))
    async with extracting(engines) as process:
        await put(engines, [article])
        [record] = await read(engines, TAGGED, 1)
        await until(partial(committed, engines), "offset committed")
        assert counted(process, "done") == 1
    tagged = from_value(TaggedArticle, record.value)
    assert tagged.article == article
    [claim] = tagged.claims
    assert (claim.text, claim.actor, claim.place) == ("50 howitzers", "country/north-korea", "place/kursk-oblast")
    assert record.key == article.id.encode()
    assert dict(record.headers)["ce_type"] == TAGGED.event_type.encode()


async def test_what_is_malformed_goes_to_the_dead_letters_and_the_stream_goes_on(engines: Engines) -> None:
    good, other = some_articles(2)
    cut = to_record(ARTICLES, good.id, good, "fetcher").value
    assert cut is not None
    wrong = [
        b"",
        None,
        b"not json",
        cut[: len(cut) // 2],
        b"[]",
        json.dumps({"id": "x"}).encode(),
        "žluťoučký".encode("utf-16"),
    ]
    bad = [Record(ARTICLES.name, f"bad-{at}".encode(), value) for at, value in enumerate(wrong)]
    async with extracting(engines) as process:
        await put(engines, [good])
        await put_records(engines, bad)
        await put(engines, [other])
        tagged = await read_tagged(engines, 2)
        letters = [from_value(DeadLetter, record.value) for record in await read(engines, DEAD_LETTERS, len(bad))]
        await until(lambda: counted(process, "dead_letter") == len(bad), "dead letters counted")
    assert {one.article.id for one in tagged} == {good.id, other.id}
    assert {letter.key: letter.value or None for letter in letters} == {
        record.key: record.value or None for record in bad
    }
    assert all(letter.stage == "extractor" and letter.topic == ARTICLES.name and letter.reason for letter in letters)


async def test_an_article_that_takes_too_long_is_a_dead_letter(engines: Engines) -> None:
    slow = an_article("slow", text="They sent 50 howitzers and 20 launchers to Kursk. " * 400)
    quick = an_article("quick", text=SENTENCE.format(50))
    async with extracting(engines, extractor_seconds=0.4):
        await put(engines, [slow, quick])
        [letter] = [from_value(DeadLetter, record.value) for record in await read(engines, DEAD_LETTERS, 1)]
        [tagged] = await read_tagged(engines, 1)
    assert "not tagged within" in letter.reason
    assert letter.key == slow.id.encode()
    assert tagged.article.id == quick.id


async def test_revisions_of_an_article_stay_in_order(engines: Engines) -> None:
    revisions = [an_article("r", text=SENTENCE.format(number), revision=number) for number in range(1, 21)]
    others = some_articles(40)
    mixed = [article for pair in zip(revisions, others[:20], others[20:], strict=True) for article in pair]
    await put(engines, mixed)
    async with extracting(engines):
        records = await read(engines, TAGGED, 41, at_least=60)
    tagged = [from_value(TaggedArticle, record.value).article for record in records]
    assert [one.revision for one in tagged if one.id == revisions[0].id] == list(range(1, 21))


async def test_too_many_dead_letters_stop_the_service_with_nothing_committed(engines: Engines) -> None:
    bad = [Record(ARTICLES.name, b"same", f"bad {number}".encode()) for number in range(6)]
    await put_records(engines, bad)
    metrics = Metrics()
    process = Process("extractor", metrics, Health(metrics), asyncio.Event())
    settings = ExtractorSettings(kafka_bootstrap=engines.kafka_bootstrap, extractor_workers=1, dead_letter_limit=3)
    with pytest.raises(TooManyDeadLetters, match="SITREP_DEAD_LETTER_LIMIT"):
        await asyncio.wait_for(work(settings, process), 60)
    assert await committed(engines) == 0
    async with extracting(engines):
        letters = await read(engines, DEAD_LETTERS, 1, at_least=len(bad))
    assert {from_value(DeadLetter, record.value).offset for record in letters} == set(range(6))


@pytest.mark.parametrize("hangs", [False, True], ids=["and stops", "and hangs"])
async def test_a_faust_that_crashes_is_made_anew(engines: Engines, *, hangs: bool) -> None:
    articles = some_articles(60)
    await put(engines, articles)
    before = set(threading.enumerate())  # a Faust of an earlier test may hang in its stop still
    async with extracting(engines) as process:
        await read(engines, TAGGED, 10)
        [faust] = (thread for thread in threading.enumerate() if isinstance(thread, Consuming) and thread not in before)
        if hangs:  # as it does by itself, though not on demand: it asks its consumer's thread, which has ended
            faust.app.on_stop = asyncio.Event().wait
        asyncio.run_coroutine_threadsafe(faust.app.crash(RuntimeError("as a fault of its own would")), faust.app.loop)
        counted = partial(process.metrics.registry.get_sample_value, "sitrep_retries_total", {"stage": "extractor"})
        await until(lambda: counted() == 1 and not process.health.waiting, "made anew", within=150)
        assert not faust.is_alive(), "it would keep a processor busy for as long as the process lives"
        more = some_articles(20, start=len(articles))
        await put(engines, more)
        articles += more
        tagged = await read_tagged(engines, len(articles), within=150)
    assert {one.article.id for one in tagged} == {article.id for article in articles}


async def test_killed_in_the_middle_it_loses_nothing(engines: Engines, tmp_path: Path) -> None:
    articles = some_articles(300)
    await put(engines, articles)
    async with extractors(engines, tmp_path) as line:
        await line.start("extractor")
        await read(engines, TAGGED, 40)
        await line.kill("extractor")
        assert await committed(engines) < len(articles)
        await line.start("extractor")
        tagged = await read_tagged(engines, len(articles))
        assert await line.stop("extractor") == 0
        assert not folders_in(tmp_path), "a folder was made in the working directory"
    assert {one.article.id for one in tagged} == {article.id for article in articles}
    assert len(tagged) <= len(articles) + 100


async def test_kafka_may_go_away_and_come_back(engines: Engines, tmp_path: Path) -> None:
    articles = some_articles(200)
    await put(engines, articles)
    async with extractors(engines, tmp_path) as line:
        await line.start("extractor")
        await read(engines, TAGGED, 30)
        await engines.kafka.kill()
        await until(lambda: "aiokafka" in line.log("extractor") or "kafka" in line.log("extractor"), "noticed")
        await engines.kafka.start()
        tagged = await read_tagged(engines, len(articles), within=150)
        more = some_articles(20, start=200)
        await put(engines, more)
        tagged = await read_tagged(engines, len(articles) + len(more), within=60)
        assert await line.stop("extractor") == 0
    assert {one.article.id for one in tagged} == {article.id for article in [*articles, *more]}


async def test_a_second_extractor_may_join_and_leave_while_the_first_is_busy(engines: Engines, tmp_path: Path) -> None:
    """Nothing is lost, and the stream stands still for less than the 15 s that are promised."""
    articles = some_articles(1_200)  # work for longer than a second extractor takes to start and to leave
    await put(engines, articles)
    async with extractors(engines, tmp_path) as line, extracting(engines):
        await line.start("extractor")
        await line.ready(["extractor"])
        assert await committed(engines) < len(articles), "the first extractor is still busy"
        await line.stop("extractor")
        tagged = await read_tagged(engines, len(articles), within=240)
    assert {one.article.id for one in tagged} == {article.id for article in articles}
    moments = sorted(one.tagged_at for one in tagged)
    assert max(after - before for before, after in pairwise(moments)) < timedelta(seconds=15)


async def test_a_stop_is_quick_even_while_kafka_is_away(engines: Engines, tmp_path: Path) -> None:
    await put(engines, some_articles(100))
    async with extractors(engines, tmp_path) as line:
        await line.start("extractor")
        await read(engines, TAGGED, 10)
        await engines.kafka.kill()
        began = asyncio.get_running_loop().time()
        try:
            code = await line.stop("extractor")
        finally:
            await engines.kafka.start()
    assert code == 0
    assert asyncio.get_running_loop().time() - began < 30
