"""The forms a search can be taken away in, chosen by ``format``: which there are, and how each is answered."""

from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any, Final, Literal
from urllib.parse import urlencode

from fastapi import Request, Response

from services.api.etag import content_tag, unchanged
from services.api.exports import EXPORTED, MEDIA
from services.api.problems import Wrong, invalid_request
from services.api.syndication import ATOM_TYPE, JSON_TYPE, Entry, Feed, atom, json_feed, sorted_entries

Format = Literal["json", "csv", "ndjson", "jsonl", "atom", "jsonfeed"]
FORMAT_HELP: Final = (
    "`json`: one page. `csv`, `ndjson`, `jsonl`: everything, streamed, whatever `limit` says, and copies are not "
    "folded; `Total-Count` says how many rows there are, and an answer that cannot be ended is broken off. `atom`, "
    "`jsonfeed`: the first page as a feed, the newest first where `sort` does not say otherwise."
)


def refuse_pages(cursor: str | None, form: Format) -> None:
    """A file or a feed has no pages.

    Raises:
        ProblemError: a cursor was given.
    """
    if cursor is not None:
        raise invalid_request([Wrong(where="query.cursor", what=f"`format={form}` has no pages; leave it out")])


def feed_answer(request: Request, form: Format, entries: list[Entry], about: str) -> Response:
    """A feed of these entries, or 304 where the reader has it already."""
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "format"]
    page = str(request.base_url) + (f"?{urlencode(kept)}" if kept else "")
    feed = Feed(f"Sitrep: {about}" if about else "Sitrep", str(request.url), page, sorted_entries(entries))
    content, media = (atom(feed), ATOM_TYPE) if form == "atom" else (json_feed(feed), JSON_TYPE)
    headers = {"ETag": content_tag(content), "Last-Modified": format_datetime(feed.updated, usegmt=True)}
    if _has_it(request, headers["ETag"], feed.updated):
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=media, headers=headers)


def _has_it(request: Request, tag: str, updated: datetime) -> bool:
    """Whether a reader's copy is as it is now; the date counts only where no tag is sent (RFC 9110, section 13.2.2)."""
    tags, since = request.headers.get("if-none-match"), request.headers.get("if-modified-since")
    if tags is not None or since is None:
        return unchanged(tags, tag)
    try:
        return updated.replace(microsecond=0) <= parsedate_to_datetime(since)
    except (ValueError, TypeError):  # not a date, or one without a zone
        return False


def with_formats(answer: dict[str, Any], example: Any) -> dict[str, Any]:
    """An operation's good answer in the OpenAPI document, in every form: ``example`` is a row as JSON has it."""
    text = {"type": "string"}
    forms: dict[str, Any] = {
        MEDIA[form].partition(";")[0]: {"schema": text, "example": f"{example}\n"} for form in EXPORTED
    }
    forms |= {ATOM_TYPE: {"schema": text}, JSON_TYPE: {"schema": {"type": "object"}}}
    headers = {
        "Total-Count": {"description": "Rows of a file that is streamed.", "schema": {"type": "integer"}},
        "Last-Modified": {"description": "Of a feed.", "schema": text},
        "ETag": {"description": "Of a feed: changes when the answer does (weak).", "schema": text},
    }
    return {
        **answer,
        "content": {**answer["content"], **forms},
        "headers": {**answer.get("headers", {}), **headers},
    }
