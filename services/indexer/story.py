"""What tells an article's story: a name for it, and the bands by which texts like its own are found.

Source: J. Leskovec, A. Rajaraman, J. Ullman, "Mining of Massive Datasets", section 3.4 (locality-sensitive hashing).
"""

import base64
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from itertools import islice
from typing import Any, Final

from services.common.identity import digest
from services.common.messages import TaggedArticle
from services.common.signature import WORD, resemblance

BANDS: Final = 25
ROWS: Final = 5
"""Two texts are compared when all numbers of one of 25 bands of 5 agree: for a resemblance of 0.5 that is so in 55 %
of pairs, of 0.6 in 87 %, of 0.7 in 99 %, of 0.2 in 1 %."""
COPY: Final = 0.5
"""The least resemblance of a copy. A copy cut to half its length has it; reports that were written anew about the same
event, quotations included, stay below 0.2."""
FEWEST_WORDS: Final = 20
"""A shorter text says too little to be called a copy: such texts are what outlets put in place of an article."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_KEYS: Final = tuple(bytes((at,)) for at in range(BANDS))
_MILLISECOND: Final = timedelta(milliseconds=1)


def comparable(tagged: TaggedArticle) -> tuple[int, ...]:
    """The signature by which copies of the article are found; none where its text is too short."""
    words = sum(1 for _ in islice(WORD.finditer(tagged.article.text), FEWEST_WORDS))
    return tagged.signature if words == FEWEST_WORDS else ()


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


def story_document(text: Text) -> dict[str, Any]:
    """The document of the stories index, as it is before any copy is known: a story of its own."""
    return {
        "id": text.id,
        "article": text.article,
        "story": text.id,
        "moving": False,
        "bands": text.bands,
        "signature": packed(text.signature),
    }


def bands(signature: tuple[int, ...]) -> tuple[str, ...]:
    """What two texts have in common if they are copies: one short word for each band."""
    if not signature:
        return ()
    numbers = packed_bytes(signature)
    size = 4 * ROWS
    return tuple(
        blake2b(numbers[at * size : (at + 1) * size], digest_size=8, key=key).hexdigest()
        for at, key in enumerate(_KEYS)
    )


def packed_bytes(signature: tuple[int, ...]) -> bytes:
    """The numbers of a signature, four bytes each, little-endian."""
    return struct.pack(f"<{len(signature)}I", *signature)


def packed(signature: tuple[int, ...]) -> str:
    """A signature as the index keeps it."""
    return base64.b64encode(packed_bytes(signature)).decode()


def unpacked(kept: str) -> tuple[int, ...]:
    """A signature that was kept."""
    raw = base64.b64decode(kept)
    return struct.unpack(f"<{len(raw) // 4}I", raw)


def is_copy(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    """Whether two texts are as alike as copies are."""
    return resemblance(one, other) >= COPY
