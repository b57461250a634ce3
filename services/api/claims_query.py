"""From what was asked of the figures themselves to what Elasticsearch is asked. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, Literal

from services.api.query import Json, Page, between
from services.common.claim_filter import ClaimFilter

Sort = Literal["newest", "oldest", "greatest", "least"]
AT_ONCE: Final = 1000
"""Claims that are read at a time where all are."""
_SORTS: Final[Mapping[Sort, list[Json]]] = {
    "newest": [{"dated_at": "desc"}, {"id": "asc"}],
    "oldest": [{"dated_at": "asc"}, {"id": "asc"}],
    # By the number said: the lower end where there are two, and what has only an upper end last.
    "greatest": [{"low": {"order": "desc", "missing": "_last"}}, {"high": "desc"}, {"id": "asc"}],
    "least": [{"low": {"order": "asc", "missing": "_last"}}, {"high": "asc"}, {"id": "asc"}],
}


@dataclass(frozen=True, slots=True)
class ClaimSearch:
    """What was asked for. Empty parts ask for nothing; ``after`` is included, ``before`` is not."""

    q: str = ""
    """Words that must all stand in the claim's sentence."""
    item: str = ""
    """Words of what is counted: "Koksan howitzers"."""
    claim: ClaimFilter = field(default_factory=ClaimFilter)
    sources: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    stories: tuple[str, ...] = ()
    after: datetime | None = None
    before: datetime | None = None
    sort: Sort = "newest"
    limit: int = 20

    @property
    def deciding(self) -> tuple[Any, ...]:
        """What decides which claims come, and in which order."""
        return (
            self.q,
            self.item,
            self.claim,
            self.sources,
            self.languages,
            self.stories,
            self.after,
            self.before,
            self.sort,
        )


def claims_body(search: ClaimSearch, page: Page | None = None, *, keep_alive: str = "5m") -> Json:
    """The request body of a search: this page of claims and the exact total."""
    body: Json = {"query": _query(search), "track_total_hits": True, "size": search.limit, "sort": _SORTS[search.sort]}
    if page:
        body["pit"] = {"id": page.point_in_time, "keep_alive": keep_alive}
        if page.after and search.limit:
            body["search_after"] = list(page.after)
    return body


def every_claim_body(search: ClaimSearch, page: Page | None, *, keep_alive: str = "5m") -> Json:
    """The request body of the next claims of a search that is walked to its end."""
    body = claims_body(replace(search, limit=AT_ONCE), page, keep_alive=keep_alive)
    body["track_total_hits"] = not (page and page.seen)
    return body


def _query(search: ClaimSearch) -> Json:
    filters = [*search.claim.filters(), *between(search.after, search.before)]
    for name, chosen in (("source.id", search.sources), ("language", search.languages), ("story", search.stories)):
        if chosen:
            filters.append({"terms": {name: list(chosen)}})
    for name, words in (("sentence", search.q), ("item", search.item)):
        if words.strip():
            filters.append({"match": {name: {"query": words, "operator": "and"}}})
    return {"bool": {"filter": filters}}
