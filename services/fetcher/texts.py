"""The main text of a page, one paragraph a line. trafilatura finds it; this room tidies up.

Tidying: what repeats the title, the byline and the date above a text, prompts within it, and what is said twice.
Where only paragraphs came of a page, the element
they are in is read again (see ``container``): its subheadings and lists belong to the text.
"""

import re
from collections.abc import Container, Iterable, Iterator
from typing import Any

from lxml import etree  # type: ignore[import-untyped]  # it ships no types

from services.fetcher.boilerplate import is_boilerplate
from services.fetcher.bylines import ROLE
from services.fetcher.containers import Paragraphs, as_article, lead_above
from services.fetcher.dates import read_date
from services.fetcher.main_text import main_text
from services.fetcher.plain import folded, one_line, whole_text
from services.fetcher.prepared import SURROUNDINGS, prepared
from services.fetcher.written_bylines import LONGEST as LONGEST_BYLINE
from services.fetcher.written_bylines import says_by

BLOCKS = {"p", "head", "item", "list", "table", "row", "quote", "code", "div", "body", "lb", "ab"}
CELLS = " | "
STRUCTURE = {"head", "item", "row"}
"""What trafilatura's last resort, which gathers paragraphs from everywhere, does not find."""
MOST_GROWTH = 1.5
LEAST_KEPT = 0.95
"""A text read again from one element is taken if it holds so much of the first, and is at most so much longer."""
DIGIT = re.compile(r"\d")
SENTENCE = re.compile(r"[.!?…։。！？][\"'”’»)\]]*$")
HEADLINE = 4
"""Words of a line that may announce another article."""
LONGEST_ROLE = 40
KICKER = 30
"""Letters that may stand before a title."""
NEAR_TOP = 5
"""Lines of a text among which its byline may stand."""
PARTS = re.compile(r"\s[|•·/]\s")
LONGEST_BIOGRAPHY = 300
BIOGRAPHY = re.compile(r",? (?:is|was|has|covers?|reports?|writes?|joined|worked|works)\b")
LITTLE = 500
"""Characters of a text below which it is looked for on the whole page, menus and all."""
LONG = 60
"""Characters from which on a line that was there before is a repetition and no refrain."""


def page_text(tree: Any, url: str, *, title: str | None, authors: Iterable[str] = (), sites: Iterable[str] = ()) -> str:
    """The main text of a page's tree, paragraphs separated by line feeds; empty where there is none."""
    names, known = tuple(authors), tuple(sites)
    ready = prepared(tree)
    lines, bare = _read(ready, url, title, names, known)
    if sum(map(len, lines)) < LITTLE and next(tree.iter(*SURROUNDINGS), None) is not None:
        ready = prepared(tree, whole=True)
        lines, bare = _read(ready, url, title, names, known)
    paragraphs = Paragraphs(ready)
    if bare and (element := paragraphs.container(lines)) is not None:
        again, _ = _read(as_article(element), url, title, names, known, fast=True)
        lines = again if _completes(again, lines) else lines
    lines = _at_home(paragraphs, lines)
    if lines and (lead := lead_above(ready, lines)) and lead not in lines:
        lines.insert(0, lead)
    while lines and _is_biography(lines[-1], names):
        lines.pop()
    return "\n".join(lines)


def link_texts(tree: Any) -> frozenset[str]:
    """The folded texts of a page's links to other pages."""
    links = (link for link in tree.iter("a") if not (link.get("href") or "").startswith("#"))
    return frozenset(map(folded, {whole_text(link) for link in links}))


def _heading_links(tree: Any) -> frozenset[str]:
    """The folded texts of the links that are subheadings."""
    links = {
        link for heading in tree.iter("h2", "h3", "h4") for link in (*heading.iter("a"), *heading.iterancestors("a"))
    }
    return frozenset(folded(whole_text(link)) for link in links)


def without_links(text: str, tree: Any, linked: Container[str]) -> str:
    """A text without the headlines of other pages in it: lines that are links, but no sentences and no subheadings.

    ``linked``: the folded texts of the links of the page, the ``tree``. Several subheadings that are links in a row,
    or below the text, are headlines of other pages too.
    """
    lines = text.split("\n")
    ours = [folded(line) not in linked or bool(SENTENCE.search(line)) for line in lines]
    if all(ours):
        return text
    headings = _heading_links(tree)
    last = max((number for number, own in enumerate(ours) if own), default=len(lines) - 1)
    kept = [
        line
        for number, line in enumerate(lines[: last + 1])
        if ours[number]
        or (
            (folded(line) in headings or len(line.split()) < HEADLINE)
            and ours[max(number - 1, 0)]
            and ours[min(number + 1, last)]
        )
    ]
    return "\n".join(kept) or text


