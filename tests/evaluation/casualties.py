"""How many people a report says were killed and captured: from our claims, and by a naive expression beside them."""

import re
from collections.abc import Sequence

from services.common.messages import Claim
from services.extractor.knowledge import knowledge
from tests.evaluation.labelled import Passage
from tests.evaluation.scoring import Score

KILLED = frozenset({"kill"})
CAPTURED = frozenset({"capture", "detain", "surrender"})
_SURE = frozenset({"asserted", "estimated"})
_PART = re.compile(r"\b(?:including|among (?:them|whom)|of (?:them|whom|those|these))\b")
_LISTED = re.compile(r"[\s,]*(?:and)?\s*")


def counted(text: str, claims: Sequence[Claim], actions: frozenset[str]) -> int:
    """The sum of what is said to have happened to people; a part of a number named before is in it already.

    "Nine were killed, including five airmen, three soldiers and a cook" is nine. Who is "killed or wounded" counts
    among the killed: the claim says no more.
    """
    total, part, before = 0.0, False, 0
    for claim in claims:
        if claim.action not in actions or claim.modality not in _SURE or not _are_people(claim):
            continue
        listed = _LISTED.fullmatch(text[before : claim.start])
        part = bool(before) and (bool(_PART.search(text[before : claim.end])) or (part and bool(listed)))
        if not part:
            total += claim.low if claim.low is not None else claim.high or 0
        before = claim.end
    return round(total)


def _are_people(claim: Claim) -> bool:
    if claim.category != "other":
        return claim.category in {"casualties", "personnel"}
    noun = knowledge().nouns.get(claim.unit)
    return noun is not None and noun.role in {"person", "people"}


_NUMBER = re.compile(r"\d[\d,]*|[A-Za-z]+")
_VERBS = {
    "killed": re.compile(r"\bkill(?:ed|ing|s)?\b|\bdead\b|\bdied\b", re.IGNORECASE),
    "captured": re.compile(r"\bcaptur(?:ed|ing|e)\b|\bdetain(?:ed|ing)?\b|\barrest(?:ed|ing)?\b", re.IGNORECASE),
}


def nearest_number(text: str, what: str) -> int:
    """The naive way: the number nearest to each verb in its sentence, added up; one where there is none."""
    total = 0
    for sentence in re.split(r"(?<=[.!?])\s+", text):
        for verb in _VERBS[what].finditer(sentence):
            numbers = [
                (abs(match.start() - verb.start()), value)
                for match in _NUMBER.finditer(sentence)
                if (value := _value(match[0])) is not None
            ]
            total += min(numbers)[1] if numbers else 1
    return total


def _value(word: str) -> int | None:
    if word[0].isdigit():
        return int(word.replace(",", ""))
    known = knowledge().numerals.get(word.lower())
    return int(known.value) if known is not None and known.role in {"small", "tens"} else None


def exact(passages: Sequence[Passage], counts: Sequence[int], what: str) -> Score:
    """A passage that reports any is right only with the exact number; one that reports none must get none."""
    score = Score()
    for passage, count in zip(passages, counts, strict=True):
        wanted = getattr(passage.counts, what)
        score.add(Score(int(wanted > 0 and wanted == count), int(count > 0), int(wanted > 0)))
    return score
