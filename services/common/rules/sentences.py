"""The sentence around some words, for showing them; a rule, not a model: a wrong cut costs nothing but looks."""

import re
from typing import Final

from services.common.rules.english import abbreviations, openers

LONGEST: Final = 600
"""Characters of a sentence that are shown; a longer one is cut around the words."""
_CLOSING: Final = "\"'”’»)]"
_OPENING: Final = "\"'“‘«(["
_END: Final = re.compile(
    rf"""
    (?P<stop>[.!?…]+) [{re.escape(_CLOSING)}]* \s+ (?=[{re.escape(_OPENING)}]*(?P<next>[^\W_]+))
    | [。！？] [」』”’）]*
    """,
    re.VERBOSE,
)
_LAST_WORD: Final = re.compile(r"[\w.]+$")
_INITIALS: Final = re.compile(r"(?:[^\W\d_]\.)*[^\W\d_]")


def sentence_around(text: str, start: int, end: int) -> str:
    """The sentence or sentences that ``text[start:end]`` stands in: a slice of the text, without space around it.

    A paragraph ends a sentence. No longer than ``LONGEST`` characters, or the words themselves if they are longer.
    """
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end)
    last = len(text) if last < 0 else last
    for found in _END.finditer(text, first, last):
        if not _ends_sentence(text, found):
            continue
        if found.end() <= start:
            first = found.end()
        elif found.start() >= end - 1:
            last = found.end()
            break
    first, last = _within_reach(text, first, last, start, end)
    return text[first:last].strip()


def _ends_sentence(text: str, found: re.Match[str]) -> bool:
    following = found["next"]
    if following is None:  # a stop that no space follows
        return True
    if following[0].islower():
        return False
    if found["stop"] != ".":
        return True
    before = _LAST_WORD.search(text, max(0, found.start() - 30), found.start())
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
