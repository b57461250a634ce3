"""What the fetcher remembers: feeds, the addresses they led to, the articles that were sent. One SQLite connection.

Everything that is still to be done is in the file before it is begun, so that a process killed at any point goes on
where it was: an address stays due until its article is acknowledged by Kafka, and the number of a revision is written
down before it is sent (see ``revisions``). Writes survive the death of the process at once; after a power cut the last
of them may be missing, and what they stood for is then done again.
"""

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from services.common.errors import ConfigurationError, TransientError
from services.common.identity import article_id, canonical_url
from services.common.messages import Article
from services.fetcher.entries import Entry
from services.fetcher.http import Conditions
from services.fetcher.intervals import Pace
from services.fetcher.politeness import host_of
from services.fetcher.remembered import (
    FAILED,
    Address,
    FeedFailure,
    FeedState,
    Look,
    address,
    feed_state,
    moment,
    pace_columns,
    written,
)
from services.fetcher.revisions import Known, note_of
from services.fetcher.schedule import LONGEST_RETRY, claimed_look

PER_HOST = 50
"""Due addresses of one host that are taken at a time."""


class State:
    """The one connection to the file. Methods return at once; each write is one transaction.

    Raises:
        TransientError: from any method: the file cannot be read or written now (the disk is full, for example).
        ConfigurationError: from any method: the file is damaged.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path

    def feeds(self) -> dict[str, FeedState]:
        """What is remembered of every feed, by its address."""
        with self._transaction() as sql:
            return {row["url"]: feed_state(row) for row in sql.execute("SELECT * FROM feeds")}

    def polled(
        self,
        url: str,
        source: str,
        at: datetime,
        conditions: Conditions,
        entries: Iterable[Entry],
        *,
        pace: Pace = Pace(),  # noqa: B008 - a frozen value
        moves: tuple[str | None, int] = (None, 0),
    ) -> tuple[FeedState, int]:
        """A feed was read: its entries become addresses that are due, those that are known only if they changed.

        ``moves``: where it leads on to for good, and how often in a row it did.

        Returns:
            The feed's new state, and how many addresses became due.
        """
        with self._transaction() as sql:
            count = sum(_remember(sql, entry, source, at) for entry in entries if not _is_deleted(sql, entry.url))
            values = {
                "etag": conditions.etag,
                "last_modified": conditions.last_modified,
                "last_success": at.timestamp(),
                "failures": 0,
                "last_error": None,
                "last_failure": None,
                "unread": 0,
                "gone": 0,
                "not_before": None,
                "moved_to": moves[0],
                "moved": moves[1],
                **pace_columns(pace),
            }
            return _update_feed(sql, url, source, at, values), count

    def found(self, entry: Entry, source: str, at: datetime) -> bool:
        """Another fetcher found a page that is ours to ask; returns whether its address became due."""
        with self._transaction() as sql:
            return _remember(sql, entry, source, at)

    def unchanged(self, url: str, source: str, at: datetime, *, moves: tuple[str | None, int] = (None, 0)) -> FeedState:
        """A feed answered that it has not changed since it was last read, which says only that its server is there.

        What went wrong before stays to be seen until the feed is read again.
        """
        with self._transaction() as sql:
            values = {
                "last_success": at.timestamp(),
                "failures": 0,
                "gone": 0,
                "not_before": None,
                "moved_to": moves[0],
                "moved": moves[1],
            }
            return _update_feed(sql, url, source, at, values)

    def poll_failed(self, url: str, source: str, at: datetime, error: str, failed: FeedFailure = FAILED) -> FeedState:
        """A feed could not be fetched or read; what is held stays that of the last time it could."""
        with self._transaction() as sql:
            held = sql.execute("SELECT failures, gone, unread FROM feeds WHERE url = ?", (url,)).fetchone()
            failures, gone, unread = held or (0, 0, 0)
            values: dict[str, Any] = {"not_before": failed.not_before.timestamp() if failed.not_before else None}
            if failed.counted:
                values |= {
                    "failures": failures + 1,
                    "last_error": error,
                    "last_failure": at.timestamp(),
                    "unread": int(failed.unread or unread),
                    "gone": gone + 1 if failed.gone else 0,
                    "moved_to": None,
                    "moved": 0,
                }
            return _update_feed(sql, url, source, at, values)

    def due(self, now: datetime, limit: int = 2_000) -> list[Address]:
        """Addresses to ask now, at most 50 of a host; those never asked first, then those due longest."""
        with self._transaction() as sql:
            rows = sql.execute(
                """
                SELECT * FROM (
                    SELECT *, row_number() OVER (PARTITION BY host ORDER BY last_look IS NOT NULL, due) AS nth
                    FROM addresses WHERE due <= ?
                ) WHERE nth <= ? ORDER BY nth, due LIMIT ?
                """,
                (now.timestamp(), PER_HOST, limit),
            )
            return [address(row) for row in rows]

    def waiting(self, now: datetime) -> int:
        """How many addresses are due."""
        with self._transaction() as sql:
            return int(sql.execute("SELECT count(*) FROM addresses WHERE due <= ?", (now.timestamp(),)).fetchone()[0])

    def article(self, article: str) -> Known | None:
        """What is remembered of an article."""
        with self._transaction() as sql:
            row = sql.execute("SELECT * FROM articles WHERE id = ?", (article,)).fetchone()
        if row is None:
            return None
        return Known(
            row["id"], row["revision"], row["content_hash"], row["sent"] is not None, row["address"], row["note"]
        )

    def about_to_send(self, article: Article, url: str) -> None:
        """Write down that a revision will be sent next; Kafka may or may not have it from now on."""
        with self._transaction() as sql:
            sql.execute(
                """
                INSERT INTO articles (id, url, address, revision, content_hash, note, sent)
                VALUES (?, ?, ?, ?, ?, ?, NULL)
                ON CONFLICT (id) DO UPDATE SET
                    address = excluded.address, revision = excluded.revision,
                    content_hash = excluded.content_hash, note = excluded.note, sent = NULL
                """,
                (article.id, article.url, url, article.revision, article.content_hash, note_of(article)),
            )

    def looked(self, url: str, look: Look, *, sent: Article | None = None) -> None:
        """A page was asked for; ``sent`` is what Kafka acknowledged of it."""
        with self._transaction() as sql:
            if sent is not None:
                sql.execute(
                    "UPDATE articles SET sent = ? WHERE id = ? AND revision = ?",
                    (look.at.timestamp(), sent.id, sent.revision),
                )
            sql.execute(
                """
                UPDATE addresses SET
                    last_look = :at, outcome = :outcome, reason = :reason, due = :due, failures = :failures,
                    article = coalesce(:article, article),
                    etag = CASE WHEN :answered THEN :etag ELSE etag END,
                    last_modified = CASE WHEN :answered THEN :last_modified ELSE last_modified END,
                    false_alarms = CASE
                        WHEN :changed THEN 0 WHEN :failures > 0 THEN false_alarms ELSE false_alarms + claimed
                    END,
                    claimed = 0
                WHERE url = :url
                """,
                {
                    "at": look.at.timestamp(),
                    "outcome": look.outcome,
                    "reason": look.reason,
                    "due": look.due.timestamp() if look.due else None,
                    "failures": look.failures,
                    "article": look.article,
                    "answered": look.conditions is not None,
                    "etag": look.conditions.etag if look.conditions else None,
                    "last_modified": look.conditions.last_modified if look.conditions else None,
                    "changed": look.changed,
                    "url": url,
                },
            )

    def addresses_of(self, article: str) -> set[str]:
        """Every address that is known to lead to an article, and its own; none where nothing is known of it."""
        with self._transaction() as sql:
            rows = sql.execute(
                "SELECT url FROM addresses WHERE article = ? UNION SELECT url FROM articles WHERE id = ?",
                (article, article),
            )
            return {row["url"] for row in rows}

    def deletions(self) -> set[str]:
        """The articles whose deletion was carried out."""
        with self._transaction() as sql:
            return {row["article"] for row in sql.execute("SELECT article FROM deletions")}

    def deleted(self, article: str, at: datetime) -> None:
        """An article was deleted: what feeds said of it goes, and none of its addresses is asked again."""
        with self._transaction() as sql:
            sql.execute("UPDATE addresses SET due = NULL, entry = '{}', reason = NULL WHERE article = ?", (article,))
            sql.execute(
                "INSERT INTO deletions (article, carried_out) VALUES (?, ?) ON CONFLICT (article) DO NOTHING",
                (article, at.timestamp()),
            )

    def retire(self, url: str) -> None:
        """Do not ask for an address any more, unless a feed says that it changed."""
        with self._transaction() as sql:
            sql.execute("UPDATE addresses SET due = NULL WHERE url = ?", (url,))

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        try:
            self._connection.execute("BEGIN")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
        except sqlite3.OperationalError as error:
            raise TransientError(f"The fetcher's state {self._path} cannot be used now: {error}.") from error
        except sqlite3.DatabaseError as error:
            raise ConfigurationError(f"The fetcher's state {self._path} is damaged: {error}.") from error


def _remember(sql: sqlite3.Connection, entry: Entry, source: str, at: datetime) -> bool:
    """Write an entry down; returns whether its address became due by it."""
    url = canonical_url(entry.url)
    updated = entry.updated_at.timestamp() if entry.updated_at else None
    known = sql.execute("SELECT * FROM addresses WHERE url = ?", (url,)).fetchone()
    if known is None:
        sql.execute(
            """
            INSERT INTO addresses (url, asked, host, source, entry, updated, first_seen, due)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
            (url, entry.url, host_of(entry.url), source, written(entry), updated, at.timestamp(), at.timestamp()),
        )
        return True
    if _left_off(known, at):
        sql.execute(
            "UPDATE addresses SET due = ?, entry = ?, source = ? WHERE url = ?",
            (at.timestamp(), written(entry), source, url),
        )
        return True
    if updated is None or updated <= (known["updated"] or 0.0):
        return False
    sql.execute("UPDATE addresses SET updated = ?, entry = ? WHERE url = ?", (updated, written(entry), url))
    if known["updated"] is None and updated <= (known["last_look"] or 0.0):  # said for the first time, and no news
        return False
    due = claimed_look(at, moment(known["last_look"]), known["false_alarms"]).timestamp()
    if known["due"] is not None and known["due"] <= due:
        return False
    sql.execute("UPDATE addresses SET due = ?, claimed = 1, failures = 0 WHERE url = ?", (due, url))
    return True


