"""Towns in a text of a language without a model, by the gazetteer's spellings in many languages and scripts.

Nothing says there what a word is, so only what can hardly be anything else is taken: the exact spelling (an inflected
one is missed), of large towns or of those that places.tsv names too, and not beside another name, as in "Hillary
Clinton".
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from services.extractor.knowledge import Knowledge
from services.extractor.knowledge.gazetteer import Town, folded, towns
from services.extractor.knowledge.names import WORD, Known
from services.extractor.tagger.gazetteer import LINK, Found
from services.extractor.tagger.spans import Spans
from services.extractor.tagger.whereabouts import Whereabouts

LARGE = 100_000
"""People of a town that is taken though places.tsv lacks it; names of smaller ones are too often words or surnames."""
SHORTEST = 4
"""Letters of a name of one word."""
LONGEST = 4
"""Words of a name."""
NEAR = 0.5
"""Degrees between the gazetteer's middle of a town and that of places.tsv."""
_LITTLE = 4
"""Letters of a capitalised word at the start of a sentence that is a preposition and no first name: "In", "Nach"."""
_GAP = re.compile(r"[ \u00a0'’ʼ-]")
_START = re.compile(r"(?:^|[.!?…:»”\"\n])[ \u00a0]*[«„“\"]?$")


def find_towns(text: str, language: str, listed: Sequence[Found], known: Knowledge) -> list[Found]:
    """Towns outside the spans that the tables have named, in order, none overlapping."""
    found = _Towns(text, language, listed, known)
    return list(found)


class _Towns:
    def __init__(self, text: str, language: str, listed: Sequence[Found], known: Knowledge) -> None:
        self._text, self._known, self._towns = text, known, towns()
        self._nouns_are_capitalised = language.lower().startswith("de")
        self._words = list(WORD.finditer(text))
        taken = [(name.start, name.end) for name in listed]
        self._taken = Spans([*taken, *(match.span() for match in LINK.finditer(text))])
        self._where = Whereabouts(listed, known, self._towns)

    def __iter__(self) -> Iterator[Found]:
        at = 0
        while at < len(self._words):
            for count in range(min(LONGEST, len(self._words) - at), 0, -1):
                if (name := self._at(at, count)) is not None:
                    yield name
                    at += count - 1
                    break
            at += 1

    def _at(self, at: int, count: int) -> Found | None:
        words = self._words[at : at + count]
        start, end = words[0].start(), words[-1].end()
        gaps = (self._text[left.end() : right.start()] for left, right in pairwise(words))
        if not all(_is_name_like(word[0]) for word in (words[0], words[-1])) or not all(map(_GAP.fullmatch, gaps)):
            return None
        written = self._text[start:end]
        group = self._towns.get(folded(written))
        if not group or self._taken.overlap(start, end) or self._is_part(start, end):
            return None
        if count == 1 and (len(written) < SHORTEST or written in self._known.common_words or self._is_beside(at)):
            return None
        town = self._where.choose(group)
        entity = _listed(town, self._known)
        if entity is not None:
            return Found(start, end, entity.id, entity.type, entity.name)
        if town.population < LARGE:
            return None
        return self._where.found(start, end, town)

    def _is_part(self, start: int, end: int) -> bool:
        """Whether it is part of a compound, as in "Kap-Marseille"."""
        return self._text[start - 1 : start] == "-" or self._text[end : end + 1] in {"-", "'", "’", "ʼ"}

    def _is_beside(self, at: int) -> bool:
        """Whether the word is a surname by what stands before or after it."""
        before = self._words[at - 1] if at and self._gap(at) == " " else None
        after = self._words[at + 1] if at + 1 < len(self._words) and self._gap(at + 1) == " " else None
        if before is not None and before[0] in self._known.given_names:
            return True
        if self._nouns_are_capitalised:
            return False
        little = before is not None and len(before[0]) <= _LITTLE and self._starts_sentence(before.start())
        named = before is not None and before[0][0].isupper() and not little
        return named or (after is not None and after[0][0].isupper())

    def _gap(self, at: int) -> str:
        return self._text[self._words[at - 1].end() : self._words[at].start()]

    def _starts_sentence(self, start: int) -> bool:
        return bool(_START.search(self._text, max(0, start - 4), start)) or start == 0


def _is_name_like(word: str) -> bool:
    """Capitalised, or of a script without capitals; not in capitals only, which an abbreviation is too."""
    first = word[0]
    return first.isalpha() and not first.islower() and (not word.isupper() or first.lower() == first)


def _listed(town: Town, known: Knowledge) -> Known | None:
    """The place of places.tsv that this town is, by its English name and where it is."""
    for form in known.names.forms.get(WORD.findall(town.name)[0], ()):
        entity = known.names.entities[form.entity]
        at = entity.location
        if folded(form.written) != folded(town.name) or entity.type != "place" or at is None:
            continue
        if abs(at.lat - town.lat) <= NEAR and abs(at.lon - town.lon) <= NEAR:
            return entity
    return None
