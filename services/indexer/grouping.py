"""Which texts are one story: those that are copies of each other, and all that one article ever had. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from services.common.copies import bands, is_copy
from services.indexer.story import Text

_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Pointer:
    """The story that a text is part of as far as was known, and whether articles that are under the text's own name
    are still being moved there.
    """

    story: str
    moving: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """A document of the stories index: a text, and what it points at."""

    id: str
    article: str
    pointer: Pointer
    signature: tuple[int, ...]


def groups(texts: Sequence[Text], kept: Sequence[Kept], began: Mapping[str, str] = _NOTHING) -> list[set[str]]:
    """The names that must stand for one story, for each that has several: of these texts and what was found to be like
    them, of what each was part of before, and of what texts ``began`` as part of.
    """
    joined = _Joined()
    everything: list[Text | Kept] = [*texts, *kept]
    by_article: dict[str, str] = {}
    for one in everything:
        joined.join(by_article.setdefault(one.article, one.id), one.id)
    for name, story in [*began.items(), *((found.id, found.pointer.story) for found in kept)]:
        joined.join(name, story)
    # Texts with one signature are alike, and like the same others: one of them stands for all.
    names: dict[tuple[int, ...], str] = {}
    by_band: defaultdict[str, set[tuple[int, ...]]] = defaultdict(set)
    for text in texts:
        for band in text.bands:
            by_band[band].add(text.signature)
    for one in everything:
        if one.signature:
            joined.join(names.setdefault(one.signature, one.id), one.id)
    for one in {one.signature: one for one in everything}.values():
        of_one = one.bands if isinstance(one, Text) else bands(one.signature)
        for other in set().union(*(by_band[band] for band in of_one if band in by_band)) - {one.signature}:
            if is_copy(one.signature, other):
                joined.join(one.id, names[other])
    return joined.groups()


def first_of_each(texts: Sequence[Text], same: Sequence[set[str]]) -> dict[str, str]:
    """The smallest name of each text's set, its own where it is in none."""
    first = {name: min(group) for group in same for name in group}
    return {text.id: first.get(text.id, text.id) for text in texts}


def hanging_together(
    same: Iterable[set[str]], pointers: Mapping[str, Pointer]
) -> tuple[dict[str, str], list[set[str]]]:
    """The story of each name of the sets that are one story already, and the sets of which that is not known.

    ``same`` is from ``groups``: what a name points at is in its set.
    """
    stories: dict[str, str] = {}
    apart: list[set[str]] = []
    parents = {name: pointer.story for name, pointer in pointers.items()}
    for group in same:
        known = all(name in pointers and not pointers[name].moving for name in group)
        roots = {follow(parents, name) for name in group} if known else set()
        if len(roots) == 1:
            stories.update(dict.fromkeys(group, roots.pop()))
        else:
            apart.append(group)
    return stories, apart


def follow(parents: Mapping[str, str], name: str) -> str:
    """The end of the way from a name to what it points at, and so on."""
    while (parent := parents[name]) != name:
        name = parent
    return name


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
