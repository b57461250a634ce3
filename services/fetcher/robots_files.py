"""The robots.txt of each host: asked for when a page of the host is first wanted, and again when it has expired."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from services.fetcher.failures import Disallowed, FetchFailed, RobotsAway
from services.fetcher.http import Page
from services.fetcher.robots import Kept, Robots, after_answer, after_failure, robots_url

Fetch = Callable[[str], Awaitable[Page]]
MOST_KEPT = 5_000
"""Hosts whose rules are kept; beyond that the oldest are forgotten, and asked for again if they are needed."""


class RobotsFiles:
    """What hosts allow us, each asked for once however many pages wait for it."""

    def __init__(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._clock = clock
        self._kept: dict[str, Kept] = {}
        self._asking: dict[str, asyncio.Lock] = {}

    async def allow(self, url: str, fetch: Fetch) -> Robots:
        """What the host of a page allows us, once it allows this page.

        Raises:
            Disallowed: it does not.
            RobotsAway: it cannot be known now.
        """
        kept = await self._of(robots_url(url), fetch)
        robots = kept.robots
        if robots.unknown is not None:
            sentence = f"{url} is not asked for while its host's robots.txt cannot be had. {robots.unknown}"
            raise RobotsAway(sentence, max(kept.until - self._clock(), timedelta()))
        if not robots.allows(url):
            raise Disallowed(f"{url} is not asked for: {robots_url(url)} disallows it.")
        return robots

    def delay(self, url: str) -> float:
        """Seconds between two requests that the host of an address asks for, as far as is known without asking."""
        kept = self._kept.get(robots_url(url))
        return kept.robots.delay if kept else 0.0

    async def _of(self, place: str, fetch: Fetch) -> Kept:
        kept = self._kept.get(place)
        if kept is None or self._clock() >= kept.until:
            async with self._asking.setdefault(place, asyncio.Lock()):
                kept = self._kept.get(place)
                if kept is None or self._clock() >= kept.until:
                    kept = await self._ask(place, fetch, kept)
                    self._keep(place, kept)
            self._asking.pop(place, None)
        return kept

    async def _ask(self, place: str, fetch: Fetch, held: Kept | None) -> Kept:
        try:
            page = await fetch(place)
        except FetchFailed as error:
            return after_failure(error, self._clock(), held)
        return after_answer(page.body, self._clock())

    def _keep(self, place: str, kept: Kept) -> None:
        self._kept.pop(place, None)
        self._kept[place] = kept
        while len(self._kept) > MOST_KEPT:
            del self._kept[next(iter(self._kept))]
