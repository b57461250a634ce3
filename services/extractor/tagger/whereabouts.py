"""Where a place is that only the gazetteer knows: of several of one name, the one in the countries spoken of."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from services.common.messages import Location
from services.extractor.knowledge import Knowledge
from services.extractor.knowledge.gazetteer import Town, folded
from services.extractor.knowledge.names import slug
from services.extractor.tagger.gazetteer import Found

_DIVISION = re.compile(r" (province|district|region|oblast|governorate|county|state|raion|prefecture|municipality)\b")
"""Common nouns after a name that say it is not the town but what lies around it."""


class Whereabouts:
    """Resolves places of one article, by the countries that the article's other names are in."""

    def __init__(self, listed: Iterable[Found], known: Knowledge, towns: Mapping[str, tuple[Town, ...]]) -> None:
        self._towns = towns
        self._entities = known.names.entities
        self._countries = Counter(
            entity.country
            for name in listed
            if name.type in {"country", "place"} and (entity := self._entities.get(name.id)) and entity.country
        )

    def placed(self, text: str, name: Found) -> Found:
        """The place with coordinates, if the gazetteer has it. Ids of all but the largest say the country."""
        written = name.name.title() if name.name.isupper() else name.name
        group = self._towns.get(folded(written))
        if name.type != "place":
            return name
        if around := _DIVISION.match(text, name.end):
            name = replace(name, id=f"{name.id}-{around[1]}", name=f"{name.name} {around[1]}")
        if not group:
            return name
        town = self.choose(group)
        largest = town.country == group[0].country and name.id not in self._entities
        return replace(
            name,
            id=name.id if largest else f"{name.id}-{town.country.lower()}",
            name=name.name if around else written,
            location=Location(lat=town.lat, lon=town.lon, country=town.country),
        )

    def choose(self, group: Iterable[Town]) -> Town:
        """Of the towns of one name, the one in the countries the article speaks of, else the most populous."""
        return max(group, key=lambda one: (self._countries[one.country], one.population))

    def in_country(self, name: str, country: str) -> Town | None:
        """The most populous town of a name (as ``folded`` gives it) in a country (ISO 3166-1 alpha-2)."""
        return next((town for town in self._towns.get(name, ()) if town.country == country), None)

    def found(self, start: int, end: int, town: Town) -> Found:
        """The mention of a town under whatever spelling; its id is of its name in the gazetteer."""
        largest = self._towns[folded(town.name)][0].country == town.country
        made = f"place/{slug(town.name)}" if largest else f"place/{slug(town.name)}-{town.country.lower()}"
        return Found(
            start,
            end,
            made,
            "place",
            town.name,
            location=Location(lat=town.lat, lon=town.lon, country=town.country),
        )
