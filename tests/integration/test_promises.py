"""What docs/streams.md promises those who read the topics, one promise a test; and the programs on that page, as they are."""

import asyncio
import os
import re
import sys
from asyncio.subprocess import PIPE
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, ConsumerRecord
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from deploy.local.account import engine_account
from deploy.local.engines import Engines
from deploy.local.fetch import kafka_folder
from deploy.local.java import find_java, module_available
from deploy.local.pins import load_pins
from deploy.local.settings import LocalSettings
from services.common.endpoints import endpoint_record
from services.common.events import Record, to_record, tombstone
from services.common.kafka import everything_in, producer, send
from services.common.messages import Alert, Endpoint
from services.common.settings import KafkaSettings
from services.common.topics import ALERTS, ALL_TOPICS, ARTICLES, DAY_MS, ENDPOINTS, TAGGED, Topic
from tests.builders import MOMENT, a_tagged_article, an_alert, an_article
from tests.integration.test_streams import a_claim
from tests.programs import programs
from tests.waiting import until

PAGE = Path(__file__).parents[2] / "docs" / "streams.md"
TEXT = PAGE.read_text("utf-8")
PROGRAMS = {match[2]: match[1] for match in re.finditer(r"```python\n(\"\"\"(.*?[.:]).*?)```", TEXT, re.DOTALL)}
"""The Python programs of the page, by how their docstrings begin."""
clean = pytest.mark.usefixtures("clean_line")


def kafka(engines: Engines) -> KafkaSettings:
    return KafkaSettings(kafka_bootstrap=engines.kafka_bootstrap)


async def publish(engines: Engines, *records: Record) -> None:
    async with producer(kafka(engines), "test") as client:
        await send(client, records)


async def held(engines: Engines, topic: Topic) -> list[ConsumerRecord[bytes, bytes]]:
    return [record async for record in everything_in(kafka(engines), topic)]


def test_the_page_says_of_each_topic_how_long_it_keeps_what() -> None:
    rows = dict(re.findall(r"^\| `(news\.\S+)` \|.*\| ([^|]+) \|$", TEXT, re.MULTILINE))
    assert rows.keys() == {topic.name for topic in ALL_TOPICS}
    for topic in ALL_TOPICS:
        days = topic.retention_ms // DAY_MS
        time = "for ever" if topic.retention_ms < 0 else f"{days} day{'s' if days > 1 else ''}"
        kept = ["compacted"] * topic.compacted + [time] * (not topic.compacted or topic.retention_ms >= 0)
        assert rows[topic.name] == ", ".join(kept), topic.name


@clean
async def test_order_the_revisions_of_an_article_are_in_one_partition_one_after_the_other(engines: Engines) -> None:
    for revision in (1, 2, 3):
        articles = [an_article(str(number), revision=revision) for number in range(30)]
        await publish(engines, *(to_record(ARTICLES, article.id, article, "fetcher") for article in articles))
    places: defaultdict[bytes | None, list[tuple[int, int]]] = defaultdict(list)
    for record in await held(engines, ARTICLES):
        places[record.key].append((record.partition, record.offset))
    assert len(places) == 30
    assert len({where[0][0] for where in places.values()}) > 1, "the work can be shared"
    for where in places.values():
        assert len({partition for partition, _ in where}) == 1
        assert where == sorted(where)


@clean
async def test_at_least_once_a_repeat_has_the_key_and_the_id_of_the_first(engines: Engines) -> None:
    article = an_article()
    tagged = [a_tagged_article(), a_tagged_article(tagged_at=MOMENT + timedelta(hours=1))]
    await publish(engines, *(to_record(ARTICLES, article.id, article, "fetcher") for _ in range(2)))
    await publish(engines, *(to_record(TAGGED, article.id, each, "extractor") for each in tagged))
    for topic in (ARTICLES, TAGGED):
        first, second = await held(engines, topic)
        assert first.key == second.key == article.id.encode()
        assert dict(first.headers)["ce_id"] == dict(second.headers)["ce_id"]


@clean
async def test_replay_a_new_group_sees_everything_in_the_same_order_as_often_as_it_likes(engines: Engines) -> None:
    await publish(engines, *(to_record(ALERTS, str(number), an_alert(slug=str(number)), "a") for number in range(50)))
    first, second = [await read_in_group(engines, group, 50) for group in ("one", "two")]
    assert first == second
    assert sum(len(keys) for keys in first.values()) == 50


async def read_in_group(engines: Engines, group: str, count: int) -> dict[int, list[bytes | None]]:
    """The keys that a new group reads, by partition."""
    found: defaultdict[int, list[bytes | None]] = defaultdict(list)
    reader = AIOKafkaConsumer(
        ALERTS.name, bootstrap_servers=engines.kafka_bootstrap, group_id=group, auto_offset_reset="earliest"
    )
    await reader.start()
    try:
        async with asyncio.timeout(60):
            while sum(len(keys) for keys in found.values()) < count:
                record = await reader.getone()
                found[record.partition].append(record.key)
    finally:
        await reader.stop()
    return dict(found)


