"""The cursor: where to read on, as one opaque word that holds for one search only."""

import base64
import binascii
import hashlib
from typing import Any, Final, Protocol

from pydantic import Field, StrictFloat, StrictInt, StrictStr, ValidationError

from services.api.problems import ProblemError
from services.api.query import Page
from services.common.messages import Message, UtcDatetime

LONGEST: Final = 4096
"""Characters; a point in time over one index takes a few hundred."""


NOT_A_CURSOR: Final = "query.cursor: not a cursor; use the `next` of an answer as it is."


class _Cursor(Message):
    search: StrictStr
    point_in_time: StrictStr = Field(min_length=1)
    after: tuple[StrictInt | StrictFloat | StrictStr, ...] = Field(min_length=2, max_length=4)
    seen: StrictInt = Field(ge=1)
    now: UtcDatetime | None = None


class Search(Protocol):
    """A search whose pages a cursor walks through."""

    @property
    def deciding(self) -> tuple[Any, ...]:
        """What decides what comes, and in which order: a cursor belongs to just this."""
        ...


def encoded(search: Search, page: Page) -> str:
    """The cursor to the page after ``page.after``: letters, digits, ``-`` and ``_``."""
    cursor = _Cursor(
        search=_told_apart(search),
        point_in_time=page.point_in_time,
        after=page.after,
        seen=page.seen,
        now=page.now,
    )
    return base64.urlsafe_b64encode(cursor.model_dump_json().encode()).rstrip(b"=").decode()


def decoded(search: Search, cursor: str) -> Page:
    """Where ``cursor`` says to read on.

    Raises:
        ProblemError: it is not a cursor, or came from another search.
    """
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        read = _Cursor.model_validate_json(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (UnicodeEncodeError, binascii.Error, ValidationError):
        raise ProblemError("invalid-cursor", NOT_A_CURSOR) from None
    if read.search != _told_apart(search):
        raise ProblemError(
            "invalid-cursor",
            "query.cursor: it belongs to another search; the other parameters must stay as they were.",
        )
    return Page(read.point_in_time, read.after, read.seen, read.now)


def _told_apart(search: Search) -> str:
    return hashlib.sha256(repr(search.deciding).encode("utf-8", "backslashreplace")).hexdigest()[:16]