def _read(
    tree: Any, url: str, title: str | None, authors: tuple[str, ...], sites: tuple[str, ...], *, fast: bool = False
) -> tuple[list[str], bool]:
    """The tidied lines of a tree, and whether they are bare paragraphs; ``fast`` as in ``main_text``."""
    body = main_text(tree, url, fast=fast)
    if body is None:
        return [], False
    return list(_tidy(_blocks(body), title, authors, sites)), next(body.iter(*STRUCTURE), None) is None


def _at_home(paragraphs: Paragraphs, lines: list[str]) -> list[str]:
    """The lines, without rows of a table beside the text, and without what follows it elsewhere on the page."""
    prose = [line for line in lines if CELLS not in line and SENTENCE.search(line)]
    home = paragraphs.smallest_with(prose) if prose else None
    if home is None:
        return lines
    held = folded(whole_text(home))
    inside = [folded(line.replace(CELLS, "")) in held for line in lines]
    last = len(inside) - inside[::-1].index(True) if any(inside) else len(lines)
    return [line for line, own in zip(lines[:last], inside, strict=False) if own or CELLS not in line]


def _completes(again: list[str], first: list[str]) -> bool:
    """Whether the second reading holds what the first does, and adds to it within reason."""
    held = {folded(line) for line in again}
    letters = sum(len(line) for line in first)
    kept = sum(len(line) for line in first if folded(line) in held)
    return kept >= LEAST_KEPT * letters and letters < sum(len(line) for line in again) <= MOST_GROWTH * letters


def _blocks(body: Any) -> Iterator[str]:
    """The lines of what trafilatura returns (a TEI-like tree): a block begins and ends one, all else is inline."""
    pieces: list[str] = []
    for event, element in etree.iterwalk(body, events=("start", "end")):
        if element.tag == "cell":
            pieces.append(CELLS if event == "start" and element.getprevious() is not None else " ")
        elif _breaks(element):
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
    name = folded(title or "")
    before: set[str] = set()
    kept = 0
    for line in lines:
        fold = folded(line)
        if not fold or is_boilerplate(line):
            continue
        if kept == 0 and (
            fold in above or _is_date(line) or (name and fold.endswith(name) and len(fold) <= len(name) + KICKER)
        ):
            continue
        if kept < NEAR_TOP and _is_byline(line, bylines, alone=kept > 0):
            continue
        if fold in before and len(line) >= LONG:
            continue
        before.add(fold)
        kept += 1
        yield line


def _is_byline(line: str, authors: set[str], *, alone: bool) -> bool:
    """Whether a line holds authors' names, or a role, and next to nothing else: "By Olha Tkach, 19 Nov 2024".

    ``alone``: whether it stands within a text, where it has to begin with "by", or to be the name alone.
    """
    if not alone and len(line) <= LONGEST_ROLE and ROLE.search(line) and line[-1].isalnum():
        return True
    rest = folded(line)
    found = [author for author in authors if author and author in rest]
    for author in found:
        rest = rest.replace(author, "")
    if not found:
        return False
    if says_by(line):
        return not SENTENCE.search(line)
    return len(rest) <= (0 if alone else 30) or (not alone and _is_about(line))


def _is_about(line: str) -> bool:
    """Whether a line above a text holds several facts about it: when it was published, how often it was read."""
    return len(line) <= LONGEST_BYLINE and bool(PARTS.search(line)) and not SENTENCE.search(line)


def _is_biography(line: str, authors: tuple[str, ...]) -> bool:
    """Whether a line below an article says who its author is: "Jane Doe covers the war for the Observer"."""
    return len(line) <= LONGEST_BIOGRAPHY and any(
        line.startswith(author) and BIOGRAPHY.match(line[len(author) :]) for author in authors
    )


def _is_date(line: str) -> bool:
    if len(line) > LONGEST_BYLINE or not DIGIT.search(line):
        return False
    parts = [re.sub(r"^\W+|\W+$", "", part) for part in PARTS.split(line)]
    return read_date(parts[0]) is not None and (len(line) <= 60 or len(parts) > 1)
