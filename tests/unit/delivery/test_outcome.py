"""What follows from an attempt: settled, tried again, given up."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.messages import Attempt, Delivery
from services.delivery.outcome import LONGEST_WAIT, Outcome, following, wait_after
from tests.builders import an_alert

NOW = datetime(2024, 11, 17, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def a_delivery(kind: str = "alert", first: datetime | None = None, failures: int = 0) -> Delivery:
    began = first or NOW
    attempts = tuple(
        Attempt(at=began + timedelta(minutes=number), ok=False, said="no", seconds=0) for number in range(failures)
    )
    return Delivery.model_validate(
        {
            "id": "d", "subscription_id": "tanks", "channel": "webhook", "kind": kind, "to": "https://a.example/",
            "title": "t", "alert": an_alert(), "attempts": attempts, "created_at": NOW, "due_at": NOW,
        }
    )  # fmt: skip


def after(delivery: Delivery, outcome: Outcome) -> tuple[str, str | None, bool]:
    came = following(delivery, outcome, NOW, NOW + timedelta(seconds=1.5), DAY, 0.5)
    assert came.delivery.attempts[-1].seconds == 1.5
    assert (came.delivery.alert is None) == (came.delivery.status != "pending"), "what is settled keeps no alert"
    return came.delivery.status, came.delivery.note, came.disable is not None


OK = Outcome(ok=True, said="answered 204", status=204)
DOWN = Outcome(ok=False, said="answered 503", status=503)
GONE = Outcome(ok=False, said="answered 410", status=410, gone=True)
OURS = Outcome(ok=False, said="the mail server is away", ours=True)
OLD = NOW - DAY
ROWS = [
    ("taken", a_delivery(), OK, ("delivered", None, False)),
    ("not taken", a_delivery(), DOWN, ("pending", None, False)),
    ("gone", a_delivery(), GONE, ("failed", "answered 410", True)),
    ("a day over", a_delivery(first=OLD, failures=3), DOWN,
     ("failed", "Given up after 4 attempts in 24 hours; the last: answered 503", True)),
    ("a day over, by our fault", a_delivery(first=OLD, failures=3), OURS,
     ("failed", "Given up after 4 attempts in 24 hours; the last: the mail server is away", False)),
    ("taken at last", a_delivery(first=OLD, failures=3), OK, ("delivered", None, False)),
    ("a sample is tried once", a_delivery("test"), DOWN, ("failed", "answered 503", False)),
    ("a sample disables nothing", a_delivery("test"), GONE, ("failed", "answered 410", False)),
    ("a confirmation comes again", a_delivery("confirmation"), OURS, ("pending", None, False)),
]  # fmt: skip


@pytest.mark.parametrize(("why", "delivery", "outcome", "expected"), ROWS, ids=[row[0] for row in ROWS])
def test_what_follows(why: str, delivery: Delivery, outcome: Outcome, expected: tuple[str, str | None, bool]) -> None:
    assert after(delivery, outcome) == expected


def test_waits_grow_to_six_hours() -> None:
    waits = [wait_after(failures, 0.5).total_seconds() for failures in range(1, 10)]
    assert waits == [5, 20, 80, 320, 1280, 5120, 20480, 21600, 21600]


@given(st.integers(1, 60), st.floats(0, 1))
def test_a_wait_has_jitter_and_bounds(failures: int, chance: float) -> None:
    middle = wait_after(failures, 0.5)
    assert 0.8 * middle <= wait_after(failures, chance) <= 1.2 * middle
    assert middle <= LONGEST_WAIT


def test_a_receiver_that_asks_for_time_has_it_and_the_last_attempt_is_at_the_end_of_the_day() -> None:
    asks = Outcome(ok=False, said="answered 429", status=429, wait=timedelta(hours=2))
    assert following(a_delivery(), asks, NOW, NOW, DAY, 0.5).delivery.due_at == NOW + timedelta(hours=2)
    late = a_delivery(first=NOW - timedelta(hours=23), failures=9)
    assert following(late, DOWN, NOW, NOW, DAY, 0.5).delivery.due_at == NOW + timedelta(hours=1)
