"""What is remembered: nothing is asked or sent twice without need, and nothing is lost when the process is killed."""

import sqlite3
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import PIPE, Popen

import pytest

from services.common.errors import ConfigurationError, TransientError
from services.fetcher.entries import Entry
from services.fetcher.http import Conditions
from services.fetcher.intervals import Pace
from services.fetcher.remembered import FeedFailure, FeedState, Look
from services.fetcher.revisions import Known, note_of, revision_to_send
from services.fetcher.state import PER_HOST, State
from services.fetcher.state_file import MIGRATIONS, feed_states, open_state
from tests.builders import an_article

NOW = datetime(2024, 11, 17, 9, 30, tzinfo=UTC)
FEED = "https://outlet.example/feed.xml"
S, M = timedelta(seconds=1), timedelta(minutes=1)
ENTRY = Entry(
    url="https://outlet.example/a?utm_source=rss",
    title="Bridge falls",
    published_at=NOW - 9 * M,
    updated_at=NOW - 5 * M,
    summary="It fell.",
    id="g-1",
    authors=("Jane Doe",),
    language="en",
)
URL = "https://outlet.example/a"


@pytest.fixture(name="state")
def _state(tmp_path: Path) -> Iterator[State]:
    with open_state(tmp_path / "state" / "fetcher.sqlite3") as state:
        yield state


def polled(state: State, *entries: Entry, at: datetime = NOW) -> int:
    return state.polled(FEED, "outlet", at, Conditions('"1"', "Fri"), entries)[1]


def sent(
    state: State, *, content: str = "A", at: datetime = NOW, due: datetime | None = None, revision: int = 1
) -> None:
    article = an_article(revision=revision, content_hash=content)
    state.about_to_send(article, URL)
    look = Look(at, "sent", due, conditions=Conditions('"p"', None), article=article.id, changed=True)
    state.looked(URL, look, sent=article)


def test_an_entry_becomes_an_address_that_is_due_once(state: State) -> None:
    assert polled(state, ENTRY, ENTRY) == 1
    assert polled(state, ENTRY) == 0
    (address,) = state.due(NOW)
    assert (address.url, address.entry, address.host, address.source) == (URL, ENTRY, "outlet.example", "outlet")
    assert (address.first_seen, address.failures, address.article, address.claimed) == (NOW, 0, None, False)
    assert state.due(NOW - S) == []
    assert state.waiting(NOW) == 1


def test_an_article_that_was_sent_is_not_due_until_its_next_look(state: State) -> None:
    polled(state, ENTRY)
    sent(state, due=NOW + 30 * S)
    assert state.due(NOW + 29 * S) == []
    (address,) = state.due(NOW + 30 * S)
    assert (address.article, address.conditions) == (an_article().id, Conditions('"p"', None))
    assert state.article(an_article().id) == Known(
        an_article().id, 1, "A", acknowledged=True, address=URL, note=note_of(an_article())
    )


def with_update(at: datetime) -> Entry:
    return Entry(url=ENTRY.url, title="Bridge falls again", updated_at=at)


def test_a_feed_that_says_an_article_changed_makes_it_due(state: State) -> None:
    polled(state, ENTRY)
    sent(state)
    assert polled(state, with_update(NOW - 6 * M)) == 0  # older than what we had
    assert polled(state, with_update(NOW), at=NOW + M) == 1
    (address,) = state.due(NOW + M)
    assert address.claimed
    assert address.entry.title == "Bridge falls again"


def test_a_second_feed_that_dates_an_article_for_the_first_time_is_no_news(state: State) -> None:
    polled(state, Entry(url=ENTRY.url))
    sent(state, at=NOW)
    assert polled(state, with_update(NOW - M), at=NOW + M) == 0
    assert polled(state, with_update(NOW + 2 * M), at=NOW + 3 * M) == 1


def test_a_feed_that_cries_wolf_is_believed_less_and_again_after_a_real_change(state: State) -> None:
    polled(state, ENTRY)
    sent(state)
    due = []
    now = NOW
    for _ in range(3):
        now += M
        polled(state, with_update(now), at=now)
        due.append(bool(state.due(now)))
        state.looked(URL, Look(now, "same", None))
    assert due == [True, True, False]
    polled(state, with_update(now + 60 * M), at=now + 60 * M)
    assert state.due(now + 60 * M)
    sent(state, at=now + 60 * M, content="B", revision=2)
    polled(state, with_update(now + 61 * M), at=now + 61 * M)
    assert state.due(now + 61 * M)


def test_a_page_that_failed_is_due_when_it_is_tried_again(state: State) -> None:
    polled(state, ENTRY)
    state.looked(URL, Look(NOW, "unreachable", NOW + 30 * S, reason="it is away", failures=1))
    (address,) = state.due(NOW + 30 * S)
    assert address.failures == 1


