"""A tagged article as rules about figures compare it with earlier ones. Pure."""

from collections.abc import Sequence
from datetime import datetime

from services.common.messages import FiredRule, MatchedArticle, TaggedArticle


def matched_article(
    tagged: TaggedArticle,
    at: datetime,
    *,
    fired: Sequence[FiredRule] = (),
    signature: tuple[int, ...] = (),
    text: str | None = None,
) -> MatchedArticle:
    """What is remembered of an article that was matched then; ``text`` only where a later revision is compared."""
    article = tagged.article
    return MatchedArticle(
        article_id=article.id,
        revision=article.revision,
        url=article.url,
        title=article.title,
        source=article.source,
        published_at=article.published_at,
        fetched_at=article.fetched_at,
        signature=signature,
        claims=tagged.claims,
        text=text,
        fired=tuple(fired),
        again=tagged.again,
        matched_at=at,
    )
