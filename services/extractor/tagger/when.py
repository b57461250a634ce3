"""Time expressions, as the days they mean when the article was published: "this month", "on Wednesday", "in June"."""

import calendar
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial

from services.extractor.tagger import days as reckon
from services.extractor.tagger.days import Days

_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
_DAYS = {name.lower(): number for number, name in enumerate(calendar.day_name)}
_SMALL = {
    word: number
    for number, word in enumerate(
        ["", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
    )
    if word
}
_SEASON = "|".join(reckon.SEASONS)
_STEPS = {"last": -1, "previous": -1, "next": 1, "coming": 1}
_WORD = re.compile(r"[a-z]+|\d{4}")
_DIGITS = "0000"
"""Stands for any year among the words of a text."""
_RELATIVE = frozenset(
    {"today", "tonight", "yesterday", "tomorrow", "overnight", "night", "morning", "afternoon", "evening"}
)
_JOINS = re.compile(r"\s*(?:and|to|until|till|through|[-–—])\s*(?:the\s+)?", re.IGNORECASE)
_BEGINS_RANGE = re.compile(r"\b(?:between|from)\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Period:
    """Days from ``first`` to ``last``, both included; None is an open end. ``text[start:end]`` are the words."""

    start: int
    end: int
    first: date | None
    last: date | None
    ahead: Days | None = None
    """The days of what is still to come, where the words may mean either: "on Friday", "in December"."""


_Reading = Callable[[re.Match[str], date], Days | None]


@dataclass(frozen=True, slots=True)
class _Expression:
    """A kind of time expression. A text that has none of ``words`` has none of it, and is not searched."""

    words: frozenset[str]
    pattern: re.Pattern[str]
    read: _Reading
    ahead: _Reading | None = None
    """What it means of things to come, if that differs."""
    needs_publication: bool = True


def periods(text: str, published: date | None) -> list[Period]:
    """The time expressions of a text in order, none overlapping.

    Those that need the day of publication ("on Wednesday") are left out where it is not known.
    """
    taken: list[Period] = []
    words = frozenset(_DIGITS if word[0].isdigit() else word for word in _WORD.findall(text.lower()))
    if not words & _TELLING:
        return taken
    for one in _EXPRESSIONS:
        if not words & one.words or (one.needs_publication and published is None):
            continue
        for match in one.pattern.finditer(text):
            if any(match.start() < other.end and other.start < match.end() for other in taken):
                continue
            found = _try(one.read, match, published or date(1, 1, 1))
            if found is not None:
                coming = _try(one.ahead, match, published or date(1, 1, 1)) if one.ahead else None
                taken.append(Period(match.start(), match.end(), *found, coming))
    return _ranges(text, sorted(taken, key=lambda period: period.start))


def _ranges(text: str, found: Sequence[Period]) -> list[Period]:
    """ "from 4 November to 10 November", "between Monday and Friday": one period of two."""
    joined: list[Period] = []
    for period in found:
        before = joined[-1] if joined else None
        if (
            before is not None
            and before.first is not None
            and _JOINS.fullmatch(text, before.end, period.start)
            and (before.last is None or _BEGINS_RANGE.search(text, 0, before.start))
            and period.last is not None
            and before.first <= period.last
        ):
            joined[-1] = replace(before, end=period.end, last=period.last, ahead=None)
        else:
            joined.append(period)
    return joined


def _try(read: _Reading, match: re.Match[str], published: date) -> Days | None:
    named = match.groupdict()
    if any(named.get(group) and named[group][0].islower() for group in ("month", "until_month")):
        return None
    try:
        found = read(match, published)
    except (ValueError, OverflowError):
        return None
    if found is None:
        return None
    part = " ".join((named.get("part") or "").lower().split())
    lead = " ".join((named.get("lead") or "").lower().split())
    return reckon.opened(reckon.part_of(found, part), lead)


def _day(match: re.Match[str], published: date) -> Days | None:
    month, first = _MONTHS[match["month"].lower()], int(match["day"])
    last = int(match.groupdict().get("until") or first)
    if match["year"]:
        year = int(match["year"])
    elif published.year > 1:
        year = reckon.nearest(lambda year: date(year, month, first), published, days_ahead=100).year
    else:
        return None
    return date(year, month, first), date(year, month, last)


def _iso(match: re.Match[str], _published: date) -> Days:
    on = date.fromisoformat(match["iso"])
    return on, on


def _months(match: re.Match[str], published: date) -> Days:
    """ "between January and March", "from January to March 2023"."""
    last = _MONTHS[match["until_month"].lower()]
    first = _MONTHS[match["month"].lower()]
    ends = reckon.month_span(int(match["year"]), last) if match["year"] else reckon.bare_month(last, published)
    return reckon.month_span(ends[0].year - (first > last), first)[0], ends[1]


def _month_and_year(match: re.Match[str], _published: date) -> Days:
    return reckon.month_span(int(match["year"]), _MONTHS[match["month"].lower()])


def _years(match: re.Match[str], _published: date) -> Days:
    return date(int(match["year"]), 1, 1), date(int(match["until"] or match["year"]), 12, 31)


def _decade(match: re.Match[str], _published: date) -> Days:
    return date(int(match["year"]), 1, 1), date(int(match["year"]) + 9, 12, 31)


def _bare_month(match: re.Match[str], published: date, *, ahead: bool) -> Days:
    return reckon.bare_month(_MONTHS[match["month"].lower()], published, ahead=ahead)


def _weekday(match: re.Match[str], published: date, *, ahead: bool) -> Days:
    on = reckon.weekday(_DAYS[match["weekday"].lower()], (match["which"] or "").lower(), published, ahead=ahead)
    return on, on


def _weekend(match: re.Match[str], published: date, *, ahead: bool) -> Days:
    return reckon.weekend((match["which"] or "").lower(), published, ahead=ahead)


def _relative_day(match: re.Match[str], published: date) -> Days:
    word = " ".join(match["word"].lower().split())
    yesterday = published - timedelta(days=1)
    if word in {"overnight", "last night"}:
        return yesterday, published
    if word.startswith("yesterday"):
        return yesterday, yesterday
    on = published + timedelta(days=word.startswith("tomorrow"))
    return on, on


def _named_period(match: re.Match[str], published: date) -> Days | None:
    """ "this month", "last week", "next year", "earlier this year", "earlier in the week"."""
    step = _STEPS.get((match["which"] or "this").lower(), 0)
    unit = match["unit"].lower()
    if unit == "week":
        monday = published - timedelta(days=published.weekday()) + timedelta(weeks=step)
        return monday, monday + timedelta(days=6)
    if unit == "month":
        return reckon.month_span(published.year, published.month + step)
    return date(published.year + step, 1, 1), date(published.year + step, 12, 31)


def _season(match: re.Match[str], published: date, *, ahead: bool) -> Days:
    which, name = (match["which"] or "the").lower(), match["season"].lower()
    if match["year"]:
        return reckon.season(name, int(match["year"]) - published.year, published.replace(month=6, day=1))
    if which in {"last", "previous"}:
        return reckon.last_season(name, published)
    if which == "the" and not ahead:
        return reckon.season(name, None, published)
    found = reckon.season(name, 0, published)
    over = found[1] is not None and found[1] < published
    return reckon.season(name, 1, published) if over and (ahead or which in _STEPS) else found


def _count(match: re.Match[str]) -> int:
    words = (match["count"] or "one").lower()
    return int(words) if words.isdigit() else _SMALL.get(words, 1)


def _past(match: re.Match[str], published: date) -> Days:
    """ "in the past 24 hours", "over the last three days"."""
    return published - reckon.long(_count(match), match["unit"].lower()), published


def _ahead(match: re.Match[str], published: date) -> Days:
    """ "the next four to five months": until the longer of the two is over; "the coming weeks" have no end."""
    if match["count"] is None:
        return published, None
    return published, published + reckon.long(_count(match), match["unit"].lower())


def _ago(match: re.Match[str], published: date) -> Days:
    on = published - reckon.long(_count(match), match["unit"].lower())
    return on, on


def _expressions() -> Iterator[_Expression]:
    """Those that say more come first: a later one may not overlap them."""
    part = (
        r"(?:(?P<part>early|mid|late|(?:the\s+)?(?:beginning|start|middle|end|(?:first|second)\s+half"
        r"|(?:first|second|third|fourth|last)\s+quarter)\s+of)[\s-]+)?"
    )
    lead = r"(?:(?P<lead>since|from|after|by|until|till|before|as of|up to|through)\s+(?:the\s+)?)?"
    day, until = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?\b", r"(?P<until>[0-3]?\d)(?:st|nd|rd|th)?\b"
    year = r"(?P<year>(?:19|20)\d\d)\b"
    month = rf"(?P<month>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\b\.?"
    until_month = month.replace("<month>", "<until_month>")
    to = r"\s*(?:and|to|through|or|-|–|—)\s*"
    count = rf"(?P<count>\d{{1,3}}|{'|'.join(_SMALL)}|a|an)"
    none = r"(?P<count>)"
    unit = r"(?P<unit>hour|day|week|month|year)s?\b"
    which = r"(?P<which>this|last|previous|next|coming)"
    over = r"(?:in|over|during|within|for)\s+the\s+"
    led = (
        r"(?=(?:in|during|last|this|of|since|from|after|by|until|till|before|as|up|through|early|mid|late|the|beginning"
        r"|start|middle|end|first|second|third|fourth)[\s-])"
    )
    relative = r"today|tonight|yesterday(?:\s+evening|\s+morning)?|tomorrow|overnight|last\s+night"
    months, digits = frozenset(_MONTHS), frozenset({_DIGITS})
    units = frozenset(f"{name}{plural}" for name in ("hour", "day", "week", "month", "year") for plural in ("", "s"))

    def of(
        words: frozenset[str], pattern: str, read: _Reading, ahead: _Reading | None = None, *, published: bool = True
    ) -> _Expression:
        return _Expression(words, re.compile(rf"(?<![\w-]){pattern}", re.IGNORECASE), read, ahead, published)

    yield of(digits, rf"{lead}(?P<iso>\d{{4}}-\d{{2}}-\d{{2}})\b", _iso, published=False)
    for dated in (
        rf"{month}\s+{day}{to}{until}(?!\d|[,.]\d{{3}})(?:,?\s+{year})?",
        rf"{day}{to}{until}\s+(?:of\s+)?{month}(?:,?\s+{year})?",
        rf"{lead}{month}\s+{day}(?!\d|[,.]\d{{3}})(?:,?\s+{year})?",
        rf"{lead}{day}\s+(?:of\s+)?{month}(?:,?\s+{year})?",
    ):
        yield of(months, dated, _day, published=False)
    yield of(months, rf"(?:between|from|in)\s+{month}{to}{until_month}(?:,?\s+{year})?", _months)
    yield of(months, rf"{lead}{part}{month},?\s+(?:of\s+)?{year}", _month_and_year, published=False)
    yield of(units, rf"(?:past|last|previous|preceding)\s+{count}\s+{unit}", _past)
    yield of(units, rf"(?:next|coming)\s+(?:(?:\d+|\w+)\s+(?:to|or)\s+)?{count}\s+{unit}", _ahead)
    yield of(units, rf"within\s+{count}\s+{unit}", _ahead)
    yield of(units, rf"(?:next|coming)\s+{none}(?P<unit>day|week|month|year)s\b", _ahead_open)
    yield of(units, rf"(?:past|preceding|{over}last)\s+{none}(?P<unit>hour|day|week|month|year)\b", _past)
    yield of(units, rf"{count}\s+{unit}\s+(?:ago|earlier)\b", _ago)
    yield of(units, rf"{lead}{part}{which}\s+(?P<unit>week|month|year)\b", _named_period)
    named = rf"(?:{lead}{part}|(?:earlier|later)\s+(?:in|on)\s+)the\s+(?P<which>)(?P<unit>week|month|year)\b"
    yield of(units, named, _named_or_none)
    seasons = rf"(?:{which}|(?:in|during|over)\s+(?:the\s+)?)\s*(?P<season>{_SEASON})(?:\s+of\s+{year})?\b"
    yield of(
        frozenset(reckon.SEASONS), rf"{lead}{seasons}", partial(_season, ahead=False), partial(_season, ahead=True)
    )
    weekend = rf"(?:{which}|over\s+the|at\s+the|on\s+the|during\s+the)\s+weekend\b"
    yield of(frozenset({"weekend"}), weekend, partial(_weekend, ahead=False), partial(_weekend, ahead=True))
    weekday = rf"{lead}(?:(?P<which>last|next|this)\s+)?(?P<weekday>{'|'.join(_DAYS)})\b"
    yield of(frozenset(_DAYS), weekday, partial(_weekday, ahead=False), partial(_weekday, ahead=True))
    one_day = rf"{lead}(?P<word>{relative}|this\s+(?:morning|afternoon|evening))\b"
    yield of(_RELATIVE, one_day, _relative_day)
    bare_month = rf"{led}(?:(?:in|during|last|this|of)\s+)?{lead}{part}{month}(?!\s+\d)"
    yield of(months, bare_month, partial(_bare_month, ahead=False), partial(_bare_month, ahead=True))
    decade = rf"(?:in|during|since|from|of)\s+the\s+(?:early\s+|late\s+)?{year[:-2]}s\b"
    yield of(digits, decade, _decade, published=False)
    yield of(digits, rf"(?:between|from)\s+{year}{to}(?P<until>(?:19|20)\d\d)\b", _years, published=False)
    yield of(digits, rf"{led}(?:(?:in|during|of)\s+)?{lead}{part}{year}(?P<until>)", _years, published=False)


def _ahead_open(match: re.Match[str], published: date) -> Days:
    return (published, None) if match["unit"] else (published, published)


def _named_or_none(match: re.Match[str], published: date) -> Days | None:
    """ "by the end of the year", "earlier in the week"; a bare "the year" says nothing."""
    said = match["lead"] or match["part"] or match[0].lower().startswith(("earlier", "later"))
    return _named_period(match, published) if said else None


_EXPRESSIONS = tuple(_expressions())
_TELLING = frozenset(word for one in _EXPRESSIONS for word in one.words)
