"""What is taken away, row by row: JSON lines with everything, or CSV for a spreadsheet. Pure.

Source: RFC 4180 (CSV); https://jsonlines.org; OWASP, "CSV Injection".
"""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from services.api.responses import WholeArticle
from services.api.series.answers import found_claim
from services.api.series.figures import figure

Document = Mapping[str, Any]
Cell = str | float | bool | None

RISKY: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a text must not begin with in a spreadsheet, which would take it for a formula."""


class ExportedArticle(WholeArticle):
    """An article as a line of JSON: everything, and its story."""

    story: str


def article_line(document: Document) -> bytes:
    """An article with its text, entities and figures, as a line of JSON."""
    return ExportedArticle.model_validate(document).model_dump_json().encode() + b"\n"


def claim_line(document: Document) -> bytes:
    """A figure as in ``GET /v1/claims``, as a line of JSON."""
    return found_claim(figure(document)).model_dump_json().encode() + b"\n"


ARTICLE_COLUMNS: Final[Mapping[str, Callable[[Document], Cell]]] = {
    "id": lambda article: article["id"],
    "revision": lambda article: article["revision"],
    "published_at": lambda article: article.get("published_at"),
    "fetched_at": lambda article: article["fetched_at"],
    "source": lambda article: article["source"]["id"],
    "source_name": lambda article: article["source"]["name"],
    "title": lambda article: article["title"],
    "authors": lambda article: "; ".join(article.get("authors") or ()),
    "language": lambda article: article["language"],
    "url": lambda article: article["url"],
    "description": lambda article: article.get("description"),
    "story": lambda article: article["story"],
    "entities": lambda article: " ".join(entity["id"] for entity in article.get("entities") or ()),
    "figures": lambda article: len(article.get("claims") or ()),
}
"""The columns of articles. Their texts are in the lines of JSON: a spreadsheet cuts a cell at 32,767 characters."""


def _of(document: Document, part: str, name: str) -> Cell:
    value: Cell = (document.get(part) or {}).get(name)
    return value


CLAIM_COLUMNS: Final[Mapping[str, Callable[[Document], Cell]]] = {
    "id": lambda claim: claim["id"],
    "text": lambda claim: claim["text"],
    "low": lambda claim: claim.get("low"),
    "high": lambda claim: claim.get("high"),
    "qualifier": lambda claim: claim["qualifier"],
    "unit": lambda claim: claim["unit"],
    "item": lambda claim: claim["item"],
    "category": lambda claim: claim["category"],
    "action": lambda claim: claim.get("action"),
    "actor": lambda claim: claim.get("actor"),
    "place": lambda claim: claim.get("place"),
    "speaker": lambda claim: _of(claim, "attributed_to", "text"),
    "speaker_entity": lambda claim: _of(claim, "attributed_to", "entity"),
    "via": lambda claim: _of(claim, "attributed_to", "via"),
    "modality": lambda claim: claim["modality"],
    "as_of_from": lambda claim: _of(claim, "as_of", "from"),
    "as_of_to": lambda claim: _of(claim, "as_of", "to"),
    "implicit": lambda claim: claim.get("implicit"),
    "each": lambda claim: claim.get("each"),
    "sentence": lambda claim: claim["sentence"],
    "source": lambda claim: claim["source"]["id"],
    "source_name": lambda claim: claim["source"]["name"],
    "published_at": lambda claim: claim.get("published_at"),
    "article": lambda claim: claim["article"]["id"],
    "title": lambda claim: claim["article"]["title"],
    "url": lambda claim: claim["article"]["url"],
    "story": lambda claim: claim["story"],
}


def csv_lines(rows: Iterable[Sequence[Cell]]) -> bytes:
    """Rows in CSV, in UTF-8."""
    written = io.StringIO(newline="")
    csv.writer(written).writerows([_cell(cell) for cell in row] for row in rows)
    return written.getvalue().encode("utf-8", "replace")


def _cell(cell: Cell) -> Cell:
    """Numbers as they are; a text that a spreadsheet would take for a formula is told to be one by an apostrophe."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    if isinstance(cell, str):
        text = cell.replace("\x00", "")
        return f"'{text}" if text.startswith(RISKY) else text
    return cell
