"""Time expressions, as of the day of publication: Sunday, 17 November 2024."""

from datetime import date

import pytest

from services.extractor.tagger.when import periods

PUBLISHED = date(2024, 11, 17)
ROWS = [
    ("today", "2024-11-17", "2024-11-17"),
    ("yesterday", "2024-11-16", "2024-11-16"),
    ("overnight", "2024-11-16", "2024-11-17"),
    ("on Wednesday", "2024-11-13", "2024-11-13"),
    ("on Sunday", "2024-11-17", "2024-11-17"),
    ("last Sunday", "2024-11-10", "2024-11-10"),
    ("next Monday", "2024-11-18", "2024-11-18"),
    ("since Monday", "2024-11-11", None),
    ("this week", "2024-11-11", "2024-11-17"),
    ("earlier in the week", "2024-11-11", "2024-11-17"),
    ("last week", "2024-11-04", "2024-11-10"),
    ("this month", "2024-11-01", "2024-11-30"),
    ("last month", "2024-10-01", "2024-10-31"),
    ("this year", "2024-01-01", "2024-12-31"),
    ("next year", "2025-01-01", "2025-12-31"),
    ("this winter", "2024-12-01", "2025-02-28"),
    ("in June", "2024-06-01", "2024-06-30"),
    ("in December", "2023-12-01", "2023-12-31"),
    ("since August", "2024-08-01", None),
    ("in 2023", "2023-01-01", "2023-12-31"),
    ("since 2022", "2022-01-01", None),
    ("since February 2022", "2022-02-01", None),
    ("on Jan. 20", "2025-01-20", "2025-01-20"),
    ("on 5 March", "2024-03-05", "2024-03-05"),
    ("on November 14, 2024", "2024-11-14", "2024-11-14"),
    ("on 3 December 2023", "2023-12-03", "2023-12-03"),
    ("2024-11-03", "2024-11-03", "2024-11-03"),
    ("three days ago", "2024-11-14", "2024-11-14"),
    ("in the past 24 hours", "2024-11-16", "2024-11-17"),
    ("over the last three days", "2024-11-14", "2024-11-17"),
    ("the next four to five months", "2024-11-17", "2025-04-18"),
    ("by the end of the year", None, "2024-12-31"),
]


@pytest.mark.parametrize(("text", "first", "last"), ROWS, ids=[row[0] for row in ROWS])
def test_periods(text: str, first: str | None, last: str | None) -> None:
    [period] = periods(f"It happened {text}.", PUBLISHED)
    assert (period.first and str(period.first), period.last and str(period.last)) == (first, last)


@pytest.mark.parametrize("text", ["they may 5 times", "a march on the town", "12 soldiers", "on 31 February"])
def test_what_is_no_time(text: str) -> None:
    assert periods(text, PUBLISHED) == []


def test_without_a_day_of_publication_only_full_dates_are_resolved() -> None:
    found = periods("On Monday and on 3 December 2023 and last week.", None)
    assert [str(period.first) for period in found] == ["2023-12-03"]
