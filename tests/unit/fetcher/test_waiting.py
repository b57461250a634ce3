"""Hosts stand in a line: where few can be asked at once, each has its turn."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from services.fetcher.entries import Entry
from services.fetcher.http import Conditions
from services.fetcher.remembered import Address
from services.fetcher.waiting import Waiting


def address(name: str) -> Address:
    """``a1``: the first of host a."""
    url = f"https://{name[0]}.example/{name[1:]}"
    now = datetime(2024, 11, 17, tzinfo=UTC)
    return Address(url, Entry(url), name[0], "outlet", now, False, 0, Conditions(), None)


def due(names: str) -> list[Address]:
    return [address(name) for name in names.split()]


def turns(waiting: Waiting, count: int) -> list[str]:
    """Who is asked where one can be asked at a time."""
    return [name(waiting.take(next(iter(waiting)))) for _ in range(count)]


def name(taken: Address) -> str:
    return taken.host + taken.url.rpartition("/")[2]


def test_who_had_a_turn_goes_to_the_end() -> None:
    waiting = Waiting()
    waiting.renew(due("a1 a2 a3 b1 c1 c2"))
    assert turns(waiting, 6) == ["a1", "b1", "c1", "a2", "c2", "a3"]
    assert not waiting
    assert list(waiting) == []


def test_places_are_kept_when_what_is_due_is_read_again() -> None:
    waiting = Waiting()
    waiting.renew(due("a1 a2 b1 c1"))
    assert turns(waiting, 1) == ["a1"]
    waiting.renew(due("a2 b1 c1 d1"))
    assert turns(waiting, 4) == ["d1", "b1", "c1", "a2"]


def test_it_says_of_whom_something_is_due() -> None:
    waiting = Waiting()
    waiting.renew(due("a1 b1"))
    waiting.take("a")
    assert ("a" in waiting, "b" in waiting, "c" in waiting) == (False, True, False)
    waiting.renew([])
    assert "b" not in waiting


@given(
    left=st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 6), min_size=1),
    renewals=st.lists(st.booleans(), min_size=1, max_size=40),
)
def test_nobody_has_two_turns_while_another_waits(left: dict[str, int], renewals: list[bool]) -> None:
    addresses = [address(f"{host}{number}") for host, count in left.items() for number in range(count)]
    waiting = Waiting()
    waiting.renew(addresses)
    asked: list[Address] = []
    while waiting:
        if renewals[len(asked) % len(renewals)]:
            waiting.renew(one for one in addresses if one not in asked)
        asked.append(waiting.take(next(iter(waiting))))
    assert sorted(map(name, asked)) == sorted(map(name, addresses))
    for number, one in enumerate(asked):
        again = next((n for n in range(number + 1, len(asked)) if asked[n].host == one.host), len(asked))
        between = {other.host for other in asked[number + 1 : again]}
        still_due = {other.host for other in asked[again + 1 :]}
        assert again == len(asked) or still_due - {one.host} <= between
