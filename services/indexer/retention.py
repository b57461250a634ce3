"""Articles older than is wanted, taken out of the index. The topics keep them: another setting, and a rebuild, and they
are back.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

import structlog
from elasticsearch import AsyncElasticsearch

from services.common.elastic import two_kinds_of_failure
from services.common.errors import PermanentError, TransientError
from services.common.retry import wait_or_stop
from services.common.runtime import Process
from services.indexer.generations import Names
from services.indexer.removing import remove_all, remove_what_belongs_to

log = structlog.get_logger()

PAGE: Final = 500
EVERY: Final = 3600.0
"""Seconds between two looks for what has become too old."""


async def remove_older(client: AsyncElasticsearch, names: Names, before: datetime) -> int:
    """Remove the articles that are dated before a moment, with their claims; how many there were.

    Raises:
        TransientError: Elasticsearch is away or busy; what was removed until then stays removed.
        PermanentError: it refuses the request as such.
    """
    count = 0
    while True:
        with two_kinds_of_failure():
            await client.indices.refresh(index=names.articles)
            answer = await client.search(
                index=names.articles,
                query={"range": {"dated_at": {"lt": before.isoformat()}}},
                size=PAGE,
                source=False,
                allow_partial_search_results=False,
            )
        old = [hit["_id"] for hit in answer["hits"]["hits"]]
        if not old:
            return count
        # What belongs to them first: begun again, nothing is left that no article leads to.
        await remove_what_belongs_to(client, names, old)
        await remove_all(client, names.articles, {"terms": {"id": old}})
        count += len(old)


async def keep(client: AsyncElasticsearch, names: Names, days: float, process: Process) -> None:
    """Look every hour for articles older than so many days and remove them, until the process is to stop."""
    while True:
        try:
            if count := await remove_older(client, names, datetime.now(UTC) - timedelta(days=days)):
                log.info("too_old_removed", articles=count, days=days)
        except (TransientError, PermanentError) as error:
            log.warning("too_old_not_removed", reason=str(error))
        if await wait_or_stop(process.stop, EVERY):
            return
