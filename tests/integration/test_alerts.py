"""The alerts service on a real Kafka: a subscription, an article, one alert that says why."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import pytest
from elasticsearch import AsyncElasticsearch

from deploy.local.engines import Engines
from services.alerts.app import work
from services.alerts.english import plurals
from services.alerts.settings import AlertsSettings
from services.common.elastic import elastic
from services.common.events import Record, from_value, to_record, tombstone
from services.common.health import Health
from services.common.identity import alert_id, article_id
from services.common.kafka import consumer, producer, send
from services.common.messages import Alert, DeadLetter, Message, Rule, Subscription
from services.common.metrics import Metrics
from services.common.runtime import Process
from services.common.settings import ElasticsearchSettings, KafkaSettings
from services.common.topics import ALERTS, DEAD_LETTERS, SUBSCRIPTIONS, TAGGED, Topic
from services.indexer.mappings.analysis import analysis as analysis_settings
from tests.builders import MOMENT, a_tagged_article
from tests.e2e.line import a_line
from tests.waiting import until

M = TypeVar("M", bound=Message)

line_of_its_own = pytest.mark.usefixtures("clean_line")


def kafka(engines: Engines) -> KafkaSettings:
    return KafkaSettings(kafka_bootstrap=engines.kafka_bootstrap)


@asynccontextmanager
async def alerting(engines: Engines) -> AsyncIterator[Process]:
    """The alerts service at work in this process."""
    metrics = Metrics()
    process = Process("alerts", metrics, Health(metrics), asyncio.Event())
    working = asyncio.create_task(work(AlertsSettings(kafka_bootstrap=engines.kafka_bootstrap), process))
    try:
        await until(lambda: working.done() or not process.health.waiting, "alerts ready")
        yield process
    finally:
        process.stop.set()
        await asyncio.wait_for(working, 30)


def a_subscription(name: str, *, active: bool = True, **rule: Any) -> Subscription:
    return Subscription(
        id=name, name=f"About {name}", rule=Rule(**rule), active=active, created_at=MOMENT, updated_at=MOMENT
    )


def subscribed(subscription: Subscription) -> Record:
    return to_record(SUBSCRIPTIONS, subscription.id, subscription, "api")


def tagged(slug: str, text: str, **more: Any) -> Record:
    article = a_tagged_article(slug, text=text, **more)
    return to_record(TAGGED, article.article.id, article, "extractor")


async def publish(engines: Engines, records: Iterable[Record]) -> None:
    async with producer(kafka(engines), "test") as sending:
        await send(sending, records)


async def carried(engines: Engines, topic: Topic, model: type[M]) -> list[M]:
    """Every message a topic holds now."""
    found: list[M] = []
    async with consumer(kafka(engines), [topic], uuid4().hex) as reading:
        await until(reading.assignment, "partitions")
        ends = await reading.end_offsets(reading.assignment())
        while any([await reading.position(partition) < end for partition, end in ends.items()]):
            for records in (await reading.getmany(timeout_ms=200)).values():
                found += [from_value(model, record.value) for record in records]
    return found


def value(process: Process, metric: str, **labels: str) -> float:
    return process.metrics.registry.get_sample_value(metric, labels) or 0


async def until_done(process: Process, messages: int) -> None:
    await until(lambda: value(process, "sitrep_messages_total", stage="alerts", outcome="done") == messages, "matched")


async def until_known(process: Process, subscriptions: int) -> None:
    await until(lambda: value(process, "sitrep_subscriptions") == subscriptions, "subscriptions known")


@line_of_its_own
async def test_one_alert_with_the_words_in_their_sentence(engines: Engines) -> None:
    text = "It rained.\nKyiv’s officials said North Koreans brought 50 Koksan howitzers. Nobody else did."
    await publish(engines, [subscribed(a_subscription("guns", any=["koksan howitzer"], none=["football"]))])
    async with alerting(engines) as process:
        await publish(engines, [tagged("guns", text), tagged("peace", "All quiet."), tagged("guns", text, revision=2)])
        await until_done(process, 3)
    (alert,) = await carried(engines, ALERTS, Alert)
    assert alert.id == alert_id("guns", article_id("https://outlet.example/guns"))
    assert (alert.subscription_name, alert.revision, alert.title) == ("About guns", 1, "Troops sent to Kursk")
    (match,) = alert.matches
    assert match.text == text[match.start : match.end] == "Koksan howitzers"
    assert match.sentence == "Kyiv’s officials said North Koreans brought 50 Koksan howitzers."
    assert match.because == "any: koksan howitzer"
    assert value(process, "sitrep_alerts_total") == 1


@line_of_its_own
async def test_subscriptions_take_effect_without_a_restart(engines: Engines) -> None:
    async with alerting(engines) as process:
        await publish(engines, [tagged("before", "tanks")])
        await until_done(process, 1)
        await publish(engines, [subscribed(a_subscription(name, any=["tank"])) for name in ("kept", "paused", "gone")])
        await until_known(process, 3)
        await publish(engines, [tagged("all", "tanks")])
        await until_done(process, 2)
        await publish(
            engines,
            [subscribed(a_subscription("paused", active=False, any=["tank"])), tombstone(SUBSCRIPTIONS, "gone")],
        )
        await until_known(process, 2)
        await publish(engines, [tagged("after", "tanks")])
        await until_done(process, 3)
    alerts = await carried(engines, ALERTS, Alert)
    assert sorted((alert.url.rpartition("/")[2], alert.subscription_id) for alert in alerts) == [
        ("after", "kept"),
        ("all", "gone"),
        ("all", "kept"),
        ("all", "paused"),
    ]


@line_of_its_own
async def test_poison_goes_to_the_dead_letters_and_the_stream_goes_on(engines: Engines) -> None:
    broken = Record(SUBSCRIPTIONS.name, b"broken", b"{")
    await publish(engines, [broken, subscribed(a_subscription("bad")), subscribed(a_subscription("ok", any=["tank"]))])
    async with alerting(engines) as process:
        poison = [Record(TAGGED.name, b"k", value) for value in (b"{", b"", b'{"article": 1}')]
        await publish(engines, [*poison, tagged("a", "tanks")])
        await until_done(process, 1)
        await until(lambda: value(process, "sitrep_messages_total", stage="alerts", outcome="dead_letter") == 3, "3")
    assert [alert.subscription_id for alert in await carried(engines, ALERTS, Alert)] == ["ok"]
    letters = await carried(engines, DEAD_LETTERS, DeadLetter)
    assert sorted(letter.value or b"" for letter in letters) == [b"", b"{", b'{"article": 1}']
    assert {(letter.stage, letter.topic, letter.key) for letter in letters} == {("alerts", TAGGED.name, b"k")}
    assert all("not a valid TaggedArticle" in letter.reason for letter in letters)


@line_of_its_own
async def test_sigkill_loses_no_alert_and_a_repeat_has_the_same_id(engines: Engines, tmp_path: Path) -> None:
    slugs = [str(number) for number in range(3000)]
    await publish(engines, [subscribed(a_subscription("tanks", any=["tank"]))])
    await publish(engines, [tagged(slug, f"Report {slug}: tanks.") for slug in slugs])
    async with a_line(engines, tmp_path, []) as line:
        await line.start("alerts")
        await until(partial(alerted, engines, 1), "first alerts")
        await line.kill("alerts")
        before = await carried(engines, ALERTS, Alert)
        assert len(before) < len(slugs), "it must be killed in the middle"
        await line.start("alerts")
        await until(partial(alerted, engines, len(slugs)), "every article alerted", within=90, every=1)
        assert await line.stop("alerts") == 0
    ids = {alert.id for alert in await carried(engines, ALERTS, Alert)}
    assert ids == {alert_id("tanks", article_id(f"https://outlet.example/{slug}")) for slug in slugs}


async def alerted(engines: Engines, articles: int) -> bool:
    return len({alert.article_id for alert in await carried(engines, ALERTS, Alert)}) >= articles


@line_of_its_own
async def test_kafka_killed_in_the_middle_is_waited_for(engines: Engines) -> None:
    await publish(engines, [subscribed(a_subscription("tanks", any=["tank"]))])
    async with alerting(engines) as process:
        await publish(engines, [tagged(f"early-{number}", "tanks") for number in range(20)])
        await until_done(process, 20)
        await engines.kafka.kill()
        await engines.kafka.start()
        await publish(engines, [tagged(f"late-{number}", "tanks") for number in range(20)])
        await until(lambda: value(process, "sitrep_alerts_total") == 40, "every article alerted", within=120)
        await publish(engines, [subscribed(a_subscription("new", any=["tank"]))])
        await until_known(process, 2)
    assert len({alert.id for alert in await carried(engines, ALERTS, Alert)}) == 40


SAME = [
    ("Kursk", "KURSK", "Kursk’s", "kursk's"),
    ("Erdoğan", "Erdogan", "Erdog\u0306an"),
    ("Łódź", "lodz"),
    ("U.S.", "US", "U.S", "U.S.'s"),
    ("D.P.R.K.", "DPRK"),
    ("O'Brien", "O’Brien’s"),
    ("howitzer", "howitzers", "how\u00aditzers"),
    *((name, f"{name}s") for name in ("troop", "force", "tank", "missile", "munition", "base", "drone", "rifle")),
    *((name, f"{name}s") for name in ("brigade", "vehicle", "Houthi", "Ukrainian", "F-16", "T-72", "round")),
    *((name, f"{name}es") for name in ("loss", "crash", "launch", "dispatch", "mass", "torpedo")),
    ("army", "armies"),
    ("casualty", "casualties"),
    ("supply", "supplies"),
    ("territory", "territories"),
    *plurals().items(),
]


@pytest.fixture(scope="module")
async def analysis(engines: Engines) -> AsyncIterator[AsyncElasticsearch]:
    async with elastic(ElasticsearchSettings(elasticsearch_url=engines.elasticsearch_url)) as client:
        await client.options(ignore_status=404).indices.delete(index="words")
        await client.indices.create(index="words", settings={"analysis": analysis_settings()})
        yield client
        await client.indices.delete(index="words")


@pytest.mark.parametrize("same", SAME, ids="|".join)
async def test_what_an_alert_takes_for_one_word_a_search_does_too(
    analysis: AsyncElasticsearch, same: tuple[str, ...]
) -> None:
    kept = [await analysis.indices.analyze(index="words", analyzer="words", text=word) for word in same]
    asked = [await analysis.indices.analyze(index="words", analyzer="words_asked", text=word) for word in same]
    (words,) = {tuple(token["token"] for token in answer["tokens"]) for answer in kept}
    (asked_words,) = {frozenset(token["token"] for token in answer["tokens"]) for answer in asked}
    assert set(words) <= asked_words, "what is asked has other names beside it"
