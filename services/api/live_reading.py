"""What a live stream has read and not passed on yet, and the ids that say how far it is. Pure.

Articles come from Kafka before the index has them. One is passed on when a search finds it, in the order of its
partition, so that an offset in an event's id says: everything before it was passed on.
"""

import re
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

PATIENCE: Final = 60.0
"""Seconds after which an article that the index does not have, while it has later ones, is passed over."""
_ID: Final = re.compile(r"[0-9]{1,18}(?:\.[0-9]{1,18})*")


@dataclass(frozen=True, slots=True)
class Read:
    """A message: ``revision`` is None for a deletion, 0 for what is nothing new."""

    partition: int
    offset: int
    article: str
    revision: int | None

    @property
    def awaited(self) -> bool:
        """Whether the index is to have it before it is passed on."""
        return bool(self.revision)


@dataclass(slots=True)
class _Waiting:
    read: Read
    at: float
    number: int
    seen: bool


class Pending:
    """Messages in the order they were read, until each is passed on."""

    def __init__(self) -> None:
        self._parts: dict[int, deque[_Waiting]] = {}
        self._read = 0
        self._newest_seen = 0

    def __len__(self) -> int:
        return sum(map(len, self._parts.values()))

    def add(self, read: Read, now: float) -> None:
        """A message was read. A deletion ends the wait for what it deletes."""
        self._read += 1
        part = self._parts.setdefault(read.partition, deque())
        if read.revision is None:
            for waiting in part:
                waiting.seen = waiting.seen or waiting.read.article == read.article
        part.append(_Waiting(read, now, self._read, seen=not read.awaited))

    def unseen(self, most: int) -> list[str]:
        """Articles to ask the index for."""
        ids = [waiting.read.article for part in self._parts.values() for waiting in part if not waiting.seen]
        return list(dict.fromkeys(ids))[:most]

    def found(self, revisions: Mapping[str, int]) -> None:
        """The index has these articles, in these revisions."""
        for part in self._parts.values():
            for waiting in part:
                wanted = waiting.read.revision
                if not waiting.seen and wanted and revisions.get(waiting.read.article, 0) >= wanted:
                    waiting.seen = True
                    self._newest_seen = max(self._newest_seen, waiting.number)

    def ready(self, now: float) -> list[Read]:
        """What can be passed on: of each partition, up to the first that is still waited for."""
        return [waiting.read for part in self._parts.values() for waiting in self._first(part, now)]

    def passed_on(self, reads: Sequence[Read]) -> None:
        """These are done with."""
        for read in reads:
            self._parts[read.partition].popleft()

    def clear(self) -> None:
        """Nobody wants any of it."""
        self._parts.clear()

    def _first(self, part: Iterable[_Waiting], now: float) -> Iterable[_Waiting]:
        for waiting in part:
            given_up = now - waiting.at > PATIENCE and waiting.number < self._newest_seen
            if not (waiting.seen or given_up):
                return
            yield waiting


def event_id(positions: Sequence[int]) -> str:
    """How far a stream is: the next offset of each partition."""
    return ".".join(map(str, positions))


def positions_in(word: str, partitions: int) -> list[int] | None:
    """What ``event_id`` made the word of; None where it was not made by it."""
    if not _ID.fullmatch(word):
        return None
    positions = [int(part) for part in word.split(".")]
    return positions if len(positions) == partitions else None


def event(kind: str, data: str, positions: Sequence[int]) -> bytes:
    """One server-sent event; ``data`` is one line (WHATWG HTML, section 9.2)."""
    return f"id: {event_id(positions)}\nevent: {kind}\ndata: {data}\n\n".encode()


def heartbeat(positions: Sequence[int]) -> bytes:
    """A sign of life that tells how far the stream is, and is no event: one without data is not dispatched."""
    return f": nothing new\nid: {event_id(positions)}\n\n".encode()
