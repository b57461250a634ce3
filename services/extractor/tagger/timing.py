"""When a figure holds: which of a sentence's time expressions belongs to it."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from services.common.messages import AsOf, Modality
from services.extractor.knowledge import Knowledge
from services.extractor.tagger.deeds import Deed, together
from services.extractor.tagger.pipeline import Paragraph, lemma
from services.extractor.tagger.when import Period

if TYPE_CHECKING:
    from spacy.tokens import Token


def as_of(
    part: Paragraph,
    head: "Token",
    deed: Deed | None,
    times: Sequence[Period],
    known: Knowledge,
    mode: Modality,
    published: date | None,
) -> AsOf | None:
    """The time said at the deed, at the thing counted, or further up; not the time at which somebody said it."""
    path = _path(head, deed, known)
    best: tuple[int, Period] | None = None
    for period in times:
        token = part.token_at(part.start + period.start)
        if token is None or part.sentence_of(token).start != part.sentence_of(head).start:
            continue
        governor = _said_then(token, known) or _governor(token)
        if governor not in path:
            continue
        rank = path.index(governor)
        if best is None or rank < best[0]:
            best = (rank, period)
    if best is None:
        return None
    first, last = best[1].first, best[1].last
    to_come = mode == "planned"
    if to_come and best[1].ahead is not None:
        first, last = best[1].ahead
    if to_come and first is None and published is not None and last is not None and last > published:
        first = published
    if published is not None and first is not None and first <= published:
        if mode in {"planned", "possible"}:
            first = published if last is not None and last > published else first
        else:
            last = min(last, published) if last is not None else published
    return AsOf(from_=first, to=last) if first or last else None


def _said_then(token: "Token", known: Knowledge) -> "Token | None":
    """ "said on Monday three people were killed": the verb right before, whatever the parse makes of it."""
    before = token
    for _ in range(3):
        if before.i == 0:
            return None
        before = before.nbor(-1)
        if before.pos_ == "VERB" and lemma(before) in known.reporting["say"]:
            return before
        if before.pos_ not in {"ADP", "ADV"}:
            return None
    return None


def _governor(token: "Token") -> "Token":
    """The verb or noun a time expression belongs to."""
    for word in token.ancestors:
        if word.pos_ in {"VERB", "AUX"} or (word.pos_ == "NOUN" and word.dep_ not in {"pobj", "npadvmod"}):
            return word
    return token.head


def _path(head: "Token", deed: Deed | None, known: Knowledge) -> list["Token"]:
    """What is done, what is counted, and the words above them up to the verb by which somebody says it."""
    path: list[Token] = []
    for start in [deed.token, head] if deed is not None else [head]:
        below = start
        for word in (start, *start.ancestors):
            if word is not start and _says(word, below, known):
                break
            if word not in path:
                path.append(word)
            below = word
    if deed is not None:
        path += [
            word for word in together(deed.token) if word not in path and lemma(word) not in known.reporting["say"]
        ]
    return path


def _says(verb: "Token", below: "Token", known: Knowledge) -> bool:
    """ "told reporters earlier in the week that": its time is that of the saying."""
    reported = below.dep_ in {"ccomp", "xcomp", "advcl"} or (below.dep_ == "dobj" and verb.dep_ == "ROOT")
    return bool(reported and verb.pos_ == "VERB" and lemma(verb) in known.reporting["say"])
