"""The sentence around some words, for showing them; a rule, not a model: a wrong cut costs nothing but looks."""

import re
from typing import Final

from services.common.rules.english import abbreviations, openers

LONGEST: Final = 600
"""Characters of a sentence that are shown; a longer one is cut around the words."""
LONGEST_TOKEN: Final = 30
"""Characters before a stop among which an abbreviation is looked for."""
_CLOSING: Final = "\"'”’»)]"
_OPENING: Final = "\"'“‘«(["
_END: Final = re.compile(
    rf"""
    (?P<stop>[.!?…。！？])  # one set to begin with, by which the regex engine passes over everything else
    (?: (?<=[.!?…]) (?P<more>[.!?…]*) [{re.escape(_CLOSING)}]* \s+ (?=[{re.escape(_OPENING)}]*(?P<next>[^\W_]+))
      | (?<=[。！？]) [」』”’）]*
    )
    """,
    re.VERBOSE,
)
_LAST_WORD: Final = re.compile(r"[\w.]+$")
_INITIALS: Final = re.compile(r"(?:[^\W\d_]\.)*[^\W\d_]")


Span = tuple[int, int]


class Sentences:
    """A text by its paragraphs and sentences, which are found where they are asked for."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._ends: dict[Span, list[Span]] = {}

    def around(self, start: int, end: int) -> str:
        """The sentence or sentences that ``text[start:end]`` stands in: a slice of the text, without space around it.

        A paragraph ends a sentence. No longer than ``LONGEST`` characters, or the words themselves if they are longer.
        """
        text = self._text
        first = text.rfind("\n", 0, start) + 1
        last = text.find("\n", end)
        last = len(text) if last < 0 else last
        for stop, after in self._ends_of(first, last):
            if after <= start:
                first = after
            elif stop >= end - 1:
                last = after
                break
        first, last = _within_reach(text, first, last, start, end)
        return text[first:last].strip()

    def _ends_of(self, first: int, last: int) -> list[Span]:
        """Where the sentences of a paragraph end, each from its stop to where the next begins."""
        if (first, last) not in self._ends:
            stops = _END.finditer(self._text, first, last)
            self._ends[first, last] = [found.span() for found in stops if _ends_sentence(self._text, found)]
        return self._ends[first, last]


def _ends_sentence(text: str, found: re.Match[str]) -> bool:
    following = found["next"]
    if following is None:  # a stop that no space follows
        return True
    if following[0].islower():
        return False
    if found["stop"] != "." or found["more"]:
        return True
    token = text[max(0, found.start() - LONGEST_TOKEN) : found.start()].rpartition(" ")[2]
    before = _LAST_WORD.search(token)
    word = before.group() if before else ""
    if word in abbreviations() or (_INITIALS.fullmatch(word) and word != "I"):
        return following in openers()
    return True


def _within_reach(text: str, first: int, last: int, start: int, end: int) -> tuple[int, int]:
    """Cut at spaces so that the words stay in the middle."""
    if last - first <= LONGEST:
        return first, last
    spare = max(0, LONGEST - (end - start)) // 2
    from_, to = max(first, start - spare), min(last, end + spare)
    if from_ > first:
        space = text.find(" ", from_, start)
        from_ = from_ if space < 0 else space + 1
    if to < last:
        space = text.rfind(" ", end, to)
        to = to if space < 0 else space
    return from_, to
