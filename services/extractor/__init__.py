"""The extractor: marks who and what an article speaks of, and every figure it puts forward."""

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from services.extractor.tagger import Tagged


def tag(
    text: str,
    *,
    title: str = "",
    published_at: datetime | None = None,
    language: str = "en",
    article_id: str = "",
) -> "Tagged":
    """The entities and claims of a text. Nothing is read or written but the model and the tables, at the first call.

    Args:
        text: what is tagged; every span indexes it.
        title: the headline, for context only.
        published_at: resolves "this month" and "on Wednesday"; without it such times are left out.
        language: ISO 639-1; English is parsed, any other only yields listed names and measured numbers.
        article_id: makes the claims' ids; the same words of the same article keep their id.
    """
    from services.extractor.tagger import tag_text

    return tag_text(text, title=title, published_at=published_at, language=language, article_id=article_id)
