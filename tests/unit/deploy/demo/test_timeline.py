"""What there is to read after so many seconds."""

import pytest

from deploy.demo.article_files import parse_article
from deploy.demo.timeline import visible

FILE = """---
outlet: kyiv-ledger
slug: {slug}
title: {slug} and 50 guns
authors: [A]
published: 2024-11-{day}T09:30:00Z
{more}
---
There are 50 guns.

## Why 50 guns
"""
EDITED = "edited: {after_seconds: 60, at: 2024-11-20T10:00:00Z, replace: [{old: 50 guns, new: 60 guns}]}"
ARTICLES = [
    parse_article(FILE.format(slug=slug, day=day, more=more), f"{slug}.md")
    for slug, day, more in (
        ("first", 16, ""),
        ("edited", 17, EDITED),
        ("last", 19, "appears_after_seconds: 60"),
        ("early", 15, "appears_after_seconds: 20"),
    )
]


@pytest.mark.parametrize(
    ("elapsed", "pace", "slugs"),
    [
        (-1, 20, ""),
        (0, 20, "edited first"),
        (19.9, 20, "edited first"),
        (20, 20, "edited first early"),
        (60, 20, "last edited first early"),
        (10, 10, "edited first early"),
        (39, 40, "edited first"),
        (120, 40, "last edited first early"),
        (0, 0, "last edited first early"),
    ],
)
def test_articles_appear_at_their_time_newest_first(elapsed: float, pace: float, slugs: str) -> None:
    assert [each.article.front.slug for each in visible(ARTICLES, elapsed, pace)] == slugs.split()


@pytest.mark.parametrize(
    ("elapsed", "pace", "guns", "since"),
    [(59.9, 20, "50 guns", 0), (60, 20, "60 guns", 60), (6, 2, "60 guns", 6), (0, 0, "60 guns", 0)],
)
def test_an_edit_changes_title_summary_and_text_at_its_time(
    elapsed: float, pace: float, guns: str, since: float
) -> None:
    [published] = [each for each in visible(ARTICLES, elapsed, pace) if each.article.front.slug == "edited"]
    assert published.title == f"edited and {guns}"
    assert published.summary == f"There are {guns}."
    assert [block.text for block in published.blocks] == [f"There are {guns}.", f"Why {guns}"]
    assert published.since == since
    assert published.modified == (published.article.front.edited.at if guns == "60 guns" else None)  # type: ignore[union-attr]
