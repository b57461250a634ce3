"""The revisions index: every revision of every article as it was, also after the next one came (ADR 0014).

One document a revision, ``{article}-{revision}``, replaced where that revision is tagged anew. Read by article, and
never searched by words: what was corrected must not be found as if it still stood.
"""

from typing import Final

from services.indexer.mappings.fields import DATE, KEYWORD, Json

REVISION: Final[Json] = {
    "article": KEYWORD,
    "revision": {"type": "integer"},
    "fetched_at": DATE,
    # The article's fields and its claims, kept only.
    "content": {"type": "object", "enabled": False},
}
