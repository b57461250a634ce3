"""Manners towards hosts: one request at a time to each, a pause between them, and so many in all."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from time import monotonic
from urllib.parse import urlsplit


def host_of(url: str) -> str:
    """The host and port that a URL asks, in lower case: what is polite to ask one thing at a time."""
    return urlsplit(url).netloc.rpartition("@")[2].lower()


def pause_left(ended: float | None, now: float, delay: float) -> float:
    """Seconds still to wait for a host whose last request ended then (None: never)."""
    return 0.0 if ended is None else max(0.0, ended + delay - now)


@dataclass(slots=True)
class _Host:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: int = 0
    ended: float | None = None
    delay: float = 0.0
    rests_until: float = 0.0


class Hosts:
    """Who may be asked now. A host that nobody waits for, and whose pause is over, is forgotten."""

    def __init__(self, concurrency: int) -> None:
        self._hosts: dict[str, _Host] = {}
        self._free = asyncio.Semaphore(concurrency)

    @contextlib.asynccontextmanager
    async def turn(self, url: str, delay: float) -> AsyncIterator[None]:
        """Wait for a turn to ask the host of ``url``; no other request to it runs while the block does.

        ``delay``: seconds that lie between the end of one request to the host and the beginning of the next.
        """
        self._forget()
        host = self._hosts.setdefault(host_of(url), _Host())
        host.waiting += 1
        try:
            async with host.lock:
                await asyncio.sleep(pause_left(host.ended, monotonic(), delay))
                async with self._free:
                    try:
                        yield
                    finally:
                        host.ended, host.delay = monotonic(), delay
        finally:
            host.waiting -= 1

    def rest(self, url: str, seconds: float) -> None:
        """The host of ``url`` asked to be left alone for so long."""
        host = self._hosts.setdefault(host_of(url), _Host())
        host.rests_until = max(host.rests_until, monotonic() + seconds)

    def resting(self, name: str) -> float:
        """Seconds for which a host is still to be left alone."""
        host = self._hosts.get(name)
        return max(0.0, host.rests_until - monotonic()) if host else 0.0

    def pause(self, name: str) -> float:
        """Seconds until a host may be asked again, as far as is known."""
        host = self._hosts.get(name)
        return max(self.resting(name), pause_left(host.ended, monotonic(), host.delay)) if host else 0.0

    def _forget(self) -> None:
        if len(self._hosts) < FORGET_FROM:
            return
        now = monotonic()
        for name, host in list(self._hosts.items()):
            if not host.waiting and pause_left(host.ended, now, host.delay) == 0 and host.rests_until <= now:
                del self._hosts[name]


FORGET_FROM = 1_000
"""Hosts from which on those that are not needed are forgotten."""
