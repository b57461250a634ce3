"""The articles index: one document an article, its newest revision. What people search."""

from typing import Final, get_args

from services.common.messages import EntityType
from services.indexer.mappings.fields import CLAIM, DATE, KEPT_ONLY, KEYWORD, POSITION, SOURCE, Json, words

ARTICLE: Final[Json] = {
    "id": KEYWORD,
    "revision": {"type": "integer"},
    "url": KEYWORD,
    "source": SOURCE,
    "title": words(),
    "description": words(),
    "text": words(offsets=True),
    "authors": words(raw=True),
    "language": KEYWORD,
    "published_at": DATE,
    "modified_at": DATE,
    "fetched_at": DATE,
    # What to filter and sort by: published_at, or fetched_at where the outlet gives no date.
    "dated_at": DATE,
    "image_url": KEPT_ONLY,
    "archive": KEPT_ONLY,
    "kind": KEYWORD,
    # The same for an article and its copies; see the stories index.
    "story": KEYWORD,
    # What a revision changed is read with the article, not asked for.
    "change": {"type": "object", "enabled": False},
    "content_hash": KEYWORD,
    # Whole entities, mentions included, are returned with the article; what is asked of them stands below.
    "entities": {"type": "object", "enabled": False},
    # Every name an entity has in the article, canonical or as written: a search for either finds it. By type, for who
    # asks for a person or a place; all together, for who does not.
    "names": {
        "dynamic": "strict",
        "properties": {kind: {**words(), "copy_to": "entity_names"} for kind in get_args(EntityType)},
    },
    "entity_names": words(),
    # Facets: ids of the article's entities by type (the type is the field), each once.
    "person": KEYWORD,
    "organisation": KEYWORD,
    "country": KEYWORD,
    "place": KEYWORD,
    "military_unit": KEYWORD,
    "weapon": KEYWORD,
    # Where the article's places are.
    "locations": {"type": "geo_point"},
    # Nested: "killed" and "12,000" must be of the same claim, not somewhere in the same article.
    "claims": {"type": "nested", "dynamic": "strict", "properties": CLAIM},
    # Facets over claims, flat because articles are counted, not claims; each value once.
    "claim_units": KEYWORD,
    "claim_categories": KEYWORD,
    "claim_actions": KEYWORD,
    "tagger": {"dynamic": "strict", "properties": {"version": KEYWORD, "model": KEYWORD}},
    "tagged_at": DATE,
    # Returned with the article: whether it was tagged anew, and where a very long text was cut.
    "again": {"type": "boolean", "index": False, "doc_values": False},
    "cut_at": POSITION,
}
