"""Bylines that a page shows its readers: "By Jane Doe, Kyiv", "Von Anna Schmidt", a line that is marked as one."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from services.fetcher.plain import one_line
from services.fetcher.xpaths import xpath

NAME = r"[A-ZÀ-ÞА-ЯЇІЄҐ][\w'’.-]*,? (?:[a-zà-ÿ]{2,3} ){0,2}[A-ZÀ-ÞА-ЯЇІЄҐ]"
"""How a name of at least two words begins."""
SAYS_BY = (
    r"(?:(?:[Ww]ords|[Tt]ext|[Ss]tory|[Ww]ritten|[Pp]osted|[Rr]eport(?:ed|ing)?|[Aa]nalysis)[ :]+)?(?:[Bb]y|BY)"
    r"|[Vv]on|VON|[Pp]ar|PAR|[Pp]or|POR|[Dd]i|DI|[Dd]oor|[Tt]ext|[Ww]ords|[Tt]ekst|[Aa]utor(?:ka|zy)?|[Oo]prac\."
    r"|[Оо]працювал[аи]|[Аа]втор[иы]?|[Тт]екст"
)
WRITTEN = re.compile(rf"(?:{SAYS_BY}):?\s+(?={NAME})(?!.*[.!?…]$)")
NAMED = re.compile(NAME)
BETWEEN = re.compile(r"\s*[|•·—–]\s+")
WITHIN = re.compile(
    rf"(?:updated|posted|published|modified|written|submitted)\b.{{0,60}}?\s(?:by|BY):?\s+(?={NAME})", re.IGNORECASE
)
"""A line that says when first, and then by whom."""
MARKED = {
    "by", "byline", "author", "authors", "sig", "signature", "firma", "firme", "writer", "autor", "autore", "auteur",
    "journalist", "redakteur", "verfasser", "credits",
}  # fmt: skip
"""Words of a class or id that mark a byline."""
MARK = re.compile(r"[a-z]+")
BLOCKS = ("p", "div", "span", "address", "td", "em", "i", "li", "h4", "h5", "h6", "time", "a", "cite", "header", "b")
FOLLOWING = "following::*[position() <= 400]"
OTHERS = {"nav", "footer", "aside", "form", "select"}
LONGEST = 140
MOST_PARTS = 12
MOST_ELEMENTS = 3_000
NEAR = 1_200
"""Characters of text below the title among which its byline is looked for first."""


def written_bylines(tree: Any) -> Iterator[str]:
    """The lines of a page that read like a byline, those next to its title first; what stands before is cut off."""
    headings = list(islice(tree.iter("h1"), 2))
    if headings:
        yield from islice(_below(headings[0]), 3)
    for line in _lines(tree):
        if said := _said(line):
            yield said


def says_by(line: str) -> bool:
    """Whether a line begins as a byline does, with "by" and a name."""
    return bool(WRITTEN.match(line))


def _below(heading: Any) -> Iterator[str]:
    """The bylines in the text that follows a heading."""
    passed = 0
    for element in xpath(FOLLOWING)(heading):
        if element.tag in OTHERS or not isinstance(element.tag, str):
            continue
        passed += len((element.text or "").strip())
        if passed > NEAR:
            return
        line = _line(element)
        if line and (said := _said(line)):
            yield said
        elif line and len(line) <= LONGEST and NAMED.match(line) and _marks(element) & MARKED:
            yield line


def _lines(tree: Any) -> Iterator[str]:
    return (line for element in islice(tree.iter(*BLOCKS), MOST_ELEMENTS) if (line := _line(element)))


def _line(element: Any) -> str | None:
    """The text of a small element."""
    if element.tag not in BLOCKS:
        return None
    if len(element) > MOST_PARTS:
        return one_line(element.text or "")
    pieces: list[str] = []
    length = 0
    for piece in element.itertext():
        pieces.append(piece)
        length += len(piece.strip())
        if length > LONGEST:
            return None
    return one_line(" ".join(pieces)) or None


def _said(line: str) -> str | None:
    """What follows "by" in a line, if it is a byline."""
    if len(line) > LONGEST:
        return None
    for part in BETWEEN.split(line):
        if WRITTEN.match(part):
            return part
    within = WITHIN.match(line)
    return line[within.end() :] if within else None


def _marks(element: Any) -> set[str]:
    names = " ".join(element.get(name) or "" for name in ("class", "id", "rel", "data-qa", "data-testid"))
    return set(MARK.findall(names.casefold())) if names else set()
