"""How the fetcher's answers look on a terminal."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from rich.console import Console

from services.fetcher.remembered import FeedState
from services.fetcher.sources import Source
from services.fetcher.tables import duration, sources_table


def test_how_each_feed_fares() -> None:
    now = datetime(2024, 11, 17, 12, tzinfo=UTC)
    urls = [f"https://a.example/{number}" for number in range(4)]
    works = FeedState(urls[1], last_polled=now - timedelta(minutes=2), last_success=now - timedelta(minutes=2))
    failed = FeedState(
        urls[2], last_polled=now, last_success=now - timedelta(days=3), last_error="It answers 500.", failures=3
    )
    gone = FeedState(urls[3], last_polled=now - timedelta(days=1), last_error="It answers 410.", failures=9, gone=3)
    held = {state.url: state for state in (works, failed, gone)}
    table = sources_table([Source("a", "A", "a.example", tuple(urls))], held, timedelta(hours=1), now)
    console = Console(width=200, record=True, file=io.StringIO())
    console.print(table)
    rows = [line for line in console.export_text().splitlines() if "https://" in line or "answers" in line]
    for row, words in zip(
        [rows[0], rows[1], rows[2], rows[3], rows[4]],
        [
            ["not asked yet"],
            ["works", "2 min ago", "in "],
            ["failing (3×)", "3 d ago", "in "],
            ["It answers 500."],
            ["gone", "never", "in "],
        ],
        strict=True,
    ):
        assert [word for word in words if word not in row] == [], row


@pytest.mark.parametrize(
    ("seconds", "words"), [(15, "15 s"), (90, "90 s"), (300, "5 min"), (7200, "2 h"), (86400, "1 d"), (0.5, "0.5 s")]
)
def test_durations(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_how_often_a_source_is_asked_stands_on_one_line_of_a_narrow_terminal() -> None:
    source = Source("a", "A", "a.example", ("https://a.example/feed",), every=timedelta(minutes=15))
    console = Console(width=80, record=True, file=io.StringIO())
    console.print(sources_table([source], {}, timedelta(hours=1), datetime(2024, 11, 20, tzinfo=UTC)))
    assert "every 15 min" in console.export_text()
