"""Plain text: one line, no markup, nothing a reader cannot see."""

import re
import unicodedata
from functools import lru_cache
from html import unescape
from typing import Any

from services.fetcher.xpaths import xpath

UNSEEN = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0), 0xAD, 0x200B, 0x2060, 0xFEFF, 0xFFFE, 0xFFFF])
"""Control characters, soft hyphens, zero-width spaces; tabs and line ends are turned to spaces before."""
INLINE = re.compile(
    r"</?(?:a|abbr|b|bdi|big|cite|code|em|font|i|mark|q|s|small|span|strong|sub|sup|u)\b[^<>]*>", re.IGNORECASE
)
TAG = re.compile(r"<(?:[a-zA-Z/!?][^<>]*)>")
SHORT = 1_000
"""Characters of a text that may come again: a paragraph is compared several times on its way."""
MARKS = "’‘“”–—…\u00a0"
"""What is not ASCII in most texts of Latin letters, and no letter."""
SPACES = re.compile(r"\s+")
ASCII_LOWER = bytes(ord(chr(code).lower()) if code < 0x80 else code for code in range(256))
ASCII_OTHERS = bytes(code for code in range(0x80) if not chr(code).isalnum())
_string = xpath("string()")  # kept at hand like a regular expression: it is asked hundreds of times a page


def one_line(text: str) -> str:
    """The text on one line in Unicode's composed form (NFC), without what is unseen and without lone surrogates."""
    whole = " ".join(text.split())
    if not whole.isprintable():  # so are neither surrogates nor what is unseen
        whole = SPACES.sub(" ", text.encode("utf-8", "ignore").decode()).translate(UNSEEN)
    return (whole if whole.isascii() else unicodedata.normalize("NFC", whole)).strip()


def without_markup(text: str) -> str:
    """``one_line`` of a text that may hold tags and character references, as titles and names in metadata do."""
    return one_line(TAG.sub(" ", INLINE.sub("", unescape(text))) if "<" in text or "&" in text else text)


def whole_text(element: Any) -> str:
    """All the text that is in an ``lxml`` element."""
    return str(_string(element)) if len(element) else element.text or ""


def folded(text: str) -> str:
    """Letters and digits only, in lower case: two texts that read the same fold to the same."""
    return _folded(text) if len(text) <= SHORT else _folded.__wrapped__(text)


@lru_cache(4_096)
def _folded(text: str) -> str:
    """The labels of menus and headlines of teasers come again and again, within a page and on an outlet's others."""
    plain = text
    if not text.isascii():
        for mark in MARKS:
            plain = plain.replace(mark, "")
    if plain.isascii():
        return plain.encode("ascii").translate(ASCII_LOWER, ASCII_OTHERS).decode("ascii")
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))
