"""The edge to Elasticsearch: the client, the names, and which of its failures pass."""

import contextlib
from collections.abc import AsyncIterator, Iterator
from typing import Any

from elasticsearch import ApiError, AsyncElasticsearch, TransportError
from elasticsearch import ConnectionError as ElasticConnectionError
from elasticsearch.serializer import JsonSerializer
from pydantic_core import from_json

from services.common.errors import PermanentError, TransientError
from services.common.settings import ElasticsearchSettings

ARTICLES_ALIAS = "sitrep-articles"
"""What the api searches; it points at the index of the serving mapping version, as the others do."""
CLAIMS_ALIAS = "sitrep-claims"
"""The claims of the same articles, each a document of its own."""
STORIES_ALIAS = "sitrep-stories"
"""Which articles are copies of each other."""
REVISIONS_ALIAS = "sitrep-revisions"
"""Every revision of every article, as it was; read by name, never searched as articles."""

PASSING = frozenset({401, 403, 404, 408, 413, 429, 502, 503, 504})
"""HTTP statuses that an operator or time mends (an index being rebuilt, a read-only disk, a rotated password)."""

PASSING_TYPES = frozenset({"index_closed_exception"})
"""What Elasticsearch answers 400 to although an operator mends it."""


class _Json(JsonSerializer):
    """JSON read by pydantic's parser, in a third of the time that the standard library's takes."""

    def json_loads(self, data: str | bytes) -> Any:
        return from_json(data, cache_strings="keys")  # values seldom come again


@contextlib.asynccontextmanager
async def elastic(settings: ElasticsearchSettings, *, timeout: float = 30.0) -> AsyncIterator[AsyncElasticsearch]:
    """A client that does not retry by itself: each caller has its own patience. ``timeout`` is in seconds."""
    client = AsyncElasticsearch(
        settings.elasticsearch_url,
        request_timeout=timeout,
        max_retries=0,
        retry_on_timeout=False,
        serializer=_Json(),
    )
    try:
        yield client
    finally:
        await client.close()


@contextlib.contextmanager
def two_kinds_of_failure() -> Iterator[None]:
    """Turn the client's exceptions into ours.

    Raises:
        TransientError: Elasticsearch is away, busy or not ready.
        PermanentError: it understood and refused.
    """
    try:
        yield
    except ApiError as error:
        said = f"Elasticsearch answered {error.status_code}: {error.message}"
        if error.status_code in PASSING or error.status_code >= 500 or error.error in PASSING_TYPES:
            raise TransientError(said) from error
        raise PermanentError(said) from error
    except (ElasticConnectionError, TransportError) as error:
        raise TransientError(f"Elasticsearch does not answer: {error}") from error
