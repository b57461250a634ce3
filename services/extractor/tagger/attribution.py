"""Who puts a figure forward, and through whom it was quoted."""

from dataclasses import replace
from typing import TYPE_CHECKING

from services.extractor.knowledge import Knowledge
from services.extractor.tagger.entities import Entities
from services.extractor.tagger.pipeline import Paragraph, lemma
from services.extractor.tagger.speakers import Speaker, SpeakerNames, SpokeBefore

if TYPE_CHECKING:
    from spacy.tokens import Span, Token


_WORDS_OF_A_QUOTATION = 15
"""Characters; less is a word in quotation marks: "50 “Koksan” howitzers"."""


class SentenceSpeakers:
    """Who speaks in one sentence, for any of its words. Sentences must be read in the order of the text."""

    def __init__(
        self, text: str, part: Paragraph, sentence: "Span", entities: Entities, known: Knowledge, before: SpokeBefore
    ) -> None:
        self._sentence = sentence
        self._known = known
        self._before = before
        self._around = part.text
        self._names = SpeakerNames(text, part, sentence, entities, known, before)
        self._according = self._read_according()
        self._cited = self._read_cited()
        self._verbs = [(token, speaker) for token in sentence if (speaker := self._of_verb(token)) is not None]

    def of(self, token: "Token") -> Speaker | None:
        """Whoever puts forward what is said at this word."""
        ancestors = [token, *token.ancestors]
        spoken = [
            (verb, speaker)
            for verb, speaker in self._verbs
            if verb in ancestors[1:] and not self._in_subject(token, verb) and not _beside(ancestors, verb)
        ]
        spoken = spoken or [pair for pair in self._verbs if self._closes(pair[0], token)]
        spoken.sort(key=lambda pair: ancestors.index(pair[0]) if pair[0] in ancestors else len(ancestors))
        speakers = [speaker for _, speaker in spoken]
        if self._according is not None:
            speakers.insert(0, self._according)
        if not speakers:
            return self._before.meant_by("they") if self._is_quoted(token) else None
        inner, via = speakers[0], speakers[0].via
        for outer in speakers[1:]:
            if via is None and self._names.is_media(outer):
                via = outer.entity.name if outer.entity else None
        if self._names.is_media(inner) and self._cited is not None:
            return replace(self._cited, via=inner.entity.name if inner.entity else None)
        return replace(inner, via=via)

    def _closes(self, verb: "Token", token: "Token") -> bool:
        """Whether the sentence ends "…, Syniehubov said", after this word and a comma or quote."""
        if verb.i < token.i:
            return False
        following = verb.nbor() if verb.i + 1 < self._sentence.end else None
        if following is not None and not (following.is_punct or following.pos_ in {"ADP", "PROPN", "NOUN", "ADV"}):
            return False
        subject = next((child for child in verb.children if child.dep_ == "nsubj"), verb.nbor(-1))
        comma = next(
            (
                word
                for word in reversed(list(self._sentence.doc[self._sentence.start : subject.i]))
                if word.text in {",", "”", '"'}
            ),
            None,
        )
        return comma is not None and token.i < comma.i and subject.i - comma.i < 9

    def keep(self) -> None:
        """Let later sentences know who spoke here."""
        speaker = self._verbs[0][1] if self._verbs else self._according
        if speaker is not None and self._names.is_media(speaker) and self._cited is not None:
            speaker = replace(self._cited, via=speaker.entity.name if speaker.entity else None)
        if speaker is not None:
            self._before.remember(speaker)
            return
        for token in self._sentence:
            if token.dep_ == "nsubj" and token.head.dep_ == "ROOT" and (person := self._names.person_at(token)):
                self._before.saw(person)

    # the ways a speaker is given

    def _of_verb(self, verb: "Token") -> Speaker | None:
        """ "Kirby told reporters", "officials said"."""
        if verb.pos_ != "VERB" or lemma(verb) not in self._known.reporting["say"]:
            return None
        subject = next((child for child in verb.children if child.dep_ == "nsubj"), None)
        before = verb.nbor(-1) if verb.i > self._sentence.start else None
        if subject is None and before is not None and before.pos_ == "PROPN" and verb.dep_ != "acl":
            subject = before
        if subject is None:
            return self._of_agent(verb)
        speaker = self._names.named(subject)
        return replace(speaker, via=speaker.via or self._names.told(verb)) if speaker else None

    def _of_agent(self, verb: "Token") -> Speaker | None:
        """ "as reported by Reuters"."""
        agents = (noun for child in verb.children if child.dep_ == "agent" for noun in child.children)
        agent = next(agents, None)
        return self._names.named(agent) if agent is not None and verb.dep_ != "acl" else None

    def _read_according(self) -> Speaker | None:
        """ "according to the ministry", "in the view of analysts", "as reported by Reuters"."""
        doc, end = self._sentence.doc, self._sentence.end
        for token in self._sentence:
            for phrase in self._known.according.get(token.lower_, ()):
                after = token.i + len(phrase)
                if after < end and tuple(word.lower_ for word in doc[token.i : after]) == phrase:
                    if phrase == ("per",) and not self._begins_clause(token):
                        continue
                    noun = next((word for word in doc[after : min(after + 10, end)] if word.dep_ == "pobj"), None)
                    if noun is not None:
                        return self._names.named(noun)
            if token.lower_ == "as" and token.i + 2 < end and doc[token.i + 2].lower_ == "by":
                verb = doc[token.i + 1]
                if verb.tag_ == "VBN" and lemma(verb) in self._known.reporting["say"]:
                    nouns = [word for word in doc[token.i + 2].children if word.dep_ == "pobj"]
                    return self._names.named(nouns[0]) if nouns else None
        return None

    def _begins_clause(self, token: "Token") -> bool:
        return token.i == self._sentence.start or token.nbor(-1).text == ","

    def _is_quoted(self, token: "Token") -> bool:
        """Whether the word is in a quotation that began before it in its paragraph, and is more than a word or two."""
        before, after = self._around[: token.idx], self._around[token.idx :]
        opening = max(before.rfind("“"), before.rfind("«"))
        if opening < 0 and before.count('"') % 2:
            opening = before.rfind('"')
        if opening < 0 or any(sign in before[opening:] for sign in "”»"):
            return False
        closing = min((at for sign in '”»"' if (at := after.find(sign)) >= 0), default=len(after))
        return len(before) - opening + closing > _WORDS_OF_A_QUOTATION

    def _read_cited(self) -> Speaker | None:
        """ "citing data from Ukrainian intelligence": who is behind a newspaper's report."""
        for token in self._sentence:
            if token.lower_ in {"citing", "quoting"}:
                for noun in token.children:
                    if noun.dep_ in {"dobj", "obj"}:
                        return self._names.source_of(noun)
        return None

    def _in_subject(self, token: "Token", verb: "Token") -> bool:
        return any(
            child.dep_ in {"nsubj", "nsubjpass"} and (child is token or child.is_ancestor(token))
            for child in verb.children
        )


def _beside(path: list["Token"], verb: "Token") -> bool:
    """Whether the path reaches the verb through words of the narrator's own: "he added, hinting at"."""
    below = path[path.index(verb) - 1]
    return bool(below.dep_ == "advcl" and below.tag_ == "VBG" and below.i > verb.i)
