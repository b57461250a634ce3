"""When a feed is asked again, and at which address: pure functions from what is remembered of it."""

from datetime import datetime, timedelta

from services.fetcher.intervals import interval
from services.fetcher.remembered import FeedState
from services.fetcher.schedule import LONGEST_RETRY, spread
from services.fetcher.sources import Source

LONGEST_POLL = timedelta(minutes=15)
"""A feed that fails is asked this often at the least, or as often as its source says if that is longer …"""
PASSING = 100
"""… for so many failures in a row, which is about a day; then as often as LONGEST_RETRY."""
MOVED_AFTER = 3
"""Times in a row that a feed must lead on to another address for good before that one is asked instead."""
GONE_AFTER = 3
"""Times in a row that a feed must answer 410 Gone before it is retired."""
GONE_AGAIN = timedelta(days=30)
"""A retired feed is asked once in this time, as it may have been retired by mistake."""


def next_poll(state: FeedState, source: Source, slowest: timedelta) -> datetime | None:
    """When a feed is asked again; None where it never was.

    After its interval, or after failures in a row twice, four times … its source's interval. Up to a tenth more or
    less, so that feeds do not fall into step, but never before the time that its server named.
    """
    last = state.last_polled
    if last is None:
        return None
    if is_gone(state):
        pause = GONE_AGAIN
    elif state.failures:
        longest = LONGEST_POLL if state.failures <= PASSING else LONGEST_RETRY
        pause = min(source.every * (1 << min(state.failures, 16)), max(source.every, longest))
    elif source.allow_private:
        pause = source.every
    else:
        pause = interval(source.every, state.pace, last, slowest)
    due = last + pause * spread(f"{state.url} {last.isoformat()}")
    return max(due, state.not_before) if state.not_before else due


def poll_is_due(now: datetime, state: FeedState | None, source: Source, slowest: timedelta) -> bool:
    """Whether a feed is to be asked now; one asked in the future, by a clock that was wrong, is."""
    if state is None or state.last_polled is None or state.last_polled > now:
        return True
    due = next_poll(state, source, slowest)
    return due is None or now >= due


def is_gone(state: FeedState) -> bool:
    """Whether a feed is retired."""
    return state.gone >= GONE_AFTER


def address_to_ask(state: FeedState | None, url: str) -> str:
    """Where a feed is asked for: as it is listed, or where it has moved for good."""
    return state.moved_to if state and state.moved_to and state.moved >= MOVED_AFTER else url


def moves(state: FeedState | None, url: str, asked: str, moved_to: str | None) -> tuple[str | None, int]:
    """Where a feed that was read leads on to for good, and how often in a row it has.

    ``url`` is the address listed, ``asked`` the one that was asked, ``moved_to`` where every redirect was permanent.
    """
    held, times = (state.moved_to, state.moved) if state else (None, 0)
    if asked != url and moved_to is None:  # the new address answers itself
        return held, times
    if moved_to is None or moved_to == url:
        return None, 0
    return moved_to, min(times + 1, MOVED_AFTER) if moved_to == held else 1
