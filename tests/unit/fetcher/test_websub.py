"""Subscriptions: where a hub is found, when it is asked, what its answers change; time is passed in."""

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.common.messages import FeedPing
from services.fetcher.entries import Feed
from services.fetcher.websub import hub_and_topic
from services.fetcher.websub_leases import Leases

NOW = datetime(2024, 11, 17, 9, 30, tzinfo=UTC)
FEED, TOPIC, HUB = "https://a.example/feed", "https://www.a.example/feed.xml", "https://hub.example/"


@pytest.mark.parametrize(
    ("feed", "link", "found"),
    [
        (Feed("rss20", hubs=(HUB,), own_address=TOPIC), "", (HUB, TOPIC)),
        (Feed("rss20", hubs=(HUB,)), "", None),
        (Feed("rss20", own_address=TOPIC), "", None),
        (Feed("rss20"), f'<{HUB}>; rel="hub", <{TOPIC}>; rel="self"', (HUB, TOPIC)),
        (Feed("rss20"), f"<{HUB}>;REL=hub,<{TOPIC}>; title=\"a, b; rel=x\"; rel='no', <{TOPIC}>; rel=self", (HUB, TOPIC)),
        (Feed("rss20"), '<//hub.example/>; rel="nofollow HUB", </own>; rel="self alternate"', ("https://hub.example/", "https://a.example/own")),
        (Feed("atom10", hubs=("https://other.example/",), own_address="https://b.example/"), f"<{HUB}>; rel=hub", (HUB, "https://b.example/")),
        (Feed("rss20"), '<javascript:0>; rel="hub", <x', None),
        (Feed("rss20"), "<" * 20_000 + "; " * 20_000, None),
    ],
)  # fmt: skip
def test_where_a_hub_is_found(feed: Feed, link: str, found: tuple[str, str] | None) -> None:
    assert hub_and_topic(feed, {"link": link}, FEED) == found


@pytest.fixture(name="leases")
def _leases(tmp_path: Path) -> Iterator[Leases]:
    with contextlib.closing(Leases(tmp_path / "fetcher.sqlite3")) as leases:
        leases.offered(FEED, TOPIC, HUB, NOW)
        yield leases


def due(leases: Leases, later: timedelta) -> bool:
    return [lease.feed for lease in leases.due(NOW + later)] == [FEED]


def ping(event: Any, minutes: float = 0, **more: Any) -> FeedPing:
    return FeedPing(feed=TOPIC, received_at=NOW + timedelta(minutes=minutes), event=event, **more)


MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def test_what_is_not_confirmed_is_asked_again_after_an_hour(leases: Leases) -> None:
    assert due(leases, timedelta())
    leases.asked(leases.due(NOW)[0], NOW)
    assert not due(leases, HOUR - MINUTE)
    assert due(leases, HOUR)
    leases.offered(FEED, TOPIC, HUB, NOW)  # the feed is read again meanwhile
    assert not due(leases, HOUR - MINUTE)


def test_a_lease_is_renewed_before_it_ends(leases: Leases) -> None:
    assert leases.heard(ping("subscribed", lease_seconds=10 * 86_400)) == FEED
    assert not due(leases, 8 * DAY - MINUTE)
    assert due(leases, 8 * DAY)
    [lease] = leases.all()
    assert lease.expires == NOW + 10 * DAY
    leases.heard(ping("subscribed", 1, lease_seconds=1))
    assert not due(leases, MINUTE)
    assert due(leases, 2 * MINUTE)


@pytest.mark.parametrize("event", ["denied", "unsubscribed"])
def test_a_hub_that_refuses_is_asked_again_the_next_day(leases: Leases, event: str) -> None:
    leases.heard(ping("subscribed", lease_seconds=600))
    assert leases.heard(ping(event, 1)) == FEED
    assert not due(leases, DAY)
    assert due(leases, DAY + MINUTE)
    assert leases.all()[0].expires is None


def test_failures_are_asked_again_ever_less_often(leases: Leases) -> None:
    for pause in (HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 16 * HOUR, DAY, DAY):
        leases.failed(leases.due(NOW + 10 * DAY)[0], NOW)
        assert not due(leases, pause - MINUTE)
        assert due(leases, pause)


def test_old_news_and_feeds_of_others_change_nothing(leases: Leases) -> None:
    leases.heard(ping("subscribed", 5, lease_seconds=86_400))
    assert leases.heard(ping("denied", 4)) is None
    assert leases.heard(ping("subscribed", 5, lease_seconds=86_400)) is None
    assert leases.heard(FeedPing(feed="https://b.example/", received_at=NOW, event="changed")) is None
    assert leases.heard(ping("changed")) == FEED
    assert not due(leases, HOUR)


def test_another_hub_is_asked_at_once_and_a_forgotten_one_never(leases: Leases, tmp_path: Path) -> None:
    leases.heard(ping("subscribed", lease_seconds=86_400))
    leases.offered(FEED, TOPIC, "https://other.example/", NOW)
    assert [lease.hub for lease in leases.due(NOW)] == ["https://other.example/"]
    with contextlib.closing(Leases(tmp_path / "fetcher.sqlite3")) as again:
        assert again.all() == leases.all()
        again.forget(FEED)
    assert leases.all() == []
