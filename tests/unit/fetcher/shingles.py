"""How near one text is to another: precision and recall over the bags of their four-word shingles."""

import re
from collections import Counter

WORD = re.compile(r"\w+")
SIZE = 4


def shingles(text: str) -> Counter[tuple[str, ...]]:
    words = WORD.findall(text)
    last = max(1, len(words) - SIZE + 1)
    return Counter(tuple(words[n : n + SIZE]) for n in range(last)) if words else Counter()


def precision_and_recall(found: str, expected: str) -> tuple[float, float]:
    one, other = shingles(found), shingles(expected)
    both = sum((one & other).values())
    return (both / sum(one.values()) if one else 0.0), (both / sum(other.values()) if other else 0.0)


def f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0
