"""What can be told of a page's or a sitemap's age before it is asked for. Pure. All moments are in UTC."""

import re
from datetime import UTC, datetime, timedelta

from services.fetcher.entries import Entry

YEAR, MONTH, DAY = r"(?<!\d)((?:19|20)\d\d)", r"(0[1-9]|1[0-2])", r"(0[1-9]|[12]\d|3[01])"
IN_PAGE = (
    re.compile(rf"{YEAR}([-/_.]){MONTH}\2{DAY}(?!\d)"),
    re.compile(rf"{YEAR}(){MONTH}{DAY}(?!\d)"),
    re.compile(rf"/{YEAR}(/){MONTH}/"),
)
"""Year, separator, month and, where it is said, day. Six digits alone are as often a number."""
IN_SITEMAP = (
    *IN_PAGE,
    re.compile(rf"{YEAR}([-/_.]?){MONTH}(?!\d)"),
    re.compile(r"(?:yyyy|year|y)=((?:19|20)\d\d)(&(?:amp;)?)(?:mm|month|m)=(0?[1-9]|1[0-2])(?!\d)"),
    re.compile(rf"{YEAR}(?!\d)"),
)


def is_since(entry: Entry, since: datetime) -> bool | None:
    """Whether a sitemap's page is of that time or later; None where it says nothing of its age.

    When it was published counts, or the date in its address; else when it was last changed.
    """
    published = entry.published_at
    if published is None and (until := _until(entry.url, IN_PAGE)):
        return until > since
    said = published or entry.updated_at
    return None if said is None else said >= since


def may_hold_since(sitemap: Entry, since: datetime) -> bool:
    """Whether a sitemap of an index can list pages of that time or later, by its address and by when it was changed."""
    until = _until(sitemap.url, IN_SITEMAP)
    if until is not None and until <= since:
        return False
    return sitemap.updated_at is None or sitemap.updated_at >= since


def _until(url: str, forms: tuple[re.Pattern[str], ...]) -> datetime | None:
    """The end of the day, month or year that an address names."""
    match = next((found for form in forms if (found := form.search(url))), None)
    if match is None:
        return None
    groups: tuple[str | None, ...] = (*match.groups(), None, None, None)
    year, (month, day) = match[1], groups[2:4]
    try:
        if month and day:
            return datetime(int(year), int(month), int(day), tzinfo=UTC) + timedelta(days=1)
        if month:
            return datetime(int(year) + int(month) // 12, int(month) % 12 + 1, 1, tzinfo=UTC)
        return datetime(int(year) + 1, 1, 1, tzinfo=UTC)
    except ValueError:  # 31 February
        return None
