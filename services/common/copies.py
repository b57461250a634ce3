"""Which texts are copies and near-copies of each other, and the bands by which a text's copies are found.

Source: J. Leskovec, A. Rajaraman, J. Ullman, "Mining of Massive Datasets", section 3.4 (locality-sensitive hashing).
"""

import struct
from hashlib import blake2b
from itertools import islice
from typing import Final

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

_KEYS: Final = tuple(bytes((at,)) for at in range(BANDS))


def comparable(tagged: TaggedArticle) -> tuple[int, ...]:
    """The signature by which copies of the article are found; none where its text is too short."""
    words = sum(1 for _ in islice(WORD.finditer(tagged.article.text), FEWEST_WORDS))
    return tagged.signature if words == FEWEST_WORDS else ()


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


def unpacked_bytes(packed: bytes) -> tuple[int, ...]:
    """The numbers of a signature that was packed."""
    return struct.unpack(f"<{len(packed) // 4}I", packed)


def is_copy(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    """Whether two texts are as alike as copies are."""
    return resemblance(one, other) >= COPY
