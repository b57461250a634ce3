"""Walking through the pages of a search: where to read on, and the link that leads there."""

from dataclasses import replace
from urllib.parse import urlencode

from fastapi import Request, Response

from services.api import cursor
from services.api.cursor import Search
from services.api.index import SearchIndex
from services.api.query import Found, Page


def next_page(found: Found) -> Page | None:
    """Where to read on after this page, or None where nothing comes after it."""
    hits = found.answer["hits"]["hits"]
    if not hits or found.page is None:
        return None
    seen = found.page.seen + len(hits)
    if seen >= found.answer["hits"]["total"]["value"]:
        return None
    return replace(found.page, after=tuple(hits[-1]["sort"]), seen=seen)


def next_page_link(request: Request, word: str) -> str:
    """The ``Link`` header (RFC 8288) to the same search with another cursor, relative to this host."""
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "cursor"]
    return f'<{request.url.path}?{urlencode([*kept, ("cursor", word)])}>; rel="next"'


def page_asked(search: Search, word: str | None) -> Page | None:
    """The page that a cursor leads to; None is the first.

    Raises:
        ProblemError: it is not a cursor, or came from another search.
    """
    return cursor.decoded(search, word) if word else None


def cursor_after(search: Search, found: Found, request: Request, response: Response, index: SearchIndex) -> str | None:
    """The cursor to the next page, which is put into the ``Link`` header too; None after the last.

    Where the first page is the last one, its point in time is let go.
    """
    following = next_page(found)
    if following:
        word = cursor.encoded(search, following)
        response.headers["Link"] = next_page_link(request, word)
        return word
    if found.page and not found.page.seen:  # the last page of several may be asked for again
        index.forget(found.page.point_in_time)
    return None
