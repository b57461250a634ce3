"""From what was asked to what Elasticsearch is asked. Pure: a value in, a request body out.

Filters of one kind are alternatives, filters of different kinds must all hold; ``claim.category`` and ``claim.unit``
must hold for one and the same claim. A facet is counted without its own filter, so that the values beside a chosen
one stay in sight, and with every other, so that adding a value leaves exactly as many articles as it says.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal, get_args

from services.api.claim_filter import ClaimFilter, Part
from services.api.text_query import HIGHLIGHTED, text_query
from services.common.messages import EntityType

Json = dict[str, Any]
Sort = Literal["relevance", "newest", "oldest"]
FacetName = Literal[
    "source", "language", "person", "organisation", "country", "place", "military_unit", "weapon",
    "claim.category", "claim.unit",
]  # fmt: skip

FACETS: Final[tuple[FacetName, ...]] = get_args(FacetName)
ENTITY_TYPES: Final[tuple[EntityType, ...]] = get_args(EntityType)
FIELDS: Final[Mapping[FacetName, str]] = {
    "source": "source.id",
    "language": "language",
    **{kind: kind for kind in ENTITY_TYPES},
    "claim.category": "claim_categories",
    "claim.unit": "claim_units",
}
CLAIM_PARTS: Final[Mapping[FacetName, Part]] = {"claim.category": "category", "claim.unit": "unit"}
"""The part of a claim that a facet counts."""

FACET_VALUES: Final = 10
FRAGMENT: Final = 180
FRAGMENTS: Final = 3
HISTOGRAM_BUCKETS: Final = 40
ANALYSED: Final = 1_000_000
"""Characters of a text that are highlighted; Elasticsearch refuses the whole search over a longer one otherwise."""

_SORTS: Final[Mapping[Sort, list[Json]]] = {
    "relevance": [{"_score": "desc"}, {"dated_at": "desc"}, {"id": "asc"}],
    "newest": [{"dated_at": "desc"}, {"id": "asc"}],
    "oldest": [{"dated_at": "asc"}, {"id": "asc"}],
}
_IN_LIST: Final = [
    "id", "revision", "title", "url", "source", "published_at", "fetched_at", "language", "description",
    "entities.id", "entities.type", "entities.name", "entities.mentions.start", "entities.demonyms.start", "claims",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class ArticleSearch:
    """What was asked for. Empty parts ask for nothing; ``after`` is included, ``before`` is not."""

    q: str = ""
    sources: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()
    """Entity ids: alternatives within a type, all types must be met."""
    languages: tuple[str, ...] = ()
    claim: ClaimFilter = field(default_factory=ClaimFilter)
    """What one figure of the article must be."""
    after: datetime | None = None
    before: datetime | None = None
    sort: Sort | None = None
    """None is ``relevance`` where words are asked for, else ``newest``."""
    limit: int = 20
    facets: tuple[FacetName, ...] = ()

    @property
    def order(self) -> Sort:
        """The order that results come in."""
        return self.sort or ("relevance" if self.q.strip() else "newest")

    @property
    def deciding(self) -> tuple[Any, ...]:
        """What decides which articles come, and in which order; page size and facets do not."""
        return (self.q, self.sources, self.entities, self.languages, self.claim, self.after, self.before, self.order)

    def chosen(self, facet: FacetName) -> tuple[str, ...]:
        """The values of a facet that the search is narrowed to."""
        match facet:
            case "source":
                return self.sources
            case "language":
                return self.languages
            case "claim.category" | "claim.unit":
                return self.claim.chosen(CLAIM_PARTS[facet])
            case _:
                return tuple(entity for entity in self.entities if entity.partition("/")[0] == facet)


@dataclass(frozen=True, slots=True)
class Page:
    """Where to read on: the index as it was (a point in time), the sort values of the last article, how many came."""

    point_in_time: str
    after: tuple[float | int | str, ...] = ()
    seen: int = 0


def search_body(search: ArticleSearch, page: Page | None = None, *, keep_alive: str = "5m") -> Json:
    """The request body of a search: this page of articles, the exact total, facets and histogram where asked for."""
    body: Json = {
        "query": _query(search),
        "track_total_hits": True,
        "size": search.limit,
    }
    if search.limit:
        body |= {"sort": _SORTS[search.order], "_source": _IN_LIST, "highlight": _highlight()}
    if search.facets:
        # Facets are counted over more than the articles that are shown; the filters they see come after.
        if filters := _filters(search):
            body["post_filter"] = _all(filters)
        body["aggs"] = {facet: _facet(search, facet) for facet in search.facets} | {"dates": _histogram(search)}
    if page:
        body["pit"] = {"id": page.point_in_time, "keep_alive": keep_alive}
        if page.after and search.limit:
            body["search_after"] = list(page.after)
    return body


def name_body(entity: str) -> Json:
    """The request body that finds one article with this entity, for its readable name."""
    kind = entity.partition("/")[0]
    return {
        "query": {"bool": {"filter": [{"term": {kind: entity}}]}},
        "size": 1,
        "terminate_after": 1,
        "track_total_hits": False,
        "_source": ["entities.id", "entities.name"],
    }


def _query(search: ArticleSearch) -> Json:
    narrowed = between(search.after, search.before)
    if not search.facets:
        narrowed += _filters(search)
    return {"bool": {"must": [text_query(search.q)], "filter": narrowed}}


def between(after: datetime | None, before: datetime | None) -> list[Json]:
    """The filter of what was published from ``after`` on and before ``before``."""
    ends = {"gte": after, "lt": before}
    given = {end: moment.isoformat() for end, moment in ends.items() if moment}
    return [{"range": {"dated_at": given}}] if given else []


def _filters(search: ArticleSearch, *, without: FacetName | None = None) -> list[Json]:
    """What the search is narrowed to by facets, leaving out one facet's own filter."""
    filters: list[Json] = [
        {"terms": {FIELDS[facet]: list(chosen)}}
        for facet in FACETS
        if facet not in CLAIM_PARTS and facet != without and (chosen := search.chosen(facet))
    ]
    if claims := search.claim.filters(within="claims.", without=CLAIM_PARTS.get(without) if without else None):
        filters.append({"nested": {"path": "claims", "query": _all(claims)}})
    return filters


