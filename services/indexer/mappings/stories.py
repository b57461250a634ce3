"""The stories index: what each article's text is like, and which story that makes it part of (ADR 0010).

One document for each text an article ever had. Its id is a story's id too: that of the story which begins with it.
"""

from typing import Final

from services.indexer.mappings.fields import KEPT_ONLY, KEYWORD, Json

STORY: Final[Json] = {
    # The document's id once more, to page by.
    "id": KEYWORD,
    "article": KEYWORD,
    # The story it is part of: its own id, or, once it was found to be a copy, an earlier one.
    "story": KEYWORD,
    # Whether articles that are under its own id are still being moved to ``story``.
    "moving": {"type": "boolean"},
    # Two texts that share a band are compared. Only looked up: not sorted, not counted.
    "bands": {"type": "keyword", "doc_values": False},
    # 128 numbers of four bytes (little-endian, base64), compared outside of Elasticsearch.
    "signature": KEPT_ONLY,
}
