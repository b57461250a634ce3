"""How soon articles are found: measured by searching for what was written, as a person would, until it is there.

Elasticsearch shows what it has taken only after its next refresh. One search a fifth of a second asks for the last
article of each request that is not seen yet; a refresh shows all of a request at once.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic
from typing import Final

import structlog
from elasticsearch import AsyncElasticsearch

from services.common.elastic import two_kinds_of_failure
from services.common.errors import PermanentError, TransientError
from services.common.metrics import Metrics
from services.indexer.generations import Names

log = structlog.get_logger()

EVERY: Final = 0.2
MOST: Final = 500
"""Requests that are looked for at a time; while Elasticsearch is away, the oldest go unmeasured."""
PATIENCE: Final = 60.0
"""Seconds after which an article is not looked for any more: it was deleted meanwhile."""


@dataclass(frozen=True, slots=True)
class _Written:
    id: str
    version: int
    fetched_at: tuple[datetime, ...]
    at: float


class Fresh:
    """What was written and no search has found yet."""

    def __init__(self, client: AsyncElasticsearch, names: Names, metrics: Metrics) -> None:
        self._client = client
        self._names = names
        self._metrics = metrics
        self._unseen: deque[_Written] = deque(maxlen=MOST)

    def written(self, last: str, version: int, fetched_at: Sequence[datetime]) -> None:
        """A request was taken: the id and version of its last article, and when each of its articles was fetched."""
        self._unseen.append(_Written(last, version, tuple(fetched_at), monotonic()))

    @contextlib.asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        """Look, again and again, while the block runs."""
        looking = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            looking.cancel()
            await asyncio.wait({looking})

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            try:
                await self.look()
            except (TransientError, PermanentError) as error:
                log.debug("not_looked", reason=str(error))

    async def look(self) -> None:
        """Search once for what was not found yet, and measure what is there now.

        Raises:
            TransientError: Elasticsearch is away.
            PermanentError: it refuses the request as such.
        """
        looked_for = list(self._unseen)
        if not looked_for:
            return
        with two_kinds_of_failure():
            answer = await self._client.search(
                index=self._names.articles,
                query={"ids": {"values": sorted({one.id for one in looked_for})}},
                size=MOST,
                source=False,
                version=True,
                track_total_hits=False,
            )
        now = datetime.now(UTC)
        there = {hit["_id"]: hit["_version"] for hit in answer["hits"]["hits"]}
        for one in looked_for:
            seen = there.get(one.id, -1) >= one.version
            if seen:
                for fetched_at in one.fetched_at:
                    self._metrics.searchable_seconds.observe(max(0.0, (now - fetched_at).total_seconds()))
            if (seen or monotonic() - one.at > PATIENCE) and one in self._unseen:
                self._unseen.remove(one)
