"""Time expressions, as the days they mean when the article was published: "this month", "on Wednesday", "in June"."""

import calendar
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
_DAYS = {name.lower(): number for number, name in enumerate(calendar.day_name)}
_SEASONS = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "fall": (9, 11), "winter": (12, 2)}
_SMALL = {
    word: number
    for number, word in enumerate(
        ["", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
    )
    if word
}
_MONTH = rf"(?P<month>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\b\.?"
_DAY = rf"(?P<weekday>{'|'.join(_DAYS)})"
_COUNT = rf"(?P<count>\d{{1,3}}|{'|'.join(_SMALL)}|a|an)"
_UNIT = r"(?P<unit>hour|day|week|month|year)s?"


@dataclass(frozen=True, slots=True)
class Period:
    """Days from ``first`` to ``last``, both included; None is an open end. ``text[start:end]`` are the words."""

    start: int
    end: int
    first: date | None
    last: date | None


Days = tuple[date | None, date | None]
_Reading = Callable[[re.Match[str], date], Days | None]


def periods(text: str, published: date | None) -> list[Period]:
    """The time expressions of a text in order, none overlapping.

    Those that need the day of publication ("on Wednesday") are left out where it is not known.
    """
    taken: list[Period] = []
    for pattern, read, needs_publication in _PATTERNS:
        if needs_publication and published is None:
            continue
        for match in pattern.finditer(text):
            if any(match.start() < other.end and other.start < match.end() for other in taken):
                continue
            days = _try(read, match, published or date(1, 1, 1))
            if days is not None:
                taken.append(Period(match.start(), match.end(), *days))
    return sorted(taken, key=lambda period: period.start)


def _try(read: _Reading, match: re.Match[str], published: date) -> Days | None:
    if "month" in match.re.groupindex and match["month"][0].islower():
        return None
    try:
        return read(match, published)
    except (ValueError, OverflowError):
        return None


def _month_span(year: int, month: int) -> Days:
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def _day(match: re.Match[str], published: date) -> Days | None:
    month, day = _MONTHS[match["month"].lower()], int(match["day"])
    if match["year"]:
        on = date(int(match["year"]), month, day)
    elif published.year > 1:
        on = _nearest(lambda year: date(year, month, day), published, days_ahead=100)
    else:
        return None
    return on, on


def _nearest(on: Callable[[int], date], published: date, *, days_ahead: int) -> date:
    """The day without a year: the last one, unless the next is soon."""
    this = on(published.year)
    if this > published + timedelta(days=days_ahead):
        return on(published.year - 1)
    after = on(published.year + 1)
    return after if after <= published + timedelta(days=days_ahead) else this


def _iso(match: re.Match[str], _published: date) -> Days:
    on = date.fromisoformat(match[0])
    return on, on


def _month_and_year(match: re.Match[str], _published: date) -> Days:
    first, last = _month_span(int(match["year"]), _MONTHS[match["month"].lower()])
    return _opened(match, first, last)


def _year(match: re.Match[str], _published: date) -> Days:
    year = int(match["year"])
    return _opened(match, date(year, 1, 1), date(year, 12, 31))


def _opened(match: re.Match[str], first: date | None, last: date | None) -> Days:
    """ "since" opens the end, "by", "until" and "before" the beginning."""
    lead = (match["lead"] or "").lower()
    if lead in {"since", "from", "after"}:
        return first, None
    if lead in {"by", "until", "till", "before", "by the end of"}:
        return None, last
    return first, last


def _bare_month(match: re.Match[str], published: date) -> Days:
    month = _MONTHS[match["month"].lower()]
    year = published.year if month <= published.month else published.year - 1
    return _opened(match, *_month_span(year, month))


def _weekday(match: re.Match[str], published: date) -> Days:
    back = (published.weekday() - _DAYS[match["weekday"].lower()]) % 7
    which = (match["which"] or "").lower()
    if which == "next":
        on = published + timedelta(days=(7 - back) or 7)
    else:
        on = published - timedelta(days=back if back or which != "last" else 7)
    lead = (match["lead"] or "").lower()
    return (on, None) if lead == "since" else (None, on) if lead in {"by", "until"} else (on, on)


def _relative_day(match: re.Match[str], published: date) -> Days:
    word = match[0].lower()
    if word == "overnight":
        return published - timedelta(days=1), published
    back = {"yesterday": 1, "tomorrow": -1}.get(word, 0)
    return published - timedelta(days=back), published - timedelta(days=back)


def _named_period(match: re.Match[str], published: date) -> Days | None:
    """ "this month", "last week", "next year", "earlier this year", "earlier in the week", "this winter"."""
    which = (match["which"] or "this").lower()
    step = {"last": -1, "previous": -1, "next": 1, "coming": 1}.get(which, 0)
    unit = match["unit"].lower()
    if unit == "week":
        monday = published - timedelta(days=published.weekday()) + timedelta(weeks=step)
        return monday, monday + timedelta(days=6)
    if unit == "month":
        months = published.year * 12 + published.month - 1 + step
        return _month_span(months // 12, months % 12 + 1)
    if unit == "year":
        return date(published.year + step, 1, 1), date(published.year + step, 12, 31)
    begin, end = _SEASONS[unit]
    year = published.year + step
    over_new_year = begin > end
    if over_new_year and published.month <= end:
        year -= 1
    return _month_span(year, begin)[0], _month_span(year + over_new_year, end)[1]


def _long(count: str, unit: str) -> timedelta:
    number = int(count) if count.isdigit() else _SMALL.get(count.lower(), 1)
    return timedelta(days={"hour": 1 / 24, "day": 1, "week": 7, "month": 30.44, "year": 365.25}[unit.lower()] * number)


def _past(match: re.Match[str], published: date) -> Days:
    """ "in the past 24 hours", "over the last three days"."""
    return published - _long(match["count"] or "one", match["unit"]), published


def _ahead(match: re.Match[str], published: date) -> Days:
    """ "the next four to five months": until the longer of the two is over."""
    return published, published + _long(match["count"] or "one", match["unit"])


def _ago(match: re.Match[str], published: date) -> Days:
    on = published - _long(match["count"], match["unit"])
    return on, on


def _end_of(match: re.Match[str], published: date) -> Days | None:
    unit = match["unit"].lower()
    if unit == "year":
        return None, date(published.year, 12, 31)
    if unit == "month":
        return None, _month_span(published.year, published.month)[1]
    return None, published + timedelta(days=6 - published.weekday())


def _patterns() -> Iterator[tuple[re.Pattern[str], _Reading, bool]]:
    lead = r"(?:(?P<lead>since|from|after|by the end of|by|until|till|before)\s+)?"
    day = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?\b"
    year = r"(?P<year>(?:19|20)\d\d)\b"

    def compiled(pattern: str) -> re.Pattern[str]:
        return re.compile(rf"(?<![\w-]){pattern}", re.IGNORECASE)

    yield re.compile(r"\b\d{4}-\d{2}-\d{2}\b"), _iso, False
    yield compiled(rf"{_MONTH}\s+{day}(?!\d|[,.]\d{{3}})(?:,?\s+{year})?"), _day, False
    yield compiled(rf"{day}\s+(?:of\s+)?{_MONTH}(?:,?\s+{year})?"), _day, False
    yield compiled(rf"{lead}{_MONTH},?\s+{year}"), _month_and_year, False
    yield compiled(rf"by the end of (?:this|the) (?P<unit>week|month|year)\b"), _end_of, True  # noqa: F541
    yield compiled(rf"(?:past|last|previous|preceding)\s+{_COUNT}\s+{_UNIT}\b"), _past, True
    yield compiled(rf"(?:next|coming)\s+(?:(?:\d+|\w+)\s+(?:to|or)\s+)?{_COUNT}\s+{_UNIT}\b"), _ahead, True
    yield compiled(rf"(?:past|preceding)\s+(?P<count>)(?P<unit>day|week|month|year)\b"), _past, True  # noqa: F541
    yield compiled(rf"{_COUNT}\s+{_UNIT}\s+ago\b"), _ago, True
    yield (
        compiled(
            r"(?P<which>this|last|previous|next|coming)\s+(?P<unit>week|month|year|spring|summer|autumn|fall|winter)\b"
        ),
        _named_period,
        True,
    )
    yield compiled(r"(?:earlier|later)\s+in\s+the\s+(?P<which>)(?P<unit>week|month|year)\b"), _named_period, True
    yield compiled(rf"(?:(?P<lead>since|by|until)\s+)?(?:(?P<which>last|next|this)\s+)?{_DAY}\b"), _weekday, True
    yield compiled(r"(?:today|tonight|yesterday|tomorrow|overnight)\b"), _relative_day, True
    yield (
        compiled(
            rf"(?:(?P<lead>since|by|until|before|after)|in|during|early|late|mid|last|this)[\s-]+{_MONTH}(?!\s+\d)"
        ),
        _bare_month,
        True,
    )
    yield (
        compiled(
            rf"(?:(?P<lead>since|by the end of|by|until|before|after|from)|in|during|of|early|late|mid)[\s-]+{year}"
        ),
        _year,
        False,
    )


_PATTERNS = tuple(_patterns())
