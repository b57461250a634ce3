"""What a person typed, as a query."""

from typing import Any

import pytest

from services.api.text_query import EXACT, MOST_CLAUSES, SEARCHED, text_query
from services.api.typed import MistakeError


def word(value: str) -> dict[str, Any]:
    return {"multi_match": {"query": value, "type": "phrase", "fields": list(SEARCHED)}}


def phrase(value: str) -> dict[str, Any]:
    return {"multi_match": {"query": value, "type": "phrase", "fields": list(EXACT)}}


def every(*queries: dict[str, Any]) -> dict[str, Any]:
    return {"bool": {"must": list(queries)}}


def some(*queries: dict[str, Any]) -> dict[str, Any]:
    return {"bool": {"should": list(queries), "minimum_should_match": 1}}


def without(query: dict[str, Any]) -> dict[str, Any]:
    return {"bool": {"must_not": [query]}}


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("", {"match_all": {}}),
        ("howitzers", word("howitzers")),
        ("howitzers kursk", every(word("howitzers"), word("kursk"))),
        ('"North Korean troops"', phrase("North Korean troops")),
        ("this OR that", some(word("this"), word("that"))),
        ("guns this OR that", every(word("guns"), some(word("this"), word("that")))),
        ("this AND that", every(word("this"), word("that"))),
        ("this -that", every(word("this"), without(word("that")))),
        ("-that", without(word("that"))),
        ("(one OR two) three", every(some(word("one"), word("two")), word("three"))),
        ("KN-23", word("KN-23")),
        ("a/b:c", word("a/b:c")),
    ],
)
def test_words_phrases_and_operators(typed: str, query: dict[str, Any]) -> None:
    assert text_query(typed) == query


def test_a_beginning_is_looked_for_unstemmed() -> None:
    query = text_query("howitz*")["simple_query_string"]
    assert query["query"] == "howitz*"
    assert query["flags"] == "PREFIX"
    assert query["fields"] == list(EXACT)


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("after:2024-11-01", {"range": {"dated_at": {"gte": "2024-11-01"}}}),
        ("before:2024-11-01", {"range": {"dated_at": {"lt": "2024-11-01"}}}),
        ("on:2024-11-01", {"range": {"dated_at": {"gte": "2024-11-01", "lt": "2024-11-02"}}}),
        ("lang:en", {"term": {"language": {"value": "en", "case_insensitive": True}}}),
        ("country:country/north-korea", {"term": {"country": "country/north-korea"}}),
        (
            'person:"Kim Jong Un"',
            {"multi_match": {"query": "Kim Jong Un", "type": "phrase", "fields": ["names.person.exact"]}},
        ),
        ("place:Kursk", {"multi_match": {"query": "Kursk", "type": "phrase", "fields": ["names.place"]}}),
        (
            "source:ft",
            some(*({"term": {f"source.{part}": {"value": "ft", "case_insensitive": True}}} for part in ("id", "name", "domain"))),
        ),
        (
            "action:kill",
            {"nested": {"path": "claims", "query": {"term": {"claims.action": {"value": "kill", "case_insensitive": True}}}}},
        ),
        ("-after:2024-11-01", without({"range": {"dated_at": {"gte": "2024-11-01"}}})),
        (
            "on:(2024-11-01 OR 2024-11-03)",
            some(*({"range": {"dated_at": {"gte": f"2024-11-0{day}", "lt": f"2024-11-0{day + 1}"}}} for day in (1, 3))),
        ),
    ],
)  # fmt: skip
def test_fields(typed: str, query: dict[str, Any]) -> None:
    assert text_query(typed) == query


def test_the_unit_of_a_figure_may_be_inflected() -> None:
    nested = text_query("unit:troops")["nested"]
    assert nested["path"] == "claims"
    assert "claims.unit.words" in str(nested["query"])


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("after:yesterday", "'yesterday' is not a day; write it as 2024-11-01"),
        ("colour:red", "there is no field 'colour'"),
        (" ".join(f"w{n}" for n in range(MOST_CLAUSES + 1)), f"{MOST_CLAUSES} at the most"),
    ],
)
def test_mistakes(typed: str, sentence: str) -> None:
    with pytest.raises(MistakeError, match=sentence):
        text_query(typed)
