"""What is done with the things a figure counts: the verb, or the noun of a verb, they take part in.

Of killing, wounding, capturing and destroying only those are said to whom it is done: "three gunmen killed 20" is 20
with ``kill``, and three with no action of their own.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from services.extractor.knowledge import Action, Knowledge
from services.extractor.tagger.pipeline import lemma
from services.extractor.tagger.verbs import is_agent, is_passive, shot_dead, verb_sense

if TYPE_CHECKING:
    from spacy.tokens import Token

SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj"})
SUFFERED = frozenset({"casualty", "capture", "loss"})
"""Kinds of what is done to somebody or something."""
_DONE_TO = frozenset({"casualty", "capture"})
_OBJECTS = frozenset({"dobj", "obj", "oprd", "attr", "dative", "npadvmod"})
_AUXILIARY = frozenset({"be", "have", "do", "become", "get", "begin", "start", "continue", "seem", "appear", "include"})
_MODIFYING = frozenset({"pcomp", "prep", "conj", "appos", "compound", "nmod", "acl", "advcl", "nummod", "amod"})
_RESULTS = frozenset({"dead", "killed", "wounded", "injured", "hurt", "missing", "captured", "detained", "arrested"})
_PARTS = frozenset({"including", "includes", "included", "among", "amongst"})
_REMAINS = frozenset({"body", "corpse"})
_GIVEN = frozenset({"exchange", "release", "give", "receive", "deliver"})


@dataclass(frozen=True, slots=True)
class Deed:
    """What is done with the things counted: the word that says it, and what the tables make of it."""

    token: "Token"
    action: str
    kind: str
    role: str
    """How the things stand to it: subject, object (also "two soldiers died"), or other."""


class DeedReader:
    """Reads deeds with the verbs and nouns it was made with."""

    def __init__(self, known: Knowledge) -> None:
        self._known = known

    def of(self, head: "Token") -> Deed | None:
        """The verb, or the noun of a verb, that this noun phrase takes part in."""
        if head.dep_ == "amod" and head.head.tag_ == "CD":
            head = head.head  # "two more were captured"
        if (shot := shot_dead(head)) is not None:
            return Deed(shot, "kill", "casualty", "object")
        if (before := self._participle_before(head)) is not None:
            return self._outweighed(before, head)
        if (result := self._itself(head) or self._result(head)) is not None:
            return result
        named = self._named(head)
        if named and head.pos_ != "VERB" and (named.kind in {"casualty", "loss"} or self._is_deed_itself(head, named)):
            return self._outweighed(Deed(head, named.action, named.kind, "object"), head)
        return (
            self._noun_of_deed(head)
            or self._core(head, listed=True)
            or self._own_clause(head)
            or self._governing(head)
            or self._core(head, listed=False)
        )

    def of_verb(self, verb: "Token") -> Deed | None:
        """What the tables make of a verb, whatever its object."""
        sense = verb_sense(verb, self._known)
        return Deed(verb, sense.action.action, sense.action.kind, "other") if sense else None

    def _is_deed_itself(self, head: "Token", named: Action) -> bool:
        """ "two arrests" are a deed; prisoners are people to whom something else may be done."""
        return named.kind == "capture" and head.lower_ not in self._known.nouns

    def _outweighed(self, deed: Deed, head: "Token") -> Deed:
        """ "executed two captured soldiers" is no capture; the exchange of bodies no killing."""
        if deed.kind == "capture" or lemma(head) in _REMAINS:
            further = self._noun_of_deed(head) or self._core(head, listed=True)
            if further and (further.kind in {"casualty", "capture"} or further.action in _GIVEN):
                return further
        return deed

    def _participle_before(self, head: "Token") -> Deed | None:
        """ "12 killed soldiers", "captured tanks"."""
        for child in head.lefts:
            sense = verb_sense(child, self._known, head) if child.tag_ == "VBN" and child.dep_ == "amod" else None
            if sense and sense.action.kind in SUFFERED:
                return Deed(child, *sense.action, "object")
        return None

    def _itself(self, head: "Token") -> Deed | None:
        """ "two died": the verb stands where a noun would."""
        sense = verb_sense(head, self._known) if head.pos_ == "VERB" else None
        if sense and sense.action.kind == "casualty" and (head.tag_ == "VBN" or sense.subject_undergoes):
            return Deed(head, *sense.action, "object")
        return None

    def _result(self, head: "Token") -> Deed | None:
        """ "left three militants dead", "12 soldiers killed and 30 wounded"."""
        if head.i + 1 >= len(head.doc) or head.pos_ not in {"NOUN", "PROPN", "NUM", "PRON"}:
            return None
        word = head.nbor()
        if word.lower_ not in _RESULTS or word.is_sent_start or word.tag_ == "VBD":
            return None
        if any(child.dep_ == "dobj" or child.lower_ in {"who", "that"} for child in word.children):
            return None
        following = word.nbor() if word.i + 1 < len(word.doc) else None
        if following is not None and following.pos_ in {"NOUN", "PROPN", "NUM"}:
            return None
        sense = verb_sense(word, self._known, head)
        action = sense.action if sense else self._named(word)
        return Deed(word, *action, "object") if action else None

    def _noun_of_deed(self, head: "Token") -> Deed | None:
        """ "the deaths of three of its fighters", "the capture of two facilitators"."""
        token = first_conjunct(head)
        for _ in range(4):
            if token.dep_ != "pobj" or token.head.lower_ != "of" or token.head.head.pos_ not in {"NOUN", "NUM"}:
                return None
            token = token.head.head
            action = self._named(token)
            itself = token.lower_ not in self._known.nouns or lemma(token) in {"death", "loss"}
            if action and itself and (action.kind in SUFFERED or token.dep_ == "conj"):
                return Deed(token, *action, "object")
            token = first_conjunct(token)
        return None

    def _core(self, head: "Token", *, listed: bool) -> Deed | None:
        """The verb whose subject or object this is."""
        token = self._counted_in(head, listed=listed)
        if token.dep_ not in SUBJECTS | _OBJECTS:
            return None
        verb = self._meant(token.head, token)
        sense = verb_sense(verb, self._known, head)
        if verb.pos_ not in {"VERB", "AUX"} or (sense is None and (listed or lemma(verb) in _AUXILIARY)):
            return None
        subject = token.dep_ in SUBJECTS and not is_passive(verb)
        if sense is None:
            return Deed(verb, lemma(verb), "", "subject" if subject else "object")
        if subject and sense.subject_undergoes:
            return Deed(verb, *sense.action, "object")
        if subject and sense.action.kind in _DONE_TO:
            return None
        verb, action = self._firmer(verb, sense.action)
        return Deed(verb, *action, "subject" if subject else "object")

    def _counted_in(self, head: "Token", *, listed: bool) -> "Token":
        """ "hundreds of soldiers", "three of its fighters": the noun that takes part in the clause for them."""
        token = first_conjunct(head)
        for _ in range(4):
            if (
                token.dep_ != "pobj"
                or token.head.lower_ != "of"
                or token.head.head.pos_ not in {"NOUN", "PROPN", "NUM"}
            ):
                break
            noun = token.head.head
            if (self._known.action_nouns.get(noun.lower_) and not listed) or self._are_people(noun):
                break
            token = first_conjunct(noun)
        return token

    def _are_people(self, noun: "Token") -> bool:
        """ "eight members of one family": what happens to the members is not done to one family."""
        listed = self._known.nouns.get(noun.lower_)
        return listed is not None and listed.role in {"person", "people"}

    def _firmer(self, verb: "Token", action: Action) -> tuple["Token", Action]:
        """ "were shot and killed": the second verb says what came of the first."""
        if action.kind in {"fire", "attack"}:
            for child in verb.children:
                if child.dep_ == "conj" and child.i - verb.i < 4 and child.pos_ == "VERB":
                    sense = verb_sense(child, self._known)
                    if sense and sense.action.kind in _DONE_TO and not sense.subject_undergoes:
                        return child, sense.action
        return verb, action

    def _meant(self, verb: "Token", subject: "Token") -> "Token":
        """Past "are believed to have been eliminated" and "continue to fight" to the verb that is meant."""
        for _ in range(3):
            adjectives = [child for child in verb.children if child.dep_ == "acomp"]  # "are likely to have died"
            inner = next(
                (
                    child
                    for word in [verb, *adjectives]
                    for child in word.children
                    if child.dep_ == "xcomp" and child.pos_ in {"VERB", "AUX"}
                ),
                None,
            )
            if inner is None or subject.dep_ not in SUBJECTS or verb_sense(verb, self._known, subject):
                return verb
            verb = inner
        return verb

    def _named(self, noun: "Token") -> Action | None:
        """What a noun says is done: "delivery", "losses"."""
        return self._known.action_nouns.get(noun.lower_) or self._known.action_nouns.get(lemma(noun))

    def _own_clause(self, head: "Token") -> Deed | None:
        """ "soldiers deployed to Kursk", "soldiers that have been sent", "two men found shot dead"."""
        for child in head.children:
            if child.dep_ not in {"acl", "relcl"} or child.i < head.i:
                continue
            sense = verb_sense(child, self._known, head)
            if sense is None:
                continue
            passive = child.tag_ == "VBN" or is_passive(child)
            if not passive and sense.action.kind in _DONE_TO and not sense.subject_undergoes:
                continue
            return Deed(child, *sense.action, "object" if passive or sense.subject_undergoes else "subject")
        return None

    def _governing(self, head: "Token") -> Deed | None:
        """ "the delivery of 50 howitzers", "a deployment estimated at 10,000 troops"."""
        token = first_conjunct(head)
        for _ in range(5):
            if token.dep_ == "pobj":
                token = token.head.head
            elif token.dep_ in _MODIFYING:
                token = token.head
            else:
                return None
            if token.pos_ in {"NOUN", "PROPN"} and (action := self._named(token)):
                return Deed(token, *action, "object")
            if token.pos_ == "VERB":
                return self._through_verb(token)
        return None

    def _through_verb(self, verb: "Token") -> Deed | None:
        sense = verb_sense(verb, self._known)
        if sense and sense.action.kind not in _DONE_TO:
            return Deed(verb, *sense.action, "other")
        subject = next((child for child in verb.children if child.dep_ in SUBJECTS), None)
        noun = self._known.action_nouns.get(subject.lower_) if subject is not None else None
        if subject is not None and noun:
            return Deed(subject, *noun, "object")
        return None


def is_part(first: "Token") -> bool:
    """Whether what begins with this token is a part of what was counted before it.

    "12 rebels, including a commander"; "among the dead were two children".
    """
    for at in range(first.i - 1, max(-1, first.i - 9), -1):
        token = first.doc[at]
        if first.doc[at + 1].is_sent_start:
            return False
        if token.lower_ in _PARTS:
            return True
        if token.text in {";", ":"} or (token.pos_ == "VERB" and token.tag_ != "VBN"):
            return False
    return False


def is_presumed_person(noun: "Token", deed: Deed, known: Knowledge) -> bool:
    """Whether a noun that is in no table is one for people, for only people are killed: "four worshippers"."""
    if deed.kind not in _DONE_TO or deed.role != "object" or noun.lower_ in known.nouns or noun.pos_ == "PROPN":
        return False
    return is_agent(noun) or deed.action in {"kill", "wound"}


def together(word: "Token") -> list["Token"]:
    """Words that share what one of them is given: "killed five and wounded seven in Kherson"."""
    joined = [child for child in word.children if child.dep_ == "conj"]
    if word.dep_ in {"acl", "relcl", "xcomp", "conj", "advcl"}:
        joined.append(word.head)
    return joined


def first_conjunct(token: "Token") -> "Token":
    """The first of the nouns that "and" joins to this one."""
    while token.dep_ == "conj" and token.head.pos_ in {"NOUN", "PROPN", "NUM", "PRON"}:
        token = token.head
    return token
