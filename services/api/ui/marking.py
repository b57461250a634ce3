"""An article's text as pieces to show: paragraphs, the figures in them, the names in them and in the figures.

Pure. Every piece is a stretch of the text and together they are all of it, so that what is shown is what was published.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from services.common.messages import Claim, Entity

_PARAGRAPH: Final = re.compile(r"[^\n]+")


@dataclass(frozen=True, slots=True)
class Words:
    """A stretch of text that names one entity, or none."""

    text: str
    entity: Entity | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A stretch of text that figures stand in: one, or several that overlap. ``numbers`` are theirs, from 1."""

    numbers: tuple[int, ...]
    words: tuple[Words, ...]


Piece = Words | Figure
Span = tuple[int, int]


def paragraphs(text: str, entities: Sequence[Entity], claims: Sequence[Claim]) -> list[list[Piece]]:
    """The paragraphs of a text, each in pieces. Spans that reach beyond the text, or are empty, are left out."""
    named = _named(entities, len(text))
    figures = _figures(claims, len(text))
    return [_pieces(text, found.span(), named, figures) for found in _PARAGRAPH.finditer(text)]


def _named(entities: Sequence[Entity], end: int) -> list[tuple[Span, Entity]]:
    """Where entities are named, in order, none over another: the longer of two that overlap stays."""
    spans = [
        ((mention.start, mention.end), entity)
        for entity in entities
        for mention in (*entity.mentions, *entity.demonyms)
        if 0 <= mention.start < mention.end <= end
    ]
    taken: list[tuple[Span, Entity]] = []
    free = 0
    for span, entity in sorted(spans, key=lambda each: (each[0][0], -each[0][1])):
        if span[0] >= free:
            taken.append((span, entity))
            free = span[1]
    return taken


def _figures(claims: Sequence[Claim], end: int) -> list[tuple[Span, tuple[int, ...]]]:
    """Where figures stand, in order; those that overlap are one stretch."""
    found: list[tuple[Span, tuple[int, ...]]] = []
    for number, claim in sorted(enumerate(claims, 1), key=lambda each: (each[1].start, each[1].end)):
        if not 0 <= claim.start < claim.end <= end:
            continue
        if found and claim.start < found[-1][0][1]:
            (start, until), numbers = found[-1]
            found[-1] = ((start, max(until, claim.end)), (*numbers, number))
        else:
            found.append(((claim.start, claim.end), (number,)))
    return found


def _pieces(
    text: str, within: Span, named: Sequence[tuple[Span, Entity]], figures: Sequence[tuple[Span, tuple[int, ...]]]
) -> list[Piece]:
    pieces: list[Piece] = []
    at = within[0]
    for span, numbers in figures:
        start, end = max(span[0], within[0]), min(span[1], within[1])
        if start < end:
            pieces.extend(_words(text, (at, start), named))
            pieces.append(Figure(numbers, tuple(_words(text, (start, end), named))))
            at = end
    pieces.extend(_words(text, (at, within[1]), named))
    return pieces


def _words(text: str, within: Span, named: Sequence[tuple[Span, Entity]]) -> Iterator[Words]:
    at = within[0]
    for span, entity in named:
        start, end = max(span[0], within[0]), min(span[1], within[1])
        if start < end:
            if at < start:
                yield Words(text[at:start])
            yield Words(text[start:end], entity)
            at = end
    if at < within[1]:
        yield Words(text[at : within[1]])
