"""When to ask again, and which revision a text is: tables of pure functions."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from services.fetcher.articles import article_from_html
from services.fetcher.entries import Entry, Feed
from services.fetcher.failures import Disallowed, FetchFailed, HostRests, HttpError, Unreachable
from services.fetcher.revisions import Known, is_other_address, revision_to_send
from services.fetcher.schedule import (
    MOST_TRIES,
    after_failure,
    claimed_look,
    newest_children,
    next_look,
    next_try,
    spread,
    worth_fetching,
)
from tests.unit.fetcher.layouts import LAYOUTS

NOW = datetime(2024, 11, 17, 9, 30, tzinfo=UTC)
URL = "https://outlet.example/feed.xml"
S, H = timedelta(seconds=1), timedelta(hours=1)


def test_feeds_do_not_fall_into_step() -> None:
    factors = [spread(f"{URL}{number}") for number in range(1000)]
    assert min(factors) < 0.92
    assert max(factors) > 1.08
    assert sum(factors) / 1000 == pytest.approx(1, abs=0.01)
    assert factors == [spread(f"{URL}{number}") for number in range(1000)]


def test_looks_at_a_new_article_grow_apart_and_end() -> None:
    looks, now = [0.0], NOW
    while (look := next_look(now, NOW, 30 * S, timedelta(days=2))) is not None:
        now = look
        looks.append((now - NOW).total_seconds())
    assert looks[:6] == [0, 30, 60, 120, 240, 480]
    assert len(looks) <= 15
    assert looks[-1] <= timedelta(days=2).total_seconds()


def test_an_edit_in_the_first_minutes_is_found_within_about_a_minute() -> None:
    for edited in range(20, 100):
        look = NOW
        while look < NOW + edited * S:
            look = next_look(look, NOW, 30 * S, timedelta(days=2)) or NOW + H
        assert look - (NOW + edited * S) <= 60 * S


def test_no_looks_where_they_are_turned_off() -> None:
    assert next_look(NOW, NOW, 30 * S, timedelta()) is None


@pytest.mark.parametrize(
    ("last_look", "false_alarms", "due"),
    [(None, 0, NOW), (NOW - S, 0, NOW), (NOW - S, 1, NOW + 59 * S), (NOW - H, 1, NOW), (NOW - S, 40, NOW + 6 * H - S)],
)
def test_a_feed_that_cries_wolf_is_believed_less(last_look: datetime | None, false_alarms: int, due: datetime) -> None:
    assert claimed_look(NOW, last_look, false_alarms) == due


def test_a_page_that_fails_is_tried_for_a_day_and_given_up() -> None:
    now, failures = NOW, 1
    pauses = []
    while (due := next_try(now, failures, URL)) is not None:
        pauses.append(due - now)
        now, failures = due, failures + 1
    assert 27 * S <= pauses[0] <= 33 * S
    assert all(later > earlier * 0.9 for earlier, later in pairwise(pauses))
    assert max(pauses) <= 6.6 * H
    assert timedelta(hours=12) < now - NOW < timedelta(days=2)


@pytest.mark.parametrize(
    ("error", "failures", "again", "failures_then"),
    [
        (HttpError("", 404), 0, None, 1),  # its feed is what may bring it back, hours later
        (HttpError("", 404), 3, None, 4),
        (HttpError("", 410), 3, None, 0),  # settled: nothing does
        (Disallowed(""), 0, None, 1),
        (HostRests("", 90 * S), 5, 90 * S, 5),  # the host's doing, not the page's
        (HttpError("", 503), 0, 30 * S, 1),
        (HttpError("", 503, 7 * H), 0, 7 * H, 1),
        (HttpError("", 503, S), 0, 30 * S, 1),
        (HttpError("", 500), 3, 240 * S, 4),
        (Unreachable(""), 1, 60 * S, 2),
        (Unreachable(""), MOST_TRIES - 1, None, MOST_TRIES),
        (None, 0, 30 * S, 1),
    ],
)
def test_when_a_page_that_failed_is_asked_again(
    error: FetchFailed | None, failures: int, again: timedelta | None, failures_then: int
) -> None:
    due, counted = after_failure(NOW, failures, URL, error)
    assert counted == failures_then
    if again is None or due is None:
        assert due == again
    else:
        assert again * 0.9 <= due - NOW <= again * 1.1


def test_what_is_worth_fetching_of_a_sitemap() -> None:
    new, old, undated = (
        Entry("https://outlet.example/new", updated_at=NOW - H),
        Entry("https://outlet.example/old", updated_at=NOW - 100 * H),
        Entry("https://outlet.example/undated"),
    )
    entries = (new, old, undated)
    assert worth_fetching(Feed("sitemap", entries=entries), NOW, timedelta(days=3)) == (new,)
    assert worth_fetching(Feed("news sitemap", entries=entries), NOW, timedelta(days=3)) == entries
    assert worth_fetching(Feed("rss20", entries=entries), NOW, timedelta(days=3)) == entries


def test_the_newest_sitemaps_of_an_index() -> None:
    dated = [Entry(f"https://outlet.example/{n}.xml", updated_at=NOW + n * H) for n in range(8)]
    undated = [Entry(f"https://outlet.example/u{n}.xml") for n in range(8)]
    names = [url.rsplit("/")[-1] for url in newest_children(Feed("sitemap index", children=(*undated, *dated)))]
    assert names == ["7.xml", "6.xml", "5.xml", "4.xml", "3.xml"]
    assert newest_children(Feed("sitemap index", children=tuple(undated)))[0] == "https://outlet.example/u7.xml"


def known(revision: int, content: str, *, acknowledged: bool) -> Known:
    return Known("id", revision, content, acknowledged, "https://outlet.example/a")


@pytest.mark.parametrize(
    ("before", "content", "revision"),
    [
        (None, "A", 1),
        (known(1, "A", acknowledged=True), "A", None),
        (known(1, "A", acknowledged=True), "B", 2),
        (known(7, "A", acknowledged=True), "B", 8),
        # killed between writing down and acknowledgement: Kafka may have it or not
        (known(1, "A", acknowledged=False), "A", 1),
        (known(2, "B", acknowledged=False), "B", 2),
        (known(2, "B", acknowledged=False), "A", 3),
    ],
)
def test_which_revision_is_sent(before: Known | None, content: str, revision: int | None) -> None:
    assert revision_to_send(before, content) == revision


@pytest.mark.parametrize(
    ("before", "address", "other"),
    [
        (None, "https://outlet.example/amp/a", False),
        (known(1, "A", acknowledged=True), "https://outlet.example/a", False),
        (known(1, "A", acknowledged=True), "https://outlet.example/print/a", True),
        (known(1, "A", acknowledged=True), "https://outlet.example/canonical", False),  # takes over
        (known(1, "A", acknowledged=False), "https://outlet.example/print/a", False),
    ],
)
def test_an_article_is_taken_from_one_address(before: Known | None, address: str, other: bool) -> None:
    article = article_from_html(LAYOUTS["amp"], "https://outlet.example/canonical")
    assert is_other_address(before, address, article) is other
