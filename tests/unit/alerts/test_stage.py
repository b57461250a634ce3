"""A batch of tagged articles becomes alerts: each once, with an id that a repeat shares."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiokafka.errors import KafkaTimeoutError

from services.alerts.matcher import Matcher
from services.alerts.raised import Raised
from services.alerts.stage import Alerts
from services.common.deadletters import DeadLetterLimit
from services.common.errors import TooManyDeadLetters, TransientError
from services.common.events import from_value
from services.common.health import Health
from services.common.identity import alert_id
from services.common.messages import Alert, DeadLetter, Match, Rule, Subscription, TaggedArticle
from services.common.metrics import Metrics
from services.common.runtime import Process
from services.common.topics import ALERTS, DEAD_LETTERS
from tests.builders import MOMENT, a_tagged_article

HOWITZERS = Subscription(id="sub", name="Guns", rule=Rule(any=("howitzer",)), created_at=MOMENT, updated_at=MOMENT)


@dataclass(frozen=True)
class Received:
    value: bytes | None
    offset: int = 0
    partition: int = 0
    topic: str = "news.tagged.v1"
    key: bytes | None = b"k"
    headers: tuple[tuple[str, bytes], ...] = ()


@dataclass
class Producer:
    """Kafka that can be made not to acknowledge, which a real one does not do on demand."""

    acknowledges: bool = True
    sent: list[tuple[str, bytes, bytes]] = field(default_factory=list)

    async def send(self, topic: str, *, key: bytes, value: bytes, **_: Any) -> asyncio.Future[None]:
        answer: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if self.acknowledges:
            self.sent.append((topic, key, value))
            answer.set_result(None)
        else:
            answer.set_exception(KafkaTimeoutError())
        return answer

    @property
    def alerts(self) -> list[Alert]:
        return [from_value(Alert, value) for topic, _, value in self.sent if topic == ALERTS.name]


def a_stage(producer: Producer, *, limit: int = 10) -> tuple[Alerts, Metrics]:
    metrics = Metrics()
    matcher = Matcher()
    matcher.replace([HOWITZERS])
    process = Process("alerts", metrics, Health(metrics), asyncio.Event())
    client: Any = producer
    return Alerts(matcher, client, process, DeadLetterLimit(limit)), metrics


def received(tagged: TaggedArticle) -> Received:
    return Received(tagged.model_dump_json().encode())


def counted(metrics: Metrics, outcome: str) -> float | None:
    return metrics.registry.get_sample_value("sitrep_messages_total", {"stage": "alerts", "outcome": outcome})


FIRES = a_tagged_article("guns", text="Ten howitzers came.")


async def test_an_article_that_matches_raises_one_alert() -> None:
    producer = Producer()
    stage, metrics = a_stage(producer)
    await stage.take([received(FIRES), received(a_tagged_article("peace", text="All quiet."))])
    ((topic, key, _),) = producer.sent
    assert (topic, key) == (ALERTS.name, FIRES.article.id.encode())
    (alert,) = producer.alerts
    assert alert.model_dump(exclude={"matches", "created_at"}) == {
        "id": alert_id("sub", FIRES.article.id),
        "subscription_id": "sub",
        "subscription_name": "Guns",
        "article_id": FIRES.article.id,
        "revision": 1,
        "url": FIRES.article.url,
        "title": FIRES.article.title,
        "source": FIRES.article.source.model_dump(),
        "published_at": FIRES.article.published_at,
        "figures": (),
        "copy_number": 0,
        "copy_of": None,
    }
    (match,) = alert.matches
    assert (match.text, match.sentence, match.because) == ("howitzers", "Ten howitzers came.", "any: howitzer")
    assert metrics.registry.get_sample_value("sitrep_alerts_total") == 1
    assert counted(metrics, "done") == 2


async def test_the_first_revision_that_matches_raises_it_and_later_ones_do_not() -> None:
    producer = Producer()
    stage, _ = a_stage(producer)
    quiet = a_tagged_article("guns", text="Nothing came.")
    second, third = (a_tagged_article("guns", text="Ten howitzers came.", revision=number) for number in (2, 3))
    await stage.take([received(quiet), received(second), received(second)])
    await stage.take([received(third), received(second)])
    assert [alert.revision for alert in producer.alerts] == [2]


async def test_another_process_raises_the_same_alert_under_the_same_id() -> None:
    one, other = Producer(), Producer()
    for producer in (one, other):
        await a_stage(producer)[0].take([received(FIRES)])
    assert one.alerts[0].id == other.alerts[0].id


async def test_what_was_not_acknowledged_is_raised_when_the_batch_comes_again() -> None:
    producer = Producer(acknowledges=False)
    stage, metrics = a_stage(producer)
    with pytest.raises(TransientError, match="Kafka did not acknowledge"):
        await stage.take([received(FIRES)])
    assert counted(metrics, "done") is None
    producer.acknowledges = True
    await stage.take([received(FIRES)])
    assert len(producer.alerts) == 1
    assert counted(metrics, "done") == 1


async def test_a_malformed_message_is_given_up_and_the_next_one_matched() -> None:
    producer = Producer()
    stage, metrics = a_stage(producer)
    await stage.take([Received(b"not json", offset=4), received(FIRES)])
    (letter,) = [from_value(DeadLetter, value) for topic, _, value in producer.sent if topic == DEAD_LETTERS.name]
    assert (letter.stage, letter.offset, letter.value) == ("alerts", 4, b"not json")
    assert "not a valid TaggedArticle" in letter.reason
    assert len(producer.alerts) == 1
    assert (counted(metrics, "done"), counted(metrics, "dead_letter")) == (1, 1)


async def test_a_deletion_raises_nothing_and_is_no_fault() -> None:
    producer = Producer()
    stage, metrics = a_stage(producer)
    await stage.take([Received(None), received(FIRES)])
    assert [topic for topic, *_ in producer.sent] == [ALERTS.name]
    assert counted(metrics, "done") == 2


async def test_an_article_that_was_only_tagged_anew_raises_nothing() -> None:
    producer = Producer()
    stage, metrics = a_stage(producer)
    await stage.take([received(FIRES.model_copy(update={"again": True}))])
    assert producer.sent == []
    assert counted(metrics, "done") == 1


async def test_too_many_dead_letters_stop_the_service() -> None:
    producer = Producer()
    stage, _ = a_stage(producer, limit=2)
    with pytest.raises(TooManyDeadLetters, match="3 of the last 3 messages"):
        await stage.take([Received(b"{", offset) for offset in range(5)])
    assert producer.sent == []


async def test_a_fault_over_one_article_does_not_stop_the_others() -> None:
    producer = Producer()
    stage, metrics = a_stage(producer)
    matches = stage._matcher.matches

    def fails_over_one(tagged: TaggedArticle) -> Iterator[tuple[Subscription, tuple[Match, ...]]]:
        if tagged.article.url != FIRES.article.url:
            raise ZeroDivisionError
        return matches(tagged)

    stage._matcher.matches = fails_over_one  # type: ignore[method-assign]  # no real article is known that fails
    await stage.take([received(a_tagged_article("bad")), received(FIRES)])
    (letter,) = [from_value(DeadLetter, value) for topic, _, value in producer.sent if topic == DEAD_LETTERS.name]
    assert letter.reason == "a fault of the service: ZeroDivisionError: "
    assert counted(metrics, "done") == 1


def test_only_so_many_alerts_are_remembered_the_newest() -> None:
    raised = Raised(most=2)
    raised.add(["a", "b"])
    raised.add(["a"])
    raised.add(["c"])
    assert [name in raised for name in "abc"] == [True, False, True]
