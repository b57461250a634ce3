"""What a rule would have matched in the last days, decided by the very code that matches what comes. Pure."""

import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal

from pydantic import Field

from services.common.messages import (
    ArticleId,
    FigureMatch,
    Match,
    Message,
    Rule,
    Source,
    TaggedArticle,
    UtcDatetime,
)
from services.common.rules.deciding import compile_rule, match
from services.common.rules.earlier import Earlier
from services.common.rules.matched import matched_article
from services.common.rules.reading import Reading

DAYS: Final = 30
SHOWN: Final = 10
"""Examples, the newest."""
CHANGED: Final = (
    "What a revision changed is known only as it comes: the index keeps the newest revision alone, so that this cannot "
    "be tried beforehand."
)


class PreviewDay(Message):
    """One day, in UTC."""

    day: date
    alerts: int = Field(ge=0)
    copies: int = Field(ge=0)
    """Further copies of articles that were alerted to, which are counted into those alerts."""


class PreviewExample(Message):
    """An article that the rule would have matched, and why."""

    article_id: ArticleId
    url: str
    title: str
    source: Source
    published_at: UtcDatetime | None
    copies: int = Field(ge=0)
    """How many copies of it came later."""
    matches: tuple[Match, ...]
    figures: tuple[FigureMatch, ...]


class Preview(Message):
    """What a rule would have matched."""

    from_: UtcDatetime = Field(alias="from")
    to: UtcDatetime
    alerts: int = Field(ge=0)
    copies: int = Field(ge=0)
    exact: bool
    """Whether every article that could match was tried; if not, ``tried`` of ``candidates`` were, the newest."""
    tried: int = Field(ge=0)
    candidates: int = Field(ge=0)
    days: tuple[PreviewDay, ...]
    """Every day from the first to the last, the oldest first. Days are those of publication."""
    examples: tuple[PreviewExample, ...]
    """The newest articles that would have raised an alert."""
    note: str | None = None
    """What a preview cannot tell."""


@dataclass(slots=True)
class _Alert:
    tagged: TaggedArticle
    matches: tuple[Match, ...]
    figures: tuple[FigureMatch, ...]
    copies: int = 0


def preview(
    rule: Rule, copies: Literal["count", "each"], documents: Sequence[Mapping[str, Any]], candidates: int, to: datetime
) -> Preview:
    """The alerts that the rule would have raised for these documents of the articles index, in any order.

    Raises:
        PermanentError: the rule makes no sense.
    """
    since = to - timedelta(days=DAYS)
    alerts: list[_Alert] = []
    copied: Counter[date] = Counter()
    by_story: dict[str, _Alert] = {}
    compiled = compile_rule(rule)
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as sql:
        earlier = Earlier(sql, days=DAYS)
        for document in sorted(documents, key=lambda each: (each["dated_at"], each["id"])):
            tagged = TaggedArticle.model_validate({**document, "article": document})
            matched = matched_article(tagged, _dated(tagged))
            fired = match(compiled, Reading(tagged))
            figures = earlier.judge(rule.figures, matched, fired.claims) if fired and rule.figures else ()
            if rule.figures:
                earlier.take(matched)
            if fired is None or (rule.figures and not figures):
                continue
            first = by_story.get(document["story"]) if copies == "count" else None
            if first:
                first.copies += 1
                copied[_day(tagged)] += 1
            else:
                alerts.append(alert := _Alert(tagged, fired.matches, figures))
                by_story[document["story"]] = alert
    per_day = Counter(_day(alert.tagged) for alert in alerts)
    days = [since.date() + timedelta(days=number) for number in range(DAYS + 1)]
    return Preview(
        from_=since,
        to=to,
        alerts=len(alerts),
        copies=copied.total(),
        exact=len(documents) >= candidates and not _cannot_tell(rule),
        tried=len(documents),
        candidates=candidates,
        days=tuple(PreviewDay(day=day, alerts=per_day[day], copies=copied[day]) for day in days),
        examples=tuple(_example(alert) for alert in alerts[: -SHOWN - 1 : -1]),
        note=CHANGED if _cannot_tell(rule) else None,
    )


def _cannot_tell(rule: Rule) -> bool:
    return rule.figures is not None and rule.figures.when == "changed"


def _dated(tagged: TaggedArticle) -> datetime:
    return tagged.article.published_at or tagged.article.fetched_at


def _day(tagged: TaggedArticle) -> date:
    return _dated(tagged).date()


def _example(alert: _Alert) -> PreviewExample:
    article = alert.tagged.article
    return PreviewExample(
        article_id=article.id,
        url=article.url,
        title=article.title,
        source=article.source,
        published_at=article.published_at,
        copies=alert.copies,
        matches=alert.matches,
        figures=alert.figures,
    )
