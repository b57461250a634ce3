"""Backups as docs/operations.md describes them: to a folder, restored, serving again under the same aliases."""

from typing import Any

import pytest
from elasticsearch import AsyncElasticsearch

from services.common.elastic import ARTICLES_ALIAS, elastic
from services.common.settings import ElasticsearchSettings
from services.indexer.mappings import INDICES
from services.indexer.migrate import ensure_indices
from tests.builders import a_tagged_article
from tests.integration.test_indexer import count, indexing, publish
from tests.waiting import until

REPOSITORY = {"type": "fs", "settings": {"location": "sitrep"}}


@pytest.mark.usefixtures("clean_line")
async def test_a_snapshot_is_restored_and_serves_and_what_came_later_is_caught_up(engines: Any) -> None:
    async with elastic(ElasticsearchSettings(elasticsearch_url=engines.elasticsearch_url)) as client:
        async with indexing(engines):
            await publish(engines, [a_tagged_article(f"n{number}") for number in range(5)])
            await until(lambda: holds(client, 5), "five are indexed")
        await client.snapshot.create_repository(name="backups", repository=REPOSITORY)
        indices = f"{','.join(index.alias for index in INDICES)}"
        made = await client.snapshot.create(
            repository="backups", snapshot="one", indices=indices, include_global_state=False, wait_for_completion=True
        )
        assert made["snapshot"]["state"] == "SUCCESS"
        await publish(engines, [a_tagged_article("later")])
        for index in INDICES:
            await client.indices.delete(index=index.name)

        await client.snapshot.restore(
            repository="backups", snapshot="one", include_global_state=False, wait_for_completion=True
        )
        assert await count(client) == 5, "found under the alias, which the snapshot brings along"
        await ensure_indices(client)  # and this Sitrep takes it for its own
        async with indexing(engines):
            await until(lambda: holds(client, 6), "what came after the snapshot is there too")
        await client.snapshot.delete(repository="backups", snapshot="one")
        await client.snapshot.delete_repository(name="backups")


async def holds(client: AsyncElasticsearch, expected: int) -> bool:
    await client.indices.refresh(index=ARTICLES_ALIAS)
    return await count(client) == expected
