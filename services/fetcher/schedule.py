"""When to ask again: pure functions from what is known to a moment. All moments are in UTC."""

import hashlib
from datetime import datetime, timedelta

from services.fetcher.entries import Entry, Feed
from services.fetcher.failures import Disallowed, FetchFailed, HostRests, HttpError

SHORTEST_RETRY = timedelta(seconds=30)
LONGEST_RETRY = timedelta(hours=6)
MOST_TRIES = 12
"""A page that fails so often in a row is given up until its feed says that it changed; a day has passed by then."""
NOT_THERE = {404, 410}
"""Answers after which a page is not asked for again."""
SPREAD = 0.1
CHILDREN = 5
"""Sitemaps of an index that are read: the newest."""


def next_look(now: datetime, first_seen: datetime, first: timedelta, until: timedelta) -> datetime | None:
    """When an article is looked at again for edits, or None when it has been known longer than ``until``.

    First after ``first``, then each time after as long again as it has been known: most edits come early.
    """
    age = max(now - first_seen, timedelta())
    pause = max(first, age)
    return now + pause if age + pause <= until else None


def claimed_look(now: datetime, last_look: datetime | None, false_alarms: int) -> datetime:
    """When to look at an article whose feed says that it changed: now, unless that was often not so."""
    if last_look is None or false_alarms == 0:
        return now
    return max(now, last_look + min(SHORTEST_RETRY * (1 << min(false_alarms, 16)), LONGEST_RETRY))


def next_try(now: datetime, failures: int, url: str) -> datetime | None:
    """When a page that failed (so often in a row) is asked again, or None when it is given up."""
    if failures >= MOST_TRIES:
        return None
    pause = min(SHORTEST_RETRY * (1 << max(failures - 1, 0)), LONGEST_RETRY)
    return now + pause * spread(f"{url} {failures}")


def after_failure(now: datetime, failures: int, url: str, error: FetchFailed | None) -> tuple[datetime | None, int]:
    """When a page that failed once more is asked again (None: not), and its failures in a row now.

    A page that is gone (410) counts as settled. One that is not there (404), or that robots.txt disallows, is left
    too, but looked for again hours later if its feed still lists it then. A host that rests is no failure of its page.
    """
    if isinstance(error, HttpError) and error.status in NOT_THERE:
        return None, 0 if error.status == 410 else failures + 1
    if isinstance(error, Disallowed):
        return None, failures + 1
    wait = now + error.retry_after if error is not None and error.retry_after is not None else None
    if isinstance(error, HostRests):
        return wait, failures
    due = next_try(now, failures + 1, url)
    return max(due, wait) if due and wait else due, failures + 1


def spread(key: str) -> float:
    """A factor around 1 that is always the same for a key."""
    share = int.from_bytes(hashlib.sha256(key.encode()).digest()[:4]) / 2**32
    return 1 - SPREAD + 2 * SPREAD * share


def worth_fetching(feed: Feed, now: datetime, window: timedelta) -> tuple[Entry, ...]:
    """The entries to follow: all of a feed and of a news sitemap, the recently changed ones of a plain sitemap."""
    if feed.kind != "sitemap":
        return feed.entries
    return tuple(entry for entry in feed.entries if entry.updated_at and entry.updated_at >= now - window)


def newest_children(feed: Feed) -> tuple[str, ...]:
    """The addresses of the newest sitemaps of an index; of those without a date, the last are the newest."""
    dated = sorted(
        enumerate(feed.children),
        key=lambda numbered: (numbered[1].updated_at.timestamp() if numbered[1].updated_at else 0.0, numbered[0]),
        reverse=True,
    )
    return tuple(child.url for _, child in dated[:CHILDREN])
