"""What is asked of the figures themselves, without Elasticsearch."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from services.api.claim_parameters import ClaimParameters, SeriesParameters, claim_search
from services.api.claims_query import ClaimSearch, claims_body
from services.api.query import Page
from services.common.claim_filter import ClaimFilter

NK = "country/north-korea"
NOVEMBER = datetime(2024, 11, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("search", "filters"),
    [
        (ClaimSearch(), []),
        (ClaimSearch(claim=ClaimFilter(actor=(NK,), unit=("troop",))), [{"terms": {"unit": ["troop"]}}, {"terms": {"actor": [NK]}}]),
        (ClaimSearch(sources=("a",), stories=("s",)), [{"terms": {"source.id": ["a"]}}, {"terms": {"story": ["s"]}}]),
        (ClaimSearch(item="Koksan howitzers"), [{"match": {"item": {"query": "Koksan howitzers", "operator": "and"}}}]),
        (ClaimSearch(q="  "), []),
        (ClaimSearch(after=NOVEMBER), [{"range": {"dated_at": {"gte": "2024-11-01T00:00:00+00:00"}}}]),
    ],
)  # fmt: skip
def test_filters(search: ClaimSearch, filters: list[Any]) -> None:
    body = claims_body(search)
    assert body["query"]["bool"]["filter"] == filters
    assert body["track_total_hits"] is True


@pytest.mark.parametrize("sort", ["newest", "oldest", "greatest", "least"])
def test_every_order_is_total(sort: Any) -> None:
    assert claims_body(ClaimSearch(sort=sort))["sort"][-1] == {"id": "asc"}


def test_a_page_reads_on_where_the_one_before_ended() -> None:
    body = claims_body(ClaimSearch(), Page("pit", (1, "a"), 20))
    assert body["pit"] == {"id": "pit", "keep_alive": "5m"}
    assert body["search_after"] == [1, "a"]


def test_the_parameters_ask_the_question() -> None:
    given = ClaimParameters(unit=("troop", "soldier", "troop"), actor=(NK,), min=10_000, max=12_000, sort="greatest")
    search = claim_search(given)
    assert search.claim == ClaimFilter(unit=("soldier", "troop"), actor=(NK,), least=10_000, most=12_000)
    assert search.sort == "greatest"


@pytest.mark.parametrize("given", [{}, {"actor": (NK,)}, {"item": "  "}])
def test_a_series_is_of_one_thing(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="give `unit`, `item` or `category` at least"):
        SeriesParameters(**given)
