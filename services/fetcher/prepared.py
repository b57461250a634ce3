"""A page made ready for its text to be found: layout tables opened, captions, teasers and boxes of links taken off."""

import copy
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from lxml import etree  # type: ignore[import-untyped]  # it ships no types

from services.fetcher.boilerplate import is_boilerplate
from services.fetcher.plain import one_line
from services.fetcher.xpaths import xpath

LAID_OUT = 3
"""Line breaks or paragraphs in a table cell from which on the table is layout and no data."""
PLACES = ("div", "section", "ol", "ul", "aside")
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
MOST_BOXES = 100
LINKED = 0.5
"""Of a box's letters, how many are in links at least, if it holds no form."""
COMMENTS = {
    "comments", "comment-list", "commentlist", "comments-area", "comments-section", "comments-container",
    "comments-wrapper", "comment-section", "discussion", "disqus_thread", "respond", "comment-respond", "fb-comments",
    "reader-comments", "user-comments", "reactions-list", "kommentare", "commentaires", "comentarios", "commenti",
    "komentarze",
}  # fmt: skip
"""Classes and ids of where readers write."""
RUNS_OF_TEXT = {"div", "td", "section", "article", "p", "main", "center", "font"}
BLOCKS = {
    "p", "div", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "blockquote", "figure", "section", "aside", "hr",
    "form", "article", "center", "iframe", "pre",
}  # fmt: skip
HEADING_LINK = "boolean(.//a[.//h2 or .//h3 or .//h4] | .//*[self::h2 or self::h3 or self::h4]//a)"
SURROUNDINGS = ("nav", "aside", "footer")
"""What is around a text and not in it; on most pages most of the elements."""
STAND_IN = "sitrep-left-out"
"""An element where another one was."""
NEVER = {"html", "body", "main", "article"}


def prepared(tree: Any, *, whole: bool = False) -> Any:
    """A copy of a page's tree without what a reader of trafilatura's kind stumbles over.

    ``whole``: with the menus and other surroundings too, for a page whose text is not where texts are.
    """
    tree = _copied(tree, [*_code(tree), *(() if whole else _surroundings(tree))])
    cards = [card for card in tree.iter("article") if _is_teaser(card)]
    prompts = ((heading, text) for heading in tree.iter(*HEADINGS) if (text := _prompt(heading)))
    unwanted = [
        *filter(_is_caption, tree.iter(*CAPTIONS)),
        *(cards if len(cards) > 1 else ()),
        *filter(_is_for_comments, tree.iter(*PLACES)),
        *(box for heading, text in islice(prompts, MOST_BOXES) if (box := _box(heading, text)) is not None),
    ]
    for element in dict.fromkeys(unwanted):
        if element.getparent() is not None:
            element.drop_tree()
    for table in tree.iter("table"):
        _open(table)
    for parent in {pair.getparent() for pair in tree.iter("br") if _is_blank_line(pair)}:
        _set_paragraphs(parent)
    return tree


def _code(tree: Any) -> Iterator[Any]:
    """The scripts but those that hold data, from which trafilatura reads a text where the page has no other."""
    return (script for script in tree.iter("script") if "json" not in (script.get("type") or ""))


def _surroundings(tree: Any) -> Iterator[Any]:
    return (each for each in tree.iter(*SURROUNDINGS) if next(each.iter("h1"), None) is None)


def _copied(tree: Any, left_out: Iterable[Any]) -> Any:
    """A copy of a tree without some elements, which are most of it: taken out meanwhile, so as not to be copied."""
    taken: list[tuple[Any, Any]] = []
    try:
        for element in left_out:
            stand_in = etree.Element(STAND_IN)
            stand_in.tail = element.tail
            element.getparent().replace(element, stand_in)
            taken.append((element, stand_in))
        copied = copy.deepcopy(tree)
    finally:
        for element, stand_in in reversed(taken):
            stand_in.getparent().replace(stand_in, element)
    etree.strip_elements(copied, STAND_IN, "style", "svg", with_tail=False)
    return copied


