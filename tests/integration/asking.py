"""The API over real engines, asked through a socket: for every test of it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import httpx
from elasticsearch import AsyncElasticsearch

from services.api.app import create_app, work
from services.api.index import SearchIndex
from services.api.keys import KeyStore
from services.api.names import load_names
from services.api.settings import ApiSettings
from services.api.subscription_store import SubscriptionStore
from services.common.elastic import ARTICLES_ALIAS, CLAIMS_ALIAS, elastic
from services.common.health import Health
from services.common.messages import TaggedArticle
from services.common.metrics import Metrics
from services.common.runtime import Process, http_server
from services.indexer.document import claim_documents, document
from services.indexer.migrate import ensure_indices
from services.indexer.story import story_id
from tests.keys import a_kept_key, bearing
from tests.ports import free_ports
from tests.waiting import until


async def emptied(client: AsyncElasticsearch) -> None:
    """Make the indices anew, whatever generation served."""
    for index in await client.indices.get(index="sitrep-*", expand_wildcards="all"):
        await client.indices.delete(index=index)
    await ensure_indices(client)


async def put(client: AsyncElasticsearch, *articles: TaggedArticle, story: str | None = None) -> None:
    """Articles and their claims, searchable at once, in indices that are there; each a story of its own, or of one."""
    operations: list[dict[str, Any]] = []
    for tagged in articles:
        of = story or story_id(tagged)
        operations += [{"index": {"_index": ARTICLES_ALIAS, "_id": tagged.article.id}}, document(tagged, of)]
        for claim in claim_documents(tagged, of):
            operations += [{"index": {"_index": CLAIMS_ALIAS, "_id": claim["id"]}}, claim]
    answer = await client.bulk(operations=operations, refresh=True)
    assert not answer["errors"]


@contextlib.asynccontextmanager
async def serving(url: str, **settings: Any) -> AsyncIterator[httpx.AsyncClient]:
    """The application over Elasticsearch alone, on a port of its own; anybody may read."""
    given = ApiSettings(**{"elasticsearch_url": url, "api_anonymous_read": True, "api_rate_anonymous": 0, **settings})
    metrics = Metrics()
    process = Process("api", metrics, Health(metrics), asyncio.Event())
    async with elastic(given, timeout=given.api_time_limit) as client:
        index = SearchIndex(client, load_names(), limit=given.api_time_limit, cursor_minutes=given.api_cursor_minutes)
        app = create_app(given, process, index, SubscriptionStore(limit=given.api_time_limit), KeyStore())
        async with http_server(app, "127.0.0.1", 0) as port, asking(port) as http:
            yield http


@contextlib.asynccontextmanager
async def running(engines: Any, **settings: Any) -> AsyncIterator[httpx.AsyncClient]:
    """The whole service, as ``sitrep api`` runs it, from its start to its stop; the client has a key for everything."""
    key = await a_kept_key(engines)
    [port] = free_ports(1)
    given = ApiSettings(
        kafka_bootstrap=engines.kafka_bootstrap,
        **{"elasticsearch_url": engines.elasticsearch_url, "api_port": port, "api_rate_key": 0, **settings},
    )
    metrics = Metrics()
    process = Process("api", metrics, Health(metrics), asyncio.Event())
    working = asyncio.create_task(work(given, process))
    try:
        async with asking(port) as http:
            http.headers.update(bearing(key))
            await until(lambda: answers(http, "/v1/subscriptions"), "subscriptions")
            yield http
    finally:
        process.stop.set()
        await asyncio.wait_for(working, 30)


def asking(port: int) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=20)


async def answers(http: httpx.AsyncClient, path: str, status: int = 200) -> httpx.Response | None:
    try:
        answer = await http.get(path)
    except httpx.TransportError:
        return None
    return answer if answer.status_code == status else None
