"""Who and what has a name: entities by the beginnings of words of any of their names. Pure."""

import bisect
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from typing import Final

from services.api.facets import words_of_name

MOST: Final = 200
"""Entities that one beginning finds."""


@dataclass(frozen=True, slots=True)
class Named:
    """An entity with its names."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()


class Names:
    """The names that are known before any article is read (``names.tsv``)."""

    def __init__(self, entities: Iterable[Named]) -> None:
        self._entities = {entity.id: entity for entity in entities}

    @property
    def ids(self) -> Collection[str]:
        """The ids of all of them."""
        return self._entities.keys()

    def get(self, entity: str) -> Named | None:
        """The entity of this id, if it is known."""
        return self._entities.get(entity)

    def beginning(self, written: str, kind: str = "") -> list[Named]:
        """Entities of a kind, or any, with a name in which these words stand one after the other, the last perhaps
        only begun; those whose name begins so come first.
        """
        asked = " ".join(words_of_name(written))
        if not asked:
            return []
        keys = self._keys
        first = bisect.bisect_left(keys, (asked,))
        found: dict[str, int] = {}
        for key, at, entity in keys[first:]:
            if not key.startswith(asked):
                break
            if entity.startswith(kind):
                found[entity] = min(at, found.get(entity, at))
        ranked = sorted(found, key=lambda entity: (found[entity], self._entities[entity].name))
        return [self._entities[entity] for entity in ranked[:MOST]]

    @cached_property
    def _keys(self) -> Sequence[tuple[str, int, str]]:
        """Each name from each of its words on, folded; which word that is; whose name it is."""
        keys = set()
        for entity in self._entities.values():
            for name in (entity.name, *entity.aliases):
                words = words_of_name(name)
                keys |= {(" ".join(words[at:]), min(at, 1), entity.id) for at in range(len(words))}
        return sorted(keys)


def load_names() -> Names:
    """The names in ``names.tsv``, which ``make generate`` writes from what the extractor knows."""
    text = files("services.api").joinpath("names.tsv").read_text("utf-8")
    return Names(_named(line) for line in text.splitlines() if line and not line.startswith("#"))


def _named(line: str) -> Named:
    entity, name, *others = line.split("\t")
    return Named(entity, name, tuple(others[0].split(";")) if others else ())
