"""Did you mean: what was typed with its words spelled as articles spell them. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from services.api.query import Json
from services.api.text_query import FIELDS
from services.api.typed import free_words

FEW: Final = 5
"""A search that finds more needs no other spelling."""
SHORTEST: Final = 4
"""Letters of a word that can be misspelled: of shorter ones, each is close to many others."""


def words_asked(q: str) -> tuple[str, ...]:
    """The words of ``q`` that are looked for anywhere."""
    return tuple(word for _, word in free_words(q, FIELDS))


def spelling_body(words: Sequence[str]) -> Json:
    """The request body that finds how these words are spelled in titles and texts."""
    generators = [
        {"field": field, "suggest_mode": "popular", "min_word_length": SHORTEST, "max_edits": 2, "prefix_length": 1}
        for field in ("text.exact", "title.exact")
    ]
    phrase = {"field": "text.exact", "gram_size": 1, "max_errors": 3, "size": 1, "direct_generator": generators}
    return {"size": 0, "track_total_hits": False, "suggest": {"spelling": {"text": " ".join(words), "phrase": phrase}}}


def respelled(q: str, answer: Mapping[str, Any]) -> str | None:
    """What was typed, with each word as the answer to ``spelling_body`` has it; None where it has no other."""
    options = [option for entry in answer["suggest"]["spelling"] for option in entry["options"]]
    asked = free_words(q, FIELDS)
    if not options or len(better := options[0]["text"].split()) != len(asked):
        return None
    changed = q
    for (at, word), other in sorted(zip(asked, better, strict=True), reverse=True):
        if other != word.casefold():
            changed = changed[:at] + other + changed[at + len(word) :]
    return changed if changed != q else None
