"""Token buckets: what is granted, what is said, and that memory is bounded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.api.rates import Buckets, neighbourhood


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_minute_s_requests_at_once_and_then_as_it_fills() -> None:
    clock = Clock()
    buckets = Buckets(clock=clock)
    assert [buckets.take("a", 6).granted for _ in range(7)] == [True] * 6 + [False]
    refused = buckets.take("a", 6)
    assert (refused.left, refused.seconds) == (0, 10)
    assert refused.headers == {
        "RateLimit-Policy": '"minute";q=6;w=60', "RateLimit": '"minute";r=0;t=10', "Retry-After": "10",
    }  # fmt: skip
    clock.now += 9.9
    assert not buckets.take("a", 6).granted
    clock.now += 0.2
    assert buckets.take("a", 6).granted
    clock.now += 3600
    assert [buckets.take("a", 6).granted for _ in range(7)] == [True] * 6 + [False]


def test_each_has_a_bucket_of_its_own() -> None:
    buckets = Buckets(clock=Clock())
    assert [buckets.take(who, 1).granted for who in "abab"] == [True, True, False, False]


def test_memory_is_bounded() -> None:
    buckets = Buckets(clock=Clock(), most=100)
    for number in range(10_000):
        buckets.take(str(number), 5)
    assert len(buckets._buckets) == 100


@given(st.lists(st.floats(0, 30), max_size=60), st.integers(1, 20))
def test_never_more_than_is_promised(waits: list[float], per_minute: int) -> None:
    clock = Clock()
    buckets = Buckets(clock=clock)
    granted = 0
    for wait in waits:
        clock.now += wait
        taken = buckets.take("a", per_minute)
        granted += taken.granted
        assert taken.granted or taken.seconds >= 1
    assert granted <= per_minute + sum(waits) * per_minute / 60 + 1e-6


def test_who_comes_again_when_told_to_is_served() -> None:
    clock = Clock()
    buckets = Buckets(clock=clock)
    for per_minute in (1, 7, 1200):
        while (taken := buckets.take(str(per_minute), per_minute)).granted:
            pass
        clock.now += taken.seconds
        assert buckets.take(str(per_minute), per_minute).granted


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("testclient", "testclient"),
    ],
)
def test_addresses_that_one_customer_has_are_one(address: str, counted: str) -> None:
    assert neighbourhood(address) == counted
