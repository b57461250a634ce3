"""Subscribing to feeds whose hub offers it (WebSub), so that a change is heard of within seconds.

The hub calls the api, which passes on word of it through ``news.pings.v1``; then the feed itself is asked at once, as
nothing that a hub sends is believed. Feeds are polled all the same: whatever fails here costs time, not articles.

Source: W3C Recommendation "WebSub", sections 4 (discovery) and 5 (subscribing); RFC 8288 (Link headers).
"""

import asyncio
import contextlib
import re
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

import httpx
import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from services.common.connecting import ALLOW_PRIVATE, AddressRefused
from services.common.errors import PermanentError
from services.common.events import from_value
from services.common.kafka import ensure_topics
from services.common.messages import FeedPing
from services.common.retry import LONGEST_WAIT, Stopped, until_it_works, wait_or_stop
from services.common.topics import PINGS
from services.common.websub import WebSubSettings, callback_url, hub_secret
from services.fetcher.entries import Feed, absolute
from services.fetcher.feed_poll import poll
from services.fetcher.line import Line
from services.fetcher.settings import FetcherSettings
from services.fetcher.sources import Source
from services.fetcher.websub_leases import Lease, Leases

log = structlog.get_logger()

LEASE_SECONDS = 10 * 86_400
"""For how long we ask a hub to tell us; it decides."""
TICK = 1.0
"""Seconds between two looks at what is due."""
LINK = re.compile(r"<([^>]*)>((?:\s*;\s*[\w*-]+\s*(?:=\s*(?:\"[^\"]*\"|[^\s\",;]+))?)*)")
REL = re.compile(r";\s*rel\s*=\s*(?:\"([^\"]*)\"|([^\s\",;]+))", re.IGNORECASE)


def hub_and_topic(feed: Feed, headers: Mapping[str, str], url: str) -> tuple[str, str] | None:
    """Where a feed can be subscribed to, and as what; None where it names no hub, or not its own address.

    Link headers count before what the feed says (section 4); ``url`` is where the feed was found.
    """
    hubs, own = list(feed.hubs), feed.own_address
    for target, parameters in LINK.findall(headers.get("link", "")[:8_000]):
        rel = REL.search(parameters)
        rels = (rel[1] or rel[2]).lower().split() if rel else []
        whole = absolute(target, url)
        if whole and "hub" in rels:
            hubs.insert(0, whole)
        if whole and "self" in rels:
            own = whole
    return (hubs[0], own) if hubs and own else None


@contextlib.asynccontextmanager
async def subscribing(line: Line, settings: FetcherSettings) -> AsyncIterator[None]:
    """Subscribe to feeds while the block runs, where WebSub is set up."""
    if not settings.websub_on:
        yield
        return
    with contextlib.closing(Leases(settings.fetcher_state)) as leases:
        websub = WebSub(line, leases, settings)
        line.offered = websub.offered
        running = asyncio.create_task(websub.run())
        try:
            yield
        finally:
            running.cancel()
            await asyncio.wait({running})
            if not running.cancelled() and (error := running.exception()):
                log.error("websub_ended", reason=repr(error))


