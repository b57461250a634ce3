"""What is counted: the noun phrase a figure belongs to."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from services.common.messages import Category
from services.extractor.knowledge import Knowledge, Noun
from services.extractor.tagger.phrases import DETERMINERS, STANDS_FOR_PEOPLE, PhraseReader
from services.extractor.tagger.pipeline import Paragraph, lemma
from services.extractor.tagger.quantities import Quantity, is_tie

if TYPE_CHECKING:
    from spacy.tokens import Token

_BEFORE_NUMBER = (DETERMINERS - {"them"}) | {"more", "than", "about", "nearly", "around", "over", "roughly", "almost"}
_BESIDE = frozenset({"to", "from", "out of", "against", "versus", "vs", "or even"})
MEASURES_ITS_SUBJECT = frozenset(
    {"reach", "exceed", "total", "number", "hit", "top", "surpass", "near", "approach", "average", "equal", "cross",
     "pass", "be", "become", "stand", "remain", "rise", "fall", "climb", "grow", "drop", "increase"}
)  # fmt: skip
"""Verbs whose object is the size of their subject: "losses exceed 500", not "the crew shot down 31"."""
_HARMED = frozenset({"dead", "killed", "wounded", "injured", "missing", "captured", "detained"})
_SUMS = frozenset({"number", "total", "figure", "strength", "size", "toll", "count", "share", "proportion"})


@dataclass(frozen=True, slots=True)
class Item:
    """What a figure counts. ``token`` is the head in the parse (or the number itself), ``end`` where its words end."""

    token: "Token"
    end: int
    text: str
    unit: str
    category: Category
    role: str = ""
    pronoun: bool = False
    """ "of them": what is meant was said before."""
    bare: bool = False
    """No word says what is counted: "drove in 102"."""


def _lends(before: Quantity) -> bool:
    return before.factor == 1.0 and before.unit != "time"


class ItemReader:
    """Finds the items of one paragraph's figures."""

    def __init__(self, part: Paragraph, phrases: PhraseReader, text: str, known: Knowledge) -> None:
        self._text = text
        self._part = part
        self._doc = part.doc
        self._phrases = phrases
        self._known = known

    def read_all(self, figures: Sequence[Quantity]) -> list[Item | None]:
        """What each of a sentence's figures counts; those of a list share the noun of the last: "10, 20 and 30 men"."""
        found = [self.read(figure) for figure in figures]
        for at in range(len(found) - 2, -1, -1):
            one, following, lent = figures[at], figures[at + 1], found[at + 1]
            if found[at] is not None or lent is None or one.kind != "count" or following.kind != "count":
                continue
            if is_tie(self._text[one.end : following.start], self._known.number_context["tie"]):
                found[at] = replace(lent, token=self.number_token(one) or lent.token, end=one.end)
        for at in range(1, len(found)):
            if (item := self._set_beside(figures[at], found[at], figures[at - 1], found[at - 1])) is not None:
                found[at] = item
        return found

    def _set_beside(self, one: Quantity, own: Item | None, before: Quantity, lent: Item | None) -> Item | None:
        """ "from seven hours to three", "61 votes to 39", "20 men out of 120": the noun is said once."""
        token = self.number_token(one)
        if lent is None or token is None or one.kind != "count" or one.noun or not _lends(before):
            return None
        if self._text[max(before.end, lent.end) : one.start].strip() not in _BESIDE:
            return None
        says_itself = own is not None and own.token.i >= token.i
        return None if says_itself else replace(lent, token=token, end=one.end)

    def read(self, figure: Quantity) -> Item | None:
        """What this figure counts; None where no words say it."""
        token = self.number_token(figure)
        after = self._part.index_from(figure.end)
        if token is None:
            return None
        if figure.kind != "count":
            return self._of_unit(figure, token, after)
        if figure.noun:
            return self._hyphened(figure, token, after)
        if self._part.lower(after) == "of":
            return self._partitive(figure, after + 1)
        head = self._phrases.head_from(after, plural=figure.high != 1)
        people = self._participle(after)
        if head is not None and (people is None or head.tag_ == "NNS"):
            return self._item(head, figure.end)
        return people or self._elsewhere(figure, token)

    def number_token(self, figure: Quantity) -> "Token | None":
        """The figure's last number word in the parse."""
        return self._part.token_at(figure.number_end - 1)

    def _item(self, head: "Token", start: int) -> Item:
        noun = self._phrases.noun(head)
        end = self._part.close(head)
        if noun.role == "container" or noun.lemma in self._known.measures or noun.category == "measure":
            return self._contained(head, start, noun)
        if noun.category == "munitions":
            end = self._part.close(self._last_of(head))
        return Item(head, end, self._phrases.phrase(start, end), noun.lemma, noun.category, noun.role)

    def _contained(self, head: "Token", start: int, noun: Noun) -> Item:
        """ "three shipments of shells", "thousands of tons of munitions": the figure is about what comes after "of"."""
        end, category, role = self._part.close(head), noun.category, noun.role
        if self._part.lower(head.i + 1) == "of":
            inner = self._phrases.head_from(self._phrases.past_determiners(head.i + 2), plural=True)
            if inner is not None:
                contents = self._phrases.noun(inner)
                end = self._part.close(self._last_of(inner))
                if contents.category not in {"other", "measure"} or role == "container":
                    category, role = contents.category, contents.role
                if noun.lemma in {"total", "number", "group"}:
                    return Item(
                        inner,
                        self._part.close(inner),
                        self._phrases.phrase(self._part.begin(self._doc[head.i + 2]), self._part.close(inner)),
                        contents.lemma,
                        contents.category,
                        contents.role,
                    )
        return Item(head, end, self._phrases.phrase(start, end), noun.lemma, category, role)

    def _last_of(self, head: "Token") -> "Token":
        """The end of "rounds of artillery ammunition": one more step for a container inside a container."""
        if self._part.lower(head.i + 1) == "of":
            inner = self._phrases.head_from(self._phrases.past_determiners(head.i + 2), plural=True)
            if inner is not None and self._phrases.noun(head).category == self._phrases.noun(inner).category != "other":
                return inner
        return head

    def _of_unit(self, figure: Quantity, token: "Token", after: int) -> Item | None:
        """Money, shares, measures: the unit is known; "of" or "in" may tell of what."""
        unit, category = figure.unit or "", figure.category or "measure"
        last = self._part.token_at(figure.end - 1)
        token = last if last is not None and last.text != "." else token
        token = self._doc[after] if self._part.lower(after) == "worth" else token
        written = self._text[figure.number_end : figure.end].strip(" -\u00a0") or unit
        end, text = figure.end, written if figure.kind == "measure" else unit
        if self._part.lower(after) in {"of", "in", "worth"} and (
            figure.kind != "measure" or self._part.lower(after) == "of"
        ):
            begin = after + 1 if self._part.lower(after + 1) != "of" else after + 2
            begin = self._phrases.past_determiners(begin)
            head = self._phrases.head_from(begin, plural=True)
            if head is not None and not (self._part.lower(after) == "in" and figure.kind == "share"):
                contents = self._phrases.noun(head)
                end = self._part.close(self._last_of(head))
                start = self._part.begin(self._doc[begin])
                text = (
                    self._phrases.phrase(start, end)
                    if figure.kind != "measure"
                    else self._phrases.phrase(figure.number_end, end).lstrip("- ")
                )
                if category == "measure" and contents.category not in {"other", "measure"}:
                    category = contents.category
                end = end if figure.kind != "money" else figure.end
        elif figure.kind == "money" or self._text[figure.number_end : figure.number_end + 1] in "-‑":
            head = self._phrases.head_from(after, plural=False)
            text = (
                self._phrases.phrase(figure.end, self._part.close(head))
                if head is not None and figure.kind == "money"
                else text
            )
        return Item(token, end, text or unit, unit, category)  # type: ignore[arg-type]  # categories of measures.tsv

    def _hyphened(self, figure: Quantity, token: "Token", after: int) -> Item:
        head = self._phrases.head_from(after, plural=False)
        end = self._part.close(head) if head is not None else figure.end
        noun = figure.noun or ""
        text = self._phrases.phrase(figure.end, end) or noun
        role = self._known.nouns[noun].role if noun in self._known.nouns else ""
        return Item(head if head is not None else token, end, text, noun, figure.category or "other", role)  # type: ignore[arg-type]

    def _partitive(self, figure: Quantity, at: int) -> Item | None:
        """ "thousands of tons", "20 of the 50 howitzers", "around 4,000 of them"."""
        begin = at
        while self._part.lower(at) in _BEFORE_NUMBER or (at < len(self._doc) and self._doc[at].pos_ == "NUM"):
            at += 1
        if self._part.lower(at) in {"them", "whom", "which", "us", "those"}:
            end = self._part.close(self._doc[at])
            token = self._part.token_at(figure.number_end - 1)
            return Item(token or self._doc[at], end, self._part.lower(at), "", "other", pronoun=True)
        if at < len(self._doc) and self._doc[at].tag_ in {"JJS", "RBS"} and figure.high == 1:
            return None
        head = self._phrases.head_from(at, plural=True)
        if head is None or (head.tag_ == "NN" and figure.high == 1 and begin == at):
            return None
        return self._item(head, self._part.begin(self._doc[at]))

    def _participle(self, at: int) -> Item | None:
        """ "45 dead", "12 killed", "five others", "two more"."""
        word = self._part.lower(at)
        if word in STANDS_FOR_PEOPLE:
            return Item(
                self._doc[at], self._part.close(self._doc[at]), "people", "person", "other", "people", pronoun=True
            )
        action = self._known.action_nouns.get(word) or self._known.verbs.get(lemma(self._doc[at]) if word else "")
        tagged = self._doc[at].tag_ if at < len(self._doc) else ""
        if (
            action
            and action.kind == "casualty"
            and tagged in {"VBN", "JJ", "NN", "VBD"}
            and not self._has_auxiliary(at)
        ):
            return Item(self._doc[at], self._part.close(self._doc[at]), word, "person", "casualties", "casualty")
        return None

    def _has_auxiliary(self, at: int) -> bool:
        return any(child.dep_ in {"auxpass", "dobj"} for child in self._doc[at].children)

    def _elsewhere(self, figure: Quantity, token: "Token") -> Item | None:
        """ "soldiers, estimated at over 10,000"; "the death toll rose to 45"; "losses exceed 500"."""
        if token.pos_ not in {"NUM", "NOUN", "ADJ"} and token.tag_ != "CD":
            return None
        token = token.head if token.dep_ == "quantmod" and token.head.tag_ == "CD" else token
        governor = token.head
        if token.dep_ == "pobj":
            governor = governor.head
            if governor.dep_ == "acl" and governor.head.pos_ in {"NOUN", "PROPN"}:
                return self._item_before(governor.head, figure)
            if governor.pos_ in {"NOUN", "PROPN"} and governor.i < token.i:
                return self._item_before(governor, figure)
            measured = next((child for child in governor.children if child.dep_ == "dobj" and child.i < token.i), None)
            if measured is not None and measured.pos_ == "NOUN":
                return self._item_before(measured, figure)
        subject = next((child for child in governor.children if child.dep_ in {"nsubj", "nsubjpass"}), None)
        particle = token.dep_ == "pobj" and token.head.lower_ in {"down", "off", "up"}  # "shot down 31"
        done_to = (token.dep_ == "dobj" or particle) and lemma(governor) not in MEASURES_ITS_SUBJECT
        named = subject is not None and subject.i < token.i and subject.pos_ in {"NOUN", "PROPN"}
        if subject is not None and named and token.dep_ != "nsubj" and not done_to:
            return self._item_before(subject, figure)
        return None

    def _item_before(self, head: "Token", figure: Quantity) -> Item | None:
        noun = self._phrases.noun(head)
        if noun.lemma in _SUMS:
            inner = next(
                (
                    word
                    for child in head.children
                    if child.lower_ == "of"
                    for word in child.children
                    if word.dep_ == "pobj"
                ),
                None,
            )
            if inner is not None and inner.lower_ in _HARMED:  # "put the number of wounded at 40"
                return Item(inner, figure.end, inner.lower_, "person", "casualties", "people")
            if inner is not None:
                head, noun = inner, self._phrases.noun(inner)
            elif self._part.lower(head.i - 1) == "death" or noun.lemma == "toll":
                noun = Noun("death", "casualties", "casualty")
        if noun.category == "other" and head.tag_ not in {"NNS", "NNPS"}:
            return None
        if noun.role == "group" and self._part.lower(head.i + 1) == "of":
            noun = Noun("person", noun.category, "person")
        start = self._part.begin(self._doc[head.left_edge.i])
        text = self._phrases.phrase(start, self._part.close(head))
        return Item(head, figure.end, text, noun.lemma, noun.category, noun.role)
