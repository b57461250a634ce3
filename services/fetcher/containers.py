"""Which element of a page holds its text, found from paragraphs that are known to belong to it."""

import copy
from collections.abc import Iterable
from typing import Any

from lxml import html as lxml_html  # type: ignore[import-untyped]  # it ships no types

from services.fetcher.plain import folded

PARAGRAPHS = ("p", "li", "h2", "h3", "h4", "td", "blockquote", "div")
BLOCKS = {"p", "div", "ul", "ol", "table", "section", "article", "li"}
STRUCTURE = ("h2", "h3", "h4", "li", "th")
NEVER = {"body", "html"}
SHARE = 0.9
"""Of the letters of the paragraphs, what an element must hold at least."""


def container(tree: Any, lines: Iterable[str]) -> Any:
    """The innermost element that holds the lines, if it also holds subheadings, lists or tables; else None."""
    wanted = {fold: len(fold) for line in lines if (fold := folded(line))}
    total = sum(wanted.values())
    weights: dict[Any, int] = {}
    for element in tree.iter(*PARAGRAPHS):
        if any(child.tag in BLOCKS for child in element):  # what is inside it comes by itself
            continue
        fold = folded("".join(element.itertext()))
        weight = wanted.pop(fold, 0)
        for ancestor in element.iterancestors() if weight else ():
            weights[ancestor] = weights.get(ancestor, 0) + weight
    enough = [element for element, weight in weights.items() if weight >= SHARE * total]
    innermost = max(enough, key=lambda element: sum(1 for _ in element.iterancestors()), default=None)
    if innermost is None or innermost.tag in NEVER or next(innermost.iter(*STRUCTURE), None) is None:
        return None
    return innermost


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
