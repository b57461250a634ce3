"""Bulk requests: what is written, and what each item of an answer means.

Source: Elasticsearch reference 8.19, "Bulk API" and "Optimistic concurrency control" (external versions).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, Protocol, TypeVar

from elasticsearch import AsyncElasticsearch

from services.common.elastic import PASSING, PASSING_TYPES, two_kinds_of_failure

SECONDS: Final = "10s"
"""How long Elasticsearch waits for a shard. Less than the client's patience: its answer names the shard that is
missing, a time-out does not."""


@dataclass(frozen=True, slots=True)
class Write:
    """A document to write: ``index`` is an alias; without a version it is only made where there is none yet."""

    index: str
    id: str
    version: int | None
    body: bytes


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a document.

    ``created``, ``replaced``: it is in the index, for the first time or instead of an older one. ``superseded``: the
    same or a newer one is. ``rejected``: it never will be. ``pushed_back``: it may be, later. ``reason`` is a sentence
    for the last two.
    """

    outcome: Literal["created", "replaced", "superseded", "rejected", "pushed_back"]
    reason: str = ""


class Sized(Protocol):
    """Something that takes room in a request."""

    @property
    def size(self) -> int:
        """Bytes."""
        ...


S = TypeVar("S", bound=Sized)


def chunks(items: Iterable[S], most_bytes: int) -> Iterator[list[S]]:
    """The items in order, cut into requests of at most this many bytes; a single larger one goes alone."""
    chunk: list[S] = []
    size = 0
    for item in items:
        if chunk and size + item.size > most_bytes:
            yield chunk
            chunk, size = [], 0
        chunk.append(item)
        size += item.size
    if chunk:
        yield chunk


async def send_bulk(client: AsyncElasticsearch, writes: Sequence[Write], *, searchable: bool = False) -> list[Settled]:
    """Send one bulk request; what became of each write, in order. ``searchable``: only answer once they can be found.

    Raises:
        TransientError: Elasticsearch is away or took nothing; all may be sent again.
        PermanentError: it does not take the request as such.
    """
    if not writes:
        return []
    operations: list[Any] = []
    for write in writes:
        at = {"_index": write.index, "_id": write.id}
        if write.version is None:
            operations.append({"create": at})
        else:
            operations.append({"index": {**at, "version": write.version, "version_type": "external"}})
        operations.append(write.body)
    with two_kinds_of_failure():
        answer = await client.bulk(
            operations=operations,
            # Where an alias is missing, nothing may be created by guesswork: an index without our mapping.
            require_alias=True,
            refresh=searchable,
            timeout=SECONDS,
            filter_path=["items.*.status", "items.*.error"],
        )
    items = answer["items"]
    if len(items) != len(writes):
        raise RuntimeError(f"Elasticsearch answered {len(items)} items to {len(writes)} documents")
    return [settle(next(iter(item.values()))) for item in items]


def settle(item: Mapping[str, Any]) -> Settled:
    """What one item of a bulk answer means, from its ``status`` and ``error``."""
    status = int(item["status"])
    if 200 <= status < 300:
        return Settled("created" if status == 201 else "replaced")
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
