"""How everything is kept in Elasticsearch, as plain data, with the reason for each choice.

The indices belong together and have one version. A change that an existing index cannot take is a new version, built
beside the old one; the aliases then move together.
"""

from dataclasses import dataclass
from typing import Any, Final

from services.common.elastic import ARTICLES_ALIAS, CLAIMS_ALIAS, REVISIONS_ALIAS, STORIES_ALIAS
from services.indexer.mappings.analysis import analysis, synonyms_digest
from services.indexer.mappings.articles import ARTICLE
from services.indexer.mappings.claims import CLAIM_DOCUMENT
from services.indexer.mappings.fields import Json
from services.indexer.mappings.revisions import REVISION
from services.indexer.mappings.stories import STORY

MAPPING_VERSION: Final = 3


@dataclass(frozen=True, slots=True)
class Index:
    """An index of this mapping version, and the alias it is used by."""

    alias: str
    properties: Json
    refreshed: str = "1s"
    """How often what was written becomes searchable."""

    @property
    def name(self) -> str:
        """The index behind the alias."""
        return f"{self.alias}-v{MAPPING_VERSION}"

    def mappings(self) -> dict[str, Any]:
        """The body of its mapping."""
        return {
            # An unknown field is a bug of ours and goes to the dead letters; it never becomes a new column.
            "dynamic": "strict",
            "date_detection": False,
            "numeric_detection": False,
            "_meta": {"version": MAPPING_VERSION, "synonyms": synonyms_digest()},
            "properties": self.properties,
        }

    def settings(self) -> dict[str, Any]:
        """The index's settings."""
        return {
            # Given explicitly: without it, Elasticsearch stops refreshing an index nobody searched for 30 s.
            "refresh_interval": self.refreshed,
            # One copy where there is a second node, none (and a green index) on a single one.
            "auto_expand_replicas": "0-1",
            # One shard: scores of all articles compare, and it holds tens of millions of articles.
            "number_of_shards": 1,
            "analysis": analysis(),
        }


# The interval is most of what an article waits for once it is tagged; a refresh takes some milliseconds.
ARTICLES: Final = Index(ARTICLES_ALIAS, ARTICLE, refreshed="500ms")
CLAIMS: Final = Index(CLAIMS_ALIAS, CLAIM_DOCUMENT)
STORIES: Final = Index(STORIES_ALIAS, STORY)
REVISIONS: Final = Index(REVISIONS_ALIAS, REVISION)
INDICES: Final = (ARTICLES, CLAIMS, STORIES, REVISIONS)
