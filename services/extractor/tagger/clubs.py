"""A city's name that stands for its club, in an article about sport."""

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from services.extractor.knowledge import Knowledge
from services.extractor.knowledge.names import slug
from services.extractor.tagger.gazetteer import Found

if TYPE_CHECKING:
    from spacy.tokens import Doc

    from services.extractor.tagger.pipeline import Paragraph

CUES = 3
"""Different words of sport that an article has, if it is about sport."""
_WORD = re.compile(r"[a-z]+(?:-[a-z]+)?")


def is_about_sport(text: str, known: Knowledge) -> bool:
    """Whether enough of the article's words are of sport."""
    return len(set(_WORD.findall(text.lower())) & known.sport["cue"]) >= CUES


def as_club(text: str, name: Found, part: "Paragraph", known: Knowledge) -> Found:
    """The mention as the club of that city, if the words beside it say so."""
    doc, at, after = part.doc, part.index_from(name.start), part.index_from(name.end)
    if not (_stands(doc, at, known.sport["before"]) or _follows(doc, after, known.sport["after"])):
        return name
    written = text[name.start : name.end]
    return replace(name, id=f"organisation/{slug(written)}", type="organisation", name=written, location=None)


def _stands(doc: "Doc", at: int, words: frozenset[str]) -> bool:
    return any(at >= length and " ".join(doc[at - length : at].text.lower().split()) in words for length in (1, 2))


def _follows(doc: "Doc", at: int, words: frozenset[str]) -> bool:
    return any(" ".join(doc[at : at + length].text.lower().split()) in words for length in (1, 2))
