"""Plain text: one line, no markup, nothing a reader cannot see."""

import re
import unicodedata
from functools import lru_cache
from html import unescape

UNSEEN = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0), 0xAD, 0x200B, 0x2060, 0xFEFF, 0xFFFE, 0xFFFF])
"""Control characters, soft hyphens, zero-width spaces; tabs and line ends are turned to spaces before."""
INLINE = re.compile(
    r"</?(?:a|abbr|b|bdi|big|cite|code|em|font|i|mark|q|s|small|span|strong|sub|sup|u)\b[^<>]*>", re.IGNORECASE
)
TAG = re.compile(r"<(?:[a-zA-Z/!?][^<>]*)>")
SHORT = 200
"""Characters of a text that may come again."""
NOT_ALNUM = re.compile(r"[\W_]+")
SPACES = re.compile(r"\s+")


def one_line(text: str) -> str:
    """The text on one line in Unicode's composed form (NFC), without what is unseen and without lone surrogates."""
    whole = text.encode("utf-8", "ignore").decode()
    return unicodedata.normalize("NFC", SPACES.sub(" ", whole).translate(UNSEEN)).strip()


def without_markup(text: str) -> str:
    """``one_line`` of a text that may hold tags and character references, as titles and names in metadata do."""
    return one_line(TAG.sub(" ", INLINE.sub("", unescape(text))) if "<" in text or "&" in text else text)


def folded(text: str) -> str:
    """Letters and digits only, in lower case: two texts that read the same fold to the same."""
    return _folded(text) if len(text) <= SHORT else _folded.__wrapped__(text)


@lru_cache(4_096)
def _folded(text: str) -> str:
    """The labels of menus and headlines of teasers come again and again, within a page and on an outlet's others."""
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return NOT_ALNUM.sub("", plain.casefold())
