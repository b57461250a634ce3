"""Which element of a page holds its text, found from paragraphs that are known to belong to it."""

import copy
import re
from collections.abc import Iterable
from typing import Any

from lxml import html as lxml_html  # type: ignore[import-untyped]  # it ships no types

from services.fetcher.plain import folded, one_line, whole_text
from services.fetcher.xpaths import xpath

PARAGRAPHS = ("p", "li", "h2", "h3", "h4", "td", "blockquote", "div")
BLOCKS = {"p", "div", "ul", "ol", "table", "section", "article", "li"}
STRUCTURE = ("h2", "h3", "h4", "li", "th")
NEVER = {"body", "html"}
MOST_BETWEEN = 150
"""Elements between a title and its text."""
LEAD = 80
"""Characters of a paragraph above the text that belongs to it."""
ENDS = '.!?…»”"'
NO_TEXT = {"nav", "aside", "figure", "footer", "form", "li", "table", "blockquote"}
SUBTITLE = re.compile(
    r"sub-?(?:title|head|line)|\bde[ck]k?\b|standfirst|summary|descri|\bdesc|caption|teaser|tagline|strap|author|bio|byline",
    re.IGNORECASE,
)
"""Marks of what is written about a text, and not in it."""
BEGINNING = 4
"""Characters of a line by which most elements can be told not to hold it."""
FOLLOWING = f"following::*[position() <= {MOST_BETWEEN}]"
SHARE = 0.9
"""Of the letters of the paragraphs, what an element must hold at least."""


class Paragraphs:
    """The paragraphs of a page, looked through once; what is not asked for is not read."""

    def __init__(self, tree: Any) -> None:
        self._found = [(_beginning(element), element) for element in tree.iter(*PARAGRAPHS)]
        self._folds: dict[Any, str] = {}

    def container(self, lines: Iterable[str]) -> Any:
        """The innermost element that holds the lines, if it also holds subheadings, lists or tables; else None."""
        innermost = self.smallest_with(lines)
        return None if innermost is None or next(innermost.iter(*STRUCTURE), None) is None else innermost

    def smallest_with(self, lines: Iterable[str]) -> Any:
        """The innermost element that holds nearly all of the lines; None where only the whole page does."""
        innermost = self._innermost(list(lines))
        return None if innermost is None or innermost.tag in NEVER else innermost

    def _innermost(self, lines: list[str]) -> Any:
        wanted = {fold: len(fold) for line in lines if (fold := folded(line))}
        total = sum(wanted.values())
        weights: dict[Any, int] = {}
        beginnings = {line[:BEGINNING] for line in lines}
        for begins, element in self._found:
            if begins not in beginnings and len(begins) == BEGINNING:
                continue
            weight = wanted.pop(self._folded(element), 0)
            for ancestor in element.iterancestors() if weight else ():
                weights[ancestor] = weights.get(ancestor, 0) + weight
        enough = [element for element, weight in weights.items() if weight >= SHARE * total]
        return max(enough, key=lambda element: sum(1 for _ in element.iterancestors()), default=None)

    def _folded(self, element: Any) -> str:
        """A paragraph's text; none where blocks are inside it, which come by themselves."""
        fold = self._folds.get(element)
        if fold is None:
            has_blocks = any(child.tag in BLOCKS for child in element)
            fold = self._folds[element] = "" if has_blocks else folded(whole_text(element))
        return fold


def _beginning(element: Any) -> str:
    """The first characters of an element's text."""
    text = (element.text or "").lstrip()
    if not text:
        text = next((text for text in element.itertext() if not text.isspace()), "").lstrip()
    return text[:BEGINNING]


def lead_above(tree: Any, lines: list[str]) -> str | None:
    """The paragraph between the title and the text, where the text begins in an element of its own.

    It has to be a whole sentence of some length that no link makes up, and must not be marked as a mere subtitle.
    """
    heading = next(tree.iter("h1"), None)
    if heading is None:
        return None
    first, found = folded(lines[0]), ""
    for element in xpath(FOLLOWING)(heading):
        if not isinstance(element.tag, str):
            continue
        if element.tag == "p" or folded(element.text or "")[:20] == first[:20]:
            text = one_line("".join(element.itertext()))
            if folded(text)[: len(first)] == first[: len(folded(text)) or 1] and text:
                return found if found and folded(found) not in {folded(line) for line in lines} else None
            if not found and len(text) >= LEAD and _is_lead(element, text):
                found = text
    return None


def _is_lead(element: Any, text: str) -> bool:
    if text[-1] not in ENDS or any(one.tag in NO_TEXT for one in element.iterancestors()):
        return False
    marks = " ".join(f"{one.get('class') or ''} {one.get('id') or ''}" for one in (element, element.getparent()))
    linked = sum(len("".join(link.itertext())) for link in element.iter("a"))
    return not SUBTITLE.search(marks) and linked * 2 < len(text)


def as_article(element: Any) -> Any:
    """A page of which this element is the whole article."""
    page = lxml_html.document_fromstring("<html><body><article itemprop=articleBody></article></body></html>")
    inner = copy.deepcopy(element)
    inner.tail = None
    inner.tag = "div"
    for name in ("class", "id", "itemprop", "role"):
        inner.attrib.pop(name, None)
    page.find(".//article").append(inner)
    return page
