"""What can be told of a page's age before it is asked for."""

from datetime import UTC, datetime

import pytest

from services.fetcher.backfill_dates import is_since, may_hold_since
from services.fetcher.entries import Entry

SINCE = datetime(2024, 10, 1, tzinfo=UTC)
BEFORE, AFTER = datetime(2024, 9, 30, 23, tzinfo=UTC), datetime(2024, 10, 1, tzinfo=UTC)
SITE = "https://outlet.example"


@pytest.mark.parametrize(
    ("path", "published", "updated", "since"),
    [
        ("/a", AFTER, None, True),
        ("/a", BEFORE, AFTER, False),
        ("/2024/09/30/a", AFTER, None, True),
        ("/a", None, AFTER, True),
        ("/a", None, BEFORE, False),
        ("/a", None, None, None),
        ("/2024/10/01/a", None, None, True),
        ("/2024/10/a", None, None, True),
        ("/2024/09/30/a", None, AFTER, False),
        ("/2024/09/a", None, None, False),
        ("/2023/12/a", None, None, False),
        ("/news-2024-10-02-a", None, None, True),
        ("/20240930-a", None, None, False),
        ("/20241001-a", None, BEFORE, True),
        ("/2019-21/a", None, None, None),
        ("/news/200112", None, None, None),
        ("/news/1202409301", None, None, None),
        ("/2024/02/31/a", None, None, None),
        ("/kursk-in-2019", None, None, None),
    ],
)
def test_a_page(path: str, published: datetime | None, updated: datetime | None, since: bool | None) -> None:
    assert is_since(Entry(f"{SITE}{path}", published_at=published, updated_at=updated), SINCE) is since


@pytest.mark.parametrize(
    ("path", "updated", "may"),
    [
        ("/sitemap.xml", None, True),
        ("/sitemap.xml", AFTER, True),
        ("/sitemap.xml", BEFORE, False),
        ("/sitemap-2024-09.xml", None, False),
        ("/sitemap-2024-09.xml", AFTER, False),
        ("/sitemap-2024-10.xml.gz", None, True),
        ("/sitemap/202409.xml", None, False),
        ("/sitemap-2023.xml", None, False),
        ("/sitemap-2024.xml", None, True),
        ("/2024/12/sitemap.xml", None, True),
        ("/sitemap?yyyy=2024&mm=9&dd=30", None, False),
        ("/sitemap?year=2024&month=12", None, True),
        ("/sitemap-2024-09-30.xml", None, False),
        ("/sitemap-12.xml", None, True),
    ],
)
def test_a_sitemap(path: str, updated: datetime | None, may: bool) -> None:
    assert may_hold_since(Entry(f"{SITE}{path}", updated_at=updated), SINCE) is may
