"""Noun phrases after a number: where they end, what their head is, and what the tables say of it."""

import re
from typing import TYPE_CHECKING

from services.extractor.knowledge import Knowledge, Noun
from services.extractor.tagger.entities import Entities
from services.extractor.tagger.pipeline import Paragraph, lemma

if TYPE_CHECKING:
    from spacy.tokens import Token

_QUOTES = re.compile(r"[“”\"«»‘]|(?<!\w)['’]|['’](?!\w)")
_MORE = re.compile(
    r"^(?:(?:additional|more|further|extra|new|other|another|such|of|the|its|their|his|these|those)\s+)+", re.IGNORECASE
)
_INTO_PHRASE = frozenset({"ADJ", "NOUN", "PROPN"})
_MODIFIES = frozenset({"compound", "nmod", "amod", "npadvmod", "nummod", "poss", "quantmod", "punct", "advmod"})
DETERMINERS = frozenset({"the", "these", "those", "its", "their", "his", "her", "our", "all", "them"})
STANDS_FOR_PEOPLE = frozenset({"others", "more", "other", "survivors"})
_TAKEN_AS = frozenset({"prisoner", "hostage", "captive"})
"""Singular after a plural: "took dozens of soldiers prisoner"."""
_NEVER_COUNTED = frozenset({"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"})


class PhraseReader:
    """Reads the noun phrases of one paragraph."""

    def __init__(self, text: str, part: Paragraph, entities: Entities, known: Knowledge) -> None:
        self._text = text
        self._part = part
        self._doc = part.doc
        self._entities = entities
        self._known = known

    def head_from(self, at: int, *, plural: bool) -> "Token | None":
        """The last word of the noun phrase that begins here."""
        head: Token | None = None
        while at < len(self._doc):
            token = self._doc[at]
            if (token.is_sent_start and head is not None) or token.lower_ in STANDS_FOR_PEOPLE - {"more", "other"}:
                break
            named = self._entities.at(self._part.begin(token))
            if named is not None and named.type in {"weapon", "military_unit"} and named.end > self._part.close(token):
                at = self._part.index_from(named.end)
                head = self._doc[at - 1]
                continue
            if self._is_noun(token):
                if token.lower_ in _NEVER_COUNTED:
                    break
                if head is not None and token.lower_ in _TAKEN_AS:
                    break
                head = token
                if not self._goes_on(token, plural=plural):
                    break
            elif not self._inside(at):
                break
            at += 1
        return head

    def noun(self, token: "Token") -> Noun:
        """What the tables say of a noun; "rocket systems" is looked up whole before its head alone."""
        before = self._doc[token.i - 1].lower_ if token.i else ""
        for written in (f"{before} {token.lower_}", token.text, token.lower_):
            if found := self._known.nouns.get(written):
                return found
        if measure := self._known.measures.get(token.lower_):
            return Noun(measure.unit, measure.category, "")
        named = self._entities.at(self._part.begin(token))
        if named is not None and named.manner == "people":
            singular = self._text[named.start : named.end].removesuffix("s")
            return Noun(singular, "personnel" if named.type == "country" else "other", "people")
        if named is not None and named.type == "weapon":
            return Noun(named.name, "equipment", "")
        return Noun(lemma(token) if token.pos_ in {"NOUN", "PROPN", "ADJ", "VERB"} else token.lower_, "other", "")

    def phrase(self, start: int, end: int) -> str:
        """The words of a span as an item: without quotes and what only points ("the", "additional")."""
        words = " ".join(_QUOTES.sub("", self._text[start:end]).split())
        return _MORE.sub("", words) or words

    def past_determiners(self, at: int) -> int:
        """The index after "the", "its" and the like."""
        while self._part.lower(at) in DETERMINERS or (at < len(self._doc) and self._doc[at].pos_ == "DET"):
            at += 1
        return at

    def _is_noun(self, token: "Token") -> bool:
        if not any(char.isalnum() for char in token.text):
            return False
        return token.pos_ in {"NOUN", "PROPN"} or token.tag_ in {"NNS", "NNPS"} or self._listed(token, token.i)

    def _listed(self, token: "Token", at: int) -> bool:
        """A plural the tables know is a noun, whatever the model says: "12 wounded", but not "12 wounded soldiers"."""
        noun = self._known.nouns.get(token.lower_)
        if noun is None or token.pos_ in {"AUX", "DET", "ADP"}:
            return False
        following = self._doc[at + 1] if at + 1 < len(self._doc) else None
        return following is None or following.pos_ not in _INTO_PHRASE

    def _goes_on(self, token: "Token", *, plural: bool) -> bool:
        following = self._doc[token.i + 1] if token.i + 1 < len(self._doc) else None
        if following is None or following.is_sent_start:
            return False
        if following.text in {"-", "‑", "/"} and not following.whitespace_ and not token.whitespace_:
            return True
        if token.dep_ in _MODIFIES and token.head.i > token.i and token.head.i - token.i < 7:
            return all(self._joins(other) for other in self._doc[token.i + 1 : token.head.i])
        known_plural = token.tag_ in {"NNS", "NNPS"}
        return plural and not known_plural and following.tag_ == "NNS" and token.lower_ not in self._known.nouns

    def _joins(self, token: "Token") -> bool:
        return bool(
            token.pos_ in {"ADJ", "NOUN", "PROPN", "NUM", "PUNCT", "ADV", "VERB", "CCONJ", "X", "INTJ", "PART"}
        ) and (token.text not in {",", ";", ":", ".", "(", ")"})

    def _inside(self, at: int) -> bool:
        """Whether a word that is no noun may stand before the head: an adjective, a participle, a hyphen, a quote."""
        token = self._doc[at]
        if (
            token.tag_ == "POS"
            or token.pos_ == "ADJ"
            or token.text in {"“", "”", '"', "-", "‑", "«", "»", "‘", "’", "'"}
        ):
            return True
        if token.tag_ in {"VBN", "VBG", "RB", "CD", "UH", "JJ"} or token.pos_ == "ADV":
            return bool(token.dep_ in _MODIFIES and token.head.i > at and token.head.i - at < 7)
        if token.pos_ == "CCONJ":
            return at + 1 < len(self._doc) and self._doc[at - 1].pos_ == "ADJ" == self._doc[at + 1].pos_
        return False
