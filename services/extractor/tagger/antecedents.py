"""What "them" and a number without a noun stand for: the things that were counted, or named, last."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from services.extractor.knowledge import Knowledge, Noun
from services.extractor.tagger.gazetteer import Found
from services.extractor.tagger.items import Item

if TYPE_CHECKING:
    from spacy.tokens import Span

_THINGS = frozenset({"personnel", "equipment", "munitions", "casualties"})


@dataclass(frozen=True, slots=True)
class _Counted:
    item: Item
    whose: Found | None
    sentence: int


@dataclass(frozen=True, slots=True)
class _Named:
    text: str
    noun: Noun


class Antecedents:
    """Remembers, sentence by sentence, what a figure without a noun of its own may count."""

    def __init__(self, known: Knowledge) -> None:
        self._known = known
        self._counted: _Counted | None = None
        self._named: _Named | None = None
        self._sentence = 0

    def remember(self, item: Item, whose: Found | None) -> None:
        """These were counted in the sentence that is being read."""
        if item.category in _THINGS or item.role in {"person", "people"}:
            self._counted = _Counted(item, whose, self._sentence)

    def end_of(self, sentence: "Span") -> None:
        """The sentence is read; its last noun of a thing may be meant by "them" in the next."""
        self._named = self._last_named(sentence, sentence.end)
        self._sentence += 1

    def resolve(self, item: Item, sentence: "Span") -> tuple[Item, Found | None] | None:
        """The item with what it stands for, and whose that is; None where nothing before it fits."""
        counted = self._counted
        age = self._sentence - counted.sentence if counted else None
        earlier = self._last_named(sentence, item.token.i)
        named = earlier if age != 0 and earlier else self._named if age is None or age > 1 else None
        if named is not None and item.role != "people":
            return replace(
                item,
                text=named.text,
                unit=named.noun.lemma,
                category=named.noun.category,
                role=named.noun.role,
                pronoun=False,
            ), None
        if counted is None or (item.role == "people" and counted.item.category not in {"personnel", "casualties"}):
            return (replace(item, pronoun=False), None) if item.unit else None
        before = counted.item
        meant = replace(
            item, text=before.text, unit=before.unit, category=before.category, role=before.role, pronoun=False
        )
        return meant, counted.whose

    def _last_named(self, sentence: "Span", before: int) -> _Named | None:
        for at in range(before - 1, sentence.start - 1, -1):
            token = sentence.doc[at]
            noun = self._known.nouns.get(token.lower_)
            if noun is not None and noun.category in _THINGS and token.pos_ == "NOUN" and token.dep_ != "compound":
                start = token.i
                while start > sentence.start and token.doc[start - 1].dep_ in {"compound", "amod"}:
                    start -= 1
                return _Named(token.doc[start : token.i + 1].text, noun)
        return None
