"""The claims index: one document a claim of an article's newest revision. What series and comparison are made of.

The same claims are nested in their article, where they narrow a search for articles. Here a claim can be sorted,
grouped and paged by itself, which a nested one cannot; so what is asked of it together with the claim (source, story,
dates) stands beside it.
"""

from typing import Final

from services.indexer.mappings.fields import CLAIM, DATE, KEPT_ONLY, KEYWORD, SOURCE, Json, words

CLAIM_DOCUMENT: Final[Json] = {
    **CLAIM,
    "text": words(),
    "sentence": words(),
    "item": words(raw=True),
    "attributed_to": {
        "dynamic": "strict",
        "properties": {"text": words(raw=True), "entity": KEYWORD, "via": words(raw=True)},
    },
    "article": {
        "dynamic": "strict",
        "properties": {
            "id": KEYWORD,
            "revision": {"type": "integer"},
            # The version of the article's document: claims of an earlier one are found by it and removed.
            "version": {"type": "long"},
            # For a list of claims, which leads to the articles.
            "title": KEPT_ONLY,
            "url": KEPT_ONLY,
            "kind": KEYWORD,
        },
    },
    "source": SOURCE,
    "language": KEYWORD,
    # To count a figure once however many outlets carried the article it stands in.
    "story": KEYWORD,
    "published_at": DATE,
    "fetched_at": DATE,
    "dated_at": DATE,
}
