"""What a person typed, as a query. The one place where the language of ``q`` is decided.

Words must all occur, in the title, the text, or among the names of the article's entities; ``"a phrase"``, ``OR``,
``-word`` or ``NOT word``, ``(…)``, ``prefix*``. Nothing a person types is an error: an unclosed quote or
parenthesis, or a lonely operator, is read as well as it can be.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

LONGEST: Final = 1000
"""Characters; with it the number of clauses is bounded, far below what Elasticsearch takes."""

SEARCHED: Final = ("title^3", "text", "entity_names^2")
HIGHLIGHTED: Final[Mapping[str, tuple[str, ...]]] = {
    "title": ("title", "title.exact"),
    "text": ("text", "text.exact"),
}
"""The fields whose matches are shown in each field: quoted phrases are looked for in ``.exact``, unstemmed."""

_OPERATORS: Final = {"OR": "|", "AND": "+", "NOT": "-"}
# What stays as it is: a quoted phrase, closed or not.
_PARTS: Final = re.compile(r'("[^"]*"?)')
# Fuzziness and slop (~) are not offered; a backslash would take the meaning from the quote or bracket after it.
_UNOFFERED: Final = re.compile(r"[~\\]")
# A lonely operator, such as the dash in "Kyiv - Moscow", is punctuation; one before a quote belongs to the phrase.
_LONELY: Final = re.compile(r"(?<!\S)[-+|*]+(?=\s)")
_WORD_OPERATOR: Final = re.compile(r"(?<!\S)(OR|AND|NOT)(?!\S)(\s*)")


def text_query(q: str) -> dict[str, Any]:
    """The Elasticsearch query of what was typed."""
    return {
        "simple_query_string": {
            "query": _translated(q),
            "fields": list(SEARCHED),
            "default_operator": "and",
            "flags": "AND|OR|NOT|PHRASE|PRECEDENCE|PREFIX|WHITESPACE",
            "quote_field_suffix": ".exact",
            "analyze_wildcard": True,
        }
    }


def _translated(q: str) -> str:
    parts = _PARTS.split(q)
    return "".join(part if part.startswith('"') else _operators(part) for part in parts).strip()


def _operators(part: str) -> str:
    plain = _LONELY.sub(" ", _UNOFFERED.sub(" ", part))
    return _WORD_OPERATOR.sub(lambda found: _symbol(found[1], found[2]), plain)


def _symbol(word: str, space: str) -> str:
    """``NOT`` clings to the word after it, the others stand between."""
    return _OPERATORS[word] if word == "NOT" else f"{_OPERATORS[word]}{space}"
