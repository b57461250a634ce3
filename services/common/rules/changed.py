"""What became of the figures of an article in its next revision. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from services.common.messages import Claim, EarlierFigure
from services.common.series.alike import alike

SAME_PLACE: Final = 0.6
"""How alike two sentences are, their numbers aside, for a figure of one to stand in the place of one of the other."""
_NUMBER: Final = re.compile(r"\d[\d.,]*")


@dataclass(frozen=True, slots=True)
class Change:
    """A figure of the earlier revision, and the one in its place; None where there is none."""

    before: EarlierFigure
    after: Claim | None


def changes(before: Sequence[EarlierFigure], after: Sequence[Claim], text: str) -> list[Change]:
    """The figures that are not the same any more, in the order in which they stood.

    A sentence that still stands in ``text`` has not changed, whatever is now read in it; and a number that is said of
    the same thing in other words has not either. What is new has replaced nothing.
    """
    now = {claim.id for claim in after}
    was = {figure.claim.id for figure in before}
    left = [claim for claim in after if claim.id not in was]
    gone: list[EarlierFigure] = []
    for figure in before:
        if figure.claim.id in now or figure.claim.sentence in text:
            continue
        same = next((claim for claim in left if _stated(claim) == _stated(figure.claim)), None)
        if same:
            left.remove(same)
        else:
            gone.append(figure)
    found = []
    for figure in gone:
        alike_enough = [
            (likeness, -at) for at, claim in enumerate(left) if (likeness := _likeness(figure.claim, claim))
        ]
        after_it = left.pop(-max(alike_enough)[1]) if alike_enough else None
        found.append(Change(figure, after_it))
    return found


def _stated(claim: Claim) -> tuple[object, ...]:
    return alike((claim.unit,)), claim.low, claim.high, claim.modality == "denied"


def _likeness(one: Claim, other: Claim) -> float:
    """0 where they do not count the same, or stand in sentences of their own."""
    if alike((one.unit,)) != alike((other.unit,)) or one.category != other.category:
        return 0.0
    likeness = SequenceMatcher(None, _plain(one), _plain(other), autojunk=False).ratio()
    return likeness if likeness >= SAME_PLACE else 0.0


def _plain(claim: Claim) -> list[str]:
    return _NUMBER.sub("0", claim.sentence).casefold().split()
