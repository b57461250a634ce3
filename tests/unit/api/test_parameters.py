"""The parameters in the URL, and the question they ask."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from services.api.parameters import SearchParameters, article_search
from services.api.query import FACETS, ArticleSearch
from services.common.claim_filter import ClaimFilter


def asked(**parameters: Any) -> ArticleSearch:
    return article_search(SearchParameters(**parameters), 20)


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2024-11-01", datetime(2024, 11, 1, tzinfo=UTC)),
        ("2024-11-01T06:30:00Z", datetime(2024, 11, 1, 6, 30, tzinfo=UTC)),
        ("2024-11-01T06:30:00+02:00", datetime(2024, 11, 1, 4, 30, tzinfo=UTC)),
        ("2024-11-01T06:30:00", datetime(2024, 11, 1, 6, 30, tzinfo=UTC)),
    ],
)
def test_days_and_times(written: str, moment: datetime) -> None:
    assert asked(after=written).after == moment
    assert asked(before=written).before == moment


@pytest.mark.parametrize("written", ["", "yesterday", "2024-13-01", "2024-11-1x", "0001-01-01T00:00:00+14:00"])
def test_a_date_that_is_none_is_refused_with_how_to_write_one(written: str) -> None:
    with pytest.raises(ValidationError, match="write a day as 2024-11-01"):
        SearchParameters(after=written)


@pytest.mark.parametrize(
    ("parameters", "facets"),
    [
        ({}, FACETS),
        ({"cursor": "x"}, ()),
        ({"facets": ["person", "source"]}, ("source", "person")),
        ({"facets": ["person"], "cursor": "x"}, ("person",)),
        ({"facets": ["none"]}, ()),
    ],
)
def test_facets_are_counted_on_the_first_page_unless_said_otherwise(parameters: Any, facets: Any) -> None:
    assert asked(**parameters).facets == facets


def test_a_value_given_twice_is_one() -> None:
    assert asked(source=["a", "b", "a"]).sources == ("a", "b")


def test_everything_else_is_taken_as_it_is() -> None:
    search = asked(
        q="guns",
        entity=["country/russia"],
        language=["en"],
        sort="oldest",
        **{"claim.unit": ["troop"], "claim.category": ["personnel"]},
    )
    assert search == ArticleSearch(
        q="guns",
        entities=("country/russia",),
        languages=("en",),
        claim=ClaimFilter(unit=("troop",), category=("personnel",)),
        sort="oldest",
        folded=True,
        facets=FACETS,
    )


def test_articles_are_folded_unless_said_otherwise() -> None:
    assert asked().folded
    assert not asked(collapse="none").folded


@pytest.mark.parametrize(
    "parameters",
    [
        {"sources": ["a"]},
        {"collapse": "source"},
        {"facet_q": "x" * 101},
        {"q": "x" * 1001},
        {"entity": ["nobody"]},
        {"entity": ["planet/mars"]},
        {"sort": "best"},
        {"facets": ["persons"]},
        {"claim.category": ["people"]},
        {"source": ["x"] * 51},
        {"source": [""]},
    ],
)
def test_what_cannot_be_is_refused(parameters: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        SearchParameters(**parameters)
