"""The main text of a page, one paragraph a line. trafilatura finds it; this room prepares the page and tidies up.

Preparing: tables that only lay a page out are opened, captions taken off. Tidying: what repeats the title, the byline
and the date above a text, prompts within it, and what is said twice.
"""

import copy
import re
from collections.abc import Iterable, Iterator
from typing import Any

import trafilatura
from lxml import etree  # type: ignore[import-untyped]  # it ships no types
from trafilatura.settings import Extractor

from services.fetcher.boilerplate import is_boilerplate
from services.fetcher.bylines import ROLE
from services.fetcher.dates import read_date
from services.fetcher.plain import folded, one_line

BLOCKS = {"p", "head", "item", "list", "table", "row", "cell", "quote", "code", "div", "body", "lb", "ab"}
LAID_OUT = 3
"""Line breaks or paragraphs in a table cell from which on the table is layout and no data."""
CAPTIONS = etree.XPath(
    ".//figcaption | .//*[self::p or self::div or self::span][contains(concat(' ', @class), ' caption')"
    " or contains(@class, 'Caption') or contains(@class, '-caption') or contains(@class, '_caption')]"
)
HEADING_LINK = etree.XPath("boolean(.//a[.//h2 or .//h3 or .//h4] | .//*[self::h2 or self::h3 or self::h4]//a)")
TEASER = 400
"""Characters of an element that may announce another article."""
LONGEST_ROLE = 40
LONGEST_BIOGRAPHY = 300
BIOGRAPHY = re.compile(r",? (?:is|was|has|covers?|reports?|writes?|joined|worked|works)\b")
LONG = 60
"""Characters from which on a line that was there before is a repetition and no refrain."""


def page_text(tree: Any, url: str, *, title: str | None, authors: Iterable[str] = (), sites: Iterable[str] = ()) -> str:
    """The main text of a page's tree, paragraphs separated by line feeds; empty where there is none."""
    names = tuple(authors)
    lines = list(_tidy(_lines(_prepared(tree), url), title, names, tuple(sites)))
    while lines and _is_biography(lines[-1], names):
        lines.pop()
    return "\n".join(lines)


def _prepared(tree: Any) -> Any:
    tree = copy.deepcopy(tree)
    for caption in CAPTIONS(tree):
        if caption.getparent() is not None:
            caption.drop_tree()
    cards = [card for card in tree.iter("article") if _is_teaser(card)]
    for card in cards:
        if len(cards) > 1 and card.getparent() is not None:
            card.drop_tree()
    for table in tree.xpath(".//table"):
        if any(len(cell.xpath(".//br | .//p | .//div | .//table")) >= LAID_OUT for cell in table.iter("td")):
            for part in table.iter("table", "tbody", "tr", "td"):
                if next(part.iterancestors("table"), table) is table or part is table:
                    part.tag = "div"
    return tree


def _is_teaser(card: Any) -> bool:
    """Whether an <article> element only announces another page: it is short, and its heading is a link."""
    return len("".join(card.itertext())) < TEASER and bool(HEADING_LINK(card))


def _lines(tree: Any, url: str) -> Iterator[str]:
    options = Extractor(comments=False, tables=False, url=url, output_format="python")
    found = trafilatura.bare_extraction(tree, url=url, options=options)
    body = getattr(found, "body", None)
    return iter(()) if body is None else _blocks(body)


def _blocks(body: Any) -> Iterator[str]:
    """The lines of what trafilatura returns (a TEI-like tree): a block begins and ends one, all else is inline."""
    pieces: list[str] = []
    for event, element in etree.iterwalk(body, events=("start", "end")):
        if _breaks(element):
            yield one_line("".join(pieces))
            pieces.clear()
        pieces.append((element.text if event == "start" else element.tail if element is not body else "") or "")
    yield one_line("".join(pieces))


def _breaks(element: Any) -> bool:
    if element.tag == "quote":  # a <q> within a sentence is a quote too
        parent = element.getparent()
        return parent is None or parent.tag != "p"
    return element.tag in BLOCKS


def _tidy(lines: Iterable[str], title: str | None, authors: tuple[str, ...], sites: tuple[str, ...]) -> Iterator[str]:
    above = {fold for known in (title or "", *sites) if (fold := folded(known))}
    bylines = {folded(author) for author in authors}
    before: set[str] = set()
    kept = 0
    for line in lines:
        fold = folded(line)
        if not fold or is_boilerplate(line):
            continue
        if kept == 0 and (fold in above or _is_byline(line, bylines) or _is_date(line)):
            continue
        if fold in before and len(line) >= LONG:
            continue
        before.add(fold)
        kept += 1
        yield line


def _is_byline(line: str, authors: set[str]) -> bool:
    """Whether a line holds authors' names, or a role, and next to nothing else: "By Olha Tkach, 19 Nov 2024"."""
    if len(line) <= LONGEST_ROLE and ROLE.search(line) and line[-1].isalnum():
        return True
    rest = folded(line)
    found = [author for author in authors if author and author in rest]
    for author in found:
        rest = rest.replace(author, "")
    return bool(found) and len(rest) <= 30


def _is_biography(line: str, authors: tuple[str, ...]) -> bool:
    """Whether a line below an article says who its author is: "Jane Doe covers the war for the Observer"."""
    return len(line) <= LONGEST_BIOGRAPHY and any(
        line.startswith(author) and BIOGRAPHY.match(line[len(author) :]) for author in authors
    )


def _is_date(line: str) -> bool:
    return len(line) <= 60 and bool(re.search(r"\d", line)) and read_date(re.sub(r"^\W+|\W+$", "", line)) is not None
