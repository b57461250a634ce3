"""What an outlet shows after so many seconds: a pure function of the articles, the time and the pace."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from deploy.demo.articles import Article, Block

USUAL_PACE = 20.0
"""The pace, in seconds between articles, at which the seconds in the article files are meant."""


@dataclass(frozen=True, slots=True)
class Published:
    """An article as it reads now."""

    article: Article
    title: str
    summary: str
    blocks: tuple[Block, ...]
    modified: datetime | None
    """When the outlet says it changed the text, or None."""
    since: float
    """Seconds after the start at which it began to read so."""


def visible(articles: Iterable[Article], elapsed: float, pace: float = USUAL_PACE) -> tuple[Published, ...]:
    """The articles there are after `elapsed` seconds, newest first.

    `pace` stretches or shortens all times in proportion; at 0 everything, edits too, is there at once.
    """
    stretch = pace / USUAL_PACE
    shown = [
        _as_of(article, elapsed, stretch)
        for article in articles
        if article.front.appears_after_seconds * stretch <= elapsed
    ]
    return tuple(sorted(shown, key=lambda published: published.article.front.published, reverse=True))


def _as_of(article: Article, elapsed: float, stretch: float) -> Published:
    front, edit = article.front, article.front.edited
    if edit is None or edit.after_seconds * stretch > elapsed:
        since = front.appears_after_seconds * stretch
        return Published(article, front.title, article.summary, article.blocks, None, since)

    def edited(text: str) -> str:
        for replacement in edit.replace:
            text = text.replace(replacement.old, replacement.new)
        return text

    return Published(
        article,
        edited(front.title),
        edited(article.summary),
        tuple(Block(block.kind, edited(block.text)) for block in article.blocks),
        edit.at,
        edit.after_seconds * stretch,
    )