def test_new_pages_come_first_and_no_host_crowds_out_the_others(state: State) -> None:
    polled(state, *(Entry(f"https://big.example/{n}") for n in range(PER_HOST + 30)), Entry("https://small.example/a"))
    state.looked("https://big.example/0", Look(NOW, "sent", NOW))
    due = state.due(NOW)
    assert [address.host for address in due].count("big.example") == PER_HOST
    assert [address.host for address in due].count("small.example") == 1
    assert "https://big.example/0" not in [address.url for address in due]
    assert len(state.due(NOW, limit=3)) == 3


def test_an_address_that_is_retired_is_asked_only_when_a_feed_lists_it_again(state: State) -> None:
    polled(state, ENTRY)
    state.retire(URL)
    assert state.due(NOW) == []
    state.polled(FEED, "renamed", NOW, Conditions(), [ENTRY])
    assert [address.source for address in state.due(NOW)] == ["renamed"]


def test_an_address_that_was_given_up_is_tried_now_and_then_while_a_feed_lists_it(state: State) -> None:
    polled(state, ENTRY)
    state.looked(URL, Look(NOW, "unreachable", None, reason="it is away", failures=12))
    assert polled(state, ENTRY, at=NOW + 59 * M) == 0
    assert polled(state, ENTRY, at=NOW + 360 * M) == 1
    (address,) = state.due(NOW + 360 * M)
    assert address.failures == 12
    state.looked(URL, Look(NOW + 360 * M, "not_an_article", None))
    assert polled(state, ENTRY, at=NOW + 999 * M) == 0, "it was no failure, and is not tried again"


def test_feeds(state: State) -> None:
    assert state.feeds() == {}
    state.poll_failed(FEED, "outlet", NOW, "it is away")
    failed = state.poll_failed(FEED, "outlet", NOW + M, "it is away still")
    assert failed == FeedState(FEED, Conditions(), NOW + M, None, "it is away still", 2, last_failure=NOW + M)
    read, _ = state.polled(FEED, "outlet", NOW + 2 * M, Conditions('"1"', None), ())
    assert read == FeedState(FEED, Conditions('"1"', None), NOW + 2 * M, NOW + 2 * M, None, 0)
    failed = state.poll_failed(FEED, "outlet", NOW + 3 * M, "again")
    assert (failed.conditions, failed.last_success, failed.failures) == (Conditions('"1"', None), NOW + 2 * M, 1)
    same = state.unchanged(FEED, "outlet", NOW + 4 * M)
    assert (same.conditions, same.last_success, same.failures) == (Conditions('"1"', None), NOW + 4 * M, 0)
    assert (same.last_error, same.last_failure) == ("again", NOW + 3 * M), "nothing changed, so nothing was mended"
    assert state.feeds() == {FEED: same}


def test_a_feed_that_could_not_be_read_says_so_until_it_is(state: State) -> None:
    polled(state)
    failed = state.poll_failed(FEED, "outlet", NOW + M, "an HTML page", FeedFailure(unread=True))
    assert failed.unread
    away = state.poll_failed(FEED, "outlet", NOW + 2 * M, "it is away")
    assert away.unread, "to be away mends nothing"
    read, _ = state.polled(FEED, "outlet", NOW + 3 * M, Conditions(), ())
    assert (read.unread, read.last_error, read.last_failure, read.failures) == (False, None, None, 0)


def test_what_a_failure_of_a_feed_leaves(state: State) -> None:
    for times in (1, 2):
        gone = state.poll_failed(FEED, "outlet", NOW, "it is gone", FeedFailure(gone=True))
        assert gone.gone == times
    busy = state.poll_failed(FEED, "outlet", NOW, "it is busy", FeedFailure(not_before=NOW + 60 * M))
    assert (busy.gone, busy.failures, busy.not_before) == (0, 3, NOW + 60 * M)
    rests = state.poll_failed(FEED, "outlet", NOW, "it rests", FeedFailure(not_before=NOW + 90 * M, counted=False))
    assert (rests.failures, rests.last_error, rests.not_before) == (3, "it is busy", NOW + 90 * M)
    assert state.unchanged(FEED, "outlet", NOW).not_before is None


def test_the_pace_and_the_move_of_a_feed_are_remembered(state: State) -> None:
    pace = Pace(timedelta(hours=1), timedelta(minutes=5), timedelta(minutes=20), NOW)
    moved = ("https://outlet.example/new.xml", 2)
    read, _ = state.polled(FEED, "outlet", NOW, Conditions(), (), pace=pace, moves=moved)
    assert (read.pace, read.moved_to, read.moved) == (pace, *moved)
    same = state.unchanged(FEED, "outlet", NOW + M, moves=(moved[0], 3))
    assert (same.pace, same.moved) == (pace, 3)
    failed = state.poll_failed(FEED, "outlet", NOW + 2 * M, "it is away")
    assert (failed.moved_to, failed.moved) == (None, 0), "the address listed is asked again"
    assert state.feeds() == {FEED: failed}


