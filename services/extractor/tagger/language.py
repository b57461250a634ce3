"""Whether a text is to be read as English."""

import re

_WORD = re.compile(r"[^\W\d_]+")
_COMMON = frozenset(
    {"the", "of", "to", "and", "in", "a", "is", "was", "were", "that", "for", "on", "by", "with", "has", "have"}
)
ENOUGH = 0.12
"""About a third of the words of English prose are among these; of other languages hardly any."""


def is_english(language: str, text: str) -> bool:
    """By the article's own label (ISO 639-1), or, where it has none (``und``), by its commonest words."""
    if language != "und":
        return language.lower().startswith("en")
    words = _WORD.findall(text[:4000].lower())
    return bool(words) and sum(word in _COMMON for word in words) / len(words) >= ENOUGH
