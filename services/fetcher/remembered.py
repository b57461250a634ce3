"""What is remembered, as values: feeds, addresses, and what came of asking; and how they are written in the file."""

import json
import sqlite3
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta

from services.fetcher.entries import Entry
from services.fetcher.http import Conditions
from services.fetcher.intervals import Pace


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
    last_failure: datetime | None = None
    """When ``last_error`` was; an answer that nothing has changed leaves both as they are."""
    unread: bool = False
    """Whether the last answer with a body could not be read: then the next request is not a conditional one."""
    not_before: datetime | None = None
    """Until when its server wants to be left alone."""
    moved_to: str | None = None
    """Where it leads on to for good."""
    moved: int = 0
    """How often in a row it did."""
    gone: int = 0
    """How often in a row it answered 410 Gone."""
    pace: Pace = field(default_factory=Pace)


@dataclass(frozen=True, slots=True)
class FeedFailure:
    """What a failure of a feed means for the next request."""

    unread: bool = False
    """Whether there was an answer with a body, which could not be read."""
    gone: bool = False
    """Whether it was 410 Gone."""
    not_before: datetime | None = None
    counted: bool = True
    """False where the feed was not asked, as its host rests."""


FAILED = FeedFailure()


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
        last_failure=moment(row["last_failure"]),
        unread=bool(row["unread"]),
        not_before=moment(row["not_before"]),
        moved_to=row["moved_to"],
        moved=row["moved"],
        gone=row["gone"],
        pace=Pace(_span(row["period"]), _span(row["max_age"]), _span(row["gap"]), moment(row["newest"])),
    )


def pace_columns(pace: Pace) -> dict[str, float | None]:
    """A feed's pace as the file writes it, in seconds."""
    return {
        "period": pace.period.total_seconds() if pace.period is not None else None,
        "max_age": pace.max_age.total_seconds() if pace.max_age is not None else None,
        "gap": pace.gap.total_seconds() if pace.gap is not None else None,
        "newest": pace.newest.timestamp() if pace.newest is not None else None,
    }


def _span(seconds: float | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)


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
