"""Conditional requests, as RFC 9110 has them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from deploy.demo.caching import http_date, is_unchanged

CHANGED = datetime(2026, 3, 1, 12, 0, 30, 700_000, tzinfo=UTC)
BEFORE, SAME, AFTER = (http_date(CHANGED + timedelta(seconds=s)) for s in (-1, 0, 1))


@pytest.mark.parametrize(
    ("headers", "unchanged"),
    [
        ({}, False),
        ({"if-none-match": '"a"'}, True),
        ({"if-none-match": 'W/"a"'}, True),
        ({"if-none-match": '"b", "a"'}, True),
        ({"if-none-match": "*"}, True),
        ({"if-none-match": '"b"'}, False),
        ({"if-none-match": '"b"', "if-modified-since": AFTER}, False),
        ({"if-modified-since": BEFORE}, False),
        ({"if-modified-since": SAME}, True),
        ({"if-modified-since": AFTER}, True),
        ({"if-modified-since": "yesterday"}, False),
        ({"if-modified-since": "Sun, 01 Mar 2026 12:00:30 -0000"}, False),
    ],
)
def test_is_unchanged(headers: dict[str, str], unchanged: bool) -> None:
    assert is_unchanged(headers, '"a"', CHANGED) is unchanged


def test_dates_are_written_in_gmt() -> None:
    assert http_date(CHANGED.astimezone(timezone(timedelta(hours=2)))) == "Sun, 01 Mar 2026 12:00:30 GMT"
