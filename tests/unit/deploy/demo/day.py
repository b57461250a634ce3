"""The demo's own articles, and an hour hand a test can turn."""

from dataclasses import dataclass
from datetime import UTC, datetime

from deploy.demo.app import Day
from deploy.demo.article_files import load_articles

STARTED_AT = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
ARTICLES = load_articles()
LONG_AFTER = 3600.0


@dataclass(slots=True)
class Hand:
    """Seconds since the day began."""

    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


def day_at(hand: Hand) -> Day:
    return Day(ARTICLES, STARTED_AT, hand)
