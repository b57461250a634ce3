"""The cursor goes out and comes back, and nothing else passes for one."""

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from services.api.cursor import decoded, encoded
from services.api.problems import ProblemError
from services.api.query import FACETS, ArticleSearch, Page
from services.common.claim_filter import ClaimFilter

SEARCH = ArticleSearch(q="guns", sources=("a", "b"), limit=10)
PAGE = Page("point-in-time", (2.25, 1731403800000, "18e7bb04", 14), 10)


def word(**changes: Any) -> str:
    read = json.loads(base64.urlsafe_b64decode(encoded(SEARCH, PAGE) + "=="))
    return base64.urlsafe_b64encode(json.dumps({**read, **changes}).encode()).decode().rstrip("=")


def test_it_comes_back() -> None:
    assert decoded(SEARCH, encoded(SEARCH, PAGE)) == PAGE


def test_it_needs_no_quoting_in_a_url() -> None:
    assert encoded(SEARCH, PAGE).replace("-", "").replace("_", "").isalnum()


@pytest.mark.parametrize("same", [{"limit": 50}, {"facets": FACETS}, {"sort": "relevance"}])
def test_it_holds_for_the_same_search_with_another_page_size(same: dict[str, Any]) -> None:
    assert decoded(replace(SEARCH, **same), encoded(SEARCH, PAGE)) == PAGE


@pytest.mark.parametrize(
    "other",
    [
        {"q": "howitzers"},
        {"sources": ("a",)},
        {"languages": ("en",)},
        {"entities": ("country/russia",)},
        {"claim": ClaimFilter(unit=("troop",))},
        {"claim": ClaimFilter(most=5)},
        {"sort": "oldest"},
        {"after": datetime(2024, 11, 1, tzinfo=UTC)},
        {"before": datetime(2024, 11, 1, tzinfo=UTC)},
    ],
)
def test_it_is_refused_with_another_search(other: dict[str, Any]) -> None:
    with pytest.raises(ProblemError, match="belongs to another search") as refused:
        decoded(replace(SEARCH, **other), encoded(SEARCH, PAGE))
    assert refused.value.kind == "invalid-cursor"


@pytest.mark.parametrize(
    "garbage",
    [
        "",
        "x",
        "garbage",
        "é",
        "%%%",
        encoded(SEARCH, PAGE)[:-5],
        encoded(SEARCH, PAGE) + "AAAA",
        word(after=[]),
        word(after=[None, None]),
        word(after=[{"script": 1}, 2]),
        word(after=["x"] * 9),
        word(point_in_time=""),
        word(point_in_time=7),
        word(seen=0),
        word(search=None),
        base64.urlsafe_b64encode(b"[]").decode().rstrip("="),
        base64.urlsafe_b64encode(b"\xff\xfe").decode().rstrip("="),
    ],
)
def test_garbage_is_refused(garbage: str) -> None:
    with pytest.raises(ProblemError, match="not a cursor") as refused:
        decoded(SEARCH, garbage)
    assert refused.value.kind == "invalid-cursor"
