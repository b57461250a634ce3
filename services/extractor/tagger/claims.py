"""The figures of a text as claims: what is counted, what is done, by whom, where, when, who says so, and how firmly."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from services.common.identity import claim_id
from services.common.messages import Claim
from services.extractor.knowledge import Knowledge
from services.extractor.tagger.antecedents import Antecedents
from services.extractor.tagger.attribution import SentenceSpeakers
from services.extractor.tagger.bare import BareReader
from services.extractor.tagger.deeds import Deed, DeedReader, is_part, is_presumed_person
from services.extractor.tagger.entities import Entities
from services.extractor.tagger.gazetteer import Found
from services.extractor.tagger.implied import ImpliedReader
from services.extractor.tagger.items import MEASURES_ITS_SUBJECT, Item, ItemReader
from services.extractor.tagger.modality import modality
from services.extractor.tagger.parties import PartyReader
from services.extractor.tagger.phrases import PhraseReader
from services.extractor.tagger.pipeline import Paragraph, lemma
from services.extractor.tagger.quantities import Quantity, quantities
from services.extractor.tagger.readings import (
    CASUALTY_KINDS,
    Counted,
    Read,
    category,
    each_words,
    goes_on_from,
    is_each,
    is_worth_it,
)
from services.extractor.tagger.speakers import SpokeBefore
from services.extractor.tagger.timing import as_of
from services.extractor.tagger.verbs import verb_sense
from services.extractor.tagger.when import Period, periods

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

_OF_THEM = re.compile(r"\s+of\s+(?:them|whom|which|those)\b", re.IGNORECASE)
_STANDS_ALONE = frozenset({"nsubj", "nsubjpass", "dobj", "obj", "conj", "appos", "nummod", "npadvmod"})
_CARRIED_KINDS = frozenset({"move", "transfer"})
_OF_PEOPLE = frozenset({"civil", "casualty", "capture"})
"""Kinds of what is done to people alone."""
_CARRIED_FOR = 3
"""Sentences for which a sender stays known: "the delivery of 50 howitzers" after "North Korea has supplied"."""


def find_claims(
    text: str,
    paragraphs: Sequence[Paragraph],
    entities: Entities,
    known: Knowledge,
    *,
    article_id: str,
    published_at: datetime | None,
) -> tuple[Claim, ...]:
    """Every figure of the text as a claim, in the order of the text."""
    names = [(name.start, name.end) for name in entities.mentions if name.type in {"weapon", "military_unit", "person"}]
    figures = quantities(text, known, names)
    published = published_at.date() if published_at else None
    writer = _Writer(text, entities, known, article_id, published)
    starts = [figure.start for figure in figures]
    for part in paragraphs:
        writer.paragraph(part, figures[bisect_left(starts, part.start) : bisect_left(starts, part.end)])
    return tuple(writer.claims)


class _Writer:
    def __init__(
        self, text: str, entities: Entities, known: Knowledge, article_id: str, published: date | None
    ) -> None:
        self._text = text
        self._entities = entities
        self._known = known
        self._article_id = article_id
        self._published = published
        self._deeds = DeedReader(known)
        self._spoke = SpokeBefore()
        self._antecedents = Antecedents(known)
        self._implied = ImpliedReader(known, entities)
        self._doer: tuple[str, Found, int] | None = None
        self._sentences = 0
        self._seen: Counter[tuple[str, str]] = Counter()
        self.claims: list[Claim] = []

    def paragraph(self, part: Paragraph, figures: Sequence[Quantity]) -> None:
        """Write the claims of one paragraph. Paragraphs must come in the order of the text."""
        phrases = PhraseReader(self._text, part, self._entities, self._known)
        items = ItemReader(part, phrases, self._text, self._known)
        bare = BareReader(part, phrases, self._known)
        parties = PartyReader(part, self._entities)
        times = periods(part.text, self._published)
        for sentence in part.sentences:
            self._sentences += 1
            start, end = part.start + sentence.start_char, part.start + sentence.end_char
            speakers = SentenceSpeakers(self._text, part, sentence, self._entities, self._known, self._spoke)
            inside = [one for one in figures if start <= one.start < end]
            counted = [
                *self._counted(items, bare, parties, inside, sentence),
                *self._counted_once(part, sentence, inside),
            ]
            earlier: Read | None = None
            quoted, eaches = self._text[start:end].strip(), each_words(sentence) if counted else []
            for one in sorted(counted, key=lambda one: one.figure.start):
                read = self._read(part, one, parties, speakers, times, earlier)
                words = self._text[one.figure.start : max(one.figure.end, one.item.end)]
                if is_worth_it(read, words, self._known):
                    if read.deed is not None and not one.implicit:
                        self._implied.remember(read.deed.action, one.item, one.figure.high)
                    self.claims.append(self._claim(read, quoted, eaches))
                    earlier = read
            self._remember_doer(sentence, parties)
            self._antecedents.end_of(sentence)
            speakers.keep()

    def _counted(
        self,
        items: ItemReader,
        bare: BareReader,
        parties: PartyReader,
        figures: Sequence[Quantity],
        sentence: "Span",
    ) -> Iterator[Counted]:
        earlier: Counted | None = None
        for figure, read in zip(figures, items.read_all(figures), strict=True):
            item, whose = read, None
            if figure.kind == "count" and (item is None or item.end == figure.end):
                people = self._left_out(items, figure)
                if people is not None and not people.pronoun:  # "a car bomb killed ten"
                    item = people
                elif item is None and not bare.is_none(figure):
                    item, whose = self._meant(people, sentence) or (bare.read(figure, earlier), None)
            if item is None:
                continue
            whose = whose or parties.owner(item.token)
            if item.pronoun or not (item.unit or item.bare):
                found = self._antecedents.resolve(item, sentence)
                if found is None:
                    continue
                item, whose = found
            else:
                self._antecedents.remember(item, whose)
            earlier = Counted(figure, item, whose)
            yield earlier

    def _counted_once(self, part: Paragraph, sentence: "Span", figures: Sequence[Quantity]) -> Iterator[Counted]:
        """ "a soldier was killed": one, though no number is written."""
        for one in self._implied.read(part, sentence):
            if any(one.start <= figure.start < one.item.end for figure in figures):
                continue
            figure = Quantity(one.start, one.item.end, one.start, one.start, one.value, one.value, "exact")
            yield Counted(figure, one.item, implicit=one.value == 1.0, deed=one.deed)

    def _left_out(self, items: ItemReader, figure: Quantity) -> Item | None:
        """ "killing five and wounding seven": the noun is left out, for it was said before or goes without saying."""
        token = items.number_token(figure)
        if token is None or token.dep_ not in _STANDS_ALONE:
            return None
        verb = token.head
        plain = Item(token, figure.end, "people", "person", "other", "people")
        sense = verb_sense(verb, self._known, token) if verb.pos_ == "VERB" else None
        done_to = token.dep_ in {"dobj", "obj"} and verb.pos_ == "VERB" and lemma(verb) not in MEASURES_ITS_SUBJECT
        if sense is None and token.dep_ not in {"nsubj", "nsubjpass"} and not done_to:
            return None
        if sense and sense.action.kind in CASUALTY_KINDS:
            return plain
        return replace(plain, pronoun=True) if figure.low != 1 else None

    def _meant(self, number: Item | None, sentence: "Span") -> tuple[Item, Found | None] | None:
        """What a number counts at a verb that is done to things as well as to people; None where it cannot be told."""
        if number is None:
            return None
        sense = verb_sense(number.token.head, self._known, number.token)
        kind = sense.action.kind if sense else ""
        found = self._antecedents.meant_by_number(number, sentence, people_only=kind in _OF_PEOPLE)
        if found is None and (kind in _OF_PEOPLE | {"move"} or number.token.dep_ == "nsubj"):
            return replace(number, pronoun=False), None
        return found

    def _read(
        self,
        part: Paragraph,
        one: Counted,
        parties: PartyReader,
        speakers: SentenceSpeakers,
        times: Sequence[Period],
        earlier: "Read | None",
    ) -> "Read":
        item = one.item
        deed = one.deed or self._deeds.of(item.token)
        if _is_whole_of_part(part, one) or (
            earlier is not None and one.deed is None and self._is_only_part(part, one, deed, earlier)
        ):
            deed = None
        elif deed is None and earlier is not None and goes_on_from(part, earlier, one):
            return replace(earlier, one=one, speaker=speakers.of(item.token) or earlier.speaker)
        if deed is not None and is_presumed_person(item.token, deed, self._known):
            item = replace(item, category="personnel", role="people")
            one = replace(one, item=item)
        actor = parties.actor(item.token, deed) or one.whose or self._carried(deed)
        words = self._text[one.figure.start : one.figure.end]
        mode = modality(item.token, deed.token if deed else None, words, self._known)
        return Read(
            one=one,
            deed=deed,
            actor=actor,
            place=parties.place(item.token, deed),
            speaker=speakers.of(item.token),
            modality=mode,
            as_of=as_of(part, item.token, deed, times, self._known, mode, self._published),
        )

    def _is_only_part(self, part: Paragraph, one: Counted, deed: Deed | None, earlier: Read) -> bool:
        """Whether the figure is a part of the one before it, with nothing done to it alone.

        "eight people, five of them children, died": what is done is said of the eight.
        """
        if deed is not None and (earlier.deed is None or deed.token != earlier.deed.token):
            return False
        partitive = _OF_THEM.match(self._text, one.figure.end) is not None
        first = part.token_at(one.figure.start)
        return partitive or (first is not None and is_part(first))

    def _claim(self, read: "Read", quoted: str, eaches: Sequence["Token"]) -> Claim:
        figure, item, deed = read.one.figure, read.one.item, read.deed
        start, end = figure.start, max(figure.end, item.end, figure.rate_end)
        words = self._text[start:end]
        nth = self._seen[quoted, words]
        self._seen[quoted, words] += 1
        return Claim(
            id=claim_id(self._article_id, quoted, words, nth),
            text=words,
            start=start,
            end=end,
            sentence=quoted,
            low=figure.low,
            high=figure.high,
            qualifier=figure.qualifier,
            category=category(item, deed),
            item=item.text,
            unit=item.unit,
            implicit=read.one.implicit,
            each=is_each(item.token, eaches),
            action=deed.action if deed else None,
            actor=read.actor.id if read.actor else None,
            place=read.place.id if read.place else None,
            attributed_to=read.speaker.attribution() if read.speaker else None,
            modality=read.modality,
            as_of=read.as_of,
        )

    def _remember_doer(self, sentence: "Span", parties: PartyReader) -> None:
        for token in sentence:
            if token.pos_ != "VERB":
                continue
            deed = self._deeds.of_verb(token)
            if deed is None or deed.kind not in _CARRIED_KINDS:
                continue
            doer = parties.doer(deed)
            if doer is not None and doer.type == "country":
                self._doer = (deed.kind, doer, self._sentences)
                return

    def _carried(self, deed: Deed | None) -> Found | None:
        if deed is None or self._doer is None or deed.role == "subject":
            return None
        kind, doer, at = self._doer
        return (
            doer
            if kind in _CARRIED_KINDS and deed.kind in _CARRIED_KINDS and self._sentences - at <= _CARRIED_FOR
            else None
        )


def _is_whole_of_part(part: Paragraph, one: Counted) -> bool:
    """ "nine out of 12 sailors died": the twelve are only those the nine are of."""
    first = part.token_at(one.figure.start)
    return first is not None and part.lower(first.i - 2) == "out" and part.lower(first.i - 1) == "of"
