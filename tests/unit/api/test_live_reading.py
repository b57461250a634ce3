"""What a stream holds back until the index has it, and the ids that say how far it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.api.live_reading import PATIENCE, Pending, Read, event, event_id, heartbeat, positions_in


def a_read(offset: int, article: str, revision: int | None = 1, partition: int = 0) -> Read:
    return Read(partition, offset, article, revision)


def passed(pending: Pending, now: float = 0.0) -> list[str]:
    reads = pending.ready(now)
    pending.passed_on(reads)
    return [read.article for read in reads]


def test_an_article_waits_until_a_search_finds_it() -> None:
    pending = Pending()
    pending.add(a_read(0, "a"), 0)
    assert passed(pending) == []
    assert pending.unseen(10) == ["a"]
    pending.found({"a": 1})
    assert pending.unseen(10) == []
    assert passed(pending) == ["a"]
    assert len(pending) == 0


def test_a_revision_waits_for_itself() -> None:
    pending = Pending()
    pending.add(a_read(0, "a", revision=2), 0)
    pending.found({"a": 1})
    assert passed(pending) == []
    pending.found({"a": 3})  # a later one has come already
    assert passed(pending) == ["a"]


def test_the_order_of_a_partition_is_kept_and_others_are_not_held_up() -> None:
    pending = Pending()
    for read in (a_read(0, "a"), a_read(1, "b"), a_read(0, "c", partition=1)):
        pending.add(read, 0)
    pending.found({"b": 1, "c": 1})
    assert passed(pending) == ["c"]
    pending.found({"a": 1})
    assert passed(pending) == ["a", "b"]


def test_what_is_nothing_new_and_what_was_deleted_is_not_waited_for() -> None:
    pending = Pending()
    pending.add(a_read(0, "again", revision=0), 0)
    pending.add(a_read(1, "gone"), 0)
    assert passed(pending) == ["again"]
    pending.add(a_read(2, "gone", revision=None), 0)
    assert pending.unseen(10) == []
    assert passed(pending) == ["gone", "gone"]


def test_what_the_index_will_never_have_is_passed_over_once_it_has_later_ones() -> None:
    pending = Pending()
    pending.add(a_read(0, "lost"), 0)
    assert passed(pending, PATIENCE * 100) == []  # the indexer may be away
    pending.add(a_read(0, "later", partition=1), 1)
    pending.found({"later": 1})
    assert passed(pending, PATIENCE / 2) == ["later"]
    assert passed(pending, PATIENCE + 1) == ["lost"]


@given(st.lists(st.integers(0, 10**15), min_size=1, max_size=12))
def test_an_id_says_where_it_was(positions: list[int]) -> None:
    assert positions_in(event_id(positions), len(positions)) == positions


@pytest.mark.parametrize("word", ["", "x", "1.2", "1.2.3.4", "1..3", "-1.2.3", "1.2.3\n", "١.2.3", "9" * 30 + ".1.1"])
def test_what_is_no_id(word: str) -> None:
    assert positions_in(word, 3) is None


def test_what_goes_over_the_wire() -> None:
    assert event("article", '{"id": 1}', [3, 4]) == b'id: 3.4\nevent: article\ndata: {"id": 1}\n\n'
    assert heartbeat([3, 4]) == b": nothing new\nid: 3.4\n\n"  # no data: it is no event, but the id is kept
