"""Counts that no number says: "killed a senior commander", "the leader was detained", "shot down a drone", "both".

A person is counted once for what was done to them: "the leader was killed" after "killed a Taliban leader", or a name
said again, puts no further figure forward.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from services.extractor.knowledge import Action, Knowledge
from services.extractor.tagger.deeds import SUFFERED, Deed, is_part
from services.extractor.tagger.entities import Entities
from services.extractor.tagger.items import Item
from services.extractor.tagger.pipeline import Paragraph, lemma
from services.extractor.tagger.verbs import BODIES, is_agent, is_one_of, is_passive, shot_dead, verb_sense

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

_ONE = frozenset({"a", "an", "another"})
_KNOWN = frozenset({"the", "this", "that", "his", "her", "its", "their", "whose", "our", "my"})
_HIM = frozenset({"he", "him", "she", "her"})
_NONE = frozenset({"no", "any", "each", "every", "either", "neither", "some", "which", "what", "one"})
_ORDINALS = frozenset({"second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"})
_LIFE = frozenset({"life", "member"})
_NEVER_ONE = frozenset({"police", "staff", "people", "family", "personnel", "rest", "number", "majority", "livestock"})
_ALONG = frozenset({"along", "together"})
_HONORIFICS = frozenset({"Mullah", "Haji", "Maulvi", "Mawlawi", "Qari", "Sheikh", "Ustad", "Maulana", "Sayed", "Dr"})
_KILL = Action("kill", "casualty")
_COUNTED_THINGS = frozenset({"equipment"})
_REACH = 40
"""Words before "a third" in which those must stand of whom he is one."""
_REPEATED_WITHIN = 3
"""Sentences in which "him" is somebody who was counted already."""


@dataclass(frozen=True, slots=True)
class Implied:
    """Somebody or something of which one, or both, are killed, wounded, captured or destroyed."""

    item: Item
    start: int
    deed: Deed
    value: float = 1.0


@dataclass(frozen=True, slots=True)
class _Undergoer:
    noun: "Token"
    action: Action
    word: "Token"
    """The verb or noun that says it."""


@dataclass(frozen=True, slots=True)
class _Said:
    action: str
    head: str
    name: str
    value: float
    sentence: int


class ImpliedReader:
    """Reads implied counts, sentence by sentence in the order of the text."""

    def __init__(self, known: Knowledge, entities: Entities) -> None:
        self._known = known
        self._entities = entities
        self._said: list[_Said] = []
        self._sentence = 0

    def read(self, part: Paragraph, sentence: "Span") -> Iterator[Implied]:
        """Each of which one is counted though no number says it."""
        self._sentence += 1
        seen: set[tuple[int, str]] = set()
        for one in self._undergoers(sentence):
            for noun in _joined(one.noun):
                key = noun.i, one.action.action
                if key in seen or (noun != one.noun and is_part(noun.left_edge)):
                    continue
                seen.add(key)
                if (found := self._one(part, noun, one.action)) is not None:
                    item, start, value = found
                    yield Implied(item, start, Deed(one.word, *one.action, "object"), value)

    def remember(self, action: str, item: Item, value: float | None) -> None:
        """A figure that a number says: "two insurgents", who may be "both" later."""
        self._said.append(_Said(action, lemma(item.token), "", value or 0.0, self._sentence))

    def _undergoers(self, sentence: "Span") -> Iterator[_Undergoer]:
        for token in sentence:
            if token.pos_ == "VERB":
                yield from self._of_verb(token)
            elif token.lower_ == "among":
                yield from self._among(token)
            elif token.lower_ == "dead":
                noun = next(
                    (one for one in token.doc[token.i + 1 : token.i + 7] if one.pos_ in {"NOUN", "PROPN"}), None
                )
                while noun is not None and noun.dep_ in {"compound", "nmod"} and noun.head.i > noun.i:
                    noun = noun.head
                if noun is not None and shot_dead(noun) is not None:
                    yield _Undergoer(noun, _KILL, token.nbor(-1))
            elif token.lower_ == "death" or (token.pos_ == "NOUN" and token.lower_ not in self._known.nouns):
                yield from self._of_noun(token)

    def _of_verb(self, verb: "Token") -> Iterator[_Undergoer]:
        noun = _object(verb)
        subject = next((child for child in verb.children if child.dep_ in {"nsubj", "nsubjpass"}), None)
        sense = verb_sense(verb, self._known, noun or subject)
        if sense is None or sense.action.kind not in SUFFERED:
            return
        if sense.subject_undergoes:
            noun = _antecedent(verb, subject) if subject is not None else None
        if noun is not None and lemma(noun) in _LIFE and lemma(noun) in sense.further:
            noun = _inside(noun)
        if noun is not None:
            yield _Undergoer(noun, sense.action, verb)

    def _among(self, word: "Token") -> Iterator[_Undergoer]:
        """ "a courier was among those detained", unless those were counted."""
        subject = next((child for child in word.head.children if child.dep_ == "nsubj"), None)
        those = next((child for child in word.children if child.dep_ == "pobj"), None)
        if word.head.pos_ != "AUX" or subject is None or those is None:
            return
        verb = next((child for child in those.children if child.dep_ == "acl" and child.tag_ == "VBN"), None)
        sense = verb_sense(verb, self._known, those) if verb is not None else None
        action = sense.action if sense else self._known.action_nouns.get(those.lower_)
        counted = any(child.dep_ == "nummod" for child in those.children)
        if action is None or action.kind not in {"casualty", "capture"} or counted:
            return
        if all(one.action != action.action for one in self._said):
            yield _Undergoer(subject, action, verb or those)

    def _of_noun(self, noun: "Token") -> Iterator[_Undergoer]:
        action = self._known.action_nouns.get(noun.lower_)
        if action is not None and action.kind in {"casualty", "capture"} and (inner := _inside(noun)) is not None:
            yield _Undergoer(inner, action, noun)

    def _one(self, part: Paragraph, noun: "Token", action: Action) -> tuple[Item, int, float] | None:
        determiner = next((c for c in noun.children if c.dep_ in {"det", "poss", "predet"} and c.i < noun.i), None)
        word = determiner.lower_ if determiner is not None else ""
        if "both" in {noun.lower_, word, noun.nbor(-1).lower_ if noun.i else ""}:
            return self._both(part, noun, action)
        if word in _NONE or noun.tag_ in {"NNS", "NNPS", "CD"} or any(c.dep_ == "nummod" for c in noun.children):
            return None
        if noun.pos_ == "PRON" or (word in _ONE and noun.lower_ in _ORDINALS):
            return (self._him if noun.pos_ == "PRON" else self._one_more)(part, noun, action)
        name = self._entities.at(part.begin(noun))
        called = name.id if name is not None else noun.text if noun.pos_ == "PROPN" else ""
        possessed = determiner is not None and determiner.dep_ == "poss"
        if not called and not (word in _ONE or word in _KNOWN or possessed):
            return None
        other = noun.pos_ == "PROPN" and name is not None and name.type != "person"
        other = other and not _has_title(noun, self._known)
        if other or not self._is_countable(noun, action, named=name is not None, indefinite=word in _ONE):
            return None
        definite = word in _KNOWN and not possessed
        return (
            None
            if self._was_said(action.action, noun, called, definite=definite)
            else self._made(part, noun, action, called)
        )

    def _is_countable(self, noun: "Token", action: Action, *, named: bool, indefinite: bool) -> bool:
        """Whether one of it can be killed, captured or lost: a person, or a thing that is counted as equipment."""
        listed = self._known.nouns.get(noun.lower_)
        if noun.lower_ in _NEVER_ONE or (listed is not None and listed.role == "group"):
            return False
        if listed is not None and (listed.role or listed.category != "other" or action.kind == "loss"):
            if listed.category in _COUNTED_THINGS or action.kind == "loss":
                people_lost = listed.role in BODIES and action.action == "lose"
                return indefinite and (listed.category in _COUNTED_THINGS or people_lost)
            return listed.role in BODIES - {"casualty"}
        if listed is not None or action.kind == "loss" or noun.lower_ in self._known.action_nouns:
            return False
        if noun.pos_ == "PROPN" or named:
            return named or action.action != "capture" or _has_title(noun, self._known)
        return is_agent(noun) or (action.kind == "casualty" and action.action in {"kill", "wound"})

    def _him(self, part: Paragraph, noun: "Token", action: Action) -> tuple[Item, int, float] | None:
        if noun.lower_ not in _HIM or noun.dep_ == "poss":
            return None
        near = (one for one in self._said if one.action == action.action)
        if any(self._sentence - one.sentence < _REPEATED_WITHIN and one.value == 1.0 for one in near):
            return None
        return self._made(part, noun, action, "")

    def _one_more(self, part: Paragraph, ordinal: "Token", action: Action) -> tuple[Item, int, float] | None:
        """ "captured two insurgents and wounded a third": of those who were counted before it."""
        for at in range(ordinal.i - 1, max(-1, ordinal.i - _REACH), -1):
            before = ordinal.doc[at]
            counted = any(child.dep_ in {"nummod", "det"} for child in before.children)
            if before.pos_ == "NOUN" and counted and is_one_of(before, "people", self._known):
                item, start, value = self._made(part, ordinal, action, "")
                listed = self._known.nouns.get(before.lower_)
                unit = listed.lemma if listed is not None else lemma(before)
                return replace(item, text=unit, unit=unit), start, value
        return None

    def _both(self, part: Paragraph, noun: "Token", action: Action) -> tuple[Item, int, float] | None:
        if any(one.action == action.action for one in self._said[-4:]):
            return None
        listed = self._known.nouns.get(noun.lower_)
        if listed is not None and listed.role not in BODIES:
            return None
        return self._made(part, noun, action, "", value=2.0)

    def _was_said(self, action: str, noun: "Token", called: str, *, definite: bool) -> bool:
        """Whether this is somebody of whom the same was said before."""
        for one in self._said:
            if one.action != action:
                continue
            if called and (one.name == called or (one.name and _same_name(one.name, called))):
                return True
            if definite and not called and self._sentence > one.sentence and (one.head == lemma(noun) or one.name):
                return True
        return False

    def _made(
        self, part: Paragraph, noun: "Token", action: Action, called: str, value: float = 1.0
    ) -> tuple[Item, int, float]:
        first = noun if noun.pos_ == "PRON" else _first_word(noun)
        begin = first.nbor() if first.dep_ in {"det", "predet"} and first.i < noun.i else first
        start, end = part.begin(first), part.close(noun)
        name = self._entities.at(part.begin(noun))
        if name is not None and name.type == "person":
            end = max(end, min(name.end, part.end))
        listed = self._known.nouns.get(noun.lower_)
        text = " ".join(part.text[part.begin(begin) - part.start : end - part.start].split())
        unit, category, role = "person", "personnel", "people"
        if listed is not None:
            unit, category, role = listed.lemma, listed.category, listed.role
        elif noun.pos_ == "NOUN":
            unit = lemma(noun)
        if noun.pos_ == "PRON":
            text = "people" if value > 1 else "person"
        self._said.append(_Said(action.action, lemma(noun), called, value, self._sentence))
        return Item(noun, end, text, unit, category, role), start, value  # type: ignore[arg-type]


def _object(verb: "Token") -> "Token | None":
    """To whom it is done: the object, the subject of a passive, or the noun the clause belongs to."""
    for child in verb.children:
        if child.dep_ in {"dobj", "obj"}:
            return child
    passive = next((child for child in verb.children if child.dep_ == "nsubjpass"), None)
    if passive is not None:
        return _antecedent(verb, passive)
    if verb.tag_ == "VBN" and verb.dep_ == "conj" and is_passive(verb):
        return _object(verb.head)
    if verb.tag_ == "VBN" and verb.dep_ == "acl" and verb.head.pos_ in {"NOUN", "PROPN"}:
        determined = any(child.lower_ in _ONE | {"the"} for child in verb.head.children if child.dep_ == "det")
        return verb.head if determined else None
    return None


def _antecedent(verb: "Token", subject: "Token") -> "Token":
    relative = subject.tag_ in {"WP", "WDT"} and verb.dep_ == "relcl"
    return verb.head if relative else subject


def _inside(noun: "Token") -> "Token | None":
    """ "the death of a militant leader": the leader."""
    for child in noun.children:
        if child.dep_ == "prep" and child.lower_ == "of":
            return next((inner for inner in child.children if inner.dep_ == "pobj"), None)
    return None


def _joined(noun: "Token") -> Iterator["Token"]:
    yield noun
    for child in noun.children:
        if child.dep_ == "conj" and child.pos_ in {"NOUN", "PROPN"}:
            yield from _joined(child)
    for child in [*noun.children, *noun.head.children]:  # "the leader along with a bodyguard"
        withs = [child, *child.children] if child.i > noun.i + 1 or child.lower_ in _ALONG else []
        for word in withs:
            if word.lower_ == "with" and word.nbor(-1).lower_ in _ALONG:
                yield from (inner for inner in word.children if inner.dep_ == "pobj")


def _first_word(noun: "Token") -> "Token":
    """The determiner, or the first word that is one with the noun: "Taliban leader Mullah Rahim Jan"."""
    first = noun
    for child in noun.lefts:
        if child.dep_ in {"det", "predet", "compound", "amod", "nmod", "poss", "nummod"} and not child.is_punct:
            first = min(first, child.left_edge, key=lambda token: token.i)
    return first


def _has_title(noun: "Token", known: Knowledge) -> bool:
    """ "Taliban commander Mullah Nabi", "Haji Nabi, a weapons supplier"."""
    for child in noun.children:
        if child.dep_ in {"compound", "nmod", "appos"}:
            listed = known.nouns.get(child.lower_)
            if (listed is not None and listed.role in BODIES) or child.text in _HONORIFICS or is_agent(child):
                return True
    return False


def _same_name(one: str, other: str) -> bool:
    """Whether two names, or ids made of names, end in the same word: "person/rahim-jan" and "Jan"."""
    return re.split("[-/]", one.lower())[-1] == re.split("[-/]", other.lower())[-1]
