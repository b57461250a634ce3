"""Stories as rows, without Elasticsearch."""

from typing import Any

import pytest

from services.api.folding import (
    LISTED,
    MOST,
    First,
    all_counts,
    firsts,
    folded_away,
    folded_rows,
    is_partial,
    read_at_once,
    rows,
    stories_of,
)
from services.api.query import Page


def a_hit(article: str, story: str) -> dict[str, Any]:
    return {"_id": article, "_source": {"story": story}}


def test_a_row_is_the_article_that_comes_first_of_its_story() -> None:
    hits = [a_hit("a", "s"), a_hit("b", "t"), a_hit("c", "s")]
    first = {"s": First("a", 5), "t": First("elsewhere", 2)}
    assert stories_of(hits) == ["s", "t"]
    assert [(hit["_id"], hit["copies"]) for hit in rows(hits, first)] == [("a", 4)]


def test_a_folded_page_has_its_counts_if_all_are_known() -> None:
    counted = {"sums": {"count": 1, "sum": 3.0}, "listed": {"buckets": [{"key": "s", "doc_count": 3}]}}
    counts = all_counts(counted)
    assert counts == {"s": 3}
    assert [hit["copies"] for hit in folded_rows([a_hit("a", "s"), a_hit("b", "t")], counts)] == [2, 0]
    assert all_counts({**counted, "sums": {"count": LISTED + 1, "sum": 2_000.0}}) is None


def test_which_comes_first_and_how_many_there_are() -> None:
    answer = {
        "hits": {"hits": [{"_id": "a", "fields": {"story": ["s"]}}]},
        "aggregations": {"stories": {"buckets": [{"key": "s", "doc_count": 3}]}},
    }
    assert firsts(answer) == {"s": First("a", 3)}


@pytest.mark.parametrize(
    ("stories", "articles", "away", "partial"), [(0, 0.0, 0, False), (2, 7.0, 5, False), (MOST, 2.0 * MOST, MOST, True)]
)
def test_what_is_folded_away(stories: int, articles: float, away: int, partial: bool) -> None:
    counted = {"sums": {"count": stories, "sum": articles}}
    assert folded_away(counted) == away
    assert is_partial(counted) is partial


def test_later_pages_read_a_few_more() -> None:
    assert read_at_once(20, None) == read_at_once(20, Page("pit")) == 20
    assert read_at_once(20, Page("pit", (1,), 20)) > 20
    assert read_at_once(1, Page("pit", (1,), 20)) > 1
