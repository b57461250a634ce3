"""Dead letters as a person looks through them: folded from the log, chosen by what is asked for."""

import io
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from rich.console import Console

from services.common.deadletters import dead_letter, settled_letter
from services.common.errors import ConfigurationError
from services.common.events import Record, from_value
from services.common.messages import DeadLetter, Settlement
from services.housekeeping.letters import Wanted, chosen, one, read_letters, readable, since_when
from services.housekeeping.tables import letter_page, letters_table

NOW = datetime(2024, 11, 17, 12, 0, tzinfo=UTC)
DROPPED = Settlement(how="dropped", at=NOW, why="a test page")


@dataclass(frozen=True)
class Failed:
    offset: int
    value: bytes | None = b"{"
    topic: str = "news.articles.v1"
    partition: int = 0
    key: bytes | None = b"k"
    headers: object = (("ce_id", b"1"),)


@dataclass(frozen=True)
class Logged:
    value: bytes | None
    offset: int = 0


def letter(offset: int, reason: str = "not a valid Article: title", stage: str = "extractor", **more: Any) -> Record:
    return dead_letter(Failed(offset, **more), reason, stage)


def dropped(record: Record) -> Record:
    return settled_letter(from_value(DeadLetter, record.value), DROPPED, "housekeeping")


async def read(*records: Record | bytes) -> list[DeadLetter]:
    async def log() -> AsyncIterator[Any]:
        for record in records:
            yield Logged(record if isinstance(record, bytes) else record.value)

    return await read_letters(log())


async def test_a_letter_is_open_until_it_is_settled_and_then_stays_so() -> None:
    first, second = letter(1), letter(2)
    assert [found.settled for found in await read(first, second)] == [None, None]
    found = {each.offset: each for each in await read(first, second, dropped(first), letter(1))}
    assert found[1].settled == DROPPED, "a repeat by an interrupted stage opens nothing"
    assert found[1].value == b"{", "the message is still there to be looked at"
    assert found[2].settled is None


async def test_another_message_under_the_same_id_is_another_letter() -> None:
    [found] = await read(letter(1), dropped(letter(1)), letter(1, value=b"other"))
    assert (found.settled, found.value) == (None, b"other")


async def test_what_is_no_letter_is_passed_over() -> None:
    assert [found.offset for found in await read(b"{}", letter(5))] == [5]


def test_a_settlement_is_another_event_with_the_same_key() -> None:
    first = letter(1)
    settled = dropped(first)
    assert settled.key == first.key
    assert dict(settled.headers)["ce_id"] != dict(first.headers)["ce_id"]
    kept = from_value(DeadLetter, settled.value)
    assert (kept.value, kept.headers, kept.reason) == (None, (), "not a valid Article: title")


CHOICES: list[tuple[str, Wanted, set[int]]] = [
    ("all that are open", Wanted(), {1, 2}),
    ("the settled too", Wanted(settled=True), {1, 2, 3}),
    ("by stage", Wanted(stage="indexer"), {2}),
    ("by words of the reason, in any case", Wanted(reason="Strict_Dynamic"), {2}),
    ("by topic", Wanted(topic="news.tagged.v1"), {2}),
    ("by time", Wanted(since=datetime.now(UTC) - timedelta(minutes=5)), {1, 2}),
    ("later than any", Wanted(since=datetime.now(UTC) + timedelta(days=1)), set()),
    ("every part must hold", Wanted(stage="indexer", reason="title"), set()),
]


@pytest.mark.parametrize(("what", "wanted", "offsets"), CHOICES, ids=[what for what, *_ in CHOICES])
async def test_choosing(what: str, wanted: Wanted, offsets: set[int]) -> None:
    refused = letter(2, "strict_dynamic_mapping_exception", "indexer", topic="news.tagged.v1")
    letters = await read(letter(1), refused, letter(3), dropped(letter(3)))
    assert {found.offset for found in chosen(letters, wanted)} == offsets


async def test_ids_may_be_shortened_as_long_as_they_say_which() -> None:
    letters = await read(letter(1), letter(2))
    first = letters[0]
    assert one(letters, first.id[:8]) == first
    assert chosen(letters, Wanted(ids=(first.id[:8],))) == [first]
    with pytest.raises(ConfigurationError, match="2 ids begin with '': write more"):
        one(letters, "")
    with pytest.raises(ConfigurationError, match="no dead letter whose id begins with 'zzzz'"):
        one(letters, "zzzz")


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ("90m", NOW - timedelta(minutes=90)),
        ("7d", NOW - timedelta(days=7)),
        ("2024-11-16", datetime(2024, 11, 16, tzinfo=UTC)),
        ("2024-11-16T10:00:00+02:00", datetime(2024, 11, 16, 8, tzinfo=UTC)),
    ],
)
def test_since(said: str, moment: datetime) -> None:
    assert since_when(said, NOW) == moment


def test_since_something_else_is_a_sentence() -> None:
    with pytest.raises(ConfigurationError, match="'lately' is no time: write a day such as"):
        since_when("lately", NOW)


async def test_what_a_person_and_a_program_see() -> None:
    letters = await read(letter(1, value=b'{"title": null}'), letter(2, value=b"\xff\x00"), dropped(letter(2)))
    [text, raw] = [readable(each) for each in letters]
    assert (text["key"], text["value"], text["headers"]) == ("k", '{"title": null}', {"ce_id": "1"})
    assert raw["value"] == "hex:ff00"
    console = Console(width=120, file=io.StringIO())
    console.print(letters_table(letters))
    console.print(letter_page(letters[0]))
    shown = cast(io.StringIO, console.file).getvalue()
    for expected in ("2 dead letters", "not a valid Article: title", "dropped 2024-11-17 12:00: a test page"):
        assert expected in shown
    assert '"title": null' in shown
    assert "nothing was done about it" in shown
