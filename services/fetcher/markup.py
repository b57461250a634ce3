"""A page as a tree, once it is known to be HTML of a size and depth that can be read in good time."""

import re
from typing import Any

from lxml import etree  # type: ignore[import-untyped]  # it ships no types
from lxml import html as lxml_html

from services.fetcher.charsets import utf8_of
from services.fetcher.failures import NotAnArticle, PageTooLarge
from services.fetcher.sniffing import what_is
from services.fetcher.xpaths import xpath

LARGEST = 5_000_000
"""Bytes of a page."""
DEEPEST = 200
"""Elements inside one another; real pages stay below 60, and the work to read a page grows with its depth."""
READABLE = {"an HTML page", "HTML", "plain text", "an XML document of another kind"}
OTHER_TYPES = re.compile(
    r"(image|audio|video|font)/|application/(pdf|json|zip|octet-stream|msword|vnd\.)", re.IGNORECASE
)
LOOKUP = etree.ElementDefaultClassLookup(element=lxml_html.HtmlElement)
"""``lxml.html`` itself asks a function for the class of each element that is touched, which took a tenth of the time
for a page; only forms need another one.
"""
UNREADABLE = bytes((*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20)))
NO_CHARACTERS = ("\ufffe".encode(), "\uffff".encode())
"""What no XML document may hold, and lxml no text."""
TOO_DEEP = f"boolean({'/*' * (DEEPEST + 1)})"


def page_tree(html: bytes, url: str, *, content_type: str | None = None, largest: int = LARGEST) -> Any:
    """The page's ``lxml`` tree, without comments and processing instructions.

    Raises:
        PageTooLarge: it is larger than ``largest`` bytes, or nested too deep.
        NotAnArticle: it is empty, or not HTML; the sentence says what it is instead.
    """
    if len(html) > largest:
        raise PageTooLarge(f"The page {url} has {len(html)} bytes; more than {largest} are not read.")
    if not html.strip():
        raise NotAnArticle(f"The page {url} is empty.")
    kind = what_is(html)
    if kind not in READABLE:
        raise NotAnArticle(f"The page {url} is {kind}, not an HTML page.")
    if content_type and OTHER_TYPES.match(content_type) and kind != "an HTML page":
        raise NotAnArticle(f"The page {url} is {content_type.split(';')[0]}, not an HTML page.")
    text = readable(utf8_of(html, content_type))
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=False)
    parser.set_element_class_lookup(LOOKUP)
    try:
        tree = lxml_html.document_fromstring(text, parser=parser)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise NotAnArticle(f"The page {url} holds no HTML: {error}.") from error
    if xpath(TOO_DEEP)(tree):
        raise PageTooLarge(f"The page {url} nests more than {DEEPEST} elements inside one another.")
    return tree


def readable(utf8: bytes) -> bytes:
    """A text in UTF-8 without the characters that no XML document may hold."""
    for character in NO_CHARACTERS:
        utf8 = utf8.replace(character, b"")
    return utf8.translate(None, UNREADABLE)
