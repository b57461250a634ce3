"""Where a place is that only the gazetteer knows: of several of one name, the one in the countries spoken of."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from services.common.messages import Location
from services.extractor.knowledge import Knowledge
from services.extractor.knowledge.gazetteer import Town, folded
from services.extractor.tagger.gazetteer import Found


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

    def placed(self, name: Found) -> Found:
        """The place with coordinates, if the gazetteer has it. Ids of all but the largest say the country."""
        written = name.name.title() if name.name.isupper() else name.name
        group = self._towns.get(folded(written))
        if name.type != "place" or not group:
            return name
        town = max(group, key=lambda one: (self._countries[one.country], one.population))
        largest = town.country == group[0].country and name.id not in self._entities
        return replace(
            name,
            id=name.id if largest else f"{name.id}-{town.country.lower()}",
            name=written,
            location=Location(lat=town.lat, lon=town.lon, country=town.country),
        )
