"""What is tried when: few at once, one at a time while a receiver fails, the letter of a day as one."""

from datetime import UTC, datetime, timedelta
from typing import Any

from services.common.messages import Delivery
from services.delivery.desk import AT_ONCE, Desk, Job, ReceiverKey
from services.delivery.outcome import Outcome, following
from tests.builders import an_alert

NOW = datetime(2024, 11, 17, 12, tzinfo=UTC)
KEY: ReceiverKey = ("tanks", "webhook")
DOWN = Outcome(ok=False, said="down")
UP = Outcome(ok=True, said="up")


def a_delivery(name: str, **fields: Any) -> Delivery:
    return Delivery.model_validate(
        {
            "id": name, "subscription_id": "tanks", "channel": "webhook", "kind": "alert", "to": "https://a.example/",
            "title": name, "alert": an_alert(slug=name), "created_at": NOW, "due_at": NOW, **fields,
        }
    )  # fmt: skip


def a_desk(*deliveries: Delivery) -> Desk:
    desk = Desk()
    for delivery in deliveries:
        desk.take(delivery, delivery.model_dump_json().encode())
    return desk


def started(desk: Desk, now: datetime = NOW, *, together: bool = False) -> list[Job]:
    """Everything that is begun now."""
    jobs = []
    while job := desk.receivers[KEY].next_job(now, together=together):
        desk.begin(KEY, job)
        jobs.append(job)
    return jobs


def ended(desk: Desk, job: Job, outcome: Outcome, now: datetime = NOW) -> None:
    desk.end(KEY, job, [following(each, outcome, now, now, timedelta(days=1), 0.5) for each in job], now)


def names(jobs: list[Job]) -> list[str]:
    return [delivery.id for job in jobs for delivery in job]


def test_a_few_at_once_and_the_next_when_one_ends() -> None:
    desk = a_desk(*(a_delivery(str(number)) for number in range(6)))
    first = started(desk)
    assert names(first) == ["0", "1", "2", "3"]
    assert len(first) == AT_ONCE
    ended(desk, first[0], UP)
    assert names(started(desk)) == ["4"]
    assert desk.pending == 5


def test_a_receiver_that_fails_is_asked_one_at_a_time_and_rests_and_is_trusted_again_when_it_is_back() -> None:
    desk = a_desk(*(a_delivery(str(number)) for number in range(10)))
    for job in started(desk):
        ended(desk, job, DOWN)
    assert started(desk, NOW + timedelta(seconds=4)) == []
    later = NOW + timedelta(seconds=6)
    (probe,) = started(desk, later)
    ended(desk, probe, DOWN, later)
    much_later = NOW + timedelta(minutes=10)
    (probe,) = started(desk, much_later)
    ended(desk, probe, UP, much_later)
    assert len(started(desk, much_later)) == AT_ONCE, "it is back: four at once, and what waited is due"


def test_a_sample_is_sent_though_the_receiver_rests() -> None:
    desk = a_desk(a_delivery("a"), a_delivery("b"))
    for job in started(desk):
        ended(desk, job, DOWN)
    sample = a_delivery("sample", kind="test", due_at=NOW - timedelta(seconds=1))
    desk.take(sample, b"")
    assert names(started(desk)) == ["sample"]


def test_what_is_due_on_the_same_day_is_one_letter() -> None:
    desk = a_desk(*(a_delivery(str(number)) for number in range(3)), a_delivery("x", due_at=NOW + timedelta(days=1)))
    (job,) = started(desk, together=True)
    assert names([job]) == ["0", "1", "2"]


def test_an_echo_of_an_earlier_attempt_changes_nothing() -> None:
    delivery = a_delivery("a")
    desk = a_desk(delivery)
    (job,) = started(desk)
    ended(desk, job, DOWN)
    assert desk.take(delivery, b"") is None
    assert len(desk.receivers[KEY].pending["a"].attempts) == 1


def test_what_is_planned_again_after_it_was_settled_stands_settled_again() -> None:
    delivery = a_delivery("a")
    desk = a_desk(delivery)
    (job,) = started(desk)
    ended(desk, job, UP)
    again = desk.take(delivery, delivery.model_dump_json().encode())
    assert again is not None
    assert Delivery.model_validate_json(again).status == "delivered"
    assert started(desk) == []


def test_an_attempt_that_was_broken_off_comes_again_after_a_while() -> None:
    desk = a_desk(a_delivery("a"))
    (job,) = started(desk)
    desk.end(KEY, job, [], NOW)
    assert started(desk) == []
    assert names(started(desk, NOW + timedelta(seconds=6))) == ["a"]


def test_a_receiver_of_whom_nothing_is_known_is_forgotten() -> None:
    desk = a_desk(a_delivery("a"))
    (job,) = started(desk)
    ended(desk, job, UP)
    desk.sweep()
    assert desk.receivers == {}
