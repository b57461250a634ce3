"""What is remembered, as values: feeds, addresses, and what came of asking; and how they are written in the file."""

import json
import sqlite3
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime

from services.fetcher.entries import Entry
from services.fetcher.http import Conditions


@dataclass(frozen=True, slots=True)
class FeedState:
    """What is remembered of a feed or sitemap."""

    url: str
    conditions: Conditions = field(default_factory=Conditions)
    last_polled: datetime | None = None
    last_success: datetime | None = None
    last_error: str | None = None
    failures: int = 0
    """In a row."""


@dataclass(frozen=True, slots=True)
class Address:
    """A page to be asked for."""

    url: str
    """In canonical form: what it is remembered by."""
    entry: Entry
    """What the feed says of it; ``entry.url`` is the address to ask."""
    host: str
    source: str
    first_seen: datetime
    claimed: bool
    """Whether it is due because its feed says that it changed."""
    failures: int
    conditions: Conditions
    article: str | None


@dataclass(frozen=True, slots=True)
class Look:
    """What came of asking for a page."""

    at: datetime
    outcome: str
    due: datetime | None
    """When to ask again."""
    reason: str | None = None
    failures: int = 0
    conditions: Conditions | None = None
    """What to send the next time; None keeps what there is."""
    article: str | None = None
    changed: bool = False


def feed_state(row: sqlite3.Row) -> FeedState:
    """A row of ``feeds``."""
    return FeedState(
        url=row["url"],
        conditions=Conditions(row["etag"], row["last_modified"]),
        last_polled=moment(row["last_polled"]),
        last_success=moment(row["last_success"]),
        last_error=row["last_error"],
        failures=row["failures"],
    )


def address(row: sqlite3.Row) -> Address:
    """A row of ``addresses``."""
    return Address(
        url=row["url"],
        entry=_read(row["asked"], row["entry"]),
        host=row["host"],
        source=row["source"],
        first_seen=datetime.fromtimestamp(row["first_seen"], UTC),
        claimed=bool(row["claimed"]),
        failures=row["failures"],
        conditions=Conditions(row["etag"], row["last_modified"]),
        article=row["article"],
    )


def written(entry: Entry) -> str:
    """What a feed says of an article, as JSON; its address has a column of its own."""
    fields = {name: value for name, value in asdict(entry).items() if value and name != "url"}
    return json.dumps(fields, default=datetime.isoformat, ensure_ascii=False)


def _read(url: str, text: str) -> Entry:
    fields = json.loads(text)
    for name in ("published_at", "updated_at"):
        if name in fields:
            fields[name] = datetime.fromisoformat(fields[name])
    return Entry(url=url, **{**fields, "authors": tuple(fields.get("authors", ()))})


def moment(seconds: float | None) -> datetime | None:
    """A moment as the file writes it, in seconds since 1970."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
