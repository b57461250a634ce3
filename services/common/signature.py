"""The signature of a text: MinHash over its word 5-grams, for finding copies and near-copies.

Source: A. Broder, "On the resemblance and containment of documents" (1997). Two signatures agree in about as large a
share of their numbers as their texts share of all their 5-grams (Jaccard similarity).
"""

import re

from rensa import RMinHash

PERMUTATIONS = 128
SEED = 1
SHINGLE = 5
WORD = re.compile(r"\w+")


def signature(text: str) -> tuple[int, ...]:
    """128 unsigned 32-bit numbers, or none for a text of fewer than five words. Case and punctuation do not count."""
    words = WORD.findall(text.casefold())
    shingles = [" ".join(words[at : at + SHINGLE]) for at in range(len(words) - SHINGLE + 1)]
    if not shingles:
        return ()
    minhash = RMinHash(num_perm=PERMUTATIONS, seed=SEED)
    minhash.update(shingles)
    return tuple(minhash.digest())


def resemblance(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """The estimated Jaccard similarity of two texts, 0 to 1; 0 where either has no signature."""
    if not one or not other:
        return 0.0
    return sum(a == b for a, b in zip(one, other, strict=True)) / len(one)
