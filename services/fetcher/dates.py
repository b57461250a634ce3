"""Dates as pages and feeds write them, read to the moment they mean.

Sources: RFC 3339, RFC 5322 (section 3.3), W3C-DTF. A date without a time zone is read as UTC; a day without a time as
its midnight, UTC.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

from dateutil import parser as dateutil  # type: ignore[import-untyped]  # it ships no types

EPOCH = re.compile(r"\d{10}(?:\d{3})?")
ISO = re.compile(
    r"(\d{4}-\d{2}-\d{2})(?:[T ,]+(\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?) ?(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?)?",
    re.IGNORECASE,
)
COMPACT = re.compile(r"\d{8}(?:T\d{4,6}(?:Z|[+-]\d{2}:?\d{2})?)?", re.IGNORECASE)
MAIL = re.compile(
    r"(?:[A-Z][a-z]{2}, )?\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d{2}:\d{2}(?::\d{2})?"
    r" (?:[+-]\d{4}|GMT)"
)
"""RFC 5322 to the letter, as feeds have it: a tenth of the work of finding out what else it may be."""
NUMERIC = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})\b")
NUMBER = re.compile(r"\d+")
WORD = re.compile(r"[A-Za-z]{3,}")
CLOCK = re.compile(r"\d:\d\d|\d ?[ap]\.?m", re.IGNORECASE)
LABEL = re.compile(r"^[^\d:]+:\s*")
YEAR = re.compile(r"\b(?:19|20)\d{2}\b")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
IN_ADDRESS = re.compile(rf"/((?:19|20)\d\d)/({'|'.join(MONTHS)})/(\d{{1,2}})(?=/|$)")
LONGEST = 80
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
HOURS = {
    "UT": 0, "UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "BST": 1, "CET": 1, "WEST": 1, "CEST": 2, "EET": 2, "EEST": 3,
    "MSK": 3, "KST": 9, "JST": 9, "EST": -5, "EDT": -4, "ET": -5, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6,
    "PST": -8, "PDT": -7,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Written:
    """A moment (UTC), and whether its time of day was written or only its day."""

    moment: datetime
    has_time: bool


def read_date(text: str) -> Written | None:
    """The moment a date stands for, or None where the text is no date, or one that could be read in two ways."""
    text = " ".join(text.split())
    if not text or len(text) > LONGEST:
        return None
    try:
        return _epoch(text) or _iso(text) or _mail(text) or _prose(LABEL.sub("", text))
    except (ValueError, OverflowError, TypeError, AttributeError, IndexError):  # what dateutil raises on odd input
        return None


def read_moment(text: str | None) -> datetime | None:
    """``read_date`` where it does not matter whether the time was written."""
    written = read_date(text) if text else None
    return written.moment if written else None


def day_in_address(url: str) -> str | None:
    """The day that an address names with its month in letters, ``/2024/nov/20/``, as ISO 8601."""
    match = IN_ADDRESS.search(url.casefold())
    return f"{match[1]}-{MONTHS.index(match[2]) + 1:02}-{int(match[3]):02}" if match else None


def best_date(texts: Iterable[str], *, now: datetime) -> datetime | None:
    """The first date that can be true; a bare day gives way to a later text that says the time on that day.

    ``now``: nothing was published more than a day after it, or before 1990.
    """
    found = [written for text in texts if (written := read_date(text)) and _plausible(written.moment, now)]
    if not found:
        return None
    first = found[0]
    if not first.has_time:
        near = (one.moment for one in found if one.has_time and abs(one.moment - first.moment) < timedelta(hours=38))
        return next(near, first.moment)
    return first.moment


def _plausible(moment: datetime, now: datetime) -> bool:
    return EARLIEST <= moment <= now + timedelta(days=1)


def _epoch(text: str) -> Written | None:
    if not EPOCH.fullmatch(text):
        return None
    seconds = int(text) / (1000 if len(text) == 13 else 1)
    return Written(datetime.fromtimestamp(seconds, UTC), has_time=True)


def _iso(text: str) -> Written | None:
    if match := ISO.match(text):
        day, time, zone = match.groups()
        if not time:
            return Written(datetime.fromisoformat(day).replace(tzinfo=UTC), has_time=False)
        offset = "+00:00" if not zone or zone.upper() in {"Z", "UTC", "GMT"} else zone
        return Written(_in_utc(datetime.fromisoformat(f"{day}T{time.replace(',', '.')}{offset}")), has_time=True)
    if COMPACT.fullmatch(text):
        return Written(_in_utc(datetime.fromisoformat(text.upper())), has_time="T" in text.upper())
    return None


def _mail(text: str) -> Written | None:
    return Written(_in_utc(parsedate_to_datetime(text)), has_time=True) if MAIL.fullmatch(text) else None


def _prose(text: str) -> Written | None:
    """A date of RFC 5322, or ``October 25, 2024 10:00 am EDT`` and the like; day and month must be certain."""
    numeric = NUMERIC.search(text)
    dotted = numeric is not None and "." in numeric[0]
    if numeric:
        first, second = int(numeric[1]), int(numeric[2])
        if first <= 12 and second <= 12 and first != second and not dotted:
            return None
    elif not (YEAR.search(text) and WORD.search(text) and len(NUMBER.findall(text)) > 1):
        return None
    unset = datetime(1, 1, 1)  # noqa: DTZ001 - stands for what the text leaves out
    moment: datetime = dateutil.parse(text, default=unset, tzinfos=_zone, dayfirst=dotted)
    return None if moment.year == 1 else Written(_in_utc(moment), has_time=bool(CLOCK.search(text)))


def _zone(name: str | None, offset: int | None) -> timezone | None:
    seconds = HOURS[name.upper()] * 3600 if name and name.upper() in HOURS else offset
    return None if seconds is None else timezone(timedelta(seconds=seconds))


def _in_utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
