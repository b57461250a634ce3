"""What a server says of when to come again (RFC 9110, section 10.2.3), and how far that is followed."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST_WAIT = timedelta(days=1)
"""No server makes us wait longer: a date in a year is a mistake, and its outlet would never be asked again."""
WAITING_STATUSES = {429, 503}
"""Answers that speak for the whole host (RFC 6585, section 4; RFC 9110, section 15.6.4)."""
UNSAID = timedelta(minutes=1)
"""The wait after 429 Too Many Requests that does not say how long."""


def retry_after(value: str | None, now: datetime) -> timedelta | None:
    """How long to wait by a Retry-After header: seconds, or a date; None where it says nothing that can be read."""
    if value is None:
        return None
    written = value.strip()
    if written.isascii() and written.isdecimal():
        return timedelta(seconds=min(int(written[:12]), LONGEST_WAIT.total_seconds()))
    try:
        moment = parsedate_to_datetime(written)
    except (ValueError, OverflowError, IndexError, TypeError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max(moment - now, timedelta()), LONGEST_WAIT)


def rest_after(status: int, wait: timedelta | None) -> timedelta | None:
    """How long a whole host is left alone after an answer; None where only its address failed."""
    if status not in WAITING_STATUSES:
        return None
    return wait if wait is not None else UNSAID if status == 429 else None
