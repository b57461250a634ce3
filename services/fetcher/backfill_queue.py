"""What a backfill remembers beyond the fetcher's own tables: which sitemaps it has still to read.

It is in a file of its own beside the fetcher's state, of the same form: the fetcher holds its own file for itself while
it runs, and a backfill of weeks must neither wait for it nor stop it. What the fetcher knows is copied over at every
start of a backfill (its file is only read), so that the same article goes on under the same revision.
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from services.common.errors import ConfigurationError

TABLES = """
CREATE TABLE IF NOT EXISTS backfill_runs (
    since REAL PRIMARY KEY,
    began REAL NOT NULL,
    finished REAL
);
CREATE TABLE IF NOT EXISTS backfill_sitemaps (
    url TEXT PRIMARY KEY,
    depth INTEGER NOT NULL,
    done REAL
);
"""
BUSY_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Sitemap:
    """A sitemap to read; ``depth`` is how many indexes lead to it."""

    url: str
    depth: int
    place: int = 0
    """Where it stands in the queue."""


class BackfillQueue:
    """The sitemaps of one backfill, in a state file that is open. Each write is durable when it returns."""

    def __init__(self, path: Path) -> None:
        self._sql = sqlite3.connect(path, BUSY_SECONDS, isolation_level=None, uri=True)
        self._sql.executescript(TABLES)

    def close(self) -> None:
        """Close the file."""
        self._sql.close()

    def begin(self, since: datetime, now: datetime) -> bool:
        """Go on with what was begun for this date, or begin anew; returns whether there was something to go on with."""
        row = self._sql.execute(
            "SELECT 1 FROM backfill_runs WHERE since = ? AND finished IS NULL", (since.timestamp(),)
        ).fetchone()
        if row is None:
            self._sql.executescript("BEGIN; DELETE FROM backfill_sitemaps; DELETE FROM backfill_runs; COMMIT;")
        self._sql.execute(
            "INSERT OR IGNORE INTO backfill_runs (since, began) VALUES (?, ?)", (since.timestamp(), now.timestamp())
        )
        return row is not None

    def finish(self, since: datetime, now: datetime) -> None:
        """Nothing is left of it."""
        self._sql.execute("UPDATE backfill_runs SET finished = ? WHERE since = ?", (now.timestamp(), since.timestamp()))

    def add(self, sitemaps: Iterable[Sitemap]) -> None:
        """Sitemaps to read, those that are known left as they are."""
        self._sql.executemany(
            "INSERT OR IGNORE INTO backfill_sitemaps (url, depth) VALUES (?, ?)",
            [(sitemap.url, sitemap.depth) for sitemap in sitemaps],
        )

    def next(self, after: int) -> Sitemap | None:
        """The first sitemap behind place ``after`` that was not read yet; one that failed comes in a later run."""
        row = self._sql.execute(
            "SELECT url, depth, rowid FROM backfill_sitemaps WHERE done IS NULL AND rowid > ? ORDER BY rowid LIMIT 1",
            (after,),
        ).fetchone()
        return Sitemap(*row) if row else None

    def done(self, sitemap: Sitemap, now: datetime) -> None:
        """A sitemap was read, its pages and children are written down; or it can never be read."""
        self._sql.execute("UPDATE backfill_sitemaps SET done = ? WHERE url = ?", (now.timestamp(), sitemap.url))

    def sitemaps(self) -> tuple[int, int]:
        """How many sitemaps were read, and how many there are so far."""
        row = self._sql.execute("SELECT count(done), count(*) FROM backfill_sitemaps").fetchone()
        return row[0], row[1]

    def pages(self) -> tuple[int, int]:
        """How many pages are done with, and how many there are so far."""
        row = self._sql.execute("SELECT count(*) FILTER (WHERE due IS NULL), count(*) FROM addresses").fetchone()
        return row[0], row[1]

    def ask_again(self, now: datetime) -> None:
        """Let what could not be had in an earlier run be asked now: a person says that it goes on.

        A page whose server answered waits as it was told to.
        """
        self._sql.execute(
            "UPDATE addresses SET due = ? WHERE due > ? AND outcome IN ('unreachable', 'timed_out', 'failed')",
            (now.timestamp(), now.timestamp()),
        )

    def left(self, most: int) -> list[str]:
        """Why pages are not done with yet, in sentences: the first so many."""
        rows = self._sql.execute(
            "SELECT reason FROM addresses WHERE due IS NOT NULL AND reason IS NOT NULL ORDER BY rowid LIMIT ?", (most,)
        )
        return [row[0] for row in rows]

    def learn(self, service: Path) -> None:
        """Take over what the fetcher knows of articles, and drop the pages that it looks after itself.

        Raises:
            ConfigurationError: its file cannot be read.
        """
        if not service.exists():
            return
        try:
            self._sql.execute("ATTACH DATABASE ? AS service", (f"{service.resolve().as_uri()}?mode=ro",))
            try:
                self._sql.executescript(LEARN)
            finally:
                self._sql.execute("DETACH DATABASE service")
        except sqlite3.Error as error:
            raise ConfigurationError(f"The fetcher's state {service} cannot be read: {error}.") from error


LEARN = """
BEGIN;
INSERT INTO articles (id, url, address, revision, content_hash, sent)
    SELECT id, url, address, revision, content_hash, sent FROM service.articles WHERE true
    ON CONFLICT (id) DO UPDATE SET address = excluded.address, revision = excluded.revision,
        content_hash = excluded.content_hash, sent = excluded.sent
    WHERE excluded.revision > articles.revision;
UPDATE addresses SET due = NULL, outcome = 'same', reason = 'The fetcher looks after it.'
    WHERE due IS NOT NULL AND url IN (SELECT url FROM service.addresses WHERE article IS NOT NULL);
COMMIT;
"""
