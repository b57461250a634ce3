"""What "them" and a number without a noun stand for: the things that were counted, or named, last."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from services.extractor.knowledge import Knowledge, Noun
from services.extractor.tagger.gazetteer import Found
from services.extractor.tagger.items import Item
from services.extractor.tagger.pipeline import lemma

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

_OBJECTS = frozenset({"dobj", "obj", "nsubjpass"})
_NEAR = 3
"""Sentences for which a number without a noun may count what was counted."""
_THINGS = frozenset({"personnel", "equipment", "munitions", "casualties"})


@dataclass(frozen=True, slots=True)
class _Counted:
    item: Item
    whose: Found | None
    sentence: int
    verb: str
    """What was done with it."""


@dataclass(frozen=True, slots=True)
class _Named:
    text: str
    noun: Noun


class Antecedents:
    """Remembers, sentence by sentence, what a figure without a noun of its own may count."""

    def __init__(self, known: Knowledge) -> None:
        self._known = known
        self._counted: _Counted | None = None
        self._other: _Counted | None = None
        """The last that is no thing of war: villages, schools; another number counts it only where the same is done."""
        self._named: _Named | None = None
        self._sentence = 0

    def remember(self, item: Item, whose: Found | None) -> None:
        """These were counted in the sentence that is being read."""
        counted = _Counted(item, whose, self._sentence, _verb_of(item.token))
        if item.category in _THINGS or item.role in {"person", "people"}:
            self._counted = counted
        elif item.category == "other" and item.unit and not item.bare:
            self._other = counted

    def end_of(self, sentence: "Span") -> None:
        """The sentence is read; its last noun of a thing may be meant by "them" in the next."""
        self._named = self._last_named(sentence)
        self._sentence += 1

    def resolve(self, item: Item, sentence: "Span") -> tuple[Item, Found | None] | None:
        """The item with what it stands for, and whose that is; None where nothing before it fits."""
        counted = self._counted
        age = self._sentence - counted.sentence if counted else None
        earlier = self._last_named(sentence, item.token)
        named = earlier if age != 0 and earlier else self._named if age is None or age > 1 else None
        if named is not None:
            return _as_named(item, named), None
        if counted is None:
            return (replace(item, pronoun=False), None) if item.unit else None
        return _standing_for(item, counted.item), counted.whose

    def meant_by_number(self, item: Item, sentence: "Span", *, people_only: bool) -> tuple[Item, Found | None] | None:
        """What a number counts whose noun was left out: "it sent 20 in June"; None where nothing before it fits.

        ``people_only``: what is done is done to people alone.
        """
        verb, known = _verb_of(item.token), self._known.verb_senses
        recent = [one for one in (self._counted, self._other) if one and self._sentence - one.sentence <= _NEAR]
        for one in sorted(recent, key=lambda one: one.item.token.i + (one.sentence << 20), reverse=True):
            people = one.item.category in {"personnel", "casualties"} or one.item.role in {"person", "people"}
            if people_only and not people:
                continue
            same = bool(verb) and verb == one.verb
            near = self._sentence - one.sentence <= 1 and _alike(one.item.token, item.token)
            if same or near or (one is self._counted and (verb in known or item.token.dep_ not in _OBJECTS)):
                return _standing_for(item, one.item), one.whose
        if people_only or (verb not in known and item.token.dep_ in _OBJECTS):
            return None
        named = self._last_named(sentence, item.token) or self._named
        return (_as_named(item, named), None) if named else None

    def _last_named(self, sentence: "Span", number: "Token | None" = None) -> _Named | None:
        """The last noun of a thing, before a number if there is one; not who does it: "the crew shot down 31"."""
        for at in range((sentence.end if number is None else number.i) - 1, sentence.start - 1, -1):
            token = sentence.doc[at]
            if number is not None and token.dep_ == "nsubj" and token.head.i == number.head.i:
                continue
            noun = self._known.nouns.get(token.lower_)
            if noun is not None and noun.category in _THINGS and token.pos_ == "NOUN" and token.dep_ != "compound":
                start = token.i
                while start > sentence.start and token.doc[start - 1].dep_ in {"compound", "amod"}:
                    start -= 1
                return _Named(token.doc[start : token.i + 1].text, noun)
        return None


def _standing_for(item: Item, other: Item) -> Item:
    return replace(item, text=other.text, unit=other.unit, category=other.category, role=other.role, pronoun=False)


def _as_named(item: Item, named: _Named) -> Item:
    noun = named.noun
    return replace(item, text=named.text, unit=noun.lemma, category=noun.category, role=noun.role, pronoun=False)


def _alike(one: "Token", other: "Token") -> bool:
    """Whether both are done to: "damaged 12 houses; it destroyed four"; or both do."""
    return (one.dep_ in _OBJECTS) == (other.dep_ in _OBJECTS)


def _verb_of(noun: "Token") -> str:
    """The verb of which this is the subject or object, "" where there is none."""
    return lemma(noun.head) if noun.head.pos_ == "VERB" else ""
