"""What was told already: which alerts were raised, and which texts were like those they were raised for.

In SQLite, which whoever uses this opens; nothing is written but within its transactions. What is answered depends only
on what was asked before, and on the order.
"""

import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from services.common.copies import bands, is_copy, packed_bytes, unpacked_bytes
from services.common.messages import MatchedArticle

SCHEMA: Final = """
    CREATE TABLE raised (alert INTEGER PRIMARY KEY, at REAL NOT NULL);  -- by its digest
    CREATE INDEX raised_by_time ON raised (at);
    CREATE TABLE texts (
        id INTEGER PRIMARY KEY,
        article TEXT NOT NULL,
        story INTEGER NOT NULL,      -- the first text of them
        signature BLOB NOT NULL,
        began REAL NOT NULL          -- when the story's first text came
    );
    CREATE INDEX texts_by_time ON texts (began);
    CREATE INDEX texts_by_article ON texts (article);
    CREATE TABLE bands (band INTEGER NOT NULL, text INTEGER NOT NULL, PRIMARY KEY (band, text)) WITHOUT ROWID;
    CREATE INDEX bands_by_text ON bands (text);
    CREATE TABLE alerts (
        story INTEGER NOT NULL,
        subscription TEXT NOT NULL,
        alert TEXT NOT NULL,
        article TEXT NOT NULL,
        copies INTEGER NOT NULL,
        PRIMARY KEY (story, subscription)
    ) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class First:
    """The alert that a story raised for a subscription, and how many copies were counted into it."""

    alert: str
    article: str
    copies: int


class Told:
    """The alerts of the last ``days``. Stories are told apart for ``story_days`` after their first text."""

    def __init__(self, sql: sqlite3.Connection, *, days: int, story_days: int) -> None:
        self._sql = sql
        self._days = timedelta(days=days)
        self._story_days = timedelta(days=story_days)
        sql.executescript(SCHEMA)

    def raise_once(self, key: str, now: datetime) -> bool:
        """Whether this, by its digest, was not told yet. From now on it was."""
        told = self._sql.execute(
            "INSERT INTO raised VALUES (?, ?) ON CONFLICT (alert) DO UPDATE SET at = excluded.at WHERE at < ?",
            (_short(key), now.timestamp(), (now - self._days).timestamp()),
        )
        return told.rowcount == 1

    def stories_of(self, article: MatchedArticle) -> tuple[int, ...]:
        """The stories that the article's text is a copy of, the oldest first, its own if there is none; it is part of
        the first from now on. None for a text too short to be a copy.
        """
        if not article.signature:
            return ()
        now = article.matched_at
        since = (now - self._story_days).timestamp()
        found = [_short(band) for band in bands(article.signature)]
        rows = self._sql.execute(
            "SELECT DISTINCT story, began, signature FROM texts WHERE began >= ? AND (article = ? OR id IN"  # noqa: S608
            f" (SELECT text FROM bands WHERE band IN ({', '.join('?' * len(found))})))",
            [since, article.article_id, *found],
        ).fetchall()
        alike = {story: began for story, began, kept in rows if is_copy(unpacked_bytes(kept), article.signature)}
        first = min(alike, default=None)
        began = now.timestamp() if first is None else alike[first]
        signature = packed_bytes(article.signature)
        text = self._sql.execute(
            "INSERT INTO texts (article, story, signature, began) VALUES (?, ?, ?, ?)",
            (article.article_id, first or 0, signature, began),
        ).lastrowid
        assert text is not None  # noqa: S101 - it was just inserted
        self._sql.executemany("INSERT OR IGNORE INTO bands VALUES (?, ?)", [(band, text) for band in found])
        if first is None:
            self._sql.execute("UPDATE texts SET story = id WHERE id = ?", (text,))
            return (text,)
        return tuple(sorted(alike))

    def first(self, stories: tuple[int, ...], subscription: str) -> First | None:
        """The alert that one of these stories raised for the subscription, if one did: the first."""
        for story in stories:
            row = self._sql.execute(
                "SELECT alert, article, copies FROM alerts WHERE story = ? AND subscription = ?", (story, subscription)
            ).fetchone()
            if row:
                return First(*row)
        return None

    def keep(self, stories: tuple[int, ...], subscription: str, first: First) -> None:
        """What is the first alert of a story from now on."""
        if stories:
            self._sql.execute(
                "INSERT OR IGNORE INTO alerts VALUES (?, ?, ?, ?, ?)",
                (stories[0], subscription, first.alert, first.article, first.copies),
            )

    def count(self, first: First) -> int:
        """One more copy; the number of it, from 1."""
        self._sql.execute("UPDATE alerts SET copies = copies + 1 WHERE alert = ?", (first.alert,))
        return first.copies + 1

    def tidy(self, now: datetime) -> None:
        """Let go of what nothing is compared with any more."""
        self._sql.execute("DELETE FROM raised WHERE at < ?", ((now - self._days).timestamp(),))
        old, since = "(SELECT id FROM texts WHERE began < ?)", (now - self._story_days).timestamp()
        self._sql.execute(f"DELETE FROM bands WHERE text IN {old}", (since,))  # noqa: S608
        self._sql.execute(f"DELETE FROM alerts WHERE story IN {old}", (since,))  # noqa: S608
        self._sql.execute("DELETE FROM texts WHERE began < ?", (since,))


def _short(digest: str) -> int:
    """A digest in hexadecimal as SQLite keeps integers: its first 63 bits."""
    return int(digest[:16], 16) >> 1
