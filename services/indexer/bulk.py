"""Bulk requests: what is written, in what order, and what each item of an answer means.

Source: Elasticsearch reference 8.19, "Bulk API" and "Optimistic concurrency control" (external versions).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from elasticsearch import AsyncElasticsearch
from pydantic_core import to_json

from services.common.deadletters import Received
from services.common.elastic import ARTICLES_ALIAS, PASSING, PASSING_TYPES, two_kinds_of_failure
from services.common.events import from_value
from services.common.messages import TaggedArticle
from services.indexer.document import document
from services.indexer.story import story_id
from services.indexer.versions import document_version


@dataclass(frozen=True, slots=True)
class Write:
    """A document to write, and the record it came in."""

    id: str
    version: int
    body: bytes
    fetched_at: datetime
    record: Received


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a document.

    ``written``: it is in the index. ``superseded``: the same or a newer one is. ``rejected``: it never will be.
    ``pushed_back``: it may be, later. ``reason`` is a sentence for the last two.
    """

    outcome: Literal["written", "superseded", "rejected", "pushed_back"]
    reason: str = ""


def to_write(record: Received) -> Write:
    """Read a record of ``news.tagged.v1``.

    Raises:
        PermanentError: it is not a tagged article, or one that cannot be put in order with its revisions.
    """
    tagged = from_value(TaggedArticle, record.value)
    return Write(
        id=tagged.article.id,
        version=document_version(tagged),
        body=to_json(document(tagged, story_id(tagged))),
        fetched_at=tagged.article.fetched_at,
        record=record,
    )


def newest_first(writes: Iterable[Write]) -> list[list[Write]]:
    """The writes of each article, newest version first; of equal versions the one that came first.

    Only the first of each needs to be sent, unless it is rejected: then the next one is what the index should hold.
    """
    by_article: defaultdict[str, list[Write]] = defaultdict(list)
    for write in writes:
        by_article[write.id].append(write)
    return [sorted(same, key=lambda write: -write.version) for same in by_article.values()]


def chunks(writes: Iterable[Write], most_bytes: int) -> Iterator[list[Write]]:
    """The writes in order, cut into requests of at most this many bytes; a single larger one goes alone."""
    chunk: list[Write] = []
    size = 0
    for write in writes:
        if chunk and size + len(write.body) > most_bytes:
            yield chunk
            chunk, size = [], 0
        chunk.append(write)
        size += len(write.body)
    if chunk:
        yield chunk


async def send_bulk(client: AsyncElasticsearch, writes: Sequence[Write]) -> list[Settled]:
    """Send one bulk request; what became of each write, in order.

    Raises:
        TransientError: Elasticsearch is away or took nothing; all may be sent again.
        PermanentError: it does not take the request as such.
    """
    operations: list[Any] = []
    for write in writes:
        operations.append({"index": {"_id": write.id, "version": write.version, "version_type": "external"}})
        operations.append(write.body)
    with two_kinds_of_failure():
        answer = await client.bulk(
            operations=operations,
            index=ARTICLES_ALIAS,
            # Where the alias is missing, nothing may be created by guesswork: an index without our mapping.
            require_alias=True,
            # Less than the client's patience: the answer names the shard that is missing, a time-out does not.
            timeout="10s",
            filter_path=["items.*.status", "items.*.error"],
        )
    items = answer["items"]
    if len(items) != len(writes):
        raise RuntimeError(f"Elasticsearch answered {len(items)} items to {len(writes)} documents")
    return [settle(item["index"]) for item in items]


def settle(item: Mapping[str, Any]) -> Settled:
    """What one item of a bulk answer means, from its ``status`` and ``error``."""
    status = int(item["status"])
    if 200 <= status < 300:
        return Settled("written")
    if status == 409:
        return Settled("superseded")
    error = item.get("error") or {}
    reason = f"Elasticsearch answered {status}: {_sentence(error)}"
    passing = status in PASSING or status >= 500 or error.get("type") in PASSING_TYPES
    return Settled("pushed_back" if passing else "rejected", reason)


def _sentence(error: Mapping[str, Any]) -> str:
    """An error and its causes in one line: the field is often only named in the innermost."""
    parts = []
    cause: Mapping[str, Any] | None = error
    while cause:
        parts.append(f"{cause.get('type', 'unknown')}: {cause.get('reason', 'no reason given')}")
        cause = cause.get("caused_by")
    return "; because ".join(parts) or "no reason given"
