"""Dealing with dead letters: sent to their topic again, or dropped, and written down as that.

What is written down comes last: killed in between, a letter is sent again by the next try, and is a repeat.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from aiokafka import AIOKafkaProducer

from services.common.deadletters import settled_letter
from services.common.errors import PermanentError
from services.common.events import Record
from services.common.kafka import record_at, send
from services.common.messages import DeadLetter, Settlement
from services.common.settings import KafkaSettings
from services.common.topics import ALL_TOPICS

WORK = "housekeeping"


@dataclass(slots=True)
class Settled:
    """What came of it."""

    done: int = 0
    refused: list[str] = field(default_factory=list)
    """Why a letter was left as it is, in sentences."""


async def replay(
    settings: KafkaSettings,
    producer: AIOKafkaProducer,
    letters: Iterable[DeadLetter],
    *,
    deleted: Callable[[str], bool],
    told: Callable[[Settled], None],
) -> Settled:
    """Send the messages to their topics again, with their keys and headers, and write down that they were.

    ``deleted``: whether an article (by its id) was deleted on request; it must not come back. ``told`` is called after
    each letter.

    Raises:
        TransientError: Kafka is away; what was done until then stays done.
    """
    sofar = Settled()
    for letter in letters:
        try:
            record = await _original(settings, letter, deleted)
            await send(producer, [record])
        except PermanentError as error:
            sofar.refused.append(f"{letter.id}: {error}")
        else:
            await settle(producer, letter, "replayed")
            sofar.done += 1
        told(sofar)
    return sofar


async def drop(
    producer: AIOKafkaProducer, letters: Iterable[DeadLetter], why: str, *, told: Callable[[Settled], None]
) -> Settled:
    """Write down that nothing is to be done about the letters, and why.

    Raises:
        TransientError: Kafka is away; what was done until then stays done.
    """
    sofar = Settled()
    for letter in letters:
        await settle(producer, letter, "dropped", why)
        sofar.done += 1
        told(sofar)
    return sofar


async def settle(producer: AIOKafkaProducer, letter: DeadLetter, how: str, why: str | None = None) -> None:
    """Write down what was done about a letter."""
    settlement = Settlement.model_validate({"how": how, "at": datetime.now(UTC), "why": why})
    await send(producer, [settled_letter(letter, settlement, WORK)])


async def _original(settings: KafkaSettings, letter: DeadLetter, deleted: Callable[[str], bool]) -> Record:
    """The message that failed.

    Raises:
        PermanentError: it cannot or must not be sent again; the sentence says why.
    """
    if letter.topic not in {topic.name for topic in ALL_TOPICS}:
        raise PermanentError(f"{letter.topic} is no topic of this Sitrep")
    if deleted((letter.key or b"").decode("utf-8", "replace")):
        raise PermanentError("its article was deleted on request; drop the letter")
    if letter.value is not None:
        return Record(letter.topic, letter.key, letter.value, letter.headers)
    # Too large for a letter, or empty: it is still where it failed.
    found = await record_at(settings, letter.topic, letter.partition, letter.offset)
    if found is None or found.key != letter.key:
        raise PermanentError(f"Kafka no longer has it ({letter.topic}, partition {letter.partition}, {letter.offset})")
    if found.value is None:
        raise PermanentError("the message was empty, and would fail again; drop the letter")
    return Record(letter.topic, letter.key, found.value, letter.headers)
