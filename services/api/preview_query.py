"""The articles that a rule could match, as Elasticsearch is asked for them: all that do, and some more. Pure."""

from datetime import datetime
from typing import Final

from services.api.query import Json, all_of
from services.common.messages import Rule
from services.common.rules.figures import Asked

COMPARED: Final = frozenset({"first", "new", "moved"})
"""Of what depends on earlier figures, all that are compared are asked for, whatever else the rule asks."""


def candidates_query(rule: Rule, since: datetime, until: datetime) -> Json:
    """The query of the articles between two moments that the rule could match, or that those are compared with.

    The index takes more words for the same than a rule does (verbs are stemmed), so it misses none.
    """
    recent: Json = {"range": {"dated_at": {"gte": since.isoformat(), "lte": until.isoformat()}}}
    if rule.figures and rule.figures.when in COMPARED:
        return all_of([recent, *_figures(rule, bounds=False)])
    filters = [recent, *(_phrase(phrase) for phrase in rule.all), *_figures(rule, bounds=True)]
    if rule.any:
        filters.append(_either([_phrase(phrase) for phrase in rule.any]))
    if rule.entities:
        filters.append(_either([{"term": {entity.partition("/")[0]: entity}} for entity in rule.entities]))
    if rule.sources:
        filters.append({"terms": {"source.id": list(rule.sources)}})
    if rule.languages:
        filters.append({"terms": {"language": list(rule.languages)}})
    return all_of(filters)


def _phrase(phrase: str) -> Json:
    return {"multi_match": {"query": phrase, "type": "phrase", "fields": ["title", "text"]}}


def _figures(rule: Rule, *, bounds: bool) -> list[Json]:
    if not rule.figures:
        return []
    figures = rule.figures if bounds else rule.figures.model_copy(update={"min": None, "max": None})
    filters = Asked.by(figures).filter.filters(within="claims.")
    if figures.item:
        filters.append({"match": {"claims.item": {"query": figures.item, "operator": "and"}}})
    return [{"nested": {"path": "claims", "query": all_of(filters)}}]


def _either(queries: list[Json]) -> Json:
    return {"bool": {"should": queries, "minimum_should_match": 1}}
