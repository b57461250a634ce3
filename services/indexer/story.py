"""What tells an article's story: a name for it, and the text by which its copies are found."""

import base64
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from services.common.copies import bands, comparable, packed_bytes, unpacked_bytes
from services.common.identity import digest
from services.common.messages import TaggedArticle

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Text:
    """A text an article has or had. ``id`` is the name of the story that begins with it."""

    id: str
    article: str
    signature: tuple[int, ...]
    bands: tuple[str, ...]


def text_of(tagged: TaggedArticle) -> Text:
    """The text of an article, for finding its copies."""
    signature = comparable(tagged)
    return Text(story_id(tagged), tagged.article.id, signature, bands(signature))


def story_id(tagged: TaggedArticle) -> str:
    """The name of the story that begins with this article as it is: 32 hexadecimal characters.

    The first 12 are its date in milliseconds since 1970, so that of several names the smallest is the earliest's; the
    rest are a digest of the article and its signature. The same message always gives the same name.
    """
    article = tagged.article
    dated = article.published_at or article.fetched_at
    milliseconds = min(max(0, (dated - _EPOCH) // _MILLISECOND), (1 << 48) - 1)
    return f"{milliseconds:012x}{digest(article.id, packed(comparable(tagged)))[:20]}"


def story_document(text: Text, story: str) -> dict[str, Any]:
    """The document of the stories index, as it is at first: a story of its own, or part of one that was there."""
    return {
        "id": text.id,
        "article": text.article,
        "story": story,
        "moving": False,
        "bands": text.bands,
        "signature": packed(text.signature),
    }


def left_story(name: str, article: str) -> dict[str, Any]:
    """The document of a story whose first text is gone, while others are under its name; it goes with ``article``."""
    return story_document(Text(name, article, (), ()), name)


def packed(signature: tuple[int, ...]) -> str:
    """A signature as the index keeps it."""
    return base64.b64encode(packed_bytes(signature)).decode()


def unpacked(kept: str) -> tuple[int, ...]:
    """A signature that was kept."""
    return unpacked_bytes(base64.b64decode(kept))
