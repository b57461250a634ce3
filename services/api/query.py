"""What was asked of the articles, as values, and what that narrows them to. Pure.

Filters of one kind are alternatives, filters of different kinds must all hold; everything said of ``claim`` must hold
for one and the same claim.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal, get_args

from services.common.claim_filter import ClaimFilter, Part
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


@dataclass(frozen=True, slots=True)
class ArticleSearch:
    """What was asked for. Empty parts ask for nothing; ``after`` is included, ``before`` is not."""

    q: str = ""
    sources: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()
    """Entity ids: alternatives within a type, all types must be met."""
    languages: tuple[str, ...] = ()
    stories: tuple[str, ...] = ()
    claim: ClaimFilter = field(default_factory=ClaimFilter)
    """What one figure of the article must be."""
    after: datetime | None = None
    before: datetime | None = None
    sort: Sort | None = None
    """None is ``relevance`` where words are asked for, else ``newest``."""
    folded: bool = False
    """Whether the articles of one story are one row: that of them which comes first."""
    limit: int = 20
    facets: tuple[FacetName, ...] = ()
    facet_q: str = ""
    """Words that a facet's values must have in their names."""
    significant: bool = False
    """Whether to find the words that tell the result from all other articles."""

    @property
    def order(self) -> Sort:
        """The order that results come in."""
        return self.sort or ("relevance" if self.q.strip() else "newest")

    @property
    def deciding(self) -> tuple[Any, ...]:
        """What decides which articles come, and in which order; page size and facets do not."""
        return (
            self.q,
            self.sources,
            self.entities,
            self.languages,
            self.stories,
            self.claim,
            self.after,
            self.before,
            self.order,
            self.folded,
        )

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

    def narrowed(self, *, without: FacetName | None = None) -> list[Json]:
        """The filters of what the search is narrowed to by facets, leaving out one facet's own."""
        filters: list[Json] = [
            {"terms": {FIELDS[facet]: list(chosen)}}
            for facet in FACETS
            if facet not in CLAIM_PARTS and facet != without and (chosen := self.chosen(facet))
        ]
        if claims := self.claim.filters(within="claims.", without=CLAIM_PARTS.get(without) if without else None):
            filters.append({"nested": {"path": "claims", "query": all_of(claims)}})
        return filters


@dataclass(frozen=True, slots=True)
class Page:
    """Where to read on: the index as it was (a point in time), the sort values of the last row, how many came, and
    the moment from which the age of an article is reckoned.
    """

    point_in_time: str
    after: tuple[float | int | str, ...] = ()
    seen: int = 0
    now: datetime | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """Elasticsearch's answer to a search, in which ``hits`` are the rows to show and ``total`` is how many there are
    in all; the names of the entities in its facets; where to read on from, if anywhere; how many articles were found,
    folded or not; and another spelling of what was typed, if that finds more.
    """

    answer: Mapping[str, Any]
    page: Page | None
    names: Mapping[str, str] = field(default_factory=dict)
    articles: int = 0
    did_you_mean: str | None = None


def between(after: datetime | None, before: datetime | None) -> list[Json]:
    """The filter of what was published from ``after`` on and before ``before``."""
    ends = {"gte": after, "lt": before}
    given = {end: moment.isoformat() for end, moment in ends.items() if moment}
    return [{"range": {"dated_at": given}}] if given else []


def all_of(filters: Iterable[Json]) -> Json:
    """What meets every one of these filters."""
    return {"bool": {"filter": list(filters)}}
