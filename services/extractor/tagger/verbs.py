"""What a verb says is done, in its clause: "took 12 soldiers prisoner" is no taking of territory."""

from typing import TYPE_CHECKING

from services.extractor.knowledge import Knowledge, VerbSense
from services.extractor.tagger.pipeline import lemma

if TYPE_CHECKING:
    from spacy.tokens import Token

_REACH = 12
"""Tokens after a verb in which the rest of its phrase may stand: "took 12 wounded Russian soldiers prisoner"."""
_PEOPLE = frozenset({"he", "him", "she", "her", "they", "them", "who", "whom", "all", "both", "others"})
_AGENTS = frozenset({"head", "aide", "chief", "cleric", "imam", "spouse", "wife", "son", "cousin", "bride", "guest"})
_AGENT_ENDINGS = ("er", "or", "ist", "ant", "man", "men", "woman", "women", "ian", "ee", "ese", "mate", "boss")
BODIES = frozenset({"person", "people", "casualty"})
"""The roles of nouns for human beings (see nouns.tsv)."""


def verb_sense(verb: "Token", known: Knowledge, undergoer: "Token | None" = None) -> VerbSense | None:
    """What the tables make of a verb, by the words that go with it and by what it is done to."""
    senses = known.verb_senses.get(lemma(verb))
    if senses is None:
        return None
    for sense in senses:
        if sense.further and not _goes_with(verb, sense.further):
            continue
        if sense.of and (undergoer is None or not is_one_of(undergoer, sense.of, known)):
            continue
        return sense
    return None


def is_one_of(noun: "Token", of: str, known: Knowledge) -> bool:
    """Whether a noun stands for people, or for ``soldiers``."""
    listed = known.nouns.get(noun.lower_)
    if of == "soldiers":
        return listed is not None and listed.role == "person"
    return noun.lower_ in _PEOPLE or (listed.role in BODIES if listed else is_agent(noun))


def is_agent(noun: "Token") -> bool:
    """Whether a noun that is in no table is one for a person, by how it ends: "supplier", "traffickers"."""
    word = str(noun.lower_)
    singular = word.removesuffix("s") if noun.tag_ in {"NNS", "NNPS"} else word
    return singular in _AGENTS or (singular.endswith(_AGENT_ENDINGS) and len(singular) > 4)


def shot_dead(noun: "Token") -> "Token | None":
    """The verb of "shot dead a policeman", which the parse takes for many things; None where it is not there."""
    at = noun.left_edge.i
    for dead in range(max(at - 1, 1), min(noun.i, at + 2)):
        word, shot = noun.doc[dead], noun.doc[dead - 1]
        if word.lower_ == "dead" and shot.lower_ == "shot" and not word.is_sent_start and word.sent == noun.sent:
            return shot
    return None


def is_passive(verb: "Token") -> bool:
    """Whether the verb is done to its subject; "were identified and detained" is so twice."""
    for _ in range(4):
        if any(child.dep_ in {"nsubjpass", "auxpass", "agent"} for child in verb.children):
            return True
        own_subject = any(child.dep_ in {"nsubj", "csubj", "aux"} for child in verb.children)
        if verb.dep_ != "conj" or verb.tag_ != "VBN" or own_subject:
            return False
        verb = verb.head
    return False


def _goes_with(verb: "Token", words: tuple[str, ...]) -> bool:
    wanted = list(words)
    doc = verb.doc
    if verb.i and doc[verb.i - 1].lower_ == wanted[0] and len(wanted) == 1:
        return True  # "was fatally shot"
    for token in doc[verb.i + 1 : verb.i + 1 + _REACH]:
        if token.is_sent_start or token.text in {";", ":"} or token.tag_ in {"VBD", "VBZ", "VBP"}:
            return False
        if token.lower_ == wanted[0] or (token.pos_ == "NOUN" and lemma(token) == wanted[0]):
            if token.i > verb.i + 1 and not verb.is_ancestor(token):
                return False
            wanted.pop(0)
            if not wanted:
                return True
    return False
