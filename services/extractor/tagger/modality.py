"""How firmly a figure is put forward: asserted, estimated, planned, possible or denied."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from services.common.messages import Modality
from services.extractor.knowledge import Knowledge

if TYPE_CHECKING:
    from spacy.tokens import Token

_ORDER: tuple[Modality, ...] = ("denied", "possible", "planned", "estimated")
_SAYS = frozenset({"aux", "advmod", "neg", "mark"})
_FINITE = frozenset({"VBD", "VBZ", "VBP"})
_NOT_ONLY = frozenset({"only", "just", "merely"})
_READ = frozenset({"VERB", "AUX", "NOUN", "ADJ"})


def modality(head: "Token", deed: "Token | None", words: str, known: Knowledge) -> Modality:
    """What the words on the way from the figure up to the main verb of its sentence say.

    ``words`` are the figure's own ("an estimated 11,000"), ``deed`` the word for what is done. What is told in a
    relative clause is told as a fact: "denied that it shelled the village, where 12 people died".
    """
    found: set[Modality] = {mode for word in words.lower().split() if (mode := known.modality.get(word)) == "estimated"}
    start = deed if deed is not None else head
    path = [token for token in _upwards(start) if token.pos_ in _READ]
    if deed is not None and deed.head != head:
        path += [token for token in _upwards(head) if token != head and token not in path and token.pos_ in _READ]
    for token in path:
        found |= _said_at(token, known, itself=token == start)
    if start.pos_ in {"VERB", "AUX"}:
        found |= _said_of(start, known)
    return next((mode for mode in _ORDER if mode in found), "asserted")


def _upwards(start: "Token") -> Iterator["Token"]:
    """The words above one, as far as they have it in their scope."""
    token = start
    while True:
        own_subject = any(child.dep_ in {"nsubj", "nsubjpass"} for child in token.children)
        shares_nothing = token.dep_ == "conj" and (token.tag_ in _FINITE or own_subject)
        told_as_fact = token.dep_ == "relcl" or (token.dep_ == "acl" and _is_participle(token))
        yield token
        above = token.head
        if above == token or told_as_fact:
            return
        while shares_nothing and above.dep_ == "conj" and above.head != above:
            above = above.head
        if shares_nothing:
            if above.head == above:
                return
            above = above.head
        token = above


def _is_participle(verb: "Token") -> bool:
    """ "men killed in the strike", not "the plot to kill" or "reports that … were killed"."""
    return verb.tag_ in {"VBN", "VBG"} and not any(child.dep_ in {"aux", "mark", "auxpass"} for child in verb.children)


def _said_at(token: "Token", known: Knowledge, *, itself: bool) -> set[Modality]:
    """What one word and those that go with it say; of a phrase and a word in it the phrase: "wanted for"."""
    said: set[Modality] = set()
    words = [token, *(child for child in token.children if child.dep_ in _SAYS)]
    if token.pos_ == "NOUN" and itself:
        words += [child for child in token.children if child.dep_ == "amod"]
    for word in words:
        mode = _phrase_at(word, known) or known.modality.get(word.lower_)
        if mode and not (word.lower_ == "suspect" and word.pos_ == "NOUN"):
            said.add(mode)
    if token.pos_ == "NOUN" and token.dep_ == "nsubj":
        said |= {"denied" for child in token.head.children if child.dep_ in {"acomp", "attr"} and _denies(child, known)}
    if token.dep_ in {"acl", "relcl"} and token.tag_ == "VB" and not said:
        said |= {"planned" for child in token.children if child.lower_ == "to" and itself}
    return said


def _phrase_at(word: "Token", known: Knowledge) -> Modality | None:
    doc, at = word.doc, word.i
    if word.lower_ not in known.modality_words:
        return None
    for first, last in ((at, at + 3), (at, at + 2), (at - 1, at + 1)):
        if first >= 0 and last <= len(doc) and (mode := known.modality.get(doc[first:last].text.lower())):
            return mode
    return None


def _denies(word: "Token", known: Knowledge) -> bool:
    return known.modality.get(word.lower_) == "denied"


def _said_of(deed: "Token", known: Knowledge) -> set[Modality]:
    """ "did not lose", and "by British estimates"."""
    said: set[Modality] = set()
    for child in deed.children:
        if child.dep_ == "neg" and deed.doc[child.i + 1 : child.i + 2].text.lower() not in _NOT_ONLY:
            said.add("denied")
        if child.dep_ in {"prep", "agent"} and child.lower_ in {"by", "on"}:
            said |= {"estimated" for noun in child.children if known.modality.get(noun.lower_) == "estimated"}
    return said
