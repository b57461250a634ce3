"""The file of the fetcher's state: opened by one process at a time, brought up to date, or refused with a sentence."""

import contextlib
import fcntl
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from services.common.errors import ConfigurationError
from services.fetcher.remembered import FeedState, feed_state
from services.fetcher.state import State

MIGRATIONS = (
    """
    CREATE TABLE feeds (
        url TEXT PRIMARY KEY,
        source TEXT NOT NULL,
        etag TEXT,
        last_modified TEXT,
        last_polled REAL,
        last_success REAL,
        last_error TEXT,
        failures INTEGER NOT NULL DEFAULT 0
    );
    CREATE TABLE addresses (
        url TEXT PRIMARY KEY,           -- in canonical form
        asked TEXT NOT NULL,            -- as the feed gives it
        host TEXT NOT NULL,
        source TEXT NOT NULL,
        entry TEXT NOT NULL,            -- JSON: what the feed says of it
        updated REAL,                   -- when the feed says it was changed
        first_seen REAL NOT NULL,
        due REAL,                       -- when to ask; null is not again
        claimed INTEGER NOT NULL DEFAULT 0,
        false_alarms INTEGER NOT NULL DEFAULT 0,
        last_look REAL,
        failures INTEGER NOT NULL DEFAULT 0,
        etag TEXT,
        last_modified TEXT,
        article TEXT,                   -- the id of the article it led to
        outcome TEXT,
        reason TEXT
    );
    CREATE INDEX addresses_due ON addresses (due) WHERE due IS NOT NULL;
    CREATE TABLE articles (
        id TEXT PRIMARY KEY,
        url TEXT NOT NULL,
        address TEXT NOT NULL,          -- whose page its text is taken from
        revision INTEGER NOT NULL,
        content_hash TEXT NOT NULL,
        sent REAL                       -- when Kafka acknowledged this revision; null: it may not have it
    );
    """,
    """
    ALTER TABLE feeds ADD COLUMN last_failure REAL;
    ALTER TABLE feeds ADD COLUMN unread INTEGER NOT NULL DEFAULT 0;  -- 1: its last body could not be read
    ALTER TABLE feeds ADD COLUMN not_before REAL;                    -- until when its server wants to be left alone
    ALTER TABLE feeds ADD COLUMN moved_to TEXT;
    ALTER TABLE feeds ADD COLUMN moved INTEGER NOT NULL DEFAULT 0;   -- how often in a row it led there for good
    ALTER TABLE feeds ADD COLUMN gone INTEGER NOT NULL DEFAULT 0;    -- how often in a row it answered 410
    ALTER TABLE feeds ADD COLUMN period REAL;                        -- these four: its pace, see intervals
    ALTER TABLE feeds ADD COLUMN max_age REAL;
    ALTER TABLE feeds ADD COLUMN gap REAL;
    ALTER TABLE feeds ADD COLUMN newest REAL;
    ALTER TABLE articles ADD COLUMN note TEXT;  -- what the next revision is compared with, see revisions
    """,
    """
    CREATE TABLE deletions (
        article TEXT PRIMARY KEY,
        carried_out REAL NOT NULL
    );
    """,
)
"""Each brings the file from the version that is its index to the next; ``PRAGMA user_version`` says where it is."""
BUSY_SECONDS = 5.0


@contextlib.contextmanager
def open_state(path: Path) -> Iterator[State]:
    """The state in a file, made or brought up to date where needed, for this process alone while the block runs.

    Raises:
        ConfigurationError: the file cannot be used; the sentence says why.
    """
    with contextlib.ExitStack() as stack:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            lock = stack.enter_context(path.with_name(f"{path.name}.lock").open("w"))
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ConfigurationError(
                f"Another fetcher works with {path}: stop it, or set SITREP_FETCHER_STATE to a file of its own."
            ) from error
        except OSError as error:
            raise ConfigurationError(f"{path} cannot be used for the fetcher's state: {error}.") from error
        try:
            connection = stack.enter_context(
                contextlib.closing(sqlite3.connect(path, BUSY_SECONDS, isolation_level=None))
            )
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            _migrate(connection, path)
        except sqlite3.DatabaseError as error:
            raise ConfigurationError(
                f"{path} cannot be used for the fetcher's state ({error}): move it away to begin anew; every article "
                "that feeds still list will then be sent again as its first revision."
            ) from error
        yield State(connection, path)


def feed_states(path: Path) -> dict[str, FeedState]:
    """What is remembered of every feed, by its address, read from beside a fetcher that may be at work on the file.

    Where there is no file yet, nothing is.

    Raises:
        ConfigurationError: the file cannot be read, or was not brought up to date by this version.
    """
    if not path.exists():
        return {}
    try:
        with contextlib.closing(
            sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", BUSY_SECONDS, uri=True, isolation_level=None)
        ) as connection:
            connection.row_factory = sqlite3.Row
            version = int(connection.execute("PRAGMA user_version").fetchone()[0])
            if version != len(MIGRATIONS):
                raise ConfigurationError(
                    f"{path} is of version {version}, and this Sitrep reads version {len(MIGRATIONS)}: start its "
                    "fetcher once, or use the Sitrep that wrote it."
                )
            return {row["url"]: feed_state(row) for row in connection.execute("SELECT * FROM feeds")}
    except sqlite3.DatabaseError as error:
        raise ConfigurationError(f"{path} cannot be read: {error}.") from error


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version > len(MIGRATIONS):
        raise ConfigurationError(
            f"{path} was written by a newer Sitrep (version {version}): use that one, or another file."
        )
    for number, statements in enumerate(MIGRATIONS[version:], start=version + 1):
        connection.executescript(f"BEGIN; {statements} PRAGMA user_version = {number}; COMMIT;")