def _is_deleted(sql: sqlite3.Connection, asked: str) -> bool:
    """Whether an address leads to an article that was deleted, as far as is known before it is asked."""
    url = canonical_url(asked)
    found = sql.execute(
        "SELECT 1 FROM deletions WHERE article = ? OR article = (SELECT article FROM addresses WHERE url = ?)",
        (article_id(url), url),
    )
    return found.fetchone() is not None


def _left_off(known: sqlite3.Row, at: datetime) -> bool:
    """Whether an address was dropped before it led to anything: its source had gone, or it failed too often.

    While a feed lists it, it is tried again, though not often: no outage may last so long that articles are lost.
    """
    if known["due"] is not None or known["article"] is not None:
        return False
    return known["last_look"] is None or (
        known["failures"] > 0 and at.timestamp() - known["last_look"] >= LONGEST_RETRY.total_seconds()
    )


def _update_feed(sql: sqlite3.Connection, url: str, source: str, at: datetime, values: Mapping[str, Any]) -> FeedState:
    sql.execute(
        "INSERT INTO feeds (url, source) VALUES (?, ?) ON CONFLICT (url) DO UPDATE SET source = excluded.source",
        (url, source),
    )
    changes = ", ".join(f"{column} = ?" for column in values)
    sql.execute(
        f"UPDATE feeds SET last_polled = ?, {changes} WHERE url = ?",  # noqa: S608 - the columns are written above
        (at.timestamp(), *values.values(), url),
    )
    return feed_state(sql.execute("SELECT * FROM feeds WHERE url = ?", (url,)).fetchone())
