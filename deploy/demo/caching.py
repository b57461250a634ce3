"""Conditional requests (RFC 9110, section 13): has what the caller holds changed?"""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime


def etag_of(body: bytes) -> str:
    """A strong entity tag for a body."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def http_date(moment: datetime) -> str:
    """A time as HTTP writes it; fractions of a second are dropped."""
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def is_unchanged(request_headers: Mapping[str, str], etag: str, last_modified: datetime) -> bool:
    """Whether 304 is the answer. `If-None-Match` is compared weakly and, where given, decides alone."""
    held = request_headers.get("if-none-match")
    if held is not None:
        return any(tag.strip().removeprefix("W/") in {etag, "*"} for tag in held.split(","))
    since = request_headers.get("if-modified-since")
    if since is None:
        return False
    try:
        return last_modified.replace(microsecond=0) <= parsedate_to_datetime(since)
    except (ValueError, TypeError):  # no date, or one without an offset: RFC 9110 says to ignore it
        return False
