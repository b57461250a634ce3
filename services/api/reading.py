"""From Elasticsearch's answers to ours. Pure: JSON in, models out."""

import html
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from services.api.query import ENTITY_TYPES, ArticleSearch, FacetName, Found, Json
from services.api.responses import (
    ArticleList,
    Dates,
    FacetValue,
    FoundArticle,
    Interval,
    SignificantWord,
    WholeArticle,
)
from services.common.claim_filter import ClaimFilter

ENTITIES_SHOWN: Final = 20
CLAIMS_SHOWN: Final = 5

_MARKED: Final = re.compile(r"<mark>(.*?)</mark>", re.DOTALL)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def article_list(search: ArticleSearch, found: Found, following: str | None) -> ArticleList:
    """One page of a search."""
    answer = found.answer
    counted = answer.get("aggregations", {})
    return ArticleList(
        total=answer["hits"]["total"]["value"],
        articles=found.articles,
        items=tuple(found_article(search, hit) for hit in answer["hits"]["hits"]),
        facets={name: _facet(counted[name], search, name, found.names) for name in search.facets},
        dates=dates_counted(counted["dates"]["intervals"]) if "dates" in counted else None,
        did_you_mean=found.did_you_mean,
        significant=_significant(counted["significant"]["sample"]["words"]) if search.significant else None,
        next=following,
    )


def found_articles(search: ArticleSearch, answer: Mapping[str, Any]) -> list[FoundArticle]:
    """The articles of an answer, without what was counted beside them."""
    return [found_article(search, hit) for hit in answer["hits"]["hits"]]


def whole_article(document: Mapping[str, Any]) -> WholeArticle:
    """One article with its entities and claims, from its document."""
    return WholeArticle.model_validate(document)


def entities_in_facets(answer: Mapping[str, Any]) -> set[str]:
    """The ids of the entities whose names the facets need."""
    counted = answer.get("aggregations", {})
    return {str(bucket["key"]) for kind in ENTITY_TYPES if kind in counted for bucket in _buckets(counted[kind])}


def names_in_hits(answer: Mapping[str, Any]) -> dict[str, str]:
    """The names of the entities of the articles in an answer."""
    return {
        entity["id"]: entity["name"]
        for hit in answer.get("hits", {}).get("hits", ())
        for entity in hit["_source"].get("entities", ())
    }


def found_article(search: ArticleSearch, hit: Mapping[str, Any]) -> FoundArticle:
    """An article in a list. It is checked as a whole, in one go: a page has some hundred models in it."""
    document = hit["_source"]
    found = hit.get("highlight", {})
    title, text = next(iter(found.get("title", ())), None), found.get("text", ())
    claims = document.get("claims", ())
    return FoundArticle.model_validate(
        {
            **document,
            "highlights": {"title": title, "text": text},
            "entities": _entities(document.get("entities", ())),
            "claims": _leading_claims(search, claims, _marked_words(title or "", text)),
            "claims_total": len(claims),
            "copies": hit.get("copies"),
        }
    )


def _entities(entities: Iterable[Json]) -> list[Json]:
    mentioned = [
        {**entity, "mentions": len(entity.get("mentions", ())) + len(entity.get("demonyms", ()))} for entity in entities
    ]
    return sorted(mentioned, key=lambda entity: -entity["mentions"])[:ENTITIES_SHOWN]


def _marked_words(title: str, text: Iterable[str]) -> set[str]:
    marked = _MARKED.findall(" ".join((title, *text)))
    return {html.unescape(word).casefold() for word in marked}


def _leading_claims(search: ArticleSearch, claims: Iterable[Json], words: set[str]) -> list[Json]:
    """The claims to show: those that are asked for first, then those that speak of what is looked for, as written."""
    asked = search.claim != ClaimFilter()

    def rank(claim: Json) -> tuple[bool, bool, int]:
        sentence = claim["sentence"].casefold() if words else ""
        unasked = asked and not search.claim.meets(claim)
        return unasked, not any(word in sentence for word in words), claim["start"]

    return sorted(claims, key=rank)[:CLAIMS_SHOWN]


def _facet(counted: Json, search: ArticleSearch, facet: FacetName, names: Mapping[str, str]) -> tuple[FacetValue, ...]:
    chosen = search.chosen(facet)
    counts = {} if search.facet_q.strip() else dict.fromkeys(chosen, 0)
    readable = dict(names)
    for bucket in _buckets(counted):
        value = str(bucket["key"])
        counts[value] = bucket["articles"]["doc_count"] if "articles" in bucket else bucket["doc_count"]
        if named := bucket.get("name", {}).get("buckets"):
            readable[value] = named[0]["key"]
    values = [
        FacetValue(id=value, name=readable.get(value) or legible(value), count=count, chosen=value in chosen)
        for value, count in counts.items()
    ]
    return tuple(sorted(values, key=lambda value: (-value.count, value.name, value.id)))


def _buckets(counted: Json) -> list[Json]:
    """The buckets of a facet, whether it was counted by article or, nested, claim by claim."""
    parts = (counted[part] for part in ("most", "named", "chosen") if part in counted)
    return [
        bucket
        for part in parts
        for bucket in (part["buckets"] if "buckets" in part else part["same"]["values"]["buckets"])
    ]


def legible(value: str) -> str:
    """An entity's id as a name, for want of a better one; anything else as it is."""
    kind, slash, name = value.partition("/")
    return name.replace("-", " ").title() if slash and kind in ENTITY_TYPES else value


def _significant(counted: Json) -> tuple[SignificantWord, ...]:
    return tuple(
        SignificantWord(word=bucket["key"], count=bucket["doc_count"], score=bucket["score"])
        for bucket in counted["buckets"]
    )


def dates_counted(counted: Json) -> Dates:
    """Articles over time, by the answer to an ``auto_date_histogram``."""
    return Dates(
        interval=counted["interval"],
        intervals=tuple(
            Interval(from_=_EPOCH + timedelta(milliseconds=bucket["key"]), count=bucket["doc_count"])
            for bucket in counted["buckets"]
        ),
    )


def moment(milliseconds: float | None) -> datetime | None:
    """A moment as Elasticsearch counts it; None stays None."""
    return None if milliseconds is None else _EPOCH + timedelta(milliseconds=milliseconds)
