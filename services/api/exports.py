"""A whole search as one answer that is streamed: as much memory for a million rows as for a hundred.

The search is walked in a point in time, page by page, each asked for when the client has taken the one before. What
goes wrong on the way is tried again, and where that does not help the connection is broken off: an answer that was not
cut off is whole. ``Total-Count`` says beforehand how many rows there are.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeGuard, get_args

from fastapi import Response
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from services.api.problems import ProblemError, unavailable
from services.api.rows import ARTICLE_COLUMNS, CLAIM_COLUMNS, Cell, Document, article_line, claim_line, csv_lines
from services.common.metrics import Metrics

Exported = Literal["csv", "ndjson", "jsonl"]
EXPORTED: Final[tuple[Exported, ...]] = get_args(Exported)
MEDIA: Final[Mapping[Exported, str]] = {
    "csv": "text/csv; charset=utf-8; header=present",
    "ndjson": "application/x-ndjson",
    "jsonl": "application/jsonl",
}


def is_exported(form: str) -> TypeGuard[Exported]:
    """Whether a form is one of those that are streamed."""
    return form in EXPORTED


AT_ONCE: Final = 8
"""Exports that one instance of the api serves at a time."""
ROWS: Final = 25
"""Rows that are written between two looks at what else is to be done."""

Pages = AsyncGenerator[Mapping[str, Any], None]


@dataclass(frozen=True, slots=True)
class Kind:
    """What is exported: how a row is written, and what the file is called."""

    name: str
    line: Callable[[Document], bytes]
    columns: Mapping[str, Callable[[Document], Cell]]


ARTICLES: Final = Kind("articles", article_line, ARTICLE_COLUMNS)
CLAIMS: Final = Kind("claims", claim_line, CLAIM_COLUMNS)


class Exports:
    """The exports under way."""

    def __init__(self, metrics: Metrics) -> None:
        self._running = 0
        self._metrics = metrics.streams.labels("export")

    async def answer(self, pages: Pages, kind: Kind, form: Exported, admitted: Callable[[], bool]) -> Response:
        """All rows of these pages, as an answer that is written while they are read, and while the caller may read.

        Raises:
            ProblemError: 503, too many exports are under way, or the first page cannot be had.
        """
        if self._running >= AT_ONCE:
            raise unavailable(f"{AT_ONCE} exports are under way, which is as many as are served at once.")
        self._began(1)
        try:
            first = await anext(pages)
        except BaseException:
            self._began(-1)
            raise
        return _Export(
            _written(first, pages, kind, form, admitted),
            ended=lambda: self._began(-1),
            pages=pages,
            media_type=MEDIA[form],
            headers={
                "Content-Disposition": f'attachment; filename="sitrep-{kind.name}.{form}"',
                "Total-Count": str(first["hits"]["total"]["value"]),
            },
        )

    def _began(self, change: int) -> None:
        self._running += change
        self._metrics.set(self._running)


class _Export(StreamingResponse):
    """An answer that lets go of what it reads from however it ends."""

    def __init__(
        self, content: AsyncIterator[bytes], *, ended: Callable[[], None], pages: Pages, **options: Any
    ) -> None:
        super().__init__(content, **options)
        self._ended = ended
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._ended()
            await self._pages.aclose()


async def _written(
    first: Mapping[str, Any], pages: Pages, kind: Kind, form: Exported, admitted: Callable[[], bool]
) -> AsyncIterator[bytes]:
    if form == "csv":
        yield csv_lines([list(kind.columns)])
    page: Mapping[str, Any] | None = first
    while page is not None:
        documents = [hit["_source"] for hit in page["hits"]["hits"]]
        for start in range(0, len(documents), ROWS):
            yield _rows(documents[start : start + ROWS], kind, form)
            await asyncio.sleep(0)
        page = await anext(pages, None)
        if page is not None and not admitted():
            raise ProblemError("unauthorized", "The API key was revoked while its export was under way.")


def _rows(documents: Sequence[Document], kind: Kind, form: Exported) -> bytes:
    if form == "csv":
        return csv_lines([column(document) for column in kind.columns.values()] for document in documents)
    return b"".join(map(kind.line, documents))
