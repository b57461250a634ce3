"""Bulk requests: what is sent, and what each item of the answer means."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.indexer.bulk import Settled, chunks, settle
from services.indexer.incoming import Incoming, newest_first, understood
from tests.builders import a_tagged_article


def error(kind: str, reason: str = "why", **more: Any) -> dict[str, Any]:
    return {"type": kind, "reason": reason, **more}


REJECTED = "rejected"
PUSHED_BACK = "pushed_back"
STRICT = "mapping set to strict, dynamic introduction of [colour] within [_doc] is not allowed"


@pytest.mark.parametrize(
    ("item", "outcome", "reason"),
    [
        ({"status": 201}, "created", ""),
        ({"status": 200}, "replaced", ""),
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
    assert settle({"status": 201}) == Settled("created")


@dataclass(frozen=True)
class Parcel:
    number: int
    size: int


@dataclass(frozen=True)
class Record:
    value: bytes
    topic: str = "news.tagged.v1"
    partition: int = 0
    offset: int = 0
    key: bytes | None = None
    headers: tuple[tuple[str, bytes], ...] = ()


def an_incoming(slug: str, revision: int) -> Incoming:
    value = a_tagged_article(slug, revision=revision).model_dump_json().encode()
    return understood(Record(value))


def test_the_newest_of_each_article_comes_first_and_of_equals_the_earliest() -> None:
    early, late = an_incoming("a", 3), an_incoming("a", 3)
    incoming = [an_incoming("a", 1), early, an_incoming("b", 9), late, an_incoming("a", 2)]
    ((first, *rest), (other,)) = newest_first(incoming)
    assert first is early
    assert [one.tagged.article.revision for one in rest] == [3, 2, 1]
    assert other.tagged.article.url.endswith("/b")


@given(st.lists(st.integers(1, 30), max_size=30), st.integers(1, 50))
def test_chunks_keep_the_order_and_the_limit(sizes: list[int], most: int) -> None:
    parcels = [Parcel(number, size) for number, size in enumerate(sizes)]
    cut = list(chunks(parcels, most))
    assert [parcel for chunk in cut for parcel in chunk] == parcels
    assert all(len(chunk) == 1 or sum(parcel.size for parcel in chunk) <= most for chunk in cut)
    assert all(cut)
    # No request is smaller than it has to be.
    for chunk, following in pairwise(cut):
        assert sum(parcel.size for parcel in chunk) + following[0].size > most
