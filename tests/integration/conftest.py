"""What several modules need: a client of Elasticsearch, its indices, the sixty articles, the application over them."""

import gc
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
from elasticsearch import AsyncElasticsearch

from services.common.elastic import elastic
from services.common.settings import ElasticsearchSettings
from services.indexer.migrate import ensure_indices
from tests.integration.asking import emptied, put, serving
from tests.integration.sixty import STORIES, state
from tests.integration.wire import Wire


@pytest.fixture(autouse=True, scope="module")
def _nothing_is_left_open() -> Iterator[None]:
    """What a module's tests left open warns there, not in whichever test it happens to be collected."""
    yield
    gc.collect()


@pytest.fixture
async def elasticsearch(engines: Any) -> AsyncIterator[AsyncElasticsearch]:
    async with elastic(ElasticsearchSettings(elasticsearch_url=engines.elasticsearch_url)) as client:
        yield client


@pytest.fixture
async def client(elasticsearch: AsyncElasticsearch) -> AsyncElasticsearch:
    """Elasticsearch with the indices as they are now, for those who index themselves."""
    await ensure_indices(elasticsearch)
    return elasticsearch


@pytest.fixture
async def library(elasticsearch: AsyncElasticsearch) -> AsyncElasticsearch:
    """The sixty stories and nothing else in the index, filled again where the last test left something else."""
    if await state(elasticsearch) not in FILLED:
        await emptied(elasticsearch)
        await put(elasticsearch, *STORIES)
        FILLED[:] = [await state(elasticsearch)]
    return elasticsearch


FILLED: list[tuple[str, int]] = []
"""The index as it is when it holds just the stories."""


@pytest.fixture
async def api(engines: Any, library: AsyncElasticsearch) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(engines.elasticsearch_url) as http:
        yield http


@pytest.fixture
async def wire(engines: Any) -> AsyncIterator[Wire]:
    wire = Wire(engines.elasticsearch_url)
    await wire.mend()
    yield wire
    await wire.mend()
    await wire.cut()
