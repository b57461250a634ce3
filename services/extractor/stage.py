"""From an article to the tagged article. Pure."""

from datetime import datetime

from services.common.messages import Article, TaggedArticle
from services.common.signature import signature
from services.extractor.tagger import tag_text, tagger

LONGEST_TEXT = 100_000
"""Characters of an article that are tagged; what comes after is kept but not read (a novel, not news): ``cut_at``."""


def tagged_article(article: Article, tagged_at: datetime) -> TaggedArticle:
    """The article with its entities, claims and signature, as of ``tagged_at``."""
    tagged = tag_text(
        article.text[:LONGEST_TEXT],
        title=article.title,
        published_at=article.published_at,
        language=article.language,
        article_id=article.id,
    )
    return TaggedArticle(
        article=article,
        entities=tagged.entities,
        claims=tagged.claims,
        signature=signature(article.text),
        tagger=tagger(),
        tagged_at=tagged_at,
        cut_at=LONGEST_TEXT if len(article.text) > LONGEST_TEXT else None,
    )
