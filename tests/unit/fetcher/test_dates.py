"""Dates in the forms that pages and feeds write them."""

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.fetcher.dates import Written, best_date, day_in_address, read_date

NOW = datetime(2024, 12, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment", "has_time"),
    [
        ("2024-10-19T16:42:10+03:00", "2024-10-19T13:42:10", True),
        ("2024-10-19T16:42:10+0300", "2024-10-19T13:42:10", True),
        ("2024-10-19 16:42:10 +0300", "2024-10-19T13:42:10", True),
        ("2024-10-19T16:42:10Z", "2024-10-19T16:42:10", True),
        ("2024-10-19 16:42:10 UTC", "2024-10-19T16:42:10", True),
        ("2024-11-19T11:02:41.512Z", "2024-11-19T11:02:41.512", True),
        ("2024-11-19T11:02:41.5123456789Z", "2024-11-19T11:02:41.512345", True),
        ("2024-10-19T16:42:10", "2024-10-19T16:42:10", True),  # naive: read as UTC
        ("2024-10-19 16:42", "2024-10-19T16:42", True),
        ("2024-10-19", "2024-10-19T00:00", False),
        ("20241019T164210Z", "2024-10-19T16:42:10", True),
        ("20241019", "2024-10-19T00:00", False),
        ("1729348930", "2024-10-19T14:42:10", True),
        ("1729348930000", "2024-10-19T14:42:10", True),
        ("Fri, 25 Oct 2024 10:00:00 GMT", "2024-10-25T10:00", True),
        ("Fri, 25 Oct 2024 10:00:00 +0200", "2024-10-25T08:00", True),
        ("Fri, 25 Oct 2024 10:00 EST", "2024-10-25T15:00", True),
        ("25 Oct 2024 10:00:00", "2024-10-25T10:00", True),
        ("October 25, 2024 10:00 am EDT", "2024-10-25T14:00", True),
        ("Published: 06:10 EST, 21 December 2024", "2024-12-21T11:10", True),
        ("16 November 2024 at 9pm", "2024-11-16T21:00", True),
        ("Sat Nov 16 09:00:00 UTC 2024", "2024-11-16T09:00", True),
        ("25 Oct 2024", "2024-10-25T00:00", False),
        ("25/10/2024", "2024-10-25T00:00", False),
        ("03.11.2024 14:05", "2024-11-03T14:05", True),
    ],
)
def test_a_date_is_read_to_the_moment_it_means(text: str, moment: str, has_time: bool) -> None:
    assert read_date(text) == Written(datetime.fromisoformat(moment).replace(tzinfo=UTC), has_time)


ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=ZONES))  # noqa: DTZ001 - the zones follow
def test_a_date_as_feeds_have_it_is_read_in_any_zone_with_or_without_its_day(moment: datetime) -> None:
    moment = moment.replace(microsecond=0)
    written = format_datetime(moment)
    for text in (written, written.partition(", ")[2], written.replace(",", "")):
        assert read_date(text) == Written(moment.astimezone(UTC), has_time=True)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "yesterday", "may", "2024", "December 2024", "12:30", "2024-02-30", "0000-00-00",
        "10/11/2024",  # October or November?
        "9999-12-31T23:59:59-14:00", "2024-11-19T25:00:00Z", "Mon, 99 Foo 2024 00:00:00 +9999", "99999999999",
        "x" * 200,
    ],
)  # fmt: skip
def test_what_is_no_date_or_could_be_two_is_none(text: str) -> None:
    assert read_date(text) is None


@pytest.mark.parametrize(
    ("texts", "moment"),
    [
        (["2024-11-29T10:00Z", "2024-11-30T10:00Z"], "2024-11-29T10:00"),
        (["2024-11-29", "2024-11-29T18:30:00+02:00"], "2024-11-29T16:30"),  # the same day, with its time
        (["2024-11-29", "2024-12-05T18:30Z"], "2024-11-29T00:00"),
        (["nonsense", "1970-01-01", "2024-11-29"], "2024-11-29T00:00"),
        (["2034-11-29", "2024-11-29"], "2024-11-29T00:00"),  # nobody publishes in ten years
    ],
)
def test_the_best_of_several(texts: list[str], moment: str) -> None:
    assert best_date(texts, now=NOW) == datetime.fromisoformat(moment).replace(tzinfo=UTC)


def test_no_date_among_several() -> None:
    assert best_date(["", "soon"], now=NOW) is None


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://desk.example/2024/nov/20/ferry", "2024-11-20"),
        ("https://desk.example/world/2024/Jan/3/", "2024-01-03"),
        ("https://desk.example/2024/nov/ferry", None),
        ("https://desk.example/2024/mayor/20/", None),
    ],
)
def test_a_day_in_an_address(url: str, day: str | None) -> None:
    assert day_in_address(url) == day
