"""The dead letters as a person looks through them: the log read whole, each letter with what was done about it.

``news.deadletter.v1`` is a log and stays one (ADR 0008): what was replayed or dropped is written to it too.
"""

import re
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from aiokafka import ConsumerRecord

from services.common.errors import ConfigurationError, PermanentError
from services.common.events import from_value
from services.common.messages import DeadLetter

log = structlog.get_logger()

SHORTEST_ID = 4
SPAN = re.compile(r"(\d+)\s*([smhd])")
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which letters: every part that is given must hold."""

    ids: tuple[str, ...] = ()
    """Ids, or how they begin."""
    stage: str | None = None
    topic: str | None = None
    reason: str | None = None
    """Words of the reason, in any case."""
    since: datetime | None = None
    settled: bool = False
    """Whether those that were dealt with are wanted too."""

    @property
    def anything(self) -> bool:
        """Whether nothing is asked for in particular."""
        return not (self.ids or self.stage or self.topic or self.reason or self.since)


async def read_letters(records: AsyncIterator[ConsumerRecord[bytes, bytes]]) -> list[DeadLetter]:
    """Every letter once, oldest first, with ``settled`` where it was dealt with."""
    letters: dict[str, DeadLetter] = {}
    async for record in records:
        try:
            letter = from_value(DeadLetter, record.value)
        except PermanentError as error:
            log.warning("letter_not_understood", offset=record.offset, reason=str(error))
            continue
        letters[letter.id] = _now(letters.get(letter.id), letter)
    return sorted(letters.values(), key=lambda letter: letter.failed_at)


def _now(known: DeadLetter | None, letter: DeadLetter) -> DeadLetter:
    """What stands of a letter after one more record of it.

    A stage that was interrupted writes the same letter twice, and a repeat of one that was dealt with is still dealt
    with. Another message under the same id (its topic was made anew, and counts from the beginning) is another letter.
    """
    if known is None:
        return letter
    if letter.settled is not None:
        return known.model_copy(update={"settled": letter.settled})
    same = (known.key, known.value, known.reason) == (letter.key, letter.value, letter.reason)
    return known if same else letter


def chosen(letters: Iterable[DeadLetter], wanted: Wanted) -> list[DeadLetter]:
    """The letters that are wanted, in the order given."""
    found = [letter for letter in letters if _fits(letter, wanted)]
    for start in wanted.ids:
        if not any(letter.id.startswith(start) for letter in found):
            raise ConfigurationError(
                f"There is no {'' if wanted.settled else 'open '}dead letter whose id begins with {start!r}: "
                "`sitrep deadletters list --settled` shows all there are."
            )
    return found


def one(letters: Sequence[DeadLetter], start: str) -> DeadLetter:
    """The letter with this id, or the only one whose id begins so.

    Raises:
        ConfigurationError: there is none, or more than one.
    """
    found = chosen(letters, Wanted(ids=(start,), settled=True))
    if len(found) > 1 or len(start) < SHORTEST_ID:
        raise ConfigurationError(f"{len(found)} ids begin with {start!r}: write more of it.")
    return found[0]


def _fits(letter: DeadLetter, wanted: Wanted) -> bool:
    return (
        (wanted.settled or letter.settled is None)
        and (not wanted.ids or letter.id.startswith(wanted.ids))
        and (wanted.stage is None or letter.stage == wanted.stage)
        and (wanted.topic is None or letter.topic == wanted.topic)
        and (wanted.reason is None or wanted.reason.casefold() in letter.reason.casefold())
        and (wanted.since is None or letter.failed_at >= wanted.since)
    )


def since_when(text: str, now: datetime) -> datetime:
    """A day or moment (ISO 8601, UTC where nothing is said), or how long ago: ``90m``, ``12h``, ``7d``.

    Raises:
        ConfigurationError: it is neither.
    """
    if span := SPAN.fullmatch(text.strip()):
        return now - timedelta(**{UNITS[span[2]]: int(span[1])})
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ConfigurationError(
            f"{text!r} is no time: write a day such as 2024-11-17, or how long ago: 90m, 12h, 7d."
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def readable(letter: DeadLetter) -> dict[str, Any]:
    """A letter for JSON: bytes as text where they are text, and as hexadecimal where not."""
    return {
        **letter.model_dump(mode="json", exclude={"key", "value", "headers"}),
        "key": text_or_hex(letter.key),
        "value": text_or_hex(letter.value),
        "headers": {name: text_or_hex(value) for name, value in letter.headers},
    }


def text_or_hex(value: bytes | None) -> str | None:
    """Bytes as a person can read them."""
    if value is None:
        return None
    try:
        return value.decode()
    except UnicodeDecodeError:
        return f"hex:{value.hex()}"
