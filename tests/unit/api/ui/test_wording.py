"""Figures in words."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.api.ui.wording import about, bounds, counted, minute, note
from services.common.messages import AsOf, Attribution, Claim


def a_claim(**given: Any) -> Claim:
    return Claim(
        **{
            "id": "c", "text": "", "start": 0, "end": 1, "sentence": "", "qualifier": "exact", "category": "personnel",
            "item": "troops", "unit": "troop", **given,
        }
    )  # fmt: skip


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"low": 50, "high": 50}, "50"),
        ({"low": 50, "high": 50, "qualifier": "approximate"}, "about 50"),
        ({"low": 12_000, "high": None, "qualifier": "more_than"}, "more than 12,000"),
        ({"low": 12_000, "high": None, "qualifier": "at_least"}, "at least 12,000"),
        ({"low": None, "high": 300, "qualifier": "less_than"}, "less than 300"),
        ({"low": None, "high": 300, "qualifier": "at_most"}, "at most 300"),
        ({"low": 2_000, "high": 3_000, "qualifier": "range"}, "2,000 to 3,000"),
        ({"low": 6_000, "high": 6_000, "each": True}, "6,000 each"),
        ({"low": 1_600_000.5, "high": 1_600_000.5}, "1,600,000.5"),
        ({"low": 0, "high": 0}, "0"),
        ({}, "a number not given"),
    ],
)
def test_bounds(given: dict[str, Any], words: str) -> None:
    assert bounds(a_claim(**given)) == words


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2024-11-01", "2024-11-30", "1 Nov 2024 to 30 Nov 2024"),
        ("2024-11-01", "2024-11-01", "1 Nov 2024"),
        ("2024-11-01", None, "since 1 Nov 2024"),
        (None, "2024-11-30", "until 30 Nov 2024"),
        (None, None, ""),
    ],
)
def test_the_days_a_figure_is_about(first: str | None, last: str | None, words: str) -> None:
    days = [date.fromisoformat(each) if each else None for each in (first, last)]
    assert about(a_claim(as_of=AsOf(from_=days[0], to=days[1]))) == words


def test_a_figure_in_a_line() -> None:
    said = Attribution(text="Ukrainian intelligence sources", via="Financial Times")
    claim = a_claim(low=10_000, high=12_000, attributed_to=said, modality="estimated")
    assert note(claim) == "10,000 to 12,000 · troop · Ukrainian intelligence sources, via Financial Times · an estimate"


def test_counts_and_times() -> None:
    assert [counted(1, "story", "stories"), counted(2_000, "story", "stories"), counted(0, "article")] == [
        "1 story", "2,000 stories", "0 articles",
    ]  # fmt: skip
    assert minute(datetime(2024, 11, 7, 9, 5, tzinfo=UTC)) == "7 Nov 2024, 09:05 UTC"