@clean
async def test_compaction_leaves_the_newest_of_each_key_and_nothing_of_a_removed_one(engines: Engines) -> None:
    """Kafka is told to compact this topic at once, which it else does in its own time."""
    hasty = {"segment.ms": "100", "min.cleanable.dirty.ratio": "0.001", "delete.retention.ms": "0"}
    client = AIOKafkaAdminClient(bootstrap_servers=engines.kafka_bootstrap)
    await client.start()
    try:
        resource = ConfigResource(ConfigResourceType.TOPIC, ENDPOINTS.name, configs={**ENDPOINTS.config(), **hasty})
        await client.alter_configs([resource])
    finally:
        await client.close()
    states = [endpoint_record(an_endpoint(name, str(turn)), "api") for turn in range(5) for name in ("kept", "gone")]
    await publish(engines, *states)
    await publish(engines, tombstone(ENDPOINTS, "gone/webhook"))
    assert [record.key for record in await held(engines, ENDPOINTS)][-1] == b"gone/webhook", "reading ends with it gone"

    async def compacted() -> bool:
        # What the newest segment has is not compacted; another message ends the one before.
        await publish(engines, endpoint_record(an_endpoint("other", datetime.now(UTC).isoformat()), "api"))
        records = await held(engines, ENDPOINTS)
        kept = [record.value for record in records if record.key == b"kept/webhook"]
        return kept == [states[-2].value] and not any(record.key == b"gone/webhook" for record in records)

    await until(compacted, "compacted", within=180, every=1)


def an_endpoint(name: str, note: str) -> Endpoint:
    return Endpoint(subscription_id=name, channel="webhook", to="https://a.example/", note=note, since=MOMENT)


async def printed(lines: int, *command: str) -> list[str]:
    """The first lines that a program prints."""
    process = await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=PIPE)
    try:
        assert process.stdout is not None
        read = [await asyncio.wait_for(process.stdout.readline(), 120) for _ in range(lines)]
    finally:
        if process.returncode is None:
            process.kill()
        _, said = await process.communicate()
    assert all(read), said.decode()[-2000:]
    return [line.decode().rstrip("\n") for line in read]


def program(begins: str, folder: Path) -> str:
    """A Python program of the page, in a file."""
    (text,) = [text for name, text in PROGRAMS.items() if name.startswith(begins)]
    file = folder / "program.py"
    file.write_text(text, "utf-8")
    return str(file)


def test_the_first_program_is_also_a_file() -> None:
    assert len(PROGRAMS) == 2
    assert (PAGE.parent / "streams" / "consume.py").read_text("utf-8") in PROGRAMS.values()


@clean
async def test_the_page_s_python_programs_do_what_it_says(engines: Engines, tmp_path: Path) -> None:
    troops = a_tagged_article("troops", claims=(a_claim("More than 12,000 troops", "troop"),))
    guns = a_tagged_article("guns", claims=(a_claim("About 50 howitzers", "howitzer"),))
    await publish(engines, *(to_record(TAGGED, each.article.id, each, "extractor") for each in (guns, troops)))
    (line,) = await printed(1, sys.executable, program("Print every figure", tmp_path), engines.kafka_bootstrap)
    assert line == "The Outlet | More than 12,000 troops | More than 12,000 troops have been sent to Kursk."

    early, late = an_article("early", title="Early"), an_article("late", title="Late", revision=2)
    await publish(engines, to_record(ARTICLES, early.id, early, "fetcher"))
    (first,) = await held(engines, ARTICLES)
    since = datetime.fromtimestamp(first.timestamp / 1000 + 0.001, UTC)
    await until(lambda: datetime.now(UTC) > since, "the clock goes on")
    await publish(engines, to_record(ARTICLES, late.id, late, "fetcher"), tombstone(ARTICLES, early.id))
    command = [sys.executable, program("Print the titles", tmp_path), since.isoformat(), engines.kafka_bootstrap]
    process = await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=PIPE)
    said, errors = await asyncio.wait_for(process.communicate(), 120)
    assert (said.decode(), process.returncode) == ("2 | The Outlet | Late\n", 0), errors.decode()[-2000:]


@clean
async def test_the_page_s_java_program_does_what_it_says(engines: Engines) -> None:
    java = find_java(os.environ, engine_account())
    assert java is not None
    if not await asyncio.to_thread(module_available, java, "jdk.compiler"):
        pytest.skip("this Java has no compiler: a JRE runs the engines, a JDK compiles Alerts.java")
    copy = an_alert(copy_number=1, article_id="0" * 32)
    for alert in (copy, an_alert(slug="b", title="Guns")):
        await publish(engines, to_record(ALERTS, alert.article_id, alert, "alerts"))
    libs = kafka_folder(LocalSettings().cache_dir, load_pins().kafka) / "libs"
    source = PAGE.parent / "streams" / "Alerts.java"
    (line,) = await printed(1, str(java.program), "-cp", f"{libs}/*", str(source), engines.kafka_bootstrap)
    identity, title, sentence = line.split(" | ")
    assert (title, sentence) == ("Guns", "More than 12,000 troops have been sent to Kursk, Kyiv says.")
    assert re.fullmatch(r"[0-9a-f]{32}", identity)


@clean
async def test_the_page_s_lines_for_a_shell_do_what_it_says(engines: Engines) -> None:
    """With kcat, one after the other as they stand there."""
    await asyncio.to_thread(programs, {"kcat": "kcat"})
    shell = TEXT.split("## A shell")[1].split("```")[1].removeprefix("sh\n")
    beginning, headers, group = (
        line.replace("127.0.0.1:19092", engines.kafka_bootstrap) for line in shell.splitlines()
    )
    alert, tagged = an_alert(), a_tagged_article("guns")
    await publish(
        engines, to_record(ALERTS, alert.article_id, alert, "alerts"), to_record(TAGGED, "guns", tagged, "extractor")
    )
    (line,) = await printed(1, "sh", "-c", f"exec {beginning}")
    (written,) = await held(engines, ALERTS)
    moment, key, value = line.split(" ", 2)
    assert (int(moment), key) == (written.timestamp, alert.article_id)
    assert Alert.model_validate_json(value) == alert
    (line,) = await printed(1, "sh", "-c", f"exec {headers}")
    assert {"ce_id", "ce_type"} < {header.partition("=")[0] for header in line.split(",")}
    (line,) = await printed(1, "sh", "-c", f"exec {group}")
    assert Alert.model_validate_json(line) == alert
