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
    ("in early October", "2024-10-01", "2024-10-10"),
    ("in mid-October", "2024-10-11", "2024-10-20"),
    ("in late October 2023", "2023-10-21", "2023-10-31"),
    ("in the first half of 2023", "2023-01-01", "2023-06-30"),
    ("in the third quarter of 2024", "2024-07-01", "2024-09-30"),
    ("from November 4 to November 10", "2024-11-04", "2024-11-10"),
    ("between 4 and 10 November", "2024-11-04", "2024-11-10"),
    ("on Nov. 4-10", "2024-11-04", "2024-11-10"),
    ("between January and March", "2024-01-01", "2024-03-31"),
    ("from November to February 2024", "2023-11-01", "2024-02-29"),
    ("between 2022 and 2024", "2022-01-01", "2024-12-31"),
    ("since October 7, 2023", "2023-10-07", None),
    ("since the start of 2023", "2023-01-01", None),
    ("as of 14 November", None, "2024-11-14"),
    ("before June", None, "2024-05-31"),
    ("over the weekend", "2024-11-16", "2024-11-17"),
    ("last night", "2024-11-16", "2024-11-17"),
    ("this morning", "2024-11-17", "2024-11-17"),
    ("in the 1990s", "1990-01-01", "1999-12-31"),
    ("last summer", "2024-06-01", "2024-08-31"),
    ("in the winter of 2022", "2022-12-01", "2023-02-28"),
    ("within three weeks", "2024-11-17", "2024-12-08"),
    ("in the coming weeks", "2024-11-17", None),
    ("over the last week", "2024-11-10", "2024-11-17"),
    ("by the end of October", None, "2024-10-31"),
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


def test_what_is_still_to_come_is_kept_beside_what_has_been() -> None:
    [period] = periods("It happens on Friday.", PUBLISHED)
    assert (period.first, period.ahead) == (date(2024, 11, 15), (date(2024, 11, 22), date(2024, 11, 22)))
