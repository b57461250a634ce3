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
from services.alerts.settings import AlertsSettings
from services.common.elastic import elastic
from services.common.events import Record, from_value, to_record, tombstone
from services.common.health import Health
from services.common.identity import alert_id, article_id
from services.common.kafka import consumer, producer, send
from services.common.messages import Alert, DeadLetter, MatchedArticle, Message, Rule, Subscription
from services.common.metrics import Metrics
from services.common.rules.english import plurals
from services.common.runtime import Process
from services.common.settings import ElasticsearchSettings, KafkaSettings
from services.common.signature import signature
from services.common.topics import ALERTS, DEAD_LETTERS, MATCHED, SUBSCRIPTIONS, TAGGED, Topic
from services.indexer.mappings.analysis import analysis as analysis_settings
from tests.builders import MOMENT, a_claim, a_tagged_article
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
    article = a_tagged_article(slug, text=text, **more).model_copy(update={"signature": signature(text)})
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


def done(process: Process, stage: str) -> float:
    return value(process, "sitrep_messages_total", stage=stage, outcome="done")


async def until_done(engines: Engines, process: Process, messages: int, *, before: int = 0) -> None:
    """So many articles were matched by this process, and what came of them was told; so many were told before it."""
    await until(lambda: done(process, "alerts") == messages, "matched")
    written = len(await carried(engines, MATCHED, MatchedArticle)) - before
    await until(lambda: done(process, "alerts-telling") >= written, "told")


async def until_known(process: Process, subscriptions: int) -> None:
    await until(lambda: value(process, "sitrep_subscriptions") == subscriptions, "subscriptions known")


@line_of_its_own
async def test_one_alert_with_the_words_in_their_sentence(engines: Engines) -> None:
    text = "It rained.\nKyiv’s officials said North Koreans brought 50 Koksan howitzers. Nobody else did."
    await publish(engines, [subscribed(a_subscription("guns", any=["koksan howitzer"], none=["football"]))])
    async with alerting(engines) as process:
        await publish(engines, [tagged("guns", text), tagged("peace", "All quiet."), tagged("guns", text, revision=2)])
        await until_done(engines, process, 3)
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
        await until_done(engines, process, 1)
        await publish(engines, [subscribed(a_subscription(name, any=["tank"])) for name in ("kept", "paused", "gone")])
        await until_known(process, 3)
        await publish(engines, [tagged("all", "tanks")])
        await until_done(engines, process, 2)
        await publish(
            engines,
            [subscribed(a_subscription("paused", active=False, any=["tank"])), tombstone(SUBSCRIPTIONS, "gone")],
        )
        await until_known(process, 2)
        await publish(engines, [tagged("after", "tanks")])
        await until_done(engines, process, 3)
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
        await until_done(engines, process, 1)
        await until(lambda: value(process, "sitrep_messages_total", stage="alerts", outcome="dead_letter") == 3, "3")
    assert [alert.subscription_id for alert in await carried(engines, ALERTS, Alert)] == ["ok"]
    letters = await carried(engines, DEAD_LETTERS, DeadLetter)
    assert sorted(letter.value or b"" for letter in letters) == [b"", b"{", b'{"article": 1}']
    assert {(letter.stage, letter.topic, letter.key) for letter in letters} == {("alerts", TAGGED.name, b"k")}
    assert all("not a valid TaggedArticle" in letter.reason for letter in letters)


@line_of_its_own
async def test_sigkill_and_rebalance_lose_nothing_and_tell_nothing_twice(engines: Engines, tmp_path: Path) -> None:
    """Every third article is a copy of the one before, so that what was told before matters all along."""
    slugs = [str(number) for number in range(1500)]
    await publish(engines, [subscribed(a_subscription("tanks", any=["tank"]))])
    await publish(engines, [tagged(slug, report(number)) for number, slug in enumerate(slugs)])
    async with a_line(engines, tmp_path, []) as line, alerting(engines):
        for wave in (1, 300, 600):
            await line.start("alerts")  # the partitions are shared anew
            await until(partial(alerted, engines, wave), f"{wave} alerts")
            await line.kill("alerts")
        before = await carried(engines, ALERTS, Alert)
        assert len(told_once(before)) < len(slugs), "it must be killed in the middle"
        await until(partial(alerted, engines, len(slugs)), "every article alerted", within=180, every=1)
    alerts = await carried(engines, ALERTS, Alert)
    assert told_once(alerts).keys() == {article_id(f"https://outlet.example/{slug}") for slug in slugs}
    stories = {alert.id for alert in alerts}
    assert len(stories) == sum(number % 3 != 2 for number in range(len(slugs)))
    assert len([alert for alert in told_once(alerts).values() if alert.copy_number == 0]) == len(stories)


