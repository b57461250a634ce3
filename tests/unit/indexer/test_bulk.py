"""Bulk requests: what is sent, and what each item of the answer means."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.indexer.bulk import Settled, Write, chunks, newest_first, settle
from tests.builders import MOMENT


def error(kind: str, reason: str = "why", **more: Any) -> dict[str, Any]:
    return {"type": kind, "reason": reason, **more}


REJECTED = "rejected"
PUSHED_BACK = "pushed_back"
STRICT = "mapping set to strict, dynamic introduction of [colour] within [_doc] is not allowed"


@pytest.mark.parametrize(
    ("item", "outcome", "reason"),
    [
        ({"status": 201}, "written", ""),
        ({"status": 200}, "written", ""),
        ({"status": 409, "error": error("version_conflict_engine_exception")}, "superseded", ""),
        (
            {"status": 400, "error": error("strict_dynamic_mapping_exception", STRICT)},
            REJECTED,
            f"Elasticsearch answered 400: strict_dynamic_mapping_exception: {STRICT}",
        ),
        (
            {"status": 400, "error": error("document_parsing_exception", "field", caused_by=error("nfe", "inner"))},
            REJECTED,
            "Elasticsearch answered 400: document_parsing_exception: field; because nfe: inner",
        ),
        ({"status": 400}, REJECTED, "Elasticsearch answered 400: no reason given"),
        ({"status": 400, "error": error("index_closed_exception")}, PUSHED_BACK, "index_closed_exception: why"),
        ({"status": 403, "error": error("cluster_block_exception")}, PUSHED_BACK, "cluster_block_exception: why"),
        ({"status": 404, "error": error("index_not_found_exception")}, PUSHED_BACK, "index_not_found_exception: why"),
        ({"status": 429, "error": error("es_rejected_execution_exception")}, PUSHED_BACK, "answered 429"),
        ({"status": 500, "error": error("i_o_exception")}, PUSHED_BACK, "answered 500"),
        ({"status": 503, "error": error("unavailable_shards_exception")}, PUSHED_BACK, "answered 503"),
    ],
)
def test_what_an_item_means(item: dict[str, Any], outcome: str, reason: str) -> None:
    found = settle(item)
    assert found.outcome == outcome
    assert reason in found.reason
    assert bool(reason) == bool(found.reason)


def test_a_settled_item_is_a_value() -> None:
    assert settle({"status": 201}) == Settled("written")


def a_write(name: str, version: int, size: int = 10) -> Write:
    return Write(name, version, b"x" * size, MOMENT, record=None)  # type: ignore[arg-type] # not looked at here


def test_the_newest_of_each_article_comes_first_and_of_equals_the_earliest() -> None:
    early, late = a_write("a", 3), a_write("a", 3)
    writes = [a_write("a", 1), early, a_write("b", 9), late, a_write("a", 2)]
    ((first, *rest), (other,)) = newest_first(writes)
    assert first is early
    assert [write.version for write in rest] == [3, 2, 1]
    assert other.id == "b"


@given(st.lists(st.integers(1, 30), max_size=30), st.integers(1, 50))
def test_chunks_keep_the_order_and_the_limit(sizes: list[int], most: int) -> None:
    writes = [a_write(str(number), 1, size) for number, size in enumerate(sizes)]
    cut = list(chunks(writes, most))
    assert [write for chunk in cut for write in chunk] == writes
    assert all(len(chunk) == 1 or sum(len(write.body) for write in chunk) <= most for chunk in cut)
    assert all(cut)
    # No request is smaller than it has to be.
    for chunk, following in pairwise(cut):
        assert sum(len(write.body) for write in chunk) + len(following[0].body) > most
