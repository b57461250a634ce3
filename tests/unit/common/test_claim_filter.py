"""What a figure must be."""

from typing import Any

import pytest

from services.common.claim_filter import ClaimFilter

NK = "country/north-korea"
CLAIM: dict[str, Any] = {
    "category": "personnel", "unit": "troop", "action": "send", "actor": NK, "place": None, "low": 12_000.0, "high": None,
    "modality": "asserted", "qualifier": "more_than", "attributed_to": {"entity": "person/john-kirby"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "filters"),
    [
        (ClaimFilter(), []),
        (ClaimFilter(unit=("soldier", "troop")), [{"terms": {"claims.unit": ["soldier", "troop"]}}]),
        (ClaimFilter(speaker=("person/x",)), [{"terms": {"claims.attributed_to.entity": ["person/x"]}}]),
        (ClaimFilter(least=10, most=12), [{"range": {"claims.value": {"gte": 10, "lte": 12, "relation": "intersects"}}}]),
        (ClaimFilter(most=0), [{"range": {"claims.value": {"lte": 0, "relation": "intersects"}}}]),
        (
            ClaimFilter(unit=("troop",), category=("personnel",)),
            [{"terms": {"claims.category": ["personnel"]}}, {"terms": {"claims.unit": ["troop"]}}],
        ),
    ],
)  # fmt: skip
def test_filters(asked: ClaimFilter, filters: list[Any]) -> None:
    assert asked.filters(within="claims.") == filters


def test_a_facet_leaves_its_own_part_out() -> None:
    asked = ClaimFilter(unit=("troop",), category=("personnel",))
    assert asked.filters(without="unit") == [{"terms": {"category": ["personnel"]}}]


@pytest.mark.parametrize(
    ("asked", "meets"),
    [
        (ClaimFilter(), True),
        (ClaimFilter(unit=("troop",), actor=(NK,)), True),
        (ClaimFilter(unit=("soldier",)), False),
        (ClaimFilter(speaker=("person/john-kirby",)), True),
        (ClaimFilter(speaker=("person/x",)), False),
        (ClaimFilter(place=("country/russia",)), False),
        (ClaimFilter(least=15_000), True),
        (ClaimFilter(most=11_000), False),
        (ClaimFilter(least=10_000, most=12_000), True),
    ],
)
def test_a_claim_that_is_asked_for(asked: ClaimFilter, meets: bool) -> None:
    assert asked.meets(CLAIM) is meets


def test_a_claim_without_a_speaker_is_nobodys() -> None:
    assert not ClaimFilter(speaker=("person/x",)).meets({**CLAIM, "attributed_to": None})
