"""Which words of what was typed can be spelled otherwise, and what was typed with them."""

from typing import Any

import pytest

from services.api.spelling import respelled, words_asked


@pytest.mark.parametrize(
    ("q", "words"),
    [
        ("howitzers in Kursk", ("howitzers", "in", "Kursk")),
        ('guns "near the border" OR rivers', ("guns", "near", "the", "border", "rivers")),
        ('"near the bor', ("near", "the", "bor")),
        ("guns -drones NOT tanks", ("guns",)),
        ("guns -(drones OR (tanks ships)) rivers", ("guns", "rivers")),
        ("guns NOT (drones tanks)", ("guns",)),
        ("place:Kursk guns person:(Kim Jong)", ("guns",)),
        ('place:"Kursk oblast" guns', ("guns",)),
        ("how* guns", ("guns",)),
        ("KN-23", ("KN", "23")),
        ("“curly quotes”", ("curly", "quotes")),
        ("(guns", ("guns",)),
        ("", ()),
    ],
)
def test_words_that_are_looked_for_anywhere(q: str, words: tuple[str, ...]) -> None:
    assert words_asked(q) == words


def an_answer(*options: str) -> dict[str, Any]:
    return {"suggest": {"spelling": [{"options": [{"text": option} for option in options]}]}}


@pytest.mark.parametrize(
    ("q", "better", "expected"),
    [
        ("Howtizers in KURSK", "howitzers in kursk", "howitzers in KURSK"),
        ('-drones "howtizers in" place:Sudja', "howitzers in", '-drones "howitzers in" place:Sudja'),
        ("howitzers", "howitzers", None),
        ("one two", "one", None),
    ],
)
def test_only_the_words_that_differ_change(q: str, better: str, expected: str | None) -> None:
    assert respelled(q, an_answer(better)) == expected


def test_no_other_spelling_is_known() -> None:
    assert respelled("howitzers", an_answer()) is None
