"""What a figure leaves room for, and the day it is about."""

import math
from datetime import date
from typing import Any

import pytest

from services.api.series.figures import meet, reach
from tests.unit.api.series.figures import a_figure

INF = math.inf


@pytest.mark.parametrize(
    ("low", "high", "qualifier", "room"),
    [
        (12_000, 12_000, "exact", (11_500, 12_500)),
        (11_500, 11_500, "exact", (11_450, 11_550)),
        (50, 50, "exact", (50, 50)),
        (1, 1, "exact", (1, 1)),
        (10_000, 10_000, "exact", (9_500, 10_500)),
        (12_000, 12_000, "approximate", (10_800, 13_200)),
        (50, 50, "approximate", (45, 55)),
        (12_000, None, "more_than", (11_500, INF)),
        (None, 500, "at_most", (-INF, 505)),
        (2_000, 3_000, "range", (1_950, 3_050)),
        (12, None, "vague", (12, INF)),
        (0, 0, "exact", (0, 0)),
    ],
)
def test_reach(low: Any, high: Any, qualifier: str, room: tuple[float, float]) -> None:
    assert reach(a_figure(low=low, high=high, qualifier=qualifier).claim) == room


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        ((10_000, 10_000), (12_000, 12_000), False),
        ((11_000, 11_000), (12_000, 12_000), True),
        ((3_000, None), (12_000, 12_000), True),
        ((None, 4_000), (3_000, None), True),
        ((None, 2_000), (3_000, None), False),
        ((50, 50), (51, 51), False),
    ],
)
def test_whether_both_can_hold(one: Any, other: Any, both: bool) -> None:
    first, second = a_figure(low=one[0], high=one[1]).claim, a_figure(low=other[0], high=other[1]).claim
    assert meet(first, second) is both
    assert meet(second, first) is both


@pytest.mark.parametrize(
    ("as_of", "day"),
    [
        (None, date(2024, 11, 16)),
        (("2024-11-01", "2024-11-10"), date(2024, 11, 10)),
        (("2024-11-01", None), date(2024, 11, 16)),
        (("2024-12-01", "2024-12-31"), date(2024, 11, 16)),
    ],
)
def test_the_day_a_figure_is_about_is_never_after_the_article(as_of: Any, day: date) -> None:
    assert a_figure(as_of=as_of).day == day


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"said": "The Pentagon"}, {"said": "the  pentagon"}, True),
        ({"said": "Kirby", "speaker": "person/john-kirby"}, {"said": "He", "speaker": "person/john-kirby"}, True),
        ({"said": "Kyiv"}, {"said": "Moscow"}, False),
    ],
)
def test_a_speaker_is_the_same_however_written(one: Any, other: Any, same: bool) -> None:
    assert (a_figure(**one).speaker == a_figure(**other).speaker) is same
