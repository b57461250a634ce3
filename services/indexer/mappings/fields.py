"""How kinds of values are kept, and a claim, which two indices keep."""

from typing import Any, Final

Json = dict[str, Any]

LONGEST_KEYWORD: Final = 8191
"""Characters. Lucene refuses a term over 32766 bytes and with it the whole article; four bytes are one character at
the most. A longer value stays in ``_source`` and is just not searchable."""

DATE: Final[Json] = {"type": "date", "format": "strict_date_optional_time"}
DAY: Final[Json] = {"type": "date", "format": "strict_date"}
KEYWORD: Final[Json] = {"type": "keyword", "ignore_above": LONGEST_KEYWORD}
KEPT_ONLY: Final[Json] = {"type": "keyword", "index": False, "doc_values": False}
"""Returned with the article, never asked for."""
POSITION: Final[Json] = {"type": "integer", "index": False, "doc_values": False}


def words(*, offsets: bool = False, raw: bool = False) -> Json:
    """A text people search: stemmed, and unstemmed under ``.exact``; with ``raw`` also whole, to group by."""
    mapping: Json = {
        "type": "text",
        "analyzer": "words",
        "search_analyzer": "words_asked",
        "fields": {"exact": {"type": "text", "analyzer": "words_exact", "search_analyzer": "words_exact_asked"}},
    }
    if offsets:
        # Where each word stands is kept in the postings: highlighting a long article does not analyse it again.
        mapping["index_options"] = "offsets"
        mapping["fields"]["exact"]["index_options"] = "offsets"
    if raw:
        mapping["fields"]["raw"] = KEYWORD
    return mapping


SOURCE: Final[Json] = {
    "dynamic": "strict",
    "properties": {"id": KEYWORD, "name": KEYWORD, "domain": KEYWORD},
}

# What a claim is narrowed by. Its words are kept only: they are part of the article's text, and are searched as such
# or, claim by claim, in the claims index.
CLAIM: Final[Json] = {
    "id": KEYWORD,
    "text": KEPT_ONLY,
    "start": POSITION,
    "end": POSITION,
    "sentence": KEPT_ONLY,
    "low": {"type": "double"},
    "high": {"type": "double"},
    # Low and high as one range, open ends included: "any figure that may be 11,000" is one question.
    "value": {"type": "double_range"},
    "qualifier": KEYWORD,
    "category": KEYWORD,
    "item": KEYWORD,
    # A lemma; its words are for who asks for troops.
    "unit": {**KEYWORD, "fields": {"words": {"type": "text", "analyzer": "words", "search_analyzer": "words_asked"}}},
    "implicit": {"type": "boolean"},
    "each": {"type": "boolean"},
    "action": KEYWORD,
    "actor": KEYWORD,
    "place": KEYWORD,
    "attributed_to": {
        "dynamic": "strict",
        "properties": {"text": KEYWORD, "entity": KEYWORD, "via": KEYWORD},
    },
    "modality": KEYWORD,
    "as_of": {"dynamic": "strict", "properties": {"from": DAY, "to": DAY}},
    # The same days as one range, open ends included.
    "days": {"type": "date_range", "format": "strict_date"},
}
