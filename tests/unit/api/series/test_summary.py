"""A series over time."""

from datetime import date

import pytest

from services.api.series.summary import Step, by_scope, step_for
from tests.unit.api.series.figures import a_figure


def test_each_interval_has_low_high_median_and_its_independent_sources() -> None:
    figures = [
        a_figure("10,000", 10_000, 10_000, source="a", day="2024-11-04"),
        a_figure("11,000", 11_000, 11_000, source="b", day="2024-11-05"),
        a_figure("more than 12,000", 12_000, None, source="c", day="2024-11-06", qualifier="more_than"),
        a_figure("12,000", 12_000, 12_000, source="d", story="s", day="2024-11-12"),
        a_figure("12,000", 12_000, 12_000, source="e", story="s", day="2024-11-13"),
        a_figure("no 90,000", 90_000, 90_000, source="f", day="2024-11-13", modality="denied"),
    ]
    [series] = by_scope(figures, "week")
    first, second = series.intervals
    assert (first.start, first.end) == (date(2024, 11, 4), date(2024, 11, 11))
    assert (first.low, first.high, first.median, first.independent_sources) == (10_000, 12_000, 11_000, 3)
    assert (second.low, second.high, second.median, second.figures, second.independent_sources) == (
        12_000,
        12_000,
        12_000,
        2,
        1,
    )
    assert series.independent_sources == 4
    assert [figure.claim.text for figure in series.figures][-1] == "no 90,000"


def test_of_an_independent_source_the_newest_figure_counts() -> None:
    figures = [
        a_figure("3,000", 3_000, 3_000, said="Kyiv", source="a", day="2024-11-04"),
        a_figure("8,000", 8_000, 8_000, said="Kyiv", source="b", day="2024-11-06"),
    ]
    [series] = by_scope(figures, "month")
    assert series.intervals[0].median == 8_000


def test_scopes_stand_apart_the_best_attested_first() -> None:
    figures = [a_figure(source="a", action="kill"), a_figure(source="b"), a_figure(source="c")]
    assert [each.scope.name for each in by_scope(figures, "day")] == ["sent", "killed"]


@pytest.mark.parametrize(
    ("step", "start", "end"),
    [
        ("day", date(2024, 11, 16), date(2024, 11, 17)),
        ("week", date(2024, 11, 11), date(2024, 11, 18)),
        ("month", date(2024, 11, 1), date(2024, 12, 1)),
        ("quarter", date(2024, 10, 1), date(2025, 1, 1)),
        ("year", date(2024, 1, 1), date(2025, 1, 1)),
    ],
)
def test_intervals_are_those_of_the_calendar(step: Step, start: date, end: date) -> None:
    [series] = by_scope([a_figure(day="2024-11-16")], step)
    assert (series.intervals[0].start, series.intervals[0].end) == (start, end)


@pytest.mark.parametrize(
    ("last", "step"),
    [
        ("2024-01-01", "day"),
        ("2024-02-20", "day"),
        ("2024-06-01", "week"),
        ("2026-01-01", "month"),
        ("2034-01-01", "quarter"),
    ],
)
def test_the_step_fits_the_time(last: str, step: Step) -> None:
    assert step_for([a_figure(day="2024-01-01"), a_figure(day=last)]) == step


def test_no_figures_no_series() -> None:
    assert step_for([]) == "day"
    assert by_scope([], "day") == []
