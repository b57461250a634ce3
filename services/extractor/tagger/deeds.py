"""What is done with the things a figure counts: the verb, or the noun of a verb, they take part in."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from services.extractor.knowledge import Action, Knowledge
from services.extractor.tagger.pipeline import lemma

if TYPE_CHECKING:
    from spacy.tokens import Token

SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj"})
_OBJECTS = frozenset({"dobj", "obj", "oprd", "attr", "dative", "npadvmod"})
_AUXILIARY = frozenset({"be", "have", "do", "become", "get", "begin", "start", "continue", "seem", "appear", "include"})
_MODIFYING = frozenset({"pcomp", "prep", "conj", "appos", "compound", "nmod", "acl", "advcl", "nummod", "amod"})


@dataclass(frozen=True, slots=True)
class Deed:
    """What is done with the things counted: the word that says it, and what the tables make of it."""

    token: "Token"
    action: str
    kind: str
    role: str
    """How the things stand to it: subject, object, or other."""


class DeedReader:
    """Reads deeds with the verbs and nouns it was made with."""

    def __init__(self, known: Knowledge) -> None:
        self._known = known

    def of(self, head: "Token") -> Deed | None:
        """The verb, or the noun of a verb, that this noun phrase takes part in."""
        if (before := self._participle_before(head)) is not None:
            return before
        named = self._named(head)
        if named and named.kind in {"casualty", "loss"}:
            return Deed(head, named.action, named.kind, "object")
        strong = self._core(head, listed=True)
        own = self._own_clause(head)
        weak = self._governing(head)
        return strong or own or weak or self._core(head, listed=False)

    def of_verb(self, verb: "Token") -> Deed | None:
        """What the tables make of a verb, whatever its object."""
        action = self._listed(verb)
        return Deed(verb, action.action, action.kind, "other") if action else None

    def _participle_before(self, head: "Token") -> Deed | None:
        """ "12 killed soldiers", "captured tanks"."""
        for child in head.lefts:
            action = self._known.verbs.get(lemma(child)) if child.tag_ == "VBN" and child.dep_ == "amod" else None
            if action and action.kind in {"casualty", "capture", "loss"}:
                return Deed(child, action.action, action.kind, "object")
        return None

    def _core(self, head: "Token", *, listed: bool) -> Deed | None:
        """The verb whose subject or object this is."""
        token = _first_conjunct(head)
        seen = 0
        while (
            token.dep_ == "pobj"
            and token.head.lower_ == "of"
            and token.head.head.pos_ in {"NOUN", "PROPN", "NUM"}
            and seen < 4
        ):
            noun = token.head.head
            if self._known.action_nouns.get(noun.lower_) and not listed:
                break
            token, seen = _first_conjunct(noun), seen + 1
        if token.dep_ not in SUBJECTS | _OBJECTS:
            return None
        verb = self._meant(token.head, token)
        if verb.pos_ not in {"VERB", "AUX"}:
            return None
        action = self._listed(verb)
        if action is None and (listed or lemma(verb) in _AUXILIARY):
            return None
        role = "subject" if token.dep_ in SUBJECTS and not is_passive(verb) else "object"
        return Deed(verb, action.action if action else lemma(verb), action.kind if action else "", role)

    def _meant(self, verb: "Token", subject: "Token") -> "Token":
        """Past "are believed to have been eliminated" and "continue to fight" to the verb that is meant."""
        for _ in range(3):
            inner = next(
                (child for child in verb.children if child.dep_ == "xcomp" and child.pos_ in {"VERB", "AUX"}), None
            )
            if inner is None or subject.dep_ not in SUBJECTS or self._listed(verb):
                return verb
            verb = inner
        return verb

    def _listed(self, verb: "Token") -> Action | None:
        return verb_action(verb, self._known)

    def _named(self, noun: "Token") -> Action | None:
        """What a noun says is done: "delivery", "losses"."""
        return self._known.action_nouns.get(noun.lower_) or self._known.action_nouns.get(lemma(noun))

    def _own_clause(self, head: "Token") -> Deed | None:
        """ "soldiers deployed to Kursk", "soldiers that have been sent"."""
        for child in head.children:
            if child.dep_ not in {"acl", "relcl"} or child.i < head.i:
                continue
            if action := self._listed(child):
                passive = child.tag_ == "VBN" or is_passive(child)
                return Deed(child, action.action, action.kind, "object" if passive else "subject")
        return None

    def _governing(self, head: "Token") -> Deed | None:
        """ "the delivery of 50 howitzers", "a deployment estimated at 10,000 troops"."""
        token = _first_conjunct(head)
        for _ in range(5):
            if token.dep_ == "pobj":
                token = token.head.head
            elif token.dep_ in _MODIFYING:
                token = token.head
            else:
                return None
            if token.pos_ in {"NOUN", "PROPN"} and (action := self._named(token)):
                return Deed(token, action.action, action.kind, "object")
            if token.pos_ == "VERB":
                return self._through_verb(token)
        return None

    def _through_verb(self, verb: "Token") -> Deed | None:
        if action := self._listed(verb):
            return Deed(verb, action.action, action.kind, "other")
        subject = next((child for child in verb.children if child.dep_ in SUBJECTS), None)
        noun = self._known.action_nouns.get(subject.lower_) if subject is not None else None
        if subject is not None and noun:
            return Deed(subject, noun.action, noun.kind, "object")
        return None


def verb_action(verb: "Token", known: Knowledge) -> Action | None:
    """What the tables make of a verb, with its particle first: "shot down" before "shot"."""
    infinitive = lemma(verb)
    following = verb.nbor().lower_ if verb.i + 1 < len(verb.doc) else ""
    return known.verbs.get(f"{infinitive} {following}") or known.verbs.get(infinitive)


def together(word: "Token") -> list["Token"]:
    """Words that share what one of them is given: "killed five and wounded seven in Kherson"."""
    joined = [child for child in word.children if child.dep_ == "conj"]
    if word.dep_ in {"acl", "relcl", "xcomp", "conj", "advcl"}:
        joined.append(word.head)
    return joined


def _first_conjunct(token: "Token") -> "Token":
    while token.dep_ == "conj" and token.head.pos_ in {"NOUN", "PROPN", "NUM", "PRON"}:
        token = token.head
    return token


def is_passive(verb: "Token") -> bool:
    """Whether the verb is done to its subject."""
    return any(child.dep_ in {"nsubjpass", "auxpass", "agent"} for child in verb.children)
