"""Who a noun phrase names as a speaker, and which outlet passed on what was said."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from services.common.messages import Attribution
from services.extractor.knowledge import Knowledge
from services.extractor.tagger.entities import Entities
from services.extractor.tagger.gazetteer import Found
from services.extractor.tagger.pipeline import Paragraph

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

_SPEAKERS = frozenset({"person", "organisation", "country", "military_unit"})
_MATERIAL = frozenset({"data", "information", "figures", "reports", "documents", "estimates", "statements"})


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who says it: the words of the text, and what entity they name, if one."""

    text: str
    entity: Found | None = None
    via: str | None = None

    def attribution(self) -> Attribution:
        """As claims carry it."""
        return Attribution(text=self.text, entity=self.entity.id if self.entity else None, via=self.via)


class SpokeBefore:
    """Who spoke in the sentences before, for "he" and "the report"."""

    def __init__(self) -> None:
        self._last: Speaker | None = None
        self._last_person: Speaker | None = None

    def remember(self, speaker: Speaker) -> None:
        """Later sentences may mean this speaker by "he", or by "the report"."""
        self._last = speaker
        if speaker.entity is not None and speaker.entity.type == "person":
            self._last_person = speaker

    def saw(self, person: Speaker) -> None:
        """A sentence was about this person: "he" in the next may be them, though they have not spoken yet."""
        self._last_person = person

    def meant_by(self, pronoun: str) -> Speaker | None:
        """Whom "he", "she", "they" or "the report" stands for."""
        return self._last_person or self._last if pronoun in {"he", "she"} else self._last


class SpeakerNames:
    """Names speakers in one sentence."""

    def __init__(
        self, text: str, part: Paragraph, sentence: "Span", entities: Entities, known: Knowledge, before: SpokeBefore
    ) -> None:
        self._text = text
        self._part = part
        self._sentence = sentence
        self._entities = entities
        self._known = known
        self._before = before

    def named(self, noun: "Token") -> Speaker | None:
        """The speaker a noun phrase names; a pronoun or "the report" stands for whoever spoke before."""
        if noun.pos_ == "PRON":
            known = noun.lower_ in self._known.reporting["pronoun"]
            return self._before.meant_by(noun.lower_) if known else None
        name = self._entities.at(self._part.begin(noun))
        if name is not None and name.type in _SPEAKERS and name.manner != "adjective":
            return Speaker(self._text[name.start : name.end], name, self._cited_by(noun))
        if (behind := self._behind(noun)) is not None:
            return behind
        if self._is_document(noun):
            return self._before.meant_by("it")
        start = self._first_word(noun)
        end = self._last_word(noun)
        words = " ".join(self._text[self._part.begin(start) : self._part.begin(end) + len(end.text)].split())
        inside = self._entities.within(self._part.begin(start), self._part.begin(end) + len(end.text))
        person = next(
            (
                one
                for one in inside
                if one.type in {"person", "organisation"} and self._text[one.end : one.end + 1] != "-"
            ),
            None,
        )
        return Speaker(words, person, self._cited_by(noun)) if words else None

    def _behind(self, noun: "Token") -> Speaker | None:
        """Who speaks for what is no speaker: "the governor, Oleh Syniehubov", "data compiled by the United Nations"."""
        for child in noun.children:
            if child.dep_ == "appos" and noun.pos_ != "PROPN":
                name = self._entities.at(self._part.begin(child))
                if name is not None and name.type == "person":
                    return Speaker(self._text[name.start : name.end], name, self._cited_by(noun))
        if noun.lower_ not in _MATERIAL:
            return None
        for child in noun.children:
            words = [child] if child.dep_ == "prep" else [one for one in child.children if one.dep_ == "agent"]
            for word in words:
                if word.lower_ in {"from", "by"}:
                    return next((self.named(inner) for inner in word.children if inner.dep_ == "pobj"), None)
        return None

    def person_at(self, noun: "Token") -> Speaker | None:
        """The person a noun names, or a noun set beside it: "the mayor, Vitali Klitschko"."""
        name = self._entities.at(self._part.begin(noun))
        if name is not None and name.type == "person":
            return Speaker(self._text[name.start : name.end], name)
        return self._behind(noun) if noun.lower_ not in _MATERIAL else None

    def source_of(self, noun: "Token") -> Speaker | None:
        """ "data from Ukrainian intelligence" is Ukrainian intelligence."""
        if noun.lower_ in _MATERIAL:
            for child in noun.children:
                if child.lower_ in {"from", "of", "by"}:
                    for inner in child.children:
                        return self.named(inner)
        return self.named(noun)

    def told(self, verb: "Token") -> str | None:
        """The outlet a speaker told it to: "told the Financial Times", "in an interview with CNN"."""
        for child in verb.subtree:
            if child.dep_ in {"dobj", "dative", "pobj"} and child.head in {verb, *verb.children}:
                name = self._entities.at(self._part.begin(child))
                if name is not None and self._is_outlet(name):
                    return name.name
            if child.lower_ == "interview":
                for name in self._entities.within(self._part.begin(child), self._part.begin(child) + 60):
                    if self._is_outlet(name):
                        return name.name
        return None

    def _is_document(self, noun: "Token") -> bool:
        determined = any(child.lower_ in {"the", "this", "that"} for child in noun.children)
        bare = all(child.dep_ in {"det", "punct", "acl", "relcl"} for child in noun.children)
        return noun.lower_ in self._known.reporting["document"] and determined and bare

    def _cited_by(self, noun: "Token") -> str | None:
        """ "officials, cited by The New York Times"."""
        for child in noun.children:
            if child.dep_ in {"acl", "relcl"} and child.lower_ in self._known.reporting["cite"]:
                for name in self._entities.within(self._part.begin(child), self._part.start + self._sentence.end_char):
                    if self._is_outlet(name):
                        return name.name
        return None

    def _first_word(self, noun: "Token") -> "Token":
        start = noun.left_edge
        while start.i < noun.i and (start.pos_ in {"DET", "PUNCT"} or start.lower_ == "one"):
            start = start.nbor()
        return start

    def _last_word(self, noun: "Token") -> "Token":
        """The head, with "of Ukraine" or "for defence" where it follows directly; not a clause set off by commas."""
        last = noun
        for child in noun.children:
            if (
                child.i == last.i + 1
                and child.dep_ in {"prep", "cc"}
                and child.lower_ in {"of", "for", "at", "in", "from"}
            ):
                last = max(child.subtree, key=lambda token: token.i)
        return last

    def _is_outlet(self, name: Found) -> bool:
        table = self._known.names.entities.get(name.id)
        return table is not None and table.kind == "media"

    def is_media(self, speaker: Speaker) -> bool:
        """Whether it is a newspaper, an agency, a station."""
        return speaker.entity is not None and self._is_outlet(speaker.entity)
