"""From Elasticsearch's answers to entities and stories as the API gives them. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import Field

from services.api.around_query import TOGETHER
from services.api.facets import words_of_name
from services.api.names import Named, Names
from services.api.query import ENTITY_TYPES, ArticleSearch
from services.api.reading import dates_counted, found_article, legible, moment
from services.api.responses import Dates, FacetValue, FoundArticle
from services.api.series.answers import FoundClaim, found_claim
from services.api.series.figures import figure
from services.common.messages import EntityId, EntityType, Location, Message, UtcDatetime


class ListedEntity(Message):
    """An entity in a list."""

    id: EntityId = Field(examples=["person/volodymyr-zelenskyy"])
    type: EntityType
    name: str = Field(examples=["Volodymyr Zelenskyy"])
    aliases: tuple[str, ...] = Field(default=(), examples=[["Zelensky", "Zelenskiy"]])
    """Other names it is known by."""
    articles: int = Field(ge=0)
    """How many articles speak of it."""


class Together(Message):
    """An entity that another appears with more often than by chance."""

    id: EntityId
    type: EntityType
    name: str
    articles: int = Field(ge=0)
    """How many articles speak of both."""
    score: float
    """How far that is from chance; only to compare."""


class SpokenOf(ListedEntity):
    """How an entity is spoken of."""

    location: Location | None = None
    """Where a place is."""
    first: UtcDatetime | None
    """When the first article that speaks of it was published."""
    last: UtcDatetime | None
    dates: Dates
    """Articles over time; the counts add up to ``articles``."""
    sources: tuple[FacetValue, ...]
    """Who speaks of it, the most first."""
    together: dict[EntityType, tuple[Together, ...]]
    """Whom and what it appears with, by type, the most remarkable first."""
    claims: tuple[FoundClaim, ...]
    """The latest figures about it, in it, or put forward by it."""


class Story(Message):
    """An article and its copies and near-copies across sources."""

    id: str = Field(examples=["0193294c8f40a1b2c3d4e5f60718293a"])
    """Its name now; what was asked for may be an earlier one."""
    total: int = Field(ge=0)
    """How many articles it has."""
    first: UtcDatetime
    last: UtcDatetime
    sources: tuple[FacetValue, ...]
    items: tuple[FoundArticle, ...]
    """Its articles, the earliest first."""


def listed_entities(
    q: str, known: Sequence[Named], counts: Mapping[str, int], readable: Mapping[str, str], names: Names
) -> tuple[ListedEntity, ...]:
    """Entities that were found by name or by id: those whose name begins so first, then the most spoken of."""
    asked = " ".join(words_of_name(q))
    entities = {each.id: each for each in known}
    for entity in counts:
        if entity not in entities:
            entities[entity] = names.get(entity) or Named(entity, readable.get(entity) or legible(entity))

    def rank(entity: Named) -> tuple[bool, bool, int, str]:
        written = (entity.name, *entity.aliases)
        begins = any(" ".join(words_of_name(name)).startswith(asked) for name in written)
        count = counts.get(entity.id, 0)
        return not count, not begins, -count, entity.name

    return tuple(
        ListedEntity.model_validate(
            {
                "id": entity.id,
                "type": entity.id.partition("/")[0],
                "name": entity.name,
                "aliases": entity.aliases,
                "articles": counts.get(entity.id, 0),
            }
        )
        for entity in sorted(entities.values(), key=rank)
    )


def entity_found(
    entity: str, answer: Mapping[str, Any], claims: Mapping[str, Any], readable: Mapping[str, str], names: Names
) -> SpokenOf:
    """One entity, by the answers to ``entity_body`` and ``latest_claims_body``, with the names of those beside it."""
    counted = answer["aggregations"]
    newest = answer["hits"]["hits"]
    there: Mapping[str, Any] = next(
        (each for hit in newest for each in hit["_source"]["entities"] if each["id"] == entity), {}
    )
    known = names.get(entity)
    return SpokenOf.model_validate(
        {
            "id": entity,
            "type": entity.partition("/")[0],
            "name": there.get("name") or (known.name if known else legible(entity)),
            "aliases": known.aliases if known else (),
            "articles": answer["hits"]["total"]["value"],
            "location": there.get("location"),
            "first": moment(counted["first"]["value"]),
            "last": moment(counted["last"]["value"]),
            "dates": dates_counted(counted["dates"]),
            "sources": sources_counted(counted["sources"]),
            "together": {
                kind: [
                    {
                        "id": bucket["key"],
                        "type": kind,
                        "name": readable.get(bucket["key"]) or legible(bucket["key"]),
                        "articles": bucket["doc_count"],
                        "score": bucket["score"],
                    }
                    for bucket in counted[kind]["buckets"]
                    if bucket["key"] != entity
                ][:TOGETHER]
                for kind in ENTITY_TYPES
            },
            "claims": [found_claim(figure(hit["_source"])) for hit in claims["hits"]["hits"]],
        }
    )


def story_found(story: str, answer: Mapping[str, Any]) -> Story:
    """One story, by the answer to ``story_body``."""
    counted = answer["aggregations"]
    first, last = moment(counted["first"]["value"]), moment(counted["last"]["value"])
    assert first is not None and last is not None  # noqa: S101, PT018 - a story that is found has articles
    return Story(
        id=story,
        total=answer["hits"]["total"]["value"],
        first=first,
        last=last,
        sources=sources_counted(counted["sources"]),
        items=tuple(found_article(ArticleSearch(), hit) for hit in answer["hits"]["hits"]),
    )


def sources_counted(counted: Mapping[str, Any]) -> tuple[FacetValue, ...]:
    """Who publishes something, and how many articles."""
    return tuple(
        FacetValue(id=bucket["key"], name=bucket["name"]["buckets"][0]["key"], count=bucket["doc_count"])
        for bucket in counted["buckets"]
    )
