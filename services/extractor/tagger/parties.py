"""Who a figure is about, and where: the parties and the place of its clause."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from services.extractor.tagger.deeds import SUBJECTS, Deed, together
from services.extractor.tagger.entities import Entities
from services.extractor.tagger.gazetteer import Found
from services.extractor.tagger.pipeline import Paragraph
from services.extractor.tagger.verbs import is_passive

if TYPE_CHECKING:
    from spacy.tokens import Token

_WHERE = frozenset(
    {
        "in",
        "to",
        "into",
        "at",
        "near",
        "on",
        "inside",
        "around",
        "across",
        "toward",
        "towards",
        "within",
        "throughout",
        "over",
    }
)
_ACTORS = frozenset({"country", "organisation", "military_unit", "person"})
_UPWARDS = frozenset({"pcomp", "xcomp", "conj", "advcl", "ccomp", "prep", "dobj", "pobj"})


class PartyReader:
    """Reads the parties and places of one paragraph's clauses."""

    def __init__(self, part: Paragraph, entities: Entities) -> None:
        self._part = part
        self._entities = entities
        self._of_sentences: dict[int, list[Found]] = {}

    def actor(self, head: "Token", deed: Deed | None) -> Found | None:
        """Whom the figure is about: who does it, or else whose people or things they are."""
        if deed is not None and deed.role != "subject" and (doer := self.doer(deed)) is not None:
            return doer
        if deed is not None and deed.role == "subject":
            return self.owner(head) or self.named_in(head)
        return self.owner(head)

    def doer(self, deed: Deed) -> Found | None:
        """Who does it: the subject of an active verb, "by" after a passive one, or whose deed a noun names."""
        word = deed.token
        if word.pos_ == "ADJ":  # "left four dead"
            word = next((above for above in word.ancestors if above.pos_ == "VERB"), word)
        if word.pos_ in {"NOUN", "PROPN"}:
            return self.owner(word) or self._agent(word)
        if (agent := self._agent(word)) is not None:
            return agent
        if is_passive(word):
            return None
        subject = subject_of(word)
        return (self.named_in(subject) or self._its(subject)) if subject is not None else None

    def owner(self, head: "Token") -> Found | None:
        """ "North Korean soldiers", "Russia's losses", "losses of the Russian army"."""
        span = self._entities.within(self._part.begin(head.doc[head.left_edge.i]), self._part.close(head))
        for name in reversed(span):
            if name.type == "country" or (name.type == "military_unit" and name.end < self._part.close(head)):
                return name
        for child in head.children:
            if child.dep_ == "prep" and child.lower_ in {"of", "from"}:
                for noun in child.children:
                    whose = self.named_in(noun)
                    if whose is not None and whose.type in {"country", "military_unit"}:
                        return whose
        return self._its(head)

    def named_in(self, noun: "Token") -> Found | None:
        """The entity a noun phrase names: by its head, or whose it is."""
        direct = self._entities.at(self._part.begin(noun))
        if direct is not None and direct.type in _ACTORS:
            return direct
        inside = [
            name
            for name in self._entities.within(self._part.begin(noun.doc[noun.left_edge.i]), self._part.close(noun))
            if name.type in _ACTORS
        ]
        return next((name for name in inside if name.type == "country"), inside[0] if inside else None)

    def _its(self, noun: "Token") -> Found | None:
        """ "Israel said its soldiers", "Hezbollah announced the deaths of three of its fighters"."""
        if all(child.lower_ != "its" for child in noun.children if child.dep_ == "poss"):
            return None
        for verb in noun.ancestors:
            for child in verb.children if verb.pos_ == "VERB" else ():
                if child.dep_ == "nsubj" and child.i < noun.left_edge.i and (whose := self.named_in(child)) is not None:
                    return whose
        return None

    def place(self, head: "Token", deed: Deed | None) -> Found | None:
        """Where: the place or country after a preposition of place, at the verb or at the thing counted."""
        words = [deed.token, head] if deed is not None else [head, *([head.head] if head.dep_ in SUBJECTS else [])]
        found = [name for word in words for name in self._places_at(word)]
        if not found and deed is not None:
            found = [name for word in together(deed.token) for name in self._places_at(word)]
        if not found and deed is not None and deed.kind in {"casualty", "loss", "capture"}:
            found = self._places_in_sentence(head)
        return next((name for name in found if name.type == "place"), found[0] if found else None)

    def _places_in_sentence(self, head: "Token") -> list[Found]:
        sentence = self._part.sentence_of(head)
        if (found := self._of_sentences.get(sentence.start)) is None:
            found = [name for word in sentence for name in self._places_at(word) if name.type == "place"]
            self._of_sentences[sentence.start] = found
        return found

    def _agent(self, word: "Token") -> Found | None:
        for child in word.children:
            if child.lower_ == "by" and child.dep_ in {"agent", "prep"}:
                for noun in child.children:
                    if (name := self.named_in(noun)) is not None:
                        return name
        return None

    def _places_at(self, word: "Token") -> Iterator[Found]:
        for child in word.children:
            if child.dep_ in {"prep", "dative"} and child.lower_ in _WHERE:
                for noun in child.children:
                    yield from self._places_in(noun)
                    for further in noun.children:
                        if further.dep_ == "prep" and further.lower_ in {"in", "of", "near", "at", "on"}:
                            for inner in further.children:
                                yield from self._places_in(inner)

    def _places_in(self, noun: "Token") -> Iterator[Found]:
        name = self._entities.at(self._part.begin(noun))
        if name is not None and name.type in {"place", "country"} and name.manner in {"name", "seat"}:
            yield name
        elif name is None:
            for inside in self._entities.within(self._part.begin(noun.doc[noun.left_edge.i]), self._part.close(noun)):
                if inside.type in {"place", "country"} and inside.manner == "name":
                    yield inside


def subject_of(verb: "Token") -> "Token | None":
    """Who does it, through "by sending", "planned to give", "and wounded" up to the verb that has a subject."""
    for _ in range(6):
        own = next((child for child in verb.children if child.dep_ in SUBJECTS), None)
        if own is not None:
            if own.tag_ in {"WDT", "WP"} and verb.dep_ == "relcl":
                return verb.head
            return own
        if verb.dep_ in {"acl", "relcl"} and verb.head.pos_ in {"NOUN", "PROPN"}:
            if verb.tag_ == "VBG":
                return verb.head
            verb = verb.head.head
        elif verb.dep_ in _UPWARDS:
            verb = verb.head
        else:
            return None
    return None
