"""From what was asked of the articles to what Elasticsearch is asked. Pure: a value in, a request body out."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from services.api import facets, folding
from services.api.query import ArticleSearch, Json, Page, Sort, all_of, between
from services.api.spelling import words_asked
from services.api.text_query import HIGHLIGHTED, text_query

FRAGMENT: Final = 180
FRAGMENTS: Final = 3
ANALYSED: Final = 1_000_000
"""Characters of a text that are highlighted; Elasticsearch refuses the whole search over a longer one otherwise."""
WHOLE_AT_ONCE: Final = 200
"""Articles that are read whole at a time, some megabytes."""
HALF_LIFE: Final = "30d"
"""Half of what a fresh article has over an old one is gone after so long."""
FRESH: Final = 0.3
"""How much more a fresh article's score counts than a very old one's, as a share of it."""

_SORTS: Final[Mapping[Sort, list[Json]]] = {
    "relevance": [{"_score": "desc"}, {"dated_at": "desc"}, {"id": "asc"}],
    "newest": [{"dated_at": "desc"}, {"id": "asc"}],
    "oldest": [{"dated_at": "asc"}, {"id": "asc"}],
}
IN_LIST: Final = [
    "id", "revision", "title", "url", "source", "published_at", "fetched_at", "language", "description", "story",
    "entities.id", "entities.type", "entities.name", "entities.mentions.start", "entities.demonyms.start", "claims",
]  # fmt: skip


def search_body(
    search: ArticleSearch,
    page: Page | None = None,
    *,
    keep_alive: str = "5m",
    named: Sequence[str] = (),
    counted: bool = True,
) -> Json:
    """The request body of a search: this page of articles, the exact total, facets and dates where asked for.

    ``named`` are entities that are known by the name which is looked for in the facets; ``counted``: with what is
    counted beside the articles.
    """
    now = page.now if page else None
    body: Json = {
        "query": _query(search, now, narrowed=not search.facets),
        "track_total_hits": True,
        "size": search.limit,
    }
    if search.limit:
        body |= {"sort": _SORTS[search.order], "_source": IN_LIST, "highlight": _highlight()}
    # Facets are counted over more than the articles that are shown; the filters they see come after.
    if search.facets and (filters := search.narrowed()):
        body["post_filter"] = all_of(filters)
    if counted and (aggregations := _counted(search, named)):
        body["aggs"] = aggregations
    if page:
        body["pit"] = {"id": page.point_in_time, "keep_alive": keep_alive}
    if search.limit and page and page.after:
        body["search_after"] = list(page.after)
    elif search.limit and search.folded:
        body["collapse"] = {"field": "story"}
    return body


def in_two(body: Json) -> tuple[Json, Json]:
    """The body of a search at a page as two: one for its rows and their number, one for what is counted beside them.

    Both see the same point in time; the engine works on them at once, each on a processor (ADR 0016).
    """
    rows = {part: value for part, value in body.items() if part != "aggs"}
    return rows, {"size": 0, "track_total_hits": False, **{part: body[part] for part in ("query", "aggs", "pit")}}


def whole_body(search: ArticleSearch, page: Page | None, *, keep_alive: str = "5m") -> Json:
    """The request body of the next articles of a search, with all that is known of each; none is folded."""
    plain = replace(search, folded=False, facets=(), significant=False, limit=WHOLE_AT_ONCE)
    body = search_body(plain, page, keep_alive=keep_alive, counted=False)
    del body["highlight"]
    body["_source"] = {"excludes": ["signature", "names", "locations"]}
    body["track_total_hits"] = not (page and page.seen)
    return body


def among_body(search: ArticleSearch, articles: Sequence[str]) -> Json:
    """The request body that tells which of these articles a search finds."""
    plain = replace(search, sort="newest", folded=False, facets=(), significant=False, limit=len(articles))
    body = search_body(plain, counted=False)
    body["query"] = {"bool": {"must": [body["query"]], "filter": [{"ids": {"values": list(articles)}}]}}
    body["track_total_hits"] = False
    return body


def revisions_body(articles: Sequence[str]) -> Json:
    """The request body that tells which of these articles there are, and in which revision."""
    return {
        "query": {"bool": {"filter": [{"ids": {"values": list(articles)}}]}},
        "size": len(articles),
        "track_total_hits": False,
        "_source": ["revision"],
    }


def first_body(search: ArticleSearch, stories: Sequence[str], page: Page, *, keep_alive: str = "5m") -> Json:
    """The request body that tells which article of each of these stories comes first, and how many each has."""
    asked = _query(search, page.now, narrowed=True)
    return {
        "query": {"bool": {"must": [asked], "filter": [{"terms": {"story": list(stories)}}]}},
        "track_total_hits": False,
        "size": len(stories),
        "sort": _SORTS[search.order],
        "_source": False,
        "collapse": {"field": "story"},
        "aggs": {"stories": {"terms": {"field": "story", "size": len(stories)}}},
        "pit": {"id": page.point_in_time, "keep_alive": keep_alive},
    }


def twice_body(search: ArticleSearch, page: Page | None, part: int, parts: int) -> Json:
    """The request body that counts one part of the stories found more than once, where they are too many for one."""
    body: Json = {
        "query": _query(search, None, narrowed=True),
        "track_total_hits": False,
        "size": 0,
        "aggs": {folding.TWICE: folding.twice(search, part=part, parts=parts)},
    }
    return body | ({"pit": {"id": page.point_in_time}} if page else {})


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


def _query(search: ArticleSearch, now: datetime | None, *, narrowed: bool) -> Json:
    filters = between(search.after, search.before)
    if search.stories:
        filters.append({"terms": {"story": list(search.stories)}})
    if narrowed:
        filters += search.narrowed()
    asked: Json = {"bool": {"must": [text_query(search.q)], "filter": filters}}
    return _with_age(asked, now) if search.order == "relevance" and now else asked


def _with_age(asked: Json, now: datetime) -> Json:
    """The same, with the score of what is fresh raised a little: gently, as what fits better must stay before it."""
    curve = {"dated_at": {"origin": now.isoformat(), "scale": HALF_LIFE, "decay": 0.5}}
    return {
        "function_score": {
            "query": asked,
            "functions": [{"weight": 1.0}, {"exp": curve, "weight": FRESH}],
            "score_mode": "sum",
            "boost_mode": "multiply",
        }
    }


def _counted(search: ArticleSearch, named: Sequence[str]) -> Json:
    counted: Json = {name: facets.facet(search, name, named) for name in search.facets}
    if search.facets:
        counted["dates"] = facets.dates(search)
    if search.significant:
        counted["significant"] = facets.significant(search, words_asked(search.q))
    if search.folded:
        counted[folding.TWICE] = folding.twice(search)
    return counted


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
