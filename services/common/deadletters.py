"""Dead letters: what can never be processed, kept with its reason, and the limit on how many are normal."""

import contextlib
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

import structlog

from services.common.errors import PermanentError, TooManyDeadLetters, TransientError
from services.common.events import Record, to_record
from services.common.identity import digest
from services.common.messages import DeadLetter, Settlement
from services.common.topics import DEAD_LETTERS, MAX_MESSAGE_BYTES

log = structlog.get_logger()

WINDOW = 100
MOST_BYTES = MAX_MESSAGE_BYTES // 2
"""A value grows by a third on its way into a dead letter (base64), and must still fit."""


class Received(Protocol):
    """A record as a Kafka client hands it over."""

    @property
    def topic(self) -> str: ...
    @property
    def partition(self) -> int: ...
    @property
    def offset(self) -> int: ...
    @property
    def key(self) -> bytes | None: ...
    @property
    def value(self) -> bytes | None: ...
    @property
    def headers(self) -> object: ...


def dead_letter(record: Received, reason: str, stage: str) -> Record:
    """The dead letter of a record: the same record gives the same id, so that a repeat is recognised."""
    value = record.value
    if value is not None and len(value) > MOST_BYTES:
        reason = f"{reason} (its {len(value)} bytes are too many for a dead letter; they are left where they were)"
        value = None
    headers = record.headers.items() if isinstance(record.headers, dict) else record.headers or ()
    letter = DeadLetter(
        id=digest(record.topic, str(record.partition), str(record.offset)),
        stage=stage,
        reason=reason,
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        key=record.key,
        value=value,
        headers=tuple((name, value or b"") for name, value in headers),  # type: ignore[attr-defined]
        failed_at=datetime.now(UTC),
    )
    return to_record(DEAD_LETTERS, _key(letter), letter, stage)


def settled_letter(letter: DeadLetter, settlement: Settlement, service: str) -> Record:
    """The record that says what a person did about a letter; it has the letter's key, so that it comes after it."""
    settled = letter.model_copy(update={"settled": settlement, "value": None, "headers": ()})
    return to_record(DEAD_LETTERS, _key(letter), settled, service)


def _key(letter: DeadLetter) -> str:
    return (letter.key or b"").decode("utf-8", "replace") or letter.id


@contextlib.contextmanager
def one_message() -> Iterator[None]:
    """Around the work on one message: what goes wrong there would go wrong again, and must not stop the stream.

    Raises:
        TransientError: as it is: that was not the message's fault.
        PermanentError: instead of anything else.
    """
    try:
        yield
    except (PermanentError, TransientError):
        raise
    except Exception as error:
        log.exception("message_not_understood")
        raise PermanentError(f"a fault of the service: {type(error).__name__}: {error}") from error


@dataclass(slots=True)
class DeadLetterLimit:
    """Stops a stage that would give up on too much: that is a fault of the stage, not of the messages."""

    most: int
    """How many of the last 100 messages may be dead letters."""
    _recent: deque[bool] = field(default_factory=lambda: deque(maxlen=WINDOW))
    _batch: tuple[int, int] | None = None

    def count_batch(self, records: Sequence[Received], dead: int) -> None:
        """Count a batch once, however often it comes again because Kafka does not take what came of it.

        Raises:
            TooManyDeadLetters: as ``count`` does.
        """
        batch = (records[0].partition, records[0].offset)
        if batch != self._batch:
            for number in range(len(records)):
                self.count(dead=number < dead)
            self._batch = batch

    def count(self, *, dead: bool) -> None:
        """Count one message, before its dead letter is sent.

        Raises:
            TooManyDeadLetters: nothing of this batch may be sent to the dead letters or committed.
        """
        self._recent.append(dead)
        if (failed := sum(self._recent)) > self.most:
            raise TooManyDeadLetters(
                f"{failed} of the last {len(self._recent)} messages would go to {DEAD_LETTERS.name}; this looks like "
                f"a fault of the service, so it stops. Mend it, or raise SITREP_DEAD_LETTER_LIMIT (now {self.most})."
            )
