"""Where figures disagree: in conflict, brought up to date, or of different scope. Each with the reason in words."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations, pairwise
from typing import Final, Literal

from services.api.series.figures import Figure, meet
from services.common.series.scopes import Scope, in_words, scope_of

Kind = Literal["conflict", "update", "different_scope"]
SAME_TIME: Final = timedelta(days=7)
"""Figures that are about days no further apart than this speak of the same time."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two figures that do not say the same, and why."""

    kind: Kind
    earlier: Figure
    later: Figure
    reason: str


def disagreements(figures: Sequence[Figure]) -> list[Disagreement]:
    """Every way in which the figures disagree, each said once: with the first pair that shows it."""
    ordered = sorted((each for each in figures if each.claim.modality != "denied"), key=lambda each: each.order)
    by_scope: dict[Scope, list[Figure]] = {}
    for figure in ordered:
        by_scope.setdefault(scope_of(figure.claim), []).append(figure)
    said: dict[tuple[object, ...], Disagreement] = {}
    for same in by_scope.values():
        for found in (*_updates(same), *_within_scope(same)):
            said.setdefault(_once(found), found)
    for one, other in combinations(by_scope.values(), 2):
        said.update({("scopes", id(one), id(other)): found for found in _between_scopes(one, other)})
    return sorted(said.values(), key=lambda each: (each.later.order, each.earlier.order, each.kind))


def _updates(figures: Iterable[Figure]) -> Iterator[Disagreement]:
    """The same speaker, later, with a figure that the one before leaves no room for."""
    by_speaker: dict[tuple[str, str | None], list[Figure]] = {}
    for figure in figures:
        by_speaker.setdefault((_who_key(figure), figure.claim.place), []).append(figure)
    for said in by_speaker.values():
        for earlier, later in pairwise(said):
            if earlier.day < later.day and not meet(earlier.claim, later.claim):
                reason = (
                    f"{_who(later)} said {earlier.claim.text} for {earlier.day:%-d %B %Y} and {later.claim.text} for "
                    f"{later.day:%-d %B %Y}: a later figure of the same speaker."
                )
                yield Disagreement("update", earlier, later, reason)


def _within_scope(figures: Sequence[Figure]) -> Iterator[Disagreement]:
    """Different speakers on the same time: the ranges do not meet, or they speak of different places."""
    for number, later in enumerate(figures):
        for earlier in reversed(figures[:number]):
            if later.day - earlier.day > SAME_TIME:
                break
            if _who_key(earlier) == _who_key(later) or earlier.story == later.story or meet(earlier.claim, later.claim):
                continue
            places = {earlier.claim.place, later.claim.place} - {None}
            if len(places) > 1:
                reason = f"{_said(earlier)}; {_said(later)}: one is of {_name(earlier)}, the other of {_name(later)}."
                yield Disagreement("different_scope", earlier, later, reason)
            else:
                reason = (
                    f"{_said(earlier)}; {_said(later)}: of the same thing and the same days, they cannot both hold."
                )
                yield Disagreement("conflict", earlier, later, reason)


def _between_scopes(one: Sequence[Figure], other: Sequence[Figure]) -> Iterator[Disagreement]:
    """That two scopes are no contradiction, shown once, with their newest figures that differ."""
    newest = next(
        ((a, b) for a in reversed(one) for b in reversed(other) if not meet(a.claim, b.claim)),
        None,
    )
    if newest is None:
        return
    earlier, later = sorted(newest, key=lambda each: each.order)
    first, second = scope_of(earlier.claim), scope_of(later.claim)
    if first.each != second.each:
        why = "one is for each of several, the other for all together"
    elif first.name == second.name:
        why = "one is expected, the other is reported"
    elif {first.extent, second.extent} == {"cumulative", "current"}:
        why = "one counts all there ever were, the other those there are"
    else:
        why = "they count different things"
    yield Disagreement("different_scope", earlier, later, f"{_said(earlier)}; {_said(later)}: {why}.")


def _once(found: Disagreement) -> tuple[object, ...]:
    one, other = (_stated(found.earlier), _stated(found.later))
    return found.kind, *sorted((one, other), key=repr)


def _stated(figure: Figure) -> tuple[str, float | None, float | None, str]:
    return _who_key(figure), figure.claim.low, figure.claim.high, figure.claim.qualifier


def _who_key(figure: Figure) -> str:
    return figure.speaker or f"source {figure.source.id}"


def _who(figure: Figure) -> str:
    attributed = figure.claim.attributed_to
    return attributed.text if attributed else figure.source.name


def _said(figure: Figure) -> str:
    return f"{_who(figure)}: {figure.claim.text} {in_words(figure.claim)} ({figure.day:%-d %B %Y})"


def _name(figure: Figure) -> str:
    return (figure.claim.place or "").partition("/")[2].replace("-", " ").title()