def _is_caption(element: Any) -> bool:
    """Whether an element stands below a picture."""
    marked = element.tag == "figcaption" or CAPTION.search(element.get("class") or "")
    return bool(marked) and _short_text(element, LONGEST_CAPTION) is not None


def _short_text(element: Any, most: int) -> str | None:
    """An element's text, or None where it is longer: without reading on, as many elements may hold most of a page."""
    pieces: list[str] = []
    length = 0
    for piece in element.itertext():
        pieces.append(piece)
        length += len(piece)
        if length > 4 * most or (length > most and len("".join(pieces).strip()) > most):
            return None
    return "".join(pieces).strip()


def _is_for_comments(place: Any) -> bool:
    """Whether readers write here: marked so, and the title is not in it."""
    marks = f"{place.get('class') or ''} {place.get('id') or ''}".casefold().split()
    if COMMENTS.isdisjoint(marks) or place.getparent() is None:
        return False
    return next(place.iter("h1"), None) is None and next(place.iter("article"), None) is None


def _is_blank_line(line_break: Any) -> bool:
    """Whether a line break is followed by another one."""
    after = line_break.getnext()
    return after is not None and after.tag == "br" and not (line_break.tail or "").strip()


def _set_paragraphs(parent: Any) -> None:
    """Text that blank lines divide is set in paragraphs: what looks for paragraphs loses its beginning."""
    if parent is None or parent.tag not in RUNS_OF_TEXT:
        return
    children = list(parent)
    blank = [_is_blank_line(child) if child.tag == "br" else False for child in children]
    paragraph = etree.Element("p")
    paragraph.text, parent.text = parent.text, None
    if parent.tag == "p":
        parent.tag = "div"
    for child in children:
        parent.remove(child)
    parent.append(paragraph)
    for number, child in enumerate(children):
        after_blank = number > 0 and blank[number - 1]
        if blank[number]:
            continue
        if child.tag in BLOCKS or (child.tag == "br" and after_blank):
            paragraph = etree.Element("p")
            paragraph.text, child.tail = child.tail, None
            if child.tag in BLOCKS:
                parent.append(child)
            parent.append(paragraph)
        else:
            paragraph.append(child)


def _is_teaser(card: Any) -> bool:
    """Whether an <article> element only announces another page: it is short, and its heading is a link."""
    return len("".join(card.itertext())) < TEASER and bool(xpath(HEADING_LINK)(card))


def _prompt(heading: Any) -> str | None:
    """The words of an element that may head a box, such as "Related articles"; None where it says something else."""
    text = heading.text or ""
    if len(heading) > 2 or len(text) > LONGEST_HEADING:
        return None
    if not text.strip():
        text = "".join(heading.itertext()) if len(heading) == 1 and len(heading[0]) == 0 else ""
    text = one_line(text)
    return text if text and len(text) <= LONGEST_HEADING and is_boilerplate(text) else None


def _box(heading: Any, text: str) -> Any:
    """The box of links or the form that a heading with these words is on top of; None where there is none."""
    found = None
    for box in (one for one in heading.iterancestors() if one.tag not in NEVER):
        whole = _short_text(box, LONGEST_BOX)
        if whole is None or not one_line(whole[: len(text) + 40]).startswith(text):
            break
        if box.find(".//h1") is not None:
            break
        links = sum(len("".join(link.itertext())) for link in box.iter("a"))
        if next(box.iter("form", "input"), None) is not None or links >= LINKED * max(1, len(whole) - len(text)):
            found = box
    return found if found is not None and found.getparent() is not None else None


def _open(table: Any) -> None:
    """A table that only lays a page out becomes divisions."""
    if any(len(xpath(".//br | .//p | .//div | .//table")(cell)) >= LAID_OUT for cell in table.iter("td")):
        for part in table.iter("table", "tbody", "tr", "td"):
            if next(part.iterancestors("table"), table) is table or part is table:
                part.tag = "div"
