"""Which days a time expression means: arithmetic on the day of publication."""

import calendar
from collections.abc import Callable
from datetime import date, timedelta

Days = tuple[date | None, date | None]
"""First and last day, both included; None is an open end."""
SEASONS = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "fall": (9, 11), "winter": (12, 2)}
_OPENS = frozenset({"since", "from", "after"})
_CLOSES = frozenset({"by", "until", "till", "as of", "through", "up to"})
_UNIT_DAYS = {"hour": 1 / 24, "day": 1, "week": 7, "month": 30.44, "year": 365.25}
_QUARTERS = {"first quarter": 0, "second quarter": 1, "third quarter": 2, "fourth quarter": 3, "last quarter": 3}


def month_span(year: int, month: int) -> tuple[date, date]:
    """A whole month; months before the first and after the twelfth run into the years beside."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def nearest(on: Callable[[int], date], published: date, *, days_ahead: int) -> date:
    """The day without a year: the last one, unless the next is soon."""
    this = on(published.year)
    if this > published + timedelta(days=days_ahead):
        return on(published.year - 1)
    after = on(published.year + 1)
    return after if after <= published + timedelta(days=days_ahead) else this


def weekday(day: int, which: str, published: date, *, ahead: bool = False) -> date:
    """The last such day of the week, today included; ``last`` is before today, ``next`` or ``ahead`` after it."""
    back = (published.weekday() - day) % 7
    if which == "next" or (ahead and which != "last"):
        return published + timedelta(days=(7 - back) or (7 if which == "next" else 0))
    return published - timedelta(days=back if back or which != "last" else 7)


def weekend(which: str, published: date, *, ahead: bool = False) -> Days:
    """The last Saturday and Sunday that have begun, or the next."""
    saturday = published - timedelta(days=(published.weekday() - 5) % 7)
    if which == "last" and saturday == published:
        saturday -= timedelta(days=7)
    saturday += timedelta(days=7 if which in {"next", "coming"} or ahead else 0)
    return saturday, saturday + timedelta(days=1)


def bare_month(month: int, published: date, *, ahead: bool = False) -> tuple[date, date]:
    """A month without a year: the last one that has begun, or the next that has not ended."""
    year = published.year if month <= published.month else published.year - 1
    return month_span(year + (ahead and month < published.month) + (ahead and month > published.month), month)


def season(name: str, step: int | None, published: date) -> Days:
    """This year's, last year's or next year's; ``step`` None is the last one that has begun."""
    begin, end = SEASONS[name]
    over = begin > end
    year = published.year + (step or 0)
    if over and published.month <= end:
        year -= 1
    if step is None and month_span(year, begin)[0] > published:
        year -= 1
    return month_span(year, begin)[0], month_span(year + over, end)[1]


def last_season(name: str, published: date) -> Days:
    """The last one that is over."""
    first, last = season(name, None, published)
    if last is not None and last >= published and first is not None:
        return season(name, None, first - timedelta(days=1))
    return first, last


def long(count: int, unit: str) -> timedelta:
    """A length of time."""
    return timedelta(days=_UNIT_DAYS[unit] * count)


def part_of(days: Days, part: str) -> Days:
    """ "early", "the end of", "the first half of" a month or a year; of anything else the whole."""
    first, last = days
    if not part or first is None or last is None:
        return days
    part = part.removeprefix("the ").removesuffix(" of")
    length = (last - first).days + 1
    third = {"early": 0, "beginning": 0, "start": 0, "mid": 1, "middle": 1, "late": 2, "end": 2}.get(part)
    if 28 <= length <= 31 and third is not None:
        return first + timedelta(days=10 * third), last if third == 2 else first + timedelta(days=10 * third + 9)
    if length < 365:
        return days
    if third is not None:
        begin, months = 4 * third, 4
    elif part in _QUARTERS:
        begin, months = 3 * _QUARTERS[part], 3
    elif part.endswith(" half"):
        begin, months = 6 * (not part.startswith("first")), 6
    else:
        return days
    return month_span(first.year, first.month + begin)[0], month_span(first.year, first.month + begin + months - 1)[1]


def opened(days: Days, lead: str) -> Days:
    """ "since" opens the end, "by", "until" and "before" the beginning."""
    first, last = days
    if lead in _OPENS:
        return first, None
    if lead in _CLOSES:
        return None, last
    if lead == "before":
        return None, first - timedelta(days=1) if first else last
    return days
