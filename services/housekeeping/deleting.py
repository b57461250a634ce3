"""An article deleted on request: the list of deletions and the tombstone are sent; the stages do the rest."""

from elasticsearch import NotFoundError

from services.common.deletions import deletion_records
from services.common.elastic import ARTICLES_ALIAS, elastic, two_kinds_of_failure
from services.common.errors import PermanentError, TransientError
from services.common.kafka import ensure_topics, producer, send
from services.common.messages import Deletion
from services.common.settings import ElasticsearchSettings, KafkaSettings
from services.common.topics import ARTICLES, DELETIONS
from services.housekeeping.settling import WORK


async def delete(settings: KafkaSettings, deleted: Deletion) -> None:
    """Delete an article; returns once Kafka has it. Saying it twice changes nothing.

    Raises:
        TransientError: Kafka is away.
    """
    await ensure_topics(settings, [ARTICLES, DELETIONS])
    async with producer(settings, WORK) as sending:
        for record in deletion_records(deleted, WORK):  # one after the other: the order matters
            await send(sending, [record])


async def title_of(settings: ElasticsearchSettings, article: str) -> str | None:
    """What the index calls an article, for a person to recognise; None where it has none, or does not answer."""
    try:
        async with elastic(settings, timeout=5) as client:
            with two_kinds_of_failure():
                found = await client.get(index=ARTICLES_ALIAS, id=article, source_includes=["title", "source.name"])
    except (TransientError, PermanentError, NotFoundError):
        return None
    return f"“{found['_source']['title']}”, {found['_source']['source']['name']}"
