"""Articles deleted on request, taken out of the index with their claims and what is known of their texts."""

from collections.abc import Collection, Iterable
from typing import Final

from elasticsearch import AsyncElasticsearch

from services.common.deletions import Deletions
from services.common.elastic import two_kinds_of_failure
from services.common.errors import TransientError
from services.indexer.bulk import SECONDS, settle
from services.indexer.generations import Names
from services.indexer.removing import remove_what_belongs_to

LAST: Final = (1 << 63) - 1
"""The version of a deletion: nothing of the article that is on its way is newer."""


class Deleted:
    """Which articles were deleted: those on the list, and those whose tombstone was seen before the list was."""

    def __init__(self, client: AsyncElasticsearch, names: Names, listed: Deletions) -> None:
        self._client = client
        self._names = names
        self._listed = listed
        self._seen: set[str] = set()

    def __contains__(self, article: str) -> bool:
        return article in self._seen or self._listed.get(article) is not None

    def add(self, articles: Iterable[str]) -> None:
        """Tombstones of these were seen."""
        self._seen.update(articles)

    async def remove(self, articles: Collection[str]) -> None:
        """Remove the documents of these; there need be none.

        Raises:
            TransientError: Elasticsearch is away or busy; it is to be tried again.
            PermanentError: it refuses the request as such.
        """
        if not articles:
            return
        gone = sorted(articles)
        await self._remove_articles(gone)
        await remove_what_belongs_to(self._client, self._names, gone)

    async def _remove_articles(self, gone: list[str]) -> None:
        operations = [{"delete": {"_id": article, "version": LAST, "version_type": "external_gte"}} for article in gone]
        with two_kinds_of_failure():
            answer = await self._client.bulk(
                operations=operations, index=self._names.articles, require_alias=True, refresh=True, timeout=SECONDS
            )
        for item in answer["items"]:
            if item["delete"]["status"] != 404 and settle(item["delete"]).outcome in {"pushed_back", "rejected"}:
                raise TransientError(settle(item["delete"]).reason)
