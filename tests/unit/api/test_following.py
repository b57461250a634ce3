"""What is kept of a stream for those who follow it, each at its own pace."""

import asyncio
from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from services.api.following import LEAST, WRITTEN, Event, Follower, Log
from services.api.query import ArticleSearch

PLENTY = 1 << 30
BATCHES = st.lists(st.lists(st.sampled_from([(1, 0), (0, 1)]), max_size=4), max_size=30)
"""How far the two partitions go on with each event, batch by batch."""


def events(first: int, count: int, size: int = 10) -> list[Event]:
    """Numbered events of one partition, each of so many bytes."""
    return [(f"{number} ".ljust(size).encode(), (number + 1,)) for number in range(first, first + count)]


def added(log: Log, first: int, count: int, *, most: int = PLENTY, size: int = 10) -> None:
    log.add(events(first, count, size), [first + count], most)


def a_follower(log: Log) -> Follower:
    return Follower(ArticleSearch(), log, log.end)


def numbers(taken: bytes) -> list[int]:
    return list(map(int, taken.split()))


async def test_each_reads_on_at_its_own_pace() -> None:
    log = Log([0])
    fast, slow = a_follower(log), a_follower(log)
    added(log, 0, 2)
    assert numbers(await fast.taken(0)) == [0, 1]
    added(log, 2, 3)
    assert numbers(await fast.taken(0)) == [2, 3, 4]
    assert numbers(await slow.taken(0)) == [0, 1, 2, 3, 4]
    assert await slow.taken(0) == b""
    assert slow.positions == (5,)


async def test_who_falls_behind_what_is_kept_is_too_slow() -> None:
    log = Log([0])
    slow, newer = a_follower(log), None
    for number in range(LEAST + 50):
        added(log, number, 1, most=0)
        newer = newer or a_follower(log)
    assert await slow.taken(0) == b""  # no gap: what it was given before is all there was
    assert slow.too_slow
    assert newer
    assert await newer.taken(0) == b""
    at_the_edge = Follower(ArticleSearch(), log, log.end - LEAST)
    assert numbers(await at_the_edge.taken(0))[0] == 50
    assert not at_the_edge.too_slow


async def test_no_more_than_is_written_at_a_time() -> None:
    log = Log([0])
    follower = a_follower(log)
    added(log, 0, 100, size=1_000)
    told: list[int] = []
    while taken := await follower.taken(0):
        assert len(taken) < WRITTEN + 1_000
        told += numbers(taken)
    assert told == list(range(100))


def test_so_many_bytes_are_kept() -> None:
    log = Log([0])
    added(log, 0, 1_000, most=400_000, size=1_000)
    assert log.read(1_000 - 401) is None
    assert log.read(1_000 - 400)
    assert log.end == 1_000


async def test_who_waits_is_woken_and_waits_no_longer_than_asked() -> None:
    log = Log([0])
    follower = a_follower(log)
    assert await follower.taken(0) == b""
    assert not log.waiting
    waiting = asyncio.create_task(follower.taken(60))
    while not log.waiting:
        await asyncio.sleep(0)
    added(log, 0, 1)
    for woken in log.waiting:
        woken.set()
    assert numbers(await waiting) == [0]
    waiting = asyncio.create_task(follower.taken(60))
    while not log.waiting:
        await asyncio.sleep(0)
    follower.end()
    assert await waiting == b""
    assert follower.ended


@given(BATCHES, st.integers(0, 300))
def test_whoever_comes_again_goes_on_after_what_it_had_or_is_told_that_it_cannot(
    batches: list[list[tuple[int, int]]], most: int
) -> None:
    log, at, whole = Log([5, 7]), (5, 7), list[Event]()
    known = {at: 0}
    for steps in batches:
        batch = []
        for place in list(accumulate(steps, lambda one, step: (one[0] + step[0], one[1] + step[1]), initial=at))[1:]:
            batch.append((b"x" * 10, place))
            known[place] = len(whole) + len(batch)
            at = place
        whole += batch
        at = (at[0] + 1, at[1])  # a message that the search does not find
        known[at] = len(whole)
        log.add(batch, at, most)
    for positions, number in known.items():
        found = log.after(positions)
        assert found in (number, None)
        if found is None:
            assert log.read(number - 1) is None, "it is told so only where something is kept no more"
        else:
            assert log.read(found) is not None
    assert log.after((at[0] + 1, at[1])) is None, "nobody has been there"
    assert log.after((0, 99)) is None, "a place of another order"
