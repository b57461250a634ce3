"""Articles deleted on request: what says so, and what every stage must know of it. ADR 0008 says why it is two things.

The tombstone in ``news.articles.v1``, which the extractor passes on to ``news.tagged.v1``, tells every reader of the
streams in its place among the article's revisions. ``news.deletions.v1`` is the list of them all: what must not be
fetched, sent again or indexed, whatever comes late or out of order.
"""

import re
from collections.abc import AsyncIterator
from datetime import datetime

from aiokafka import ConsumerRecord

from services.common.compacted import Table
from services.common.errors import ConfigurationError, PermanentError
from services.common.events import Record, from_value, to_record, tombstone
from services.common.identity import article_id, canonical_url
from services.common.messages import ARTICLE_ID, Deletion
from services.common.topics import ARTICLES, DELETIONS

Deletions = Table[Deletion]


def deletion(named: str, reason: str, at: datetime) -> Deletion:
    """The deletion of an article that is named by its id or by its address.

    Raises:
        ConfigurationError: it is neither.
    """
    if re.match(ARTICLE_ID, named):
        return Deletion(article_id=named, reason=reason, deleted_at=at)
    try:
        url = canonical_url(named)
    except ValueError:
        raise ConfigurationError(
            f"{named!r} is neither an article's id (32 hexadecimal characters) nor its address (https://…)."
        ) from None
    return Deletion(article_id=article_id(url), url=url, reason=reason, deleted_at=at)


def deletion_records(deleted: Deletion, service: str) -> list[Record]:
    """What to send so that an article is deleted everywhere, in this order: the list is known before the tombstone."""
    return [
        to_record(DELETIONS, deleted.article_id, deleted, service),
        tombstone(ARTICLES, deleted.article_id),
    ]


async def read_deletions(records: AsyncIterator[ConsumerRecord[bytes, bytes]]) -> dict[str, Deletion]:
    """Every deletion so far, by the article's id."""
    found: dict[str, Deletion] = {}
    async for record in records:
        deleted = from_value(Deletion, record.value)
        found[deleted.article_id] = deleted
    return found


def tombstone_of(key: bytes | None) -> str:
    """The id of the article that an empty message deletes.

    Raises:
        PermanentError: its key is no article's id, so it says nothing.
    """
    name = (key or b"").decode("utf-8", "replace")
    if not re.match(ARTICLE_ID, name):
        raise PermanentError(f"an empty message whose key {name!r} is no article's id")
    return name
