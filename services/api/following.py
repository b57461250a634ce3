"""The newest events of one search, kept once for all who follow it, each of whom reads on at its own pace.

Who takes little falls behind in what is kept, and costs nothing meanwhile; it is let go only when what it would read
next is kept no more. Who comes again soon goes on where it was.
"""

import asyncio
import contextlib
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate, takewhile
from typing import Final

from services.api.query import ArticleSearch

LEAST: Final = 50
"""Events that are kept however large they are."""
WRITTEN: Final = 16 * 1024
"""Bytes written to a client at a time, and no more before it has room for them."""

Event = tuple[bytes, tuple[int, ...]]
"""What is sent, and how far the stream is then: the next offset of each partition."""


class Log:
    """Events of one search in order, the newest of them; an event's number counts from the first there ever was."""

    def __init__(self, positions: Sequence[int]) -> None:
        self.positions = tuple(positions)
        """How far the stream is: everything before was added, or is nothing that the search finds."""
        self._before = self.positions  # where the stream was before the first event that is kept
        self._events: list[Event] = []
        self._first = 0
        self._bytes = 0
        self.waiting: set[asyncio.Event] = set()
        """Of those who have read everything; each is set once there is more."""

    @property
    def end(self) -> int:
        """The number that the next event will have."""
        return self._first + len(self._events)

    def add(self, events: Iterable[Event], positions: Sequence[int], most: int) -> None:
        """The stream went on to these positions, with these events. Of all, the newest ``most`` bytes are kept."""
        for event in events:
            self._events.append(event)
            self._bytes += len(event[0])
        self.positions = tuple(positions)
        gone = 0
        while self._bytes > most and len(self._events) - gone > LEAST:
            data, self._before = self._events[gone]
            self._bytes -= len(data)
            gone += 1
        del self._events[:gone]
        self._first += gone

    def after(self, positions: Sequence[int]) -> int | None:
        """The number of the first event after these positions; None where it is not known, or kept no more."""
        given = tuple(positions)
        place = bisect_right(self._events, sum(given), key=lambda event: sum(event[1]))
        before = self._events[place - 1][1] if place else self._before
        then = self._events[place][1] if place < len(self._events) else self.positions
        return self._first + place if _reached(before, given) and _reached(given, then) else None

    def read(self, number: int) -> tuple[bytes, int] | None:
        """Some events from this number on, and the number after them; None where they are kept no more."""
        if number < self._first:
            return None
        data = [event[0] for event in self._events[number - self._first : number - self._first + WRITTEN // 64]]
        full = sum(1 for _ in takewhile(lambda size: size < WRITTEN, accumulate(map(len, data))))
        taken = data[: full + 1]
        return b"".join(taken), number + len(taken)


def _reached(one: Sequence[int], other: Sequence[int]) -> bool:
    return all(first <= then for first, then in zip(one, other, strict=True))


class Follower:
    """Somebody who follows a search, and which event it reads next."""

    def __init__(self, search: ArticleSearch, log: Log, number: int) -> None:
        self.search = search
        self.too_slow = False
        self.ended = False
        self._log = log
        self._number = number
        self._woken = asyncio.Event()

    @property
    def positions(self) -> tuple[int, ...]:
        """How far the stream is for one who has read everything."""
        return self._log.positions

    def end(self) -> None:
        """Nothing more comes."""
        self.ended = True
        self._woken.set()

    async def taken(self, seconds: float) -> bytes:
        """The next events, as soon as there are any; nothing where that takes longer than this, or they are kept no
        more.
        """
        if self._number == self._log.end and not self.ended:
            self._woken.clear()
            self._log.waiting.add(self._woken)
            try:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(seconds):
                        await self._woken.wait()
            finally:
                self._log.waiting.discard(self._woken)
        read = self._log.read(self._number)
        if read is None:
            self.too_slow = True
            return b""
        data, self._number = read
        return data
