"""A text as words, numbers and signs, each with its place: what the number grammar reads.

spaCy's tokens are made for grammar ("M-1978/1989" is one, "60bn" may be one or two); figures need a plainer view, and
one that also works for languages without a model.
"""

import re
import unicodedata
from typing import Literal, NamedTuple

Kind = Literal["number", "word", "sign"]

_TOKEN = re.compile(
    r"""
    (?P<number>
        \d{1,2}(?:,\d{2})+,\d{3}(?!\d)                                      # 12,34,567
      | \d{1,3}(?:(?:,|'|’|[\u00a0\u2009\u202f])\d{3})+(?!\d)(?:\.\d+)?   # 12,000  1,250.5  12’000
      | \d{1,3}(?:\ \d{3})+(?![\d.,]\d|\d)                                # 12 000
      | (?<![\d/])(?:\d{1,4}[ -])?(?:1/2|[12]/3|[13]/4|[1-4]/5|[1357]/8)(?![\d/])  # 2 1/2  1/3
      | \d{0,9}[½⅓⅔¼¾⅕⅖⅗⅘⅛⅜⅝⅞]                                              # 2½  ½
      | \d+(?:\.\d+)?                                                         # 12000  1.6
    )
  | (?P<word>(?:[^\W\d_]\.){2,}|[^\W\d_]+(?:['’](?!s\b)[^\W\d_]+)?)           # p.m.  hundred  o'clock
  | (?P<sign>[^\w\s]|_)
    """,
    re.VERBOSE,
)
_LINK = re.compile(r"(?:https?://|www\.|pic\.)\S+|\b[\w.+-]{1,64}@[\w.-]+|[@#]\w+")
_LINK_SIGNS = ("@", "#", "://", "www.", "pic.")
LARGEST = 1e18
"""A longer row of digits is a serial number, not a figure."""
_THOUSANDS = re.compile(r"[,'’ \u00a0\u2009\u202f]")


class Token(NamedTuple):
    """A piece of the text; ``value`` where it is a number."""

    start: int
    end: int
    text: str
    lower: str
    """The text in lower case."""
    kind: Kind
    value: float = 0.0
    fraction: bool = False
    """A part of a whole written as one: ½, 1/3."""


def tokens(text: str) -> list[Token]:
    """The tokens of a text in order; addresses, handles and hashtags are left out, for their digits say nothing."""
    links = [match.span() for match in _LINK.finditer(text)] if any(sign in text for sign in _LINK_SIGNS) else []
    found: list[Token] = []
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        while links and links[0][1] <= start:
            links.pop(0)
        if links and links[0][0] <= start:
            continue
        written: str = match[0]
        kind: Kind = match.lastgroup  # type: ignore[assignment]  # the groups are named so
        if kind != "number":
            found.append(Token(start, end, written, written.lower(), kind))
            continue
        value = _value(written)
        fraction = 0 < value < 1 and "." not in written
        found.append(
            Token(start, end, written, written.lower(), "number" if value <= LARGEST else "word", value, fraction)
        )
    return found


def _value(written: str) -> float:
    if not written[-1].isdecimal():
        return float(written[:-1] or 0) + unicodedata.numeric(written[-1])
    if "/" in written:
        *whole, part = re.split("[ -]", written)
        above, below = part.split("/")
        return float(whole[0] if whole else 0) + int(above) / int(below)
    return float(_THOUSANDS.sub("", written))
