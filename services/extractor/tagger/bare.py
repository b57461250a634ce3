"""Numbers without a noun of their own: "grew to 7.6 million", "a crowd of 61,000", "the toll stood at 250"."""

from dataclasses import replace
from typing import TYPE_CHECKING

from services.extractor.knowledge import Knowledge, Noun
from services.extractor.tagger.items import MEASURES_ITS_SUBJECT, Item
from services.extractor.tagger.phrases import DETERMINERS, PhraseReader
from services.extractor.tagger.pipeline import Paragraph, lemma
from services.extractor.tagger.quantities import Quantity
from services.extractor.tagger.readings import Counted

if TYPE_CHECKING:
    from spacy.tokens import Token

_AT_A_LEVEL = frozenset(
    {"to", "at", "from", "by", "of", "below", "above", "around", "between", "under", "over", "near"}
)
_SET_BESIDE = frozenset({"from", "to", "against", "versus", "than", "with", "and", "or", "but", "at", "the"})
_ALIKE = 20
_SMALL = 12
_OLDEST = 116


class BareReader:
    """Finds, for the bare numbers of one paragraph, what the sentence says they are numbers of."""

    def __init__(self, part: Paragraph, phrases: PhraseReader, known: Knowledge) -> None:
        self._part = part
        self._phrases = phrases
        self._groups = known.number_context["people_group"]
        self._money_nouns = known.number_context["money_noun"]
        self._currencies = known.currencies

    def is_none(self, figure: Quantity) -> bool:
        """Whether the number is no figure: part of a name, an age set off by commas, a score."""
        token = self._part.token_at(figure.number_end - 1)
        return token is None or self._is_name(token) or self._is_age(figure)

    def read(self, figure: Quantity, earlier: Counted | None) -> Item | None:
        """The item of a number; its unit is empty where no word says what is counted.

        ``earlier`` is the figure before it in the sentence: "rose to 1,319 cases, up from 918".
        """
        token = self._part.token_at(figure.number_end - 1)
        if token is None or self._is_pronoun(figure):
            return None
        while token.head.tag_ == "CD" and token.head.i != token.i:
            token = token.head
        measured = self._measured(token)
        if earlier is not None and (likened := self._likened(figure, measured, earlier)):
            return likened
        if measured is None:
            return Item(token, figure.end, "", "", "other", bare=True)
        noun = self._phrases.noun(measured)
        if measured.lower_ in self._groups or noun.role == "group":
            noun = Noun("person", "personnel" if noun.role == "group" else "other", "people")
        elif currency := self._currencies.get(measured.lower_):
            noun = Noun(currency.code, "money", "")
        start = self._part.begin(self._part.doc[measured.left_edge.i])
        text = self._phrases.phrase(start, self._part.close(measured))
        return Item(measured, figure.end, text, noun.lemma, noun.category, noun.role)

    def _likened(self, figure: Quantity, measured: "Token | None", earlier: Counted) -> Item | None:
        """The item of the figure before, where this one is set beside it: "up from 918", "on sales of 9.8 billion"."""
        before = earlier.figure
        if measured is not None and measured.lower_ in self._money_nouns and before.kind == "money":
            token = self._part.token_at(figure.number_end - 1) or measured
            return Item(token, figure.end, measured.lower_, before.unit or "", "money")
        word = self._part.lower(self._part.index_from(figure.start) - 1)
        value, other = (one.high if one.low is None else one.low for one in (figure, before))
        alike = value is not None and other is not None and 0 < value < other * _ALIKE and other < value * _ALIKE
        if measured is not None or before.kind != "count" or word not in _SET_BESIDE or not alike:
            return None
        return replace(
            earlier.item, token=self._part.token_at(figure.number_end - 1) or earlier.item.token, end=figure.end
        )

    def _measured(self, token: "Token") -> "Token | None":
        """The noun whose size the number is: an object or subject of its verb, or what it stands "of" or "at"."""
        governor, level = token.head, False
        if token.dep_ == "pobj":
            level = governor.lower_ in _AT_A_LEVEL
            governor = governor.head
            if level and governor.pos_ == "NOUN" and governor.i < token.i:
                return governor
        if governor.pos_ not in {"VERB", "AUX"}:
            return None
        if level:
            objects = [child for child in governor.children if child.dep_ == "dobj" and child.i < token.i]
            if objects and objects[0].pos_ == "NOUN":
                return objects[0]
        if not level and (token.dep_ not in {"attr", "dobj"} or lemma(governor) not in MEASURES_ITS_SUBJECT):
            return None
        subject = next((child for child in governor.children if child.dep_ in {"nsubj", "nsubjpass"}), None)
        return subject if subject is not None and subject.pos_ == "NOUN" and subject.i < token.i else None

    def _is_name(self, token: "Token") -> bool:
        """ "Windows 11", "Falcon 9": a number that follows a name and belongs to it."""
        before = token.doc[token.i - 1] if token.i else None
        belongs = token.dep_ in {"nummod", "appos", "npadvmod"} or token.pos_ == "PROPN"
        return before is not None and before.pos_ == "PROPN" and (token.head is before or belongs)

    def _is_age(self, figure: Quantity) -> bool:
        """ "The minister, 54, said": an age, set off on both sides; "shot a 65": a score."""
        first, after = self._part.index_from(figure.start), self._part.index_from(figure.end)
        if self._part.lower(first - 1) in {"a", "an"}:
            return True
        set_off = (self._part.lower(first - 1), self._part.lower(after)) in {(",", ","), ("(", ")"), (",", ".")}
        return set_off and figure.high is not None and figure.qualifier == "exact" and 0 < figure.high < _OLDEST

    def _is_pronoun(self, figure: Quantity) -> bool:
        """ "the two met", "one of the best", "the first three"."""
        first = self._part.index_from(figure.start)
        token = self._part.doc[first] if first < len(self._part.doc) else None
        if token is None or not token.text[0].isalpha() or figure.qualifier != "exact":
            return False
        small = figure.high is not None and figure.high <= _SMALL
        pointed = self._part.lower(first - 1) in DETERMINERS | {"first", "last", "other", "any", "no"}
        return small and (pointed or figure.high == 1)
