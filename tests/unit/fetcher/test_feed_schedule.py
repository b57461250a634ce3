"""When a feed is asked again and at which address, and what its pace is: tables of pure functions."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.fetcher.entries import Entry
from services.fetcher.feed_schedule import (
    GONE_AGAIN,
    MOVED_AFTER,
    address_to_ask,
    is_gone,
    moves,
    next_poll,
    poll_is_due,
)
from services.fetcher.feeds import feed_from_bytes
from services.fetcher.intervals import Pace, interval, max_age, pace_of
from services.fetcher.remembered import FeedState
from services.fetcher.sources import Source

NOW = datetime(2024, 11, 17, 9, 30, tzinfo=UTC)
URL = "https://outlet.example/feed.xml"
NEW = "https://outlet.example/new.xml"
S, M, H, D = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def outlet(every: timedelta = 5 * M, *, own: bool = False) -> Source:
    return Source("outlet", "Outlet", "outlet.example", (URL,), every=every, allow_private=own)


def state(**more: Any) -> FeedState:
    return FeedState(URL, **{"last_polled": NOW, **more})


HOURLY = Pace(period=H)
POLLS = [
    (15 * S, {}, 15 * S),
    (15 * S, {"failures": 1}, 30 * S),
    (15 * S, {"failures": 3}, 120 * S),
    (15 * S, {"failures": 30}, 15 * M),
    (15 * S, {"failures": 101}, 6 * H),
    (5 * M, {"failures": 2}, 15 * M),
    (H, {"failures": 5}, H),
    (D, {"failures": 500}, D),
    (5 * M, {"failures": 2, "gone": 2}, 15 * M),
    (5 * M, {"failures": 3, "gone": 3}, GONE_AGAIN),
    (5 * M, {"pace": HOURLY}, H),
    (5 * M, {"pace": HOURLY, "failures": 1}, 10 * M),
]


@pytest.mark.parametrize(("every", "known", "pause"), POLLS)
def test_when_a_feed_is_asked_again(every: timedelta, known: dict[str, Any], pause: timedelta) -> None:
    held, source = state(**known), outlet(every)
    due = next_poll(held, source, H)
    assert due is not None
    assert pause * 0.9 <= due - NOW <= pause * 1.1
    assert not poll_is_due(due - S, held, source, H)
    assert poll_is_due(due, held, source, H)


def test_our_own_outlets_are_asked_as_often_as_their_source_says() -> None:
    due = next_poll(state(pace=HOURLY), outlet(10 * S, own=True), H)
    assert due is not None
    assert due - NOW <= 11 * S


@pytest.mark.parametrize("own", [False, True])
def test_a_server_that_says_when_to_come_again_is_believed(own: bool) -> None:
    assert next_poll(state(not_before=NOW + 7 * H, failures=1), outlet(own=own), H) == NOW + 7 * H
    due = next_poll(state(not_before=NOW + S), outlet(own=own), H)
    assert due is not None
    assert due - NOW > 4 * M


def test_a_feed_never_asked_or_asked_in_the_future_is_due() -> None:
    assert poll_is_due(NOW, None, outlet(), H)
    assert poll_is_due(NOW, FeedState(URL), outlet(), H)
    assert poll_is_due(NOW, state(last_polled=NOW + H), outlet(), H)
    assert next_poll(FeedState(URL), outlet(), H) is None


def test_a_feed_that_is_gone_is_retired_when_it_says_so_three_times() -> None:
    assert [is_gone(state(gone=times)) for times in range(5)] == [False, False, False, True, True]


def test_a_feed_that_moved_for_good_is_asked_where_it_is_once_that_held() -> None:
    held: FeedState | None = None
    asked = []
    for _ in range(5):
        asked.append(address_to_ask(held, URL))
        moved_to, times = moves(held, URL, asked[-1], NEW if asked[-1] == URL else None)
        held = state(moved_to=moved_to, moved=times)
    assert asked == [URL] * MOVED_AFTER + [NEW, NEW]


@pytest.mark.parametrize(
    ("held", "asked", "moved_to", "expected"),
    [
        (None, URL, None, (None, 0)),
        (None, URL, NEW, (NEW, 1)),
        (state(moved_to=NEW, moved=1), URL, NEW, (NEW, 2)),
        (state(moved_to=NEW, moved=2), URL, f"{NEW}?", (f"{NEW}?", 1)),  # elsewhere each time: a loop or a login
        (state(moved_to=NEW, moved=2), URL, None, (None, 0)),  # no more, or not for good
        (state(moved_to=NEW, moved=3), NEW, None, (NEW, 3)),
        (state(moved_to=NEW, moved=3), NEW, URL, (None, 0)),  # and back
        (state(moved_to=NEW, moved=3), NEW, f"{NEW}?", (f"{NEW}?", 1)),  # and on
    ],
)
def test_where_a_feed_has_moved(
    held: FeedState | None, asked: str, moved_to: str | None, expected: tuple[str | None, int]
) -> None:
    assert moves(held, URL, asked, moved_to) == expected


INTERVALS = [
    ("nothing known", 5 * M, Pace(), 5 * M),
    ("it says hourly", 5 * M, Pace(period=H), H),
    ("it says every minute: as often as we wish", 5 * M, Pace(period=M), 5 * M),
    ("it says daily: not that seldom", 5 * M, Pace(period=D), H),
    ("we wish it less often than that", 2 * H, Pace(period=D), 2 * H),
    ("it says hourly, and publishes every 20 minutes", 5 * M, Pace(period=H, gap=20 * M, newest=NOW), 10 * M),
    ("it says every 15 minutes, and publishes daily", 5 * M, Pace(period=15 * M, gap=D, newest=NOW), 15 * M),
    ("it publishes every minute", 5 * M, Pace(gap=M, newest=NOW), 5 * M),
    ("it publishes every hour", 5 * M, Pace(gap=H, newest=NOW), 30 * M),
    ("it published every minute, ten hours ago", 5 * M, Pace(gap=M, newest=NOW - 10 * H), 30 * M),
    ("it published once, a month ago", 5 * M, Pace(newest=NOW - 30 * D), 5 * M),
    ("it has not published for a year", 5 * M, Pace(gap=H, newest=NOW - 365 * D), H),
    ("its answer is fresh for 10 minutes", 5 * M, Pace(max_age=10 * M), 10 * M),
    ("its answer is fresh for a year", 5 * M, Pace(max_age=365 * D), H),
    ("its answer is fresh though it publishes often", 5 * M, Pace(max_age=20 * M, gap=M, newest=NOW), 20 * M),
    ("its answer is never fresh", 5 * M, Pace(max_age=timedelta(), period=H), H),
]


@pytest.mark.parametrize(
    ("every", "pace", "wait"), [case[1:] for case in INTERVALS], ids=[case[0] for case in INTERVALS]
)
def test_the_interval_of_a_feed_that_works(every: timedelta, pace: Pace, wait: timedelta) -> None:
    assert interval(every, pace, NOW, slowest=H) == wait


def at(*minutes: int) -> list[Entry]:
    return [Entry(f"https://outlet.example/{n}", published_at=NOW - n * M) for n in minutes]


@pytest.mark.parametrize(
    ("entries", "gap", "newest"),
    [
        ([], None, None),
        ([Entry("https://outlet.example/undated")], None, None),
        (at(10), None, NOW - 10 * M),
        (at(10, 30, 50), 20 * M, NOW - 10 * M),
        (at(50, 10, 30), 20 * M, NOW - 10 * M),
        (at(-60, 30), 30 * M, NOW),  # dated in the future
        (at(*range(20), 1_000_000), M, NOW),  # the newest count
        ([Entry("https://outlet.example/a", updated_at=NOW - H)], None, NOW - H),
    ],
)
def test_the_pace_of_what_a_feed_published(
    entries: list[Entry], gap: timedelta | None, newest: datetime | None
) -> None:
    assert pace_of(entries, None, {}, NOW) == Pace(gap=gap, newest=newest)


@pytest.mark.parametrize(
    ("headers", "fresh"),
    [
        ({}, None),
        ({"cache-control": "max-age=300"}, 300),
        ({"cache-control": 'public, Max-Age="60"'}, 60),
        ({"cache-control": "public,max-age=300", "age": "100"}, 200),
        ({"cache-control": "max-age=300", "age": "4000"}, 0),
        ({"cache-control": "max-age=300", "age": "soon"}, 300),
        ({"cache-control": "s-maxage=300"}, None),
        ({"cache-control": "no-cache, max-age=300"}, None),
        ({"cache-control": "max-age=never"}, None),
        ({"cache-control": "max-age=-5"}, None),
        ({"cache-control": "max-age=999999999"}, 365 * 86400),
        ({"cache-control": f"max-age={'9' * 400}"}, 365 * 86400),
    ],
)
def test_how_long_an_answer_is_fresh(headers: dict[str, str], fresh: int | None) -> None:
    assert max_age(headers) == (None if fresh is None else timedelta(seconds=fresh))


@pytest.mark.parametrize(
    ("said", "period"),
    [
        ("", None),
        ("<ttl>60</ttl>", H),
        ("<ttl> 5 </ttl>", 5 * M),
        ("<ttl>0</ttl>", None),
        ("<ttl>-3</ttl>", None),
        ("<ttl>soon</ttl>", None),
        (f"<ttl>{'9' * 500}</ttl>", 365 * D),
        ("<sy:updatePeriod> Hourly </sy:updatePeriod>", H),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>", 15 * M),
        ("<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>", D),
        ("<sy:updatePeriod>often</sy:updatePeriod>", None),
        ("<sy:updateFrequency>4</sy:updateFrequency>", None),
        ("<ttl>30</ttl><sy:updatePeriod>hourly</sy:updatePeriod>", 30 * M),
    ],
)
def test_how_often_a_feed_says_that_it_publishes(said: str, period: timedelta | None) -> None:
    body = (
        '<rss version="2.0" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel><title>t</title>'
        f"{said}<item><title>a</title><link>https://outlet.example/a</link></item></channel></rss>"
    )
    assert feed_from_bytes(body.encode(), URL).period == period