def _facet(search: ArticleSearch, facet: FacetName) -> Json:
    """The most frequent values, and besides them the chosen ones, which must stay in sight however rare they are."""
    counted = {"most": _most(search, facet)}
    if chosen := search.chosen(facet):
        counted["chosen"] = _most(search, facet, only=chosen)
    return {"filter": _all(_filters(search, without=facet)), "aggs": counted}


def _most(search: ArticleSearch, facet: FacetName, *, only: tuple[str, ...] = ()) -> Json:
    asked: Json = {"size": len(only), "include": list(only)} if only else {"size": FACET_VALUES}
    part = CLAIM_PARTS.get(facet)
    same_claim = search.claim.filters(within="claims.", without=part) if part else []
    if not same_claim:
        name: Json = {"aggs": {"name": {"terms": {"field": "source.name", "size": 1}}}} if facet == "source" else {}
        return {"terms": {"field": FIELDS[facet], **asked}, **name}
    # Another condition holds for the claim itself, so its values are counted claim by claim, then as articles.
    in_claims = {
        "terms": {"field": f"claims.{part}", "order": [{"articles": "desc"}, {"_key": "asc"}], **asked},
        "aggs": {"articles": {"reverse_nested": {}}},
    }
    return {
        "nested": {"path": "claims"},
        "aggs": {"same": {"filter": _all(same_claim), "aggs": {"values": in_claims}}},
    }


def _histogram(search: ArticleSearch) -> Json:
    dates = {
        "auto_date_histogram": {
            "field": "dated_at",
            "buckets": HISTOGRAM_BUCKETS,
            "minimum_interval": "hour",
        }
    }
    return {"filter": _all(_filters(search)), "aggs": {"intervals": dates}}


def _highlight() -> Json:
    fields: Json = {
        "title": {"number_of_fragments": 0},
        "text": {
            "number_of_fragments": FRAGMENTS,
            "fragment_size": FRAGMENT,
            "order": "score",
            "no_match_size": FRAGMENT,
        },
    }
    return {
        "encoder": "html",
        "pre_tags": ["<mark>"],
        "post_tags": ["</mark>"],
        "max_analyzed_offset": ANALYSED,
        "fields": {name: {**how, "matched_fields": list(HIGHLIGHTED[name])} for name, how in fields.items()},
    }


def _all(filters: Iterable[Json]) -> Json:
    return {"bool": {"filter": list(filters)}}
