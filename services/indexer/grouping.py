"""Which texts are one story: those that are copies of each other, and all that one article ever had. Pure."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from services.common.copies import bands, is_copy
from services.indexer.story import Text


@dataclass(frozen=True, slots=True)
class Kept:
    """A document of the stories index: a text, the story it is part of as far as was known, and whether articles that
    are under its own name are still being moved there.
    """

    id: str
    article: str
    story: str
    moving: bool
    signature: tuple[int, ...]


def groups(texts: Sequence[Text], kept: Sequence[Kept]) -> list[set[str]]:
    """The names that must stand for one story, for each that has several: of these texts and what was found to be like
    them, and of what each was part of before.
    """
    joined = _Joined()
    by_article: dict[str, str] = {}
    for article, name in [*((text.article, text.id) for text in texts), *((found.article, found.id) for found in kept)]:
        joined.join(by_article.setdefault(article, name), name)
    for found in kept:
        joined.join(found.id, found.story)
    # Texts with one signature are alike, and like the same others: one of them stands for all.
    names: dict[tuple[int, ...], str] = {}
    by_band: defaultdict[str, set[tuple[int, ...]]] = defaultdict(set)
    for text in texts:
        for band in text.bands:
            by_band[band].add(text.signature)
    everything: list[Text | Kept] = [*texts, *kept]
    for one in everything:
        if one.signature:
            joined.join(names.setdefault(one.signature, one.id), one.id)
    for one in {one.signature: one for one in everything}.values():
        of_one = one.bands if isinstance(one, Text) else bands(one.signature)
        for other in set().union(*(by_band[band] for band in of_one if band in by_band)) - {one.signature}:
            if is_copy(one.signature, other):
                joined.join(one.id, names[other])
    return joined.groups()


class _Joined:
    """Disjoint sets of names. (Tarjan, "Efficiency of a good but not linear set union algorithm", 1975.)"""

    def __init__(self) -> None:
        self._parents: dict[str, str] = {}

    def join(self, one: str, other: str) -> None:
        first, second = self._first_of(one), self._first_of(other)
        self._parents[max(first, second)] = min(first, second)

    def groups(self) -> list[set[str]]:
        """Sets of at least two."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for name in self._parents:
            found[self._first_of(name)].add(name)
        return [group for group in found.values() if len(group) > 1]

    def _first_of(self, name: str) -> str:
        self._parents.setdefault(name, name)
        while (parent := self._parents[name]) != name:
            self._parents[name] = self._parents[parent]
            name = parent
        return name
