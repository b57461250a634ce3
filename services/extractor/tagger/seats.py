"""Capitals: the city, or its government? "In Pyongyang" is a place; "Pyongyang denied" is North Korea."""

from typing import TYPE_CHECKING

from services.extractor.knowledge import Knowledge
from services.extractor.tagger.pipeline import lemma

if TYPE_CHECKING:
    from spacy.tokens import Token

_OF_GOVERNMENTS = frozenset({"between", "with", "against", "for", "by", "about", "than", "like"})


def is_government(token: "Token", known: Knowledge) -> bool:
    """Whether the capital whose last word is ``token`` stands for its government in this sentence."""
    words = known.seat_words
    while token.dep_ == "conj" and token.head is not token:
        token = token.head
    head = token.head
    match token.dep_:
        case "nsubj" | "csubj":
            return lemma(head) not in words["place_verb"]
        case "nsubjpass" | "dobj" | "obj":
            return lemma(head) not in words["place_verb"] and head.pos_ == "VERB"
        case "poss" | "compound" | "nmod":
            return token.dep_ == "poss" and not _is_place_noun(head, known)
        case "dative" | "agent":
            return True
        case "pobj":
            return _after_preposition(head, known)
    return False


def _is_place_noun(token: "Token", known: Knowledge) -> bool:
    return bool(token.lower_ in known.seat_words["place_noun"])


def _after_preposition(preposition: "Token", known: Knowledge) -> bool:
    words = known.seat_words
    said, governor = preposition.lower_, preposition.head
    if said in words["in"]:
        return False
    if said in _OF_GOVERNMENTS:
        return True
    if said in {"to", "from", "on", "upon"}:
        about = {
            governor.lower_,
            lemma(governor),
            *(child.lower_ for child in governor.children if child.dep_ == "dobj"),
        }
        return bool(about & words["goes_to_government"])
    return said == "of" and not _is_place_noun(governor, known)
