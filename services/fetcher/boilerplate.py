"""Lines of a page that are no part of its article: prompts to read, share, subscribe and accept.

The phrases are in ``boilerplate.txt``, which says at its top how they are written.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from services.common.errors import ConfigurationError

STAR_WORDS = 25
MOST_WORDS = 40
SHORT = 100
"""Characters of a line that may come again."""
SHORTEST = 3
"""Letters that a phrase must have: a shorter one with a star would take sentences away."""
PUNCTUATION = " \t.,:;!?…|»«›‹>-–—→•*\"'“”[]()"


@dataclass(frozen=True, slots=True)
class Phrases:
    """The phrases of a file, ready to be looked for."""

    exact: frozenset[str]
    starred: Mapping[str, tuple[tuple[int, re.Pattern[str]], ...]]
    """By the letter they begin with ("" for a star): for each number of words that a line may have, one form for all
    phrases with that limit.
    """

    def match(self, bare: str, words: int) -> bool:
        """Whether a line of so many words is one of them, its punctuation and capitals taken off."""
        if bare in self.exact:
            return True
        forms = (*self.starred.get(bare[:1], ()), *self.starred.get("", ()))
        return any(words <= most and form.fullmatch(bare) for most, form in forms)


def is_boilerplate(line: str) -> bool:
    """Whether a line is a prompt, or several prompts in a row, and no part of an article."""
    if " | " in line:
        return all(is_boilerplate(part) for part in line.split(" | "))
    return _is_prompt(line) if len(line) <= SHORT else _is_prompt.__wrapped__(line)


@lru_cache(4_096)
def _is_prompt(line: str) -> bool:
    """The labels of menus and the heads of boxes come again and again."""
    bare = _bare(line)
    words = len(bare.split())
    return words <= MOST_WORDS and _phrases().match(bare, words)


def read_phrases(lines: Iterable[str], file: str = "boilerplate.txt") -> Phrases:
    """The phrases of a file.

    Raises:
        ConfigurationError: a line cannot be used; the sentence names it.
    """
    exact: set[str] = set()
    starred: dict[str, dict[int, list[str]]] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        text, bar, count = line.strip().partition("|")
        if bar and not (count.isdigit() and 0 < int(count) <= MOST_WORDS):
            raise ConfigurationError(
                f"{file}, line {number}: write a number of words from 1 to {MOST_WORDS} after the bar, not {count!r}."
            )
        if sum(letter.isalnum() for letter in text) < SHORTEST and not text.startswith("©"):
            raise ConfigurationError(
                f"{file}, line {number}: {text!r} is too short, it would take away sentences: write more of the phrase."
            )
        if "*" in text:
            parts = [_folded(part).strip(" .!?…") for part in text.split("*")]
            same = starred.setdefault(parts[0][:1], {}).setdefault(int(count) if bar else STAR_WORDS, [])
            same.append(".*".join(map(re.escape, parts)))
        else:
            exact.add(_bare(text))
    return Phrases(
        frozenset(exact),
        {
            letter: tuple((most, re.compile("|".join(forms))) for most, forms in limits.items())
            for letter, limits in starred.items()
        },
    )


def _bare(line: str) -> str:
    return _folded(line).strip(PUNCTUATION)


def _folded(text: str) -> str:
    return " ".join(text.casefold().replace("’", "'").split())


@cache
def _phrases() -> Phrases:
    return read_phrases(files("services.fetcher").joinpath("boilerplate.txt").read_text("utf-8").splitlines())
