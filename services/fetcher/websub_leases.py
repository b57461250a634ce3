"""What is remembered of subscriptions to feeds (WebSub), in a table of its own in the fetcher's file.

Nothing depends on it but how soon a change is heard of: feeds are polled all the same.
"""

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from services.common.messages import FeedPing

TABLE = """
CREATE TABLE IF NOT EXISTS websub (
    feed TEXT PRIMARY KEY,          -- as the sources list it
    topic TEXT NOT NULL,            -- as it calls itself, which is what one subscribes to
    hub TEXT NOT NULL,
    private INTEGER NOT NULL,       -- 1: the source may be on a network of our own
    next REAL NOT NULL,             -- when to ask the hub (again)
    failures INTEGER NOT NULL DEFAULT 0,
    expires REAL,                   -- until when the hub tells us; null: it does not
    heard REAL                      -- when the hub last said anything of the subscription
);
"""
BUSY_SECONDS = 5.0
UNCONFIRMED = timedelta(hours=1)
"""A hub that took our request and has not confirmed it by then is asked again."""
LONGEST_RETRY = timedelta(days=1)
RENEW_AT = 0.8
"""The share of a lease after which it is renewed."""
SHORTEST_LEASE = timedelta(minutes=1)
"""A lease is not renewed more often than that, however short it is."""


@dataclass(frozen=True, slots=True)
class Lease:
    """A subscription that we have, or want."""

    feed: str
    topic: str
    hub: str
    private: bool = False
    """Whether the hub may be at an address that is not on the public internet."""
    failures: int = 0
    expires: datetime | None = None


class Leases:
    """The table. Methods return at once; each write is durable when it returns.

    Raises:
        sqlite3.Error: from any method: the file cannot be used now.
    """

    def __init__(self, path: Path) -> None:
        self._sql = sqlite3.connect(path, BUSY_SECONDS, isolation_level=None)
        self._sql.executescript(TABLE)

    def close(self) -> None:
        """Close the file."""
        self._sql.close()

    def offered(self, feed: str, topic: str, hub: str, now: datetime, *, private: bool = False) -> None:
        """A feed names this hub. A subscription that is not there yet, or was to another, becomes due."""
        self._sql.execute(
            """
            INSERT INTO websub (feed, topic, hub, private, next) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (feed) DO UPDATE SET
                topic = excluded.topic, hub = excluded.hub, private = excluded.private,
                next = excluded.next, failures = 0, expires = NULL
            WHERE topic != excluded.topic OR hub != excluded.hub OR private != excluded.private
            """,
            (feed, topic, hub, private, now.timestamp()),
        )

    def forget(self, feed: str) -> None:
        """A feed names no hub any more, or is not followed any more."""
        self._sql.execute("DELETE FROM websub WHERE feed = ?", (feed,))

    def all(self) -> list[Lease]:
        """Every subscription."""
        rows = self._sql.execute("SELECT feed, topic, hub, private, failures, expires FROM websub")
        return [_lease(row) for row in rows]

    def due(self, now: datetime) -> list[Lease]:
        """Those that the hub is to be asked for now: new ones, refused or failed ones, and those to be renewed."""
        rows = self._sql.execute(
            "SELECT feed, topic, hub, private, failures, expires FROM websub WHERE next <= ? ORDER BY next LIMIT 50",
            (now.timestamp(),),
        )
        return [_lease(row) for row in rows]

    def asked(self, lease: Lease, now: datetime) -> None:
        """The hub has taken our request; it will confirm it."""
        self._next(lease.feed, now + UNCONFIRMED, failures=0)

    def failed(self, lease: Lease, now: datetime) -> None:
        """The hub could not be asked, or did not take it."""
        pause = min(UNCONFIRMED * (1 << min(lease.failures, 10)), LONGEST_RETRY)
        self._next(lease.feed, now + pause, failures=lease.failures + 1)

    def heard(self, ping: FeedPing) -> str | None:
        """Take in what a hub says; returns the feed as sources list it, None where it is not ours, or old news."""
        row = self._sql.execute("SELECT feed, heard FROM websub WHERE topic = ?", (ping.feed,)).fetchone()
        if row is None:
            return None
        feed: str = row[0]
        at = ping.received_at
        if ping.event == "changed":
            return feed
        if row[1] is not None and at.timestamp() <= row[1]:
            return None
        if ping.event == "subscribed":
            lease = timedelta(seconds=min(ping.lease_seconds or 0, 10**9))
            renew = at + max(lease * RENEW_AT, SHORTEST_LEASE)
            self._told(feed, at, renew, at + lease)
        else:
            self._told(feed, at, at + LONGEST_RETRY, None)
        return feed

    def _told(self, feed: str, at: datetime, following: datetime, expires: datetime | None) -> None:
        self._sql.execute(
            "UPDATE websub SET heard = ?, next = ?, failures = 0, expires = ? WHERE feed = ?",
            (at.timestamp(), following.timestamp(), expires.timestamp() if expires else None, feed),
        )

    def _next(self, feed: str, following: datetime, *, failures: int) -> None:
        self._sql.execute(
            "UPDATE websub SET next = ?, failures = ? WHERE feed = ?", (following.timestamp(), failures, feed)
        )


def _lease(row: tuple[str, str, str, int, int, float | None]) -> Lease:
    feed, topic, hub, private, failures, expires = row
    until = datetime.fromtimestamp(expires, UTC) if expires else None
    return Lease(feed, topic, hub, bool(private), failures, until)