def test_feeds_are_read_beside_a_fetcher_at_work(tmp_path: Path) -> None:
    file = tmp_path / "fetcher.sqlite3"
    assert feed_states(file) == {}
    with open_state(file) as state:
        polled(state, ENTRY)
        assert feed_states(file) == state.feeds() != {}
    assert feed_states(file).keys() == {FEED}
    file.write_bytes(b"not a database, but long enough to be taken for one" * 50)
    with pytest.raises(ConfigurationError, match="cannot be read: "):
        feed_states(file)


def test_a_file_of_the_first_version_is_brought_up_to_date(tmp_path: Path) -> None:
    file = tmp_path / "fetcher.sqlite3"
    connection = sqlite3.connect(file)
    connection.executescript(f"{MIGRATIONS[0]} PRAGMA user_version = 1;")
    connection.execute("INSERT INTO feeds (url, source, failures) VALUES (?, 'outlet', 2)", (FEED,))
    connection.commit()
    connection.close()
    with pytest.raises(ConfigurationError, match="is of version 1, and this Sitrep reads version"):
        feed_states(file)
    with open_state(file) as state:
        assert state.feeds() == {FEED: FeedState(FEED, failures=2)}


def test_another_process_is_kept_out(tmp_path: Path) -> None:
    file = tmp_path / "fetcher.sqlite3"
    with open_state(file):
        with pytest.raises(ConfigurationError, match="Another fetcher works with"), open_state(file):
            pass
        reader = sqlite3.connect(f"file:{file}?mode=ro", uri=True)  # to read is allowed
        assert reader.execute("SELECT count(*) FROM feeds").fetchone() == (0,)
        reader.close()
    with open_state(file):
        pass


def test_a_file_that_is_no_state(tmp_path: Path) -> None:
    file = tmp_path / "fetcher.sqlite3"
    file.write_bytes(b"not a database, but long enough to be taken for one" * 50)
    with (
        pytest.raises(
            ConfigurationError, match=r"cannot be used for the fetcher's state .*: move it away to begin anew"
        ),
        open_state(file),
    ):
        pass


def test_a_file_of_a_newer_version(tmp_path: Path) -> None:
    file = tmp_path / "fetcher.sqlite3"
    connection = sqlite3.connect(file)
    connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    connection.close()
    with pytest.raises(ConfigurationError, match="was written by a newer Sitrep"), open_state(file):
        pass


def test_a_full_disk_is_a_passing_failure(state: State) -> None:
    state._connection.execute("PRAGMA max_page_count = 1")
    entries = [Entry(f"https://outlet.example/{n}", title="x" * 200) for n in range(500)]
    with pytest.raises(TransientError, match="cannot be used now: database or disk is full"):
        polled(state, *entries)
    assert state.due(NOW) == []
    state._connection.execute("PRAGMA max_page_count = 100000")
    assert polled(state, *entries) == 500


STEPS = """
import sys, time
from datetime import datetime, UTC
from pathlib import Path
from services.fetcher.remembered import Look
from services.fetcher.state_file import open_state
from tests.builders import an_article
from tests.unit.fetcher.test_state import ENTRY, NOW, URL, polled

with open_state(Path(sys.argv[1])) as state:
    polled(state, ENTRY)
    article = an_article(content_hash="A")
    if sys.argv[2] != "polled":
        state.about_to_send(article, URL)
    if sys.argv[2] == "marked":
        state.looked(URL, Look(NOW, "sent", None, article=article.id, changed=True), sent=article)
    print("here", flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize(
    ("killed", "still_due", "same_text", "changed_text"),
    [
        ("polled", True, 1, 1),
        (
            "acknowledged",
            True,
            1,
            2,
        ),  # Kafka has it, we do not know: the same again, or the next if it changed meanwhile
        ("marked", False, None, 2),
    ],
)
def test_sigkill_loses_nothing(
    tmp_path: Path, killed: str, still_due: bool, same_text: int | None, changed_text: int
) -> None:
    file = tmp_path / "fetcher.sqlite3"
    with Popen([sys.executable, "-c", STEPS, str(file), killed], stdout=PIPE, cwd=Path(__file__).parents[3]) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"here\n"
        process.kill()
    with open_state(file) as state:
        assert bool(state.due(NOW)) is still_due
        known = state.article(an_article().id)
        assert revision_to_send(known, "A") == same_text
        assert revision_to_send(known, "B") == changed_text
