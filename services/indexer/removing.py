"""Documents taken out of a generation: those of an article are in four indices."""

from collections.abc import Collection
from typing import Any, Final

from elasticsearch import AsyncElasticsearch

from services.common.elastic import two_kinds_of_failure
from services.common.errors import TransientError
from services.indexer.generations import Names

TRIES: Final = 20


async def remove_all(client: AsyncElasticsearch, alias: str, query: dict[str, Any]) -> None:
    """Remove every document that a query finds, also those that no search finds yet.

    Raises:
        TransientError: Elasticsearch is away or busy, or others change the same documents over and over.
        PermanentError: it refuses the request as such.
    """
    for _ in range(TRIES):
        with two_kinds_of_failure():
            await client.indices.refresh(index=alias)
            answer = await client.delete_by_query(index=alias, query=query, conflicts="proceed", refresh=True)
        if not answer["version_conflicts"] and not answer["failures"]:
            return
    raise TransientError("other indexers change the documents that are to be removed over and over")


async def remove_what_belongs_to(client: AsyncElasticsearch, names: Names, articles: Collection[str]) -> None:
    """Remove the claims of articles, their revisions, and what is known of their texts.

    Raises:
        TransientError, PermanentError: as ``remove_all``.
    """
    gone = sorted(articles)
    await remove_all(client, names.claims, {"terms": {"article.id": gone}})
    await remove_all(client, names.stories, {"terms": {"article": gone}})
    await remove_all(client, names.revisions, {"terms": {"article": gone}})