@dataclass(slots=True)
class WebSub:
    """The subscriptions of one fetcher."""

    line: Line
    leases: Leases
    settings: WebSubSettings
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    poll: Callable[[Line, Source, str, Literal["feed"]], Awaitable[None]] = poll
    _wanted: set[str] = field(default_factory=set)
    _asking: set[str] = field(default_factory=set)

    def offered(self, url: str, feed: Feed, headers: Mapping[str, str]) -> None:
        """A feed was read: if it names a hub, it is subscribed to soon. Never fails."""
        found = hub_and_topic(feed, headers, url)
        try:
            if found is None:
                self.leases.forget(url)
            else:
                source = self._source(url)
                private = source is not None and source.allow_private
                self.leases.offered(url, found[1], found[0], self.clock(), private=private)
        except sqlite3.Error as error:
            log.warning("websub_not_remembered", feed=url, reason=str(error))

    async def run(self) -> None:
        """Subscribe, renew and listen, until the process is to stop."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._keep())
            group.create_task(self._listen(group))

    async def ask_hubs(self) -> None:
        """Ask the hubs whose turn it is: for new subscriptions, for renewals, and to end those not needed any more."""
        followed = {url for source in self.line.sources for url in source.feeds}
        for lease in self.leases.all():
            if lease.feed not in followed:
                if lease.expires and lease.expires > self.clock():
                    await self._ask(lease, "unsubscribe")
                self.leases.forget(lease.feed)
        for lease in self.leases.due(self.clock()):
            if await self._ask(lease, "subscribe"):
                self.leases.asked(lease, self.clock())
            else:
                self.leases.failed(lease, self.clock())

    async def hear(self, ping: FeedPing) -> str | None:
        """Take in what a hub says; returns the feed that is to be asked at once, if one is."""
        feed = self.leases.heard(ping)
        if feed is None:
            return None
        say = log.warning if ping.event == "denied" else log.info
        say("websub_heard", feed=feed, what=ping.event, lease_seconds=ping.lease_seconds, reason=ping.reason)
        held = self.line.feeds.get(feed)
        old = held is not None and held.last_polled is not None and held.last_polled >= ping.received_at
        return feed if ping.event == "changed" and not old else None

    async def _keep(self) -> None:
        while not self.line.process.stop.is_set():
            try:
                await self.ask_hubs()
            except sqlite3.Error as error:
                log.warning("websub_waits", reason=str(error))
                await wait_or_stop(self.line.process.stop, LONGEST_WAIT)
            await wait_or_stop(self.line.process.stop, TICK)

    async def _listen(self, group: asyncio.TaskGroup) -> None:
        stop = self.line.process.stop
        while not stop.is_set():
            client = AIOKafkaConsumer(bootstrap_servers=self.line.settings.kafka_bootstrap, enable_auto_commit=False)
            try:
                await until_it_works(self._topic, part="pings", health=self.line.process.health, stop=stop)
                await client.start()
                partition = TopicPartition(PINGS.name, 0)
                client.assign([partition])
                await client.seek_to_beginning(partition)  # a day of it; what is old news is known by its time
                while not stop.is_set():
                    for record in (await client.getmany(partition, timeout_ms=500)).get(partition, []):
                        await self._take(record.value, group)
            except Stopped:
                return
            except (KafkaError, sqlite3.Error) as error:
                log.warning("pings_wait", reason=repr(error))
                await wait_or_stop(stop, LONGEST_WAIT)
            finally:
                await client.stop()

    async def _topic(self) -> None:
        await ensure_topics(self.line.settings, [PINGS])

    async def _take(self, value: bytes | None, group: asyncio.TaskGroup) -> None:
        try:
            feed = await self.hear(from_value(FeedPing, value))
        except PermanentError as error:
            log.warning("ping_passed_over", reason=str(error))
            return
        if feed:
            self._wanted.add(feed)
            if feed not in self._asking:
                self._asking.add(feed)
                group.create_task(self._ask_feed(feed))

    async def _ask_feed(self, feed: str) -> None:
        """Ask a feed, and once more if word of a change came meanwhile."""
        try:
            while feed in self._wanted:
                self._wanted.discard(feed)
                source = self._source(feed)
                if source is not None:
                    await self.poll(self.line, source, feed, "feed")
        except Stopped:
            pass
        finally:
            self._asking.discard(feed)

    def _source(self, feed: str) -> Source | None:
        return next((source for source in self.line.sources if feed in source.feeds), None)

    async def _ask(self, lease: Lease, mode: str) -> bool:
        """Ask a hub; returns whether it took the request. It answers for good by calling us (section 5.1)."""
        if not lease.hub.startswith("https://") and not lease.private:
            log.info("websub_passed_over", feed=lease.feed, hub=lease.hub, reason="a secret is sent by https only")
            return False
        secret = self.settings.websub_secret
        form = {
            "hub.callback": callback_url(self.settings.websub_callback, secret, lease.topic),
            "hub.mode": mode,
            "hub.topic": lease.topic,
            "hub.lease_seconds": str(LEASE_SECONDS),
            "hub.secret": hub_secret(secret, lease.topic),
        }
        try:
            async with (
                self.line.hosts.turn(lease.hub, 0.0 if lease.private else self.line.settings.fetcher_host_delay),
                asyncio.timeout(self.line.settings.fetcher_request_seconds),
                self.line.client.stream(
                    "POST", lease.hub, data=form, extensions={ALLOW_PRIVATE: lease.private}
                ) as answer,
            ):
                taken = answer.is_success
                said = f"{lease.hub} answers {answer.status_code}"
        except (httpx.HTTPError, httpx.InvalidURL, AddressRefused, TimeoutError, ValueError) as error:
            taken, said = False, f"{lease.hub}: {type(error).__name__} {error}"
        (log.info if taken else log.warning)("websub_asked", feed=lease.feed, mode=mode, answer=said)
        return taken
