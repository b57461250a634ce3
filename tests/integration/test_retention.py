"""Articles that have become too old leave the index with their claims; the newer ones stay, and so do the topics."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from elasticsearch import AsyncElasticsearch

from services.common.elastic import CLAIMS_ALIAS, REVISIONS_ALIAS, STORIES_ALIAS, elastic
from services.common.settings import ElasticsearchSettings
from tests.builders import a_tagged_article
from tests.integration.test_indexer import ARTICLE, holds, indexing, publish
from tests.waiting import until


@pytest.mark.usefixtures("clean_line")
async def test_what_is_too_old_leaves_the_index(engines: Any) -> None:
    new = a_tagged_article("new", published_at=datetime.now(UTC) - timedelta(days=29))
    undated = a_tagged_article("undated", published_at=None, fetched_at=datetime.now(UTC))
    async with elastic(ElasticsearchSettings(elasticsearch_url=engines.elasticsearch_url)) as client:
        async with indexing(engines):
            await publish(engines, [ARTICLE, new, undated])
            await until(lambda: holds(client, 3), "all are indexed where nothing is too old")
            await until(lambda: claims(client, len(ARTICLE.claims)), "and so are the claims")
        async with indexing(engines, indexer_keep_days=30):
            await until(lambda: holds(client, 2), "only the old one leaves")
            assert (await client.count(index=CLAIMS_ALIAS))["count"] == 0
            stories = await client.search(index=STORIES_ALIAS, size=10)
            left = {hit["_source"]["article"] for hit in stories["hits"]["hits"]}
            assert left == {new.article.id, undated.article.id}
            revisions = await client.search(index=REVISIONS_ALIAS, size=10)
            assert {hit["_source"]["article"] for hit in revisions["hits"]["hits"]} == left


async def claims(client: AsyncElasticsearch, expected: int) -> bool:
    await client.indices.refresh(index=CLAIMS_ALIAS)
    return bool((await client.count(index=CLAIMS_ALIAS))["count"] == expected)
