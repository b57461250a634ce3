"""Conflict, update and different scope, each with its reason."""

from typing import Any

import pytest

from services.api.series.disagreements import disagreements
from services.api.series.figures import Figure
from services.common.errors import ConfigurationError
from services.common.series.scopes import read_scopes, scope_of
from tests.unit.api.series.figures import a_figure

KIRBY = "person/john-kirby"
TEN: dict[str, Any] = {"text": "10,000 troops", "low": 10_000, "high": 10_000}
TWELVE: dict[str, Any] = {"text": "12,000 troops", "low": 12_000, "high": 12_000}
FOUR: dict[str, Any] = {"text": "4,000 troops", "low": 4_000, "high": 4_000}


def kinds(*figures: Figure) -> list[str]:
    return [found.kind for found in disagreements(figures)]


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        # The same of the same days, by others: a conflict.
        ((a_figure(**TEN, said="Kyiv"), a_figure(**TWELVE, said="Seoul")), ["conflict"]),
        ((a_figure(**TEN, source="a"), a_figure(**TWELVE, source="b")), ["conflict"]),
        # Not where the words leave room for both.
        ((a_figure(**{**TEN, "high": None}, qualifier="more_than", said="Kyiv"), a_figure(**TWELVE, said="Seoul")), []),
        ((a_figure(**TEN, qualifier="approximate", said="Kyiv"), a_figure("11,000", 11_000, 11_000, said="Seoul")), []),
        # Not where months lie between.
        ((a_figure(**TEN, said="Kyiv", day="2024-09-01"), a_figure(**TWELVE, said="Seoul")), []),
        # The same speaker, later: an update.
        ((a_figure(**TEN, speaker=KIRBY, day="2024-11-01"), a_figure(**TWELVE, speaker=KIRBY, source="b")), ["update"]),
        # A copy is no conflict with what it copies, nor a denial with what it denies.
        ((a_figure(**TEN, source="a", story="s"), a_figure(**TWELVE, source="b", story="s")), []),
        ((a_figure(**TEN, said="Kyiv"), a_figure(**TWELVE, said="Moscow", modality="denied")), []),
        # Other deeds, other extents, expected against reported, each against all, other places: different scope.
        ((a_figure(**TWELVE, said="Kyiv"), a_figure(**FOUR, said="Kyiv", action="kill")), ["different_scope"]),
        ((a_figure(**TWELVE, said="Kyiv"), a_figure(**TEN, said="Seoul", action="deploy")), ["different_scope"]),
        ((a_figure(**TWELVE, said="Kyiv"), a_figure(**TEN, said="Seoul", modality="planned")), ["different_scope"]),
        ((a_figure(**TWELVE, said="Kyiv"), a_figure(**FOUR, said="Kyiv", each=True)), ["different_scope"]),
        (
            (a_figure(**TWELVE, said="Kyiv", place="country/russia"), a_figure(**TEN, said="Seoul", place="place/kursk-oblast")),
            ["different_scope"],
        ),
        # Said twice, it is told once.
        ((a_figure(**TEN, said="Kyiv", source="a"), a_figure(**TEN, said="Kyiv", source="b"), a_figure(**TWELVE, said="Seoul")), ["conflict"]),
    ],
)  # fmt: skip
def test_kinds(figures: tuple[Figure, ...], expected: list[str]) -> None:
    assert kinds(*figures) == expected
    assert kinds(*reversed(figures)) == expected


@pytest.mark.parametrize(
    ("one", "other", "words"),
    [
        (a_figure(**TEN, said="Kyiv"), a_figure(**TWELVE, said="Seoul"), "cannot both hold"),
        (a_figure(**TWELVE, said="Kyiv"), a_figure(**TEN, said="Seoul", action="deploy"), "all there ever were, the other those there are"),
        (a_figure(**TWELVE, said="Kyiv"), a_figure(**FOUR, said="Kyiv", action="kill"), "12,000 troops were sent in all"),
        (a_figure(**TWELVE, said="Kyiv"), a_figure(**FOUR, said="Kyiv", action="kill"), "4,000 troops were killed"),
        (a_figure(**TEN, speaker=KIRBY, said="Kirby", day="2024-11-01"), a_figure(**TWELVE, speaker=KIRBY, said="Kirby"),
         "Kirby said 10,000 troops for 1 November 2024 and 12,000 troops for 16 November 2024"),
        (a_figure(**TWELVE, said="Kyiv", place="country/russia"), a_figure(**TEN, said="Seoul", place="place/kursk-oblast"), "Kursk Oblast"),
    ],
)  # fmt: skip
def test_reasons(one: Figure, other: Figure, words: str) -> None:
    [found] = disagreements([one, other])
    assert words in found.reason


@pytest.mark.parametrize(
    ("action", "name"), [("send", "sent"), ("kill", "killed"), (None, "present"), ("juggle", "juggle")]
)
def test_scopes(action: str | None, name: str) -> None:
    assert scope_of(a_figure(action=action).claim).name == name


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("send\tsent\tcumulative", "line 2: four columns"),
        ("send\tsent\tever\twere sent", "line 2: 'ever' is no extent; there are cumulative, current, event"),
        ("kill\tkilled\tevent\twere killed", "line 2: 'kill' stands above already"),
    ],
)
def test_a_row_that_cannot_be_used_is_named(line: str, sentence: str) -> None:
    with pytest.raises(ConfigurationError, match=sentence):
        read_scopes(f"kill\tkilled\tcumulative\twere killed\n{line}")
