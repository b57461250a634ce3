"""How firmly a figure is put forward: asserted, estimated, planned, possible or denied."""

from typing import TYPE_CHECKING

from services.common.messages import Modality
from services.extractor.knowledge import Knowledge

if TYPE_CHECKING:
    from spacy.tokens import Token

_ORDER: tuple[Modality, ...] = ("denied", "possible", "planned", "estimated")
_SAYS = frozenset({"aux", "advmod", "neg", "mark"})


def modality(head: "Token", deed: "Token | None", words: str, known: Knowledge) -> Modality:
    """What the words on the way from the figure up to the main verb of its sentence say.

    ``words`` are the figure's own ("an estimated 11,000"), ``deed`` the word for what is done.
    """
    found: set[Modality] = {mode for word in words.lower().split() if (mode := known.modality.get(word)) == "estimated"}
    path = _path(head, deed)
    for token in path:
        found |= _said_at(token, known)
    if any(child.dep_ == "neg" for token in path[:2] if token.pos_ in {"VERB", "AUX"} for child in token.children):
        found.add("denied")
    return next((mode for mode in _ORDER if mode in found), "asserted")


def _path(head: "Token", deed: "Token | None") -> list["Token"]:
    """Verbs, and nouns such as "estimates", between a figure and the top of its sentence; what is done comes first."""
    start = deed if deed is not None else head
    path = [start, *start.ancestors]
    if deed is not None:
        path += [token for token in head.ancestors if token not in path]
    return [token for token in path if token.pos_ in {"VERB", "AUX", "NOUN", "ADJ"}]


def _said_at(token: "Token", known: Knowledge) -> set[Modality]:
    said: set[Modality] = set()
    words = [token, *(child for child in token.children if child.dep_ in _SAYS)]
    if token.pos_ == "NOUN":
        words += [child for child in token.children if child.dep_ == "amod"]
    for word in words:
        if mode := known.modality.get(word.lower_):
            said.add(mode)
    following = token.doc[token.i : token.i + 3].text.lower().split()
    said |= {mode for width in (2, 3) if (mode := known.modality.get(" ".join(following[:width])))}
    return said
