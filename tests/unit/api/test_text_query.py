"""What a person types, as a query."""

import pytest

from services.api.text_query import text_query


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("howitzers", "howitzers"),
        ("  howitzers kursk ", "howitzers kursk"),
        ('"North Korean troops"', '"North Korean troops"'),
        ('"an unclosed quote', '"an unclosed quote'),
        ("this OR that", "this | that"),
        ("this or that", "this or that"),
        ("this AND that", "this + that"),
        ("this NOT that", "this -that"),
        ("this -that", "this -that"),
        ('NOT "this OR that"', '-"this OR that"'),
        ('troops -"North Korea"', 'troops -"North Korea"'),
        ('"one" OR "two"', '"one" | "two"'),
        ("(one OR two) three", "(one | two) three"),
        ("ORDER NOTES BRAND", "ORDER NOTES BRAND"),
        ("Kyiv - Moscow", "Kyiv   Moscow"),
        ("KN-23", "KN-23"),
        ("howitz*", "howitz*"),
        ("guns~2", "guns 2"),
        ("a \\ b", "a   b"),
    ],
)
def test_what_is_typed(typed: str, query: str) -> None:
    assert text_query(typed)["simple_query_string"]["query"] == query


def test_all_words_must_occur_and_names_of_entities_are_searched() -> None:
    query = text_query("kim kursk")["simple_query_string"]
    assert query["default_operator"] == "and"
    assert "title^3" in query["fields"]
    assert any(field.startswith("entity_names") for field in query["fields"])


def test_only_bounded_operators_are_on() -> None:
    flags = text_query("x")["simple_query_string"]["flags"].split("|")
    assert not {"ALL", "FUZZY", "NEAR", "SLOP"} & set(flags)
    assert {"PHRASE", "OR", "NOT", "PREFIX"} <= set(flags)
