"""Readable names of entities, held in memory so that a facet does not have them looked up each time."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, Final

from elasticsearch import AsyncElasticsearch

from services.api.article_query import name_body
from services.api.reading import names_in_hits
from services.common.elastic import ARTICLES_ALIAS

NAMES_KEPT: Final = 50_000
"""A few megabytes; those longest unused go first."""


class ReadableNames:
    """Names by entity id, as articles gave them."""

    def __init__(self, client: AsyncElasticsearch) -> None:
        self._client = client
        self._names: OrderedDict[str, str] = OrderedDict()

    def learn(self, answer: Mapping[str, Any]) -> None:
        """Take in the names of the entities of the articles in an answer."""
        self._remember(names_in_hits(answer).items())

    async def of(self, wanted: AbstractSet[str]) -> dict[str, str]:
        """The names of entities: from memory, or looked up in an article that has them; without those of none."""
        # Not as a difference of sets: that would go through all names that are held.
        if unknown := sorted(entity for entity in wanted if entity not in self._names):
            searches = [part for entity in unknown for part in ({"index": ARTICLES_ALIAS}, name_body(entity))]
            looked_up = await self._client.msearch(searches=searches)
            names = {entity: name for each in looked_up["responses"] for entity, name in names_in_hits(each).items()}
            self._remember((entity, names[entity]) for entity in unknown if entity in names)
        found = {entity: self._names[entity] for entity in wanted if entity in self._names}
        while len(self._names) > NAMES_KEPT:
            self._names.popitem(last=False)
        return found

    def _remember(self, names: Iterable[tuple[str, str]]) -> None:
        for entity, name in names:
            self._names[entity] = name
            self._names.move_to_end(entity)
