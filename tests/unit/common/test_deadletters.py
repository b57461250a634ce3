"""Dead letters keep everything; too many of them stop a stage."""

from dataclasses import dataclass

import pytest

from services.common.deadletters import MOST_BYTES, DeadLetterLimit, dead_letter, one_message
from services.common.errors import PermanentError, TooManyDeadLetters
from services.common.events import from_value
from services.common.messages import DeadLetter
from services.common.topics import MAX_MESSAGE_BYTES


@dataclass(frozen=True)
class A:
    topic: str = "news.articles.v1"
    partition: int = 3
    offset: int = 41
    key: bytes | None = b"k"
    value: bytes | None = b"\xff{"
    headers: object = (("ce_id", b"1"), ("null", None))


def test_a_dead_letter_keeps_the_record_and_the_reason() -> None:
    record = dead_letter(A(), "not a valid Article: revision", "extractor")
    assert record.topic == "news.deadletter.v1"
    assert record.key == b"k"
    letter = from_value(DeadLetter, record.value)
    assert (letter.topic, letter.partition, letter.offset) == ("news.articles.v1", 3, 41)
    assert (letter.key, letter.value) == (b"k", b"\xff{")
    assert letter.headers == (("ce_id", b"1"), ("null", b""))
    assert letter.reason == "not a valid Article: revision"


def test_a_record_seen_twice_is_the_same_dead_letter() -> None:
    one, again = (from_value(DeadLetter, dead_letter(A(), "r", "s").value) for _ in range(2))
    other = from_value(DeadLetter, dead_letter(A(offset=42), "r", "s").value)
    assert one.id == again.id != other.id


@pytest.mark.parametrize("key", [None, b"", b"\xff"])
def test_any_key_is_kept(key: bytes | None) -> None:
    assert from_value(DeadLetter, dead_letter(A(key=key), "r", "s").value).key == key


@pytest.mark.parametrize("headers", [{"a": b"1"}, [("a", b"1")], None])
def test_headers_come_in_the_shapes_of_each_client(headers: object) -> None:
    kept = from_value(DeadLetter, dead_letter(A(headers=headers), "r", "s").value).headers
    assert kept == ((("a", b"1"),) if headers else ())


def test_a_stage_that_gives_up_on_too_much_stops() -> None:
    limit = DeadLetterLimit(most=2)
    for dead in (True, False, True):
        limit.count(dead=dead)
    with pytest.raises(TooManyDeadLetters, match=r"3 of the last 4 messages would go to news\.deadletter\.v1"):
        limit.count(dead=True)


def test_old_failures_are_forgotten() -> None:
    limit = DeadLetterLimit(most=1)
    for _ in range(5):
        limit.count(dead=True)
        for _ in range(100):
            limit.count(dead=False)


def test_what_would_not_fit_is_left_where_it_was() -> None:
    record = dead_letter(A(value=b"x" * (MOST_BYTES + 1)), "the title is missing", "extractor")
    letter = from_value(DeadLetter, record.value)
    assert letter.value is None
    assert letter.reason.startswith("the title is missing (its 4194305 bytes are too many for a dead letter")
    fits = dead_letter(A(value=b"x" * MOST_BYTES), "r", "s").value
    assert fits is not None
    assert len(fits) < MAX_MESSAGE_BYTES


def test_what_goes_wrong_with_one_message_is_permanent() -> None:
    with pytest.raises(PermanentError, match="a fault of the service: ZeroDivisionError"), one_message():
        _ = 1 / 0
    with pytest.raises(PermanentError, match=r"^the title is missing$"), one_message():
        raise PermanentError("the title is missing")
