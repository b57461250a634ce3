"""A page made ready for its text to be found: layout tables opened, captions, teasers and boxes of links taken off."""

import copy
import re
from functools import cache
from typing import Any

from lxml import etree  # type: ignore[import-untyped]  # it ships no types

from services.fetcher.boilerplate import is_boilerplate
from services.fetcher.plain import one_line

LAID_OUT = 3
"""Line breaks or paragraphs in a table cell from which on the table is layout and no data."""
CAPTIONS = ("figcaption", "p", "div", "span", "small", "cite")
CAPTION = re.compile(
    r"(?:^|[\s_-])caption|Caption|cutline|bildunterschrift|bildnachweis|"
    r"(?:photo|image|picture|img|media)[\w-]*(?:desc|credit|legend|source|copyright)|(?:^|\s)credit",
    re.ASCII,
)
"""Classes of what is written under a picture."""
LONGEST_CAPTION = 800
TEASER = 400
"""Characters of an element that may announce another article."""
HEADINGS = ("h2", "h3", "h4", "h5", "h6", "strong", "b", "span", "div", "p", "header")
LONGEST_HEADING = 60
LONGEST_BOX = 1_500
LINKED = 0.5
"""Of a box's letters, how many are in links at least, if it holds no form."""
NEVER = {"html", "body", "main", "article"}


def prepared(tree: Any) -> Any:
    """A copy of a page's tree without what a reader of trafilatura's kind stumbles over."""
    tree = copy.deepcopy(tree)
    for caption in list(tree.iter(*CAPTIONS)):
        marked = caption.tag == "figcaption" or CAPTION.search(caption.get("class") or "")
        if marked and caption.getparent() is not None and len("".join(caption.itertext())) <= LONGEST_CAPTION:
            caption.drop_tree()
    cards = [card for card in tree.iter("article") if _is_teaser(card)]
    for card in cards:
        if len(cards) > 1 and card.getparent() is not None:
            card.drop_tree()
    for heading in list(tree.iter(*HEADINGS)):
        if (box := _box(heading)) is not None:
            box.drop_tree()
    for table in tree.iter("table"):
        _open(table)
    return tree


def _is_teaser(card: Any) -> bool:
    """Whether an <article> element only announces another page: it is short, and its heading is a link."""
    return len("".join(card.itertext())) < TEASER and bool(_heading_link()(card))


def _box(heading: Any) -> Any:
    """The box of links or the form that a heading such as "Related articles" is on top of; None where there is none."""
    text = heading.text or ""
    if len(heading) > 2 or len(text) > LONGEST_HEADING:
        return None
    if not text.strip():
        text = "".join(heading.itertext()) if len(heading) == 1 and len(heading[0]) == 0 else ""
    text = one_line(text)
    if not text or len(text) > LONGEST_HEADING or not is_boilerplate(text):
        return None
    found = None
    for box in (one for one in heading.iterancestors() if one.tag not in NEVER):
        whole = "".join(box.itertext()).strip()
        if len(whole) > LONGEST_BOX or not one_line(whole[: len(text) + 40]).startswith(text):
            break
        if box.find(".//h1") is not None:
            break
        links = sum(len("".join(link.itertext())) for link in box.iter("a"))
        if next(box.iter("form", "input"), None) is not None or links >= LINKED * max(1, len(whole) - len(text)):
            found = box
    return found if found is not None and found.getparent() is not None else None


def _open(table: Any) -> None:
    """A table that only lays a page out becomes divisions."""
    if any(len(cell.xpath(".//br | .//p | .//div | .//table")) >= LAID_OUT for cell in table.iter("td")):
        for part in table.iter("table", "tbody", "tr", "td"):
            if next(part.iterancestors("table"), table) is table or part is table:
                part.tag = "div"


@cache
def _heading_link() -> Any:
    return etree.XPath("boolean(.//a[.//h2 or .//h3 or .//h4] | .//*[self::h2 or self::h3 or self::h4]//a)")
