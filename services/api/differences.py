"""What changed between two revisions of an article: words, and figures. Pure.

Source: difflib's ``SequenceMatcher`` (Ratcliff and Obershelp, "Pattern Matching: The Gestalt Approach", 1988): first
over paragraphs, then over the words of those that differ, so that a long text does not take long.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import Final, Literal

from services.common.messages import Claim

Op = Literal["equal", "removed", "added"]

MOST_WORDS: Final = 4_000
"""Words on either side that are compared one by one; a longer stretch in which nothing stayed is replaced whole."""
ALIKE: Final = 0.4
"""The least share of common words of two sentences that say the same of another figure."""

_PARAGRAPH: Final = re.compile(r"[^\n]*\n+|[^\n]+")
_WORD: Final = re.compile(r"\s+|\w+(?:[.,'’-]\w+)*|[^\w\s]")
_SPOKEN: Final = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Part of a text: ``equal`` and ``removed`` in order are the text before, ``equal`` and ``added`` the one after."""

    op: Op
    text: str


@dataclass(frozen=True, slots=True)
class FigureChanges:
    """What became of the figures; those that say the same are only counted, also where their sentence was reworded."""

    added: tuple[Claim, ...]
    removed: tuple[Claim, ...]
    changed: tuple[tuple[Claim, Claim], ...]
    """Before and after."""
    unchanged: int


def text_changes(before: str, after: str) -> tuple[Stretch, ...]:
    """How one text became the other, word by word."""
    return tuple(_joined(_paragraphs(before, after)))


def figure_changes(before: Sequence[Claim], after: Sequence[Claim]) -> FigureChanges:
    """How the figures of one revision became those of the other.

    The same words in the same sentence are the same figure; of the others, those that count the same thing in
    sentences most alike belong together.
    """
    earlier, later = {claim.id: claim for claim in before}, {claim.id: claim for claim in after}
    pairs = [(earlier[name], later[name]) for name in earlier.keys() & later.keys()]
    gone = [claim for claim in before if claim.id not in later]
    new = [claim for claim in after if claim.id not in earlier]
    alike = sorted(
        ((_alike(one, other), -one.start, -other.start, one, other) for one in gone for other in new),
        key=lambda each: each[:3],
        reverse=True,
    )
    taken: set[str] = set()
    for likeness, _, _, one, other in alike:
        if likeness >= ALIKE and not {one.id, other.id} & taken:
            taken |= {one.id, other.id}
            pairs.append((one, other))
    changed = sorted((pair for pair in pairs if _said(pair[0]) != _said(pair[1])), key=lambda pair: pair[1].start)
    return FigureChanges(
        added=tuple(claim for claim in new if claim.id not in taken),
        removed=tuple(claim for claim in gone if claim.id not in taken),
        changed=tuple(changed),
        unchanged=len(pairs) - len(changed),
    )


def _paragraphs(before: str, after: str) -> Iterator[Stretch]:
    left, right = _PARAGRAPH.findall(before), _PARAGRAPH.findall(after)
    for op, first, last, other_first, other_last in _opcodes(left, right):
        old, new = "".join(left[first:last]), "".join(right[other_first:other_last])
        if op == "equal":
            yield Stretch("equal", old)
        else:
            yield from _words(old, new)


def _words(before: str, after: str) -> Iterator[Stretch]:
    left, right = _WORD.findall(before), _WORD.findall(after)
    if max(len(left), len(right)) > MOST_WORDS:
        yield from (Stretch("removed", before), Stretch("added", after))
        return
    for op, first, last, other_first, other_last in _opcodes(left, right):
        if op == "equal":
            yield Stretch("equal", "".join(left[first:last]))
        else:
            yield Stretch("removed", "".join(left[first:last]))
            yield Stretch("added", "".join(right[other_first:other_last]))


def _opcodes(left: Sequence[str], right: Sequence[str]) -> Sequence[tuple[str, int, int, int, int]]:
    return SequenceMatcher(None, left, right, autojunk=False).get_opcodes()


def _joined(stretches: Iterator[Stretch]) -> Iterator[Stretch]:
    """Between two stretches that stayed, first what went, then what came; a mere space between changes goes along."""
    for equal, group in groupby(_smoothed([each for each in stretches if each.text]), lambda each: each.op == "equal"):
        texts: Mapping[Op, list[str]] = {"equal": [], "removed": [], "added": []}
        for each in group:
            texts[each.op].append(each.text)
        ops: tuple[Op, ...] = ("equal",) if equal else ("removed", "added")
        yield from (Stretch(op, "".join(texts[op])) for op in ops if texts[op])


def _smoothed(stretches: Sequence[Stretch]) -> Iterator[Stretch]:
    for at, each in enumerate(stretches):
        inside = 0 < at < len(stretches) - 1
        if inside and each.op == "equal" and each.text == " ":
            yield from (Stretch("removed", " "), Stretch("added", " "))
        else:
            yield each


def _alike(one: Claim, other: Claim) -> float:
    """How much two figures look like one that was changed, from 0 to 1: the share of common words, where they count
    the same thing.
    """
    if one.category != other.category or (one.unit != other.unit and one.action != other.action):
        return 0.0
    left, right = ({word.casefold() for word in _SPOKEN.findall(claim.sentence)} for claim in (one, other))
    return len(left & right) / len(left | right) if left | right else 1.0


def _said(claim: Claim) -> tuple[object, ...]:
    """What makes a figure another one."""
    speaker = claim.attributed_to
    return (
        claim.low,
        claim.high,
        claim.qualifier,
        claim.modality,
        claim.unit,
        claim.action,
        claim.actor,
        claim.place,
        (speaker.entity or speaker.text) if speaker else None,
    )
