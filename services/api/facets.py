"""What is counted beside a search: facets, dates over time, the words that set a result apart. Pure.

A facet is counted without its own filter, so that the values beside a chosen one stay in sight, and with every other,
so that adding a value leaves exactly as many articles as it says.
"""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from services.api.query import CLAIM_PARTS, ENTITY_TYPES, FIELDS, ArticleSearch, FacetName, Json, all_of

FACET_VALUES: Final = 10
HISTOGRAM_BUCKETS: Final = 40
SIGNIFICANT_WORDS: Final = 12
SAMPLE: Final = 200
"""The best articles of a result, from whose texts its significant words are taken."""
COMMON: Final = 3
"""A significant word is in so many articles of the sample at the least."""

MOST_WORDS: Final = 4
"""Words of a name that are looked for; a pattern of many is too much for the engine."""

_WORD: Final = re.compile(r"[^\W_]+")


def facet(search: ArticleSearch, name: FacetName, named: Sequence[str] = ()) -> Json:
    """The most frequent values, and besides them the chosen ones, which must stay in sight however rare they are.

    Where the search asks for words in the names of values (``facet_q``), those that have them, and ``named``: entities
    that are known by such a name.
    """
    filters = search.narrowed(without=name)
    if not search.facet_q.strip():
        counted = {"most": _most(search, name)}
        if chosen := search.chosen(name):
            counted["chosen"] = _most(search, name, only=chosen)
        return {"filter": all_of(filters), "aggs": counted}
    if name == "source":  # an outlet's id may have nothing of its name; as an article has one, that is asked itself
        return {"filter": all_of([*filters, _source_like(search.facet_q)]), "aggs": {"most": _most(search, name)}}
    counted = {"most": _most(search, name, like=words_of_name(search.facet_q))}
    if known := [entity for entity in named if entity.startswith(f"{name}/")]:
        counted["named"] = _most(search, name, only=known)
    return {"filter": all_of(filters), "aggs": counted}


def dates(search: ArticleSearch) -> Json:
    """How many articles over time, in intervals that suit the whole span (from an hour to years)."""
    histogram = {"field": "dated_at", "buckets": HISTOGRAM_BUCKETS, "minimum_interval": "hour"}
    return {"filter": all_of(search.narrowed()), "aggs": {"intervals": {"auto_date_histogram": histogram}}}


def significant(search: ArticleSearch, asked: Sequence[str]) -> Json:
    """The words that are far more frequent in the best articles of the result than elsewhere, those that were asked
    for aside. Copies of one report count once.
    """
    words = {
        "significant_text": {
            "field": "text.exact",
            "source_fields": ["text"],
            "filter_duplicate_text": True,
            "size": SIGNIFICANT_WORDS,
            "min_doc_count": COMMON,
            **({"exclude": sorted({word.casefold() for word in asked})} if asked else {}),
        }
    }
    sampled = {"sampler": {"shard_size": SAMPLE}, "aggs": {"words": words}}
    return {"filter": all_of(search.narrowed()), "aggs": {"sample": sampled}}


def words_of_name(written: str) -> tuple[str, ...]:
    """The words of a name as an id has them: small letters without accents."""
    letters = unicodedata.normalize("NFKD", written.casefold())
    return tuple(_WORD.findall("".join(char for char in letters if not unicodedata.combining(char))))


def having_words(words: Sequence[str], *, any_case: bool = False) -> str:
    """A pattern (Lucene's) of values that have a word beginning with each of these, in this order."""
    written = [_either_case(word) if any_case else word for word in words[:MOST_WORDS]]
    return "(.*[^A-Za-z0-9])?" + ".*[^A-Za-z0-9]".join(written) + ".*"


def _either_case(word: str) -> str:
    return "".join(f"[{letter}{letter.upper()}]" if letter.isascii() else letter for letter in word)


def _most(search: ArticleSearch, name: FacetName, *, only: Sequence[str] = (), like: Sequence[str] = ()) -> Json:
    asked: Json = {"size": FACET_VALUES}
    if only:
        asked = {"size": len(only), "include": list(only)}
    elif like:
        kind = f"{name}/" if name in ENTITY_TYPES else ""
        asked["include"] = kind + having_words(like, any_case=not kind)
    part = CLAIM_PARTS.get(name)
    same_claim = search.claim.filters(within="claims.", without=part) if part else []
    if not same_claim:
        named: Json = {"aggs": {"name": {"terms": {"field": "source.name", "size": 1}}}} if name == "source" else {}
        return {"terms": {"field": FIELDS[name], **asked}, **named}
    # Another condition holds for the claim itself, so its values are counted claim by claim, then as articles.
    in_claims = {
        "terms": {"field": f"claims.{part}", "order": [{"articles": "desc"}, {"_key": "asc"}], **asked},
        "aggs": {"articles": {"reverse_nested": {}}},
    }
    return {
        "nested": {"path": "claims"},
        "aggs": {"same": {"filter": all_of(same_claim), "aggs": {"values": in_claims}}},
    }


def _source_like(written: str) -> Json:
    """The articles of outlets that have these words in name, id or address."""
    pattern = having_words(words_of_name(written))
    fields = ("source.name", "source.id", "source.domain")
    asked = [{"regexp": {field: {"value": pattern, "case_insensitive": True}}} for field in fields]
    return {"bool": {"should": asked, "minimum_should_match": 1}}
