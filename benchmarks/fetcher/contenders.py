"""Each contender, run once: started, warmed, given the signal, measured until its last page."""

import asyncio
import contextlib
import json
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import yaml
from aiokafka import AIOKafkaConsumer, TopicPartition

from benchmarks.fetcher.measuring import Cost, measured
from benchmarks.fetcher.outlets import Outlet, outlets, warming
from services.common.events import from_value
from services.common.kafka import ensure_topics, producer
from services.common.messages import Article
from services.common.settings import KafkaSettings
from services.common.topics import ARTICLES

LONGEST = 900.0
"""Seconds after which a run is given up."""
STARTING = 120.0
NEARLY = 60
"""Articles before the last one from which on the end is looked for often: a tenth of a second is a hundredth of it."""
WARMING_RECORDS = 3_000


@dataclass(frozen=True, slots=True)
class Course:
    """What is the same for all contenders."""

    port: int
    pages: int
    hosts: int
    workers: int
    at_once: int
    """Requests in flight at the most, over all hosts."""
    bootstrap: str
    folder: Path
    health_port: int
    """Of the fetcher's own answers."""


async def warm_kafka(bootstrap: str) -> None:
    """Send so much that Kafka is no quicker later: its first thousand records take it several times as long."""
    topic = replace(ARTICLES, name="warming", partitions=1)
    settings = KafkaSettings(kafka_bootstrap=bootstrap)
    await ensure_topics(settings, [topic])
    async with producer(settings, "warming") as sending:
        for _ in range(WARMING_RECORDS):
            await sending.send_and_wait(topic.name, b"An article's worth. " * 200)


async def bare(course: Course) -> tuple[Cost, dict[str, str]]:
    """Trafilatura alone: its cost, and the texts by address."""
    file = course.folder / "texts.json"
    cost = await _peer(course, "bare", str(file))
    texts: dict[str, str] = json.loads(file.read_text("utf-8"))
    return cost, texts


async def scrapy(course: Course, reading: str) -> Cost:
    """Scrapy, reading pages ``inline``, in a ``pool``, or not at all (``none``)."""
    return await _peer(course, "scrapy", reading)


async def sitrep(course: Course, number: int, **settings: str) -> tuple[Cost, dict[str, str]]:
    """The fetcher's service with a state of its own: its cost, and the texts that Kafka has of it, by address."""
    folder = course.folder / f"sitrep-{number}"
    folder.mkdir()
    listed = folder / "sources.yaml"
    first = warming(course.hosts, course.port)
    _list(listed, [first], course.port)
    others = outlets(0, course.hosts, course.port)
    async with _topic(course.bootstrap) as topic, _service(course, folder, listed, settings) as service:
        ready = len(first.stories)
        await _until(topic, ready, STARTING, service, folder)
        async with measured(service.pid, course.pages) as cost:
            _list(listed, [first, *others], course.port)
            await _until(topic, ready + course.pages, LONGEST, service, folder)
        found = await topic.articles()
    return cost, {article.url: article.text for article in found}


class _Topic:
    """The articles that were added to the topic since it was opened."""

    def __init__(self, client: AIOKafkaConsumer) -> None:
        self._client = client
        self._partitions = [TopicPartition(ARTICLES.name, number) for number in range(ARTICLES.partitions)]
        self._before: dict[TopicPartition, int] = {}

    async def open(self) -> None:
        """Begin to count."""
        self._client.assign(self._partitions)
        self._before = await self._client.end_offsets(self._partitions)

    async def added(self) -> int:
        """How many there are."""
        ends = await self._client.end_offsets(self._partitions)
        return int(sum(ends.values()) - sum(self._before.values()))

    async def articles(self) -> list[Article]:
        """What they are."""
        for partition, offset in self._before.items():
            self._client.seek(partition, offset)
        found: list[Article] = []
        while len(found) < await self.added():
            for records in (await self._client.getmany(timeout_ms=200)).values():
                found += [from_value(Article, record.value) for record in records]
        return found


@contextlib.asynccontextmanager
async def _topic(bootstrap: str) -> AsyncIterator[_Topic]:
    await ensure_topics(KafkaSettings(kafka_bootstrap=bootstrap), [ARTICLES])
    client = AIOKafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False)
    await client.start()
    try:
        topic = _Topic(client)
        await topic.open()
        yield topic
    finally:
        await client.stop()


async def _peer(course: Course, *which: str) -> Cost:
    numbers = (course.port, course.pages, course.hosts, course.workers, course.at_once)
    arguments = (which[0], *map(str, numbers), *which[1:])
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.fetcher.peers", *arguments, stdin=PIPE, stdout=PIPE
    )
    try:
        await _says(process, "ready", STARTING)
        assert process.stdin
        async with measured(process.pid, course.pages) as cost:
            process.stdin.write(b"go\n")
            await _says(process, "done", LONGEST)
        await asyncio.wait_for(process.wait(), 60)
    finally:
        await _ended(process)
    return cost


async def _says(process: Process, word: str, seconds: float) -> None:
    assert process.stdout
    async with asyncio.timeout(seconds):
        while (line := await process.stdout.readline()) and line.strip() != word.encode():
            pass
    if not line:
        raise RuntimeError(f"a peer ended before it said {word!r}: see its error above")


@contextlib.asynccontextmanager
async def _service(course: Course, folder: Path, listed: Path, settings: Mapping[str, str]) -> AsyncIterator[Process]:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("SITREP_")},
        "SITREP_KAFKA_BOOTSTRAP": course.bootstrap,
        "SITREP_SOURCES": str(listed),
        "SITREP_FETCHER_STATE": str(folder / "fetcher.sqlite3"),
        "SITREP_FETCHER_WORKERS": str(course.workers),
        "SITREP_FETCHER_CONCURRENCY": str(course.at_once),
        "SITREP_FETCHER_PORT": str(course.health_port),
        "SITREP_FETCHER_RECHECK_DAYS": "0",  # the peers ask for each page once
        **settings,
    }
    with (folder / "log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "services.cli", "fetcher", env=environment, stdout=log, stderr=log, stdin=DEVNULL
        )
    try:
        yield process
    finally:
        await _ended(process)


async def _ended(process: Process) -> None:
    if process.returncode is None:
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), 30)
        except TimeoutError:
            process.kill()


async def _until(topic: "_Topic", articles: int, seconds: float, service: Process, folder: Path) -> None:
    async with asyncio.timeout(seconds):
        while (missing := articles - await topic.added()) > 0:
            if service.returncode is not None:
                end = (folder / "log").read_text("utf-8")[-2000:]
                raise RuntimeError(f"the fetcher ended with {service.returncode}:\n{end}")
            await asyncio.sleep(0.1 if missing > NEARLY else 0.02)


def _list(file: Path, listed: Iterable[Outlet], port: int) -> None:
    new = file.with_suffix(".new")
    new.write_text(yaml.safe_dump({"sources": [outlet.source(port) for outlet in listed]}), "utf-8")
    new.replace(file)
