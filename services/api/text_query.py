"""What a person typed, as a query. The one place where the language of ``q`` is decided.

Words must all occur, in the title, the text, or among the names of the article's entities; ``"a phrase"``, ``OR``,
``-word`` or ``NOT word``, ``(…)``, ``prefix*``, and the fields of ``FIELDS``. OR binds closer than standing side by
side: ``guns this OR that`` is guns with one of the two. Parsed by luqum (Lucene's syntax), of which only this subset is
let through (``services.api.typed``); the query is built here clause by clause, so that nothing typed reaches
Elasticsearch as a program.
"""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, Final

from luqum.thread import parse
from luqum.tree import (
    AndOperation,
    FieldGroup,
    Group,
    Item,
    Not,
    OrOperation,
    Phrase,
    SearchField,
    UnknownOperation,
    Word,
)

from services.api.typed import MistakeError, tidied

Json = dict[str, Any]

LONGEST: Final = 1000
"""Characters."""
MOST_CLAUSES: Final = 64
"""Words and phrases of one query; each is looked for in every field of ``SEARCHED``."""

SEARCHED: Final = ("title^3", "text", "entity_names^2")
EXACT: Final = ("title.exact^3", "text.exact", "entity_names.exact^2")
HIGHLIGHTED: Final[Mapping[str, tuple[str, ...]]] = {
    "title": ("title", "title.exact"),
    "text": ("text", "text.exact"),
}
"""The fields whose matches are shown in each field: quoted phrases are looked for in ``.exact``, unstemmed."""

Leaf = Callable[[str, bool], Json]
"""From a value, and whether it was quoted, to its query."""


def text_query(q: str) -> Json:
    """The Elasticsearch query of what was typed; every article where nothing was.

    Raises:
        MistakeError: what was typed cannot mean what it says; the sentence says what is wrong, and where.
    """
    typed = tidied(q, FIELDS)
    if not typed:
        return {"match_all": {}}
    tree = parse(typed)
    _bounded(tree)
    return _query(tree, _anywhere)


def _query(node: Item, leaf: Leaf) -> Json:
    if isinstance(node, Word):
        return leaf(_plain(node.value), False)
    if isinstance(node, Phrase):
        return leaf(node.value[1:-1], True)
    if isinstance(node, SearchField):
        leaf = FIELDS[node.name]
    parts = [_query(child, leaf) for child in node.children]
    match node:
        case Group() | FieldGroup() | SearchField():
            return parts[0]
        case Not():
            return {"bool": {"must_not": parts}}
        case OrOperation():
            return _any_of(parts)
    assert isinstance(node, AndOperation | UnknownOperation)  # noqa: S101 - ``tidied`` lets nothing else through
    return {"bool": {"must": parts}}


def _bounded(tree: Item) -> None:
    waiting, clauses = [tree], 0
    while waiting:
        node = waiting.pop()
        clauses += isinstance(node, Word | Phrase)
        waiting += node.children
    if clauses > MOST_CLAUSES:
        raise MistakeError(f"{clauses} words and phrases; {MOST_CLAUSES} at the most can be looked for at once.")


def _plain(value: str) -> str:
    """A word without the backslashes that kept its characters from the parser."""
    return value.replace("\\", "")


def _anywhere(value: str, quoted: bool) -> Json:
    """Title, text or an entity's name. What the analysis makes several words of (KN-23) must stand together."""
    if value.endswith("*") and not quoted:
        return _beginning(value, EXACT)
    return {"multi_match": {"query": value, "type": "phrase", "fields": list(EXACT if quoted else SEARCHED)}}


def _in(*fields: str, exact: str = ".exact") -> Leaf:
    def leaf(value: str, quoted: bool) -> Json:
        if value.endswith("*") and not quoted:
            return _beginning(value, tuple(f"{field}{exact}" for field in fields))
        asked = [f"{field}{exact}" for field in fields] if quoted else list(fields)
        return {"multi_match": {"query": value, "type": "phrase", "fields": asked}}

    return leaf


def _beginning(value: str, fields: tuple[str, ...]) -> Json:
    """Unstemmed words that begin so. As a query of its own it is folded the way the words are."""
    escaped = value.replace("\\", " ").replace('"', " ")
    return {
        "simple_query_string": {
            "query": escaped,
            "fields": list(fields),
            "flags": "PREFIX",
            "default_operator": "and",
            "analyze_wildcard": True,
        }
    }


def _keyword(*fields: str) -> Leaf:
    """One of these has just this value, in whatever case; or begins so."""

    def leaf(value: str, quoted: bool) -> Json:
        how = "prefix" if value.endswith("*") and not quoted else "term"
        asked = {"value": value.rstrip("*"), "case_insensitive": True}
        return _any_of([{how: {field: asked}} for field in fields])

    return leaf


def _entity(kind: str) -> Leaf:
    """An entity of this type, by its id or by any name that the article or our knowledge gives it."""
    by_name = _in(f"names.{kind}")

    def leaf(value: str, quoted: bool) -> Json:
        if value.startswith(f"{kind}/"):
            return {"term": {kind: value}}
        return by_name(value, quoted)

    return leaf


def _claim(*fields: str, words: tuple[str, ...] = ()) -> Leaf:
    """A figure that has this value; ``words`` are fields in which it may be inflected."""

    def leaf(value: str, quoted: bool) -> Json:
        asked = [_keyword(*fields)(value, quoted)]
        if words:
            asked.append(_in(*words, exact="")(value, quoted))
        return {"nested": {"path": "claims", "query": _any_of(asked)}}

    return leaf


def _from_day(value: str, _quoted: bool) -> Json:
    return {"range": {"dated_at": {"gte": _day(value).isoformat()}}}


def _until_day(value: str, _quoted: bool) -> Json:
    return {"range": {"dated_at": {"lt": _day(value).isoformat()}}}


def _on_day(value: str, _quoted: bool) -> Json:
    day = _day(value)
    return {"range": {"dated_at": {"gte": day.isoformat(), "lt": (day + timedelta(days=1)).isoformat()}}}


def _day(value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise MistakeError(f"{value!r} is not a day; write it as 2024-11-01.") from None


def _any_of(queries: list[Json]) -> Json:
    return queries[0] if len(queries) == 1 else {"bool": {"should": queries, "minimum_should_match": 1}}


_LANGUAGE: Final = _keyword("language")
_UNIT: Final = _claim("claims.unit", words=("claims.unit.words",))

FIELDS: Final[Mapping[str, Leaf]] = {
    "title": _in("title"),
    "text": _in("text"),
    "author": _in("authors"),
    "source": _keyword("source.id", "source.name", "source.domain"),
    "lang": _LANGUAGE,
    "language": _LANGUAGE,
    "person": _entity("person"),
    "organisation": _entity("organisation"),
    "country": _entity("country"),
    "place": _entity("place"),
    "military_unit": _entity("military_unit"),
    "weapon": _entity("weapon"),
    "unit": _UNIT,
    "category": _claim("claims.category"),
    "action": _claim("claims.action"),
    "after": _from_day,
    "before": _until_day,
    "on": _on_day,
}
"""What can stand before a colon."""