def report(number: int) -> str:
    """A report of its own, or a copy of the one before."""
    own = number - (number % 3 == 2)
    words = " ".join(f"{word}{own}" for word in ("crew", "column", "depot", "bridge", "river", "rail", "camp", "gate"))
    return f"Report {own}: tanks. {words} {' '.join(f'w{own * 100 + at}' for at in range(24))}"


def told_once(alerts: Iterable[Alert]) -> dict[str, Alert]:
    """By article; a message may be there twice, but then it is the same."""
    by_article: dict[str, Alert] = {}
    for alert in alerts:
        assert by_article.setdefault(alert.article_id, alert) == alert
    return by_article


async def alerted(engines: Engines, articles: int) -> bool:
    return len({alert.article_id for alert in await carried(engines, ALERTS, Alert)}) >= articles


@line_of_its_own
async def test_kafka_killed_in_the_middle_is_waited_for(engines: Engines) -> None:
    await publish(engines, [subscribed(a_subscription("tanks", any=["tank"]))])
    async with alerting(engines) as process:
        await publish(engines, [tagged(f"early-{number}", "tanks") for number in range(20)])
        await until_done(engines, process, 20)
        await engines.kafka.kill()
        await engines.kafka.start()
        await publish(engines, [tagged(f"late-{number}", "tanks") for number in range(20)])
        await until(lambda: value(process, "sitrep_alerts_total") == 40, "every article alerted", within=120)
        await publish(engines, [subscribed(a_subscription("new", any=["tank"]))])
        await until_known(process, 2)
    assert len({alert.id for alert in await carried(engines, ALERTS, Alert)}) == 40


@line_of_its_own
async def test_every_article_is_checked_against_a_subscription_from_the_moment_it_is_answered(engines: Engines) -> None:
    """Each article is written the moment its subscription was acknowledged, while the service is kept busy by others:
    whatever the service was doing then, the article is matched against the subscription.
    """
    async with alerting(engines) as process, producer(kafka(engines), "test") as sending:
        for number in range(60):
            await send(sending, [tagged(f"noise-{number}-{at}", "Nothing.") for at in range(5)])
            await send(sending, [subscribed(a_subscription(f"s{number}", any=[f"word{number}"]))])
            await send(sending, [tagged(f"hit-{number}", f"At last, word{number}.")])
        await until_done(engines, process, 60 * 6)
    alerts = await carried(engines, ALERTS, Alert)
    assert {alert.subscription_id for alert in alerts} == {f"s{number}" for number in range(60)}
    assert len(alerts) == 60


@line_of_its_own
async def test_figures_are_remembered_over_a_restart(engines: Engines) -> None:
    """Before and after stand in the alert, though the process that alerts never saw the article before."""

    def says(slug: str, number: int, **more: Any) -> Record:
        claim = a_claim(f"{number:,} troops", sentence=f"{number:,} troops came.", actor="country/north-korea")
        return tagged(slug, claim.sentence, claims=(claim,), **more)

    rules = {
        "high": {"unit": ["soldier"], "actor": ["country/north-korea"], "min": 12_000},
        "moved": {"when": "moved", "unit": ["troop"], "by": 20},
        "first": {"when": "first", "unit": ["troop"], "min": 12_000},
        "changed": {"when": "changed", "unit": ["troop"]},
    }
    await publish(engines, [subscribed(a_subscription(name, figures=rule)) for name, rule in rules.items()])
    said = (says("a", 10_000), says("b", 13_000), says("a", 9_000, revision=2), says("c", 12_500))
    for number, record in enumerate(said):
        async with alerting(engines) as process:
            await publish(engines, [record])
            await until_done(engines, process, 1, before=number)
    alerts = await carried(engines, ALERTS, Alert)
    assert sorted((alert.subscription_id, alert.title, alert.figures[0].because) for alert in alerts) == [
        ("changed", "Troops sent to Kursk", "figures: changed from revision 1 to 2: 10,000 troops → 9,000 troops"),
        ("first", "Troops sent to Kursk", "figures: the first: 13,000 troops"),
        ("high", "Troops sent to Kursk", "figures: 12,500 troops"),
        ("high", "Troops sent to Kursk", "figures: 13,000 troops"),
        ("moved", "Troops sent to Kursk", "figures: fell by 30.8 % (20 % or more): 13,000 troops → 9,000 troops"),
        ("moved", "Troops sent to Kursk", "figures: rose by 30 % (20 % or more): 10,000 troops → 13,000 troops"),
        ("moved", "Troops sent to Kursk", "figures: rose by 38.9 % (20 % or more): 9,000 troops → 12,500 troops"),
    ]


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
