"""How often a feed is worth asking for: from what it says of itself, and from what it was seen to publish. Pure.

Sources: RSS 2.0 (``ttl``), RSS 1.0 syndication module (``sy:updatePeriod``), RFC 9111 (Cache-Control).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from services.fetcher.entries import Entry

PERIODS = {"hourly": 1, "daily": 24, "weekly": 7 * 24, "monthly": 30 * 24, "yearly": 365 * 24}
"""Hours."""
MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)
NO_CACHE = re.compile(r"(?:^|[,\s])no-(?:cache|store)\b", re.IGNORECASE)
LONGEST = timedelta(days=365)
RECENT = 20
"""Entries that its rate is taken from: the newest."""
ASKED_PER_ENTRY = 2
"""How often a feed is asked in the time in which it publishes one entry."""
ASKED_PER_SILENCE = 20
"""How often a feed was asked, at the end, in the time since its newest entry."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How often a feed publishes."""

    period: timedelta | None = None
    """How often it says that it does."""
    max_age: timedelta | None = None
    """How long its answer stays the same, by its headers."""
    gap: timedelta | None = None
    """Time between two entries, on average."""
    newest: datetime | None = None
    """When the newest entry was published."""


def interval(every: timedelta, pace: Pace, now: datetime, slowest: timedelta) -> timedelta:
    """How long to leave a feed that works alone: at least ``every``, and at most ``slowest`` if that is longer.

    While an answer is fresh by its headers, asking is no use. Beyond that a feed is asked as often as it says that it
    publishes, or twice as often as it was seen to, whichever is more often: many say "hourly" because their software
    does.
    """
    wishes = [wish for wish in (pace.period, _seen(pace, now)) if wish is not None]
    wait = max(min(wishes, default=every), pace.max_age or timedelta())
    return max(every, min(wait, slowest))


def _seen(pace: Pace, now: datetime) -> timedelta | None:
    if pace.gap is None or pace.newest is None:
        return None
    return max(pace.gap / ASKED_PER_ENTRY, (now - pace.newest) / ASKED_PER_SILENCE)


def pace_of(entries: Iterable[Entry], period: timedelta | None, headers: Mapping[str, str], now: datetime) -> Pace:
    """What a feed that was read tells of its pace. Entries dated in the future count as published now."""
    dates = sorted(min(date, now) for entry in entries if (date := entry.published_at or entry.updated_at))[-RECENT:]
    gap = (dates[-1] - dates[0]) / (len(dates) - 1) if len(dates) > 1 else None
    return Pace(period, max_age(headers), gap, dates[-1] if dates else None)


def max_age(headers: Mapping[str, str]) -> timedelta | None:
    """How long an answer is fresh (RFC 9111, section 5.2.2.1), less the time it spent in caches (section 5.1)."""
    control = headers.get("cache-control", "")
    match = MAX_AGE.search(control)
    if match is None or NO_CACHE.search(control):
        return None
    age = headers.get("age", "")
    spent = int(age[:9]) if age.isascii() and age.isdecimal() else 0
    return min(timedelta(seconds=max(int(match[1]) - spent, 0)), LONGEST)


def stated_period(feed: Mapping[str, Any]) -> timedelta | None:
    """How often a feed, as feedparser has it, says that it publishes; the shorter where it says so twice."""
    said = [wait for wait in (_ttl(feed.get("ttl")), _syndication(feed)) if wait is not None]
    return min(said, default=None)


def _ttl(minutes: object) -> timedelta | None:
    number = _number(minutes)
    return min(timedelta(minutes=number), LONGEST) if number else None


def _syndication(feed: Mapping[str, Any]) -> timedelta | None:
    hours = PERIODS.get(str(feed.get("sy_updateperiod") or "").strip().lower())
    if hours is None:
        return None
    return timedelta(hours=hours) / (_number(feed.get("sy_updatefrequency")) or 1)


def _number(written: object) -> int | None:
    text = str(written or "").strip()
    return int(text[:9]) if text.isascii() and text.isdecimal() else None
