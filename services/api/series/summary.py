"""A series over time: for each scope, what was said in each interval, and by how many independent sources."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Final, Literal

from services.api.series.figures import Figure
from services.api.series.independence import independent
from services.common.series.scopes import Scope, scope_of

Step = Literal["day", "week", "month", "quarter", "year"]
MOST_INTERVALS: Final = 60
_DAYS: Final[dict[Step, int]] = {"day": 1, "week": 7, "month": 30, "quarter": 91, "year": 365}


@dataclass(frozen=True, slots=True)
class Interval:
    """What was said of one stretch of time, ``start`` included and ``end`` not.

    ``low`` and ``high`` are the least and the greatest number said. ``median`` is over independent sources, each with
    the newest figure it has in the interval. What is denied counts nowhere.
    """

    start: date
    end: date
    low: float | None
    high: float | None
    median: float | None
    figures: int
    independent_sources: int


@dataclass(frozen=True, slots=True)
class ScopeSeries:
    """The figures of one scope in time order, and what they come to."""

    scope: Scope
    figures: tuple[Figure, ...]
    intervals: tuple[Interval, ...]
    independent_sources: int


def step_for(figures: Sequence[Figure]) -> Step:
    """The shortest step that shows the whole time in at most ``MOST_INTERVALS`` intervals."""
    if not figures:
        return "day"
    days = [each.day for each in figures]
    span = (max(days) - min(days)).days + 1
    return next((step for step, length in _DAYS.items() if span <= length * MOST_INTERVALS), "year")


def by_scope(figures: Sequence[Figure], step: Step) -> list[ScopeSeries]:
    """The figures by scope, the scope with most independent sources first."""
    sorted_out: dict[Scope, list[Figure]] = {}
    for figure in sorted(figures, key=lambda each: each.order):
        sorted_out.setdefault(scope_of(figure.claim), []).append(figure)
    series = [
        ScopeSeries(scope, tuple(same), _intervals(same, step), len(independent(_counted(same))))
        for scope, same in sorted_out.items()
    ]
    return sorted(series, key=lambda each: (-each.independent_sources, -len(each.figures), each.scope.name))


def _intervals(figures: Sequence[Figure], step: Step) -> tuple[Interval, ...]:
    by_start: dict[date, list[Figure]] = {}
    for figure in _counted(figures):
        by_start.setdefault(_start(figure.day, step), []).append(figure)
    return tuple(_interval(start, step, within) for start, within in sorted(by_start.items()))


def _interval(start: date, step: Step, figures: Sequence[Figure]) -> Interval:
    ends = [end for each in figures for end in (each.claim.low, each.claim.high) if end is not None]
    groups = independent(figures)
    middles = [middle for group in groups if (middle := group[-1].middle) is not None]
    return Interval(
        start=start,
        end=_end(start, step),
        low=min(ends, default=None),
        high=max(ends, default=None),
        median=median(middles) if middles else None,
        figures=len(figures),
        independent_sources=len(groups),
    )


def _counted(figures: Sequence[Figure]) -> list[Figure]:
    return [figure for figure in figures if figure.claim.modality != "denied"]


def _start(day: date, step: Step) -> date:
    match step:
        case "day":
            return day
        case "week":  # Monday (ISO 8601)
            return day - timedelta(days=day.weekday())
        case "month":
            return day.replace(day=1)
        case "quarter":
            return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        case "year":
            return day.replace(month=1, day=1)


def _end(start: date, step: Step) -> date:
    """The first day after the interval: the start of the day that is surely in the next one."""
    return start + timedelta(days=1) if step == "day" else _start(start + timedelta(days=_DAYS[step] + 5), step)
