"""What is around an article, an entity or a story, as Elasticsearch is asked for it. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from services.api.article_query import IN_LIST
from services.api.facets import having_words, words_of_name
from services.api.query import ENTITY_TYPES, Json, all_of

READ: Final = 5_000
"""Characters of an article that others are compared with: what it is about stands at its beginning."""
TERMS: Final = 30
HISTOGRAM_BUCKETS: Final = 40
TOGETHER: Final = 8
"""Entities of each type that one appears with."""
SOURCES: Final = 20
BEGINNING: Final[Json] = {"no_match_size": 180, "highlight_query": {"match_none": {}}}


def similar_body(document: Mapping[str, Any], limit: int) -> Json:
    """The request body that finds articles of other stories with the words that are typical of this one."""
    like = {
        "fields": ["title", "text", "entity_names"],
        "like": [document["title"], document["text"][:READ], *(each["name"] for each in document["entities"])],
        "max_query_terms": TERMS,
        "min_term_freq": 1,
        "min_doc_freq": 2,
        "minimum_should_match": "25%",
    }
    return {
        "query": {"bool": {"must": [{"more_like_this": like}], "must_not": [{"term": {"story": document["story"]}}]}},
        "collapse": {"field": "story"},
        "size": limit,
        "sort": [{"_score": "desc"}, {"dated_at": "desc"}, {"id": "asc"}],
        "track_total_hits": False,
        "_source": IN_LIST,
        "highlight": {"encoder": "html", "fields": {"text": BEGINNING}},
    }


def entities_body(q: str, known: Sequence[str], kinds: Sequence[str], limit: int) -> Json:
    """The request body that counts the articles of entities: those whose ids have these words, and the known ones."""
    words = words_of_name(q)
    aggs: Json = {}
    for kind in kinds:
        pattern = f"{kind}/{having_words(words)}" if words else f"{kind}/.*"
        aggs[f"{kind}.most"] = {"terms": {"field": kind, "size": limit, "include": pattern}}
        if some := [entity for entity in known if entity.startswith(f"{kind}/")]:
            aggs[f"{kind}.known"] = {"terms": {"field": kind, "size": len(some), "include": some}}
    return {"size": 0, "track_total_hits": False, "aggs": aggs}


def entity_body(entity: str) -> Json:
    """The request body that tells how an entity is spoken of: over time, by whom, and together with what."""
    kind = entity.partition("/")[0]
    together = {
        other: {
            "significant_terms": {
                "field": other,
                "size": TOGETHER + 1,
                "min_doc_count": 2,
                **({"exclude": [entity]} if other == kind else {}),
            }
        }
        for other in ENTITY_TYPES
    }
    histogram = {"field": "dated_at", "buckets": HISTOGRAM_BUCKETS, "minimum_interval": "hour"}
    return {
        "query": all_of([{"term": {kind: entity}}]),
        "size": 1,
        "sort": [{"dated_at": "desc"}, {"id": "asc"}],
        "track_total_hits": True,
        "_source": ["entities.id", "entities.name", "entities.location"],
        "aggs": {
            "dates": {"auto_date_histogram": histogram},
            "first": {"min": {"field": "dated_at"}},
            "last": {"max": {"field": "dated_at"}},
            "sources": sources(),
            **together,
        },
    }


def latest_claims_body(entity: str, limit: int) -> Json:
    """The request body that finds the newest figures about an entity, in a place, or put forward by somebody."""
    fields = ("actor", "place", "attributed_to.entity")
    return {
        "query": {"bool": {"should": [{"term": {field: entity}} for field in fields], "minimum_should_match": 1}},
        "size": limit,
        "sort": [{"dated_at": "desc"}, {"id": "asc"}],
        "track_total_hits": False,
    }


def story_body(story: str, limit: int) -> Json:
    """The request body that finds the articles of a story, the earliest first."""
    return {
        "query": all_of([{"term": {"story": story}}]),
        "size": limit,
        "sort": [{"dated_at": "asc"}, {"id": "asc"}],
        "track_total_hits": True,
        "_source": IN_LIST,
        "aggs": {
            "first": {"min": {"field": "dated_at"}},
            "last": {"max": {"field": "dated_at"}},
            "sources": sources(),
        },
    }


def sources() -> Json:
    """The aggregation of who publishes something, by id, with the name."""
    return {
        "terms": {"field": "source.id", "size": SOURCES},
        "aggs": {"name": {"terms": {"field": "source.name", "size": 1}}},
    }
