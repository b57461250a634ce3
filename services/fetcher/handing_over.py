"""Where several fetchers share the work, no host is in two hands: a page that is another's to ask is handed over.

An address is found by the fetcher that asks its feed. If its host, or the host that it leads on to, is another's, that
one is told through ``news.found.v1``, and takes the page up as if a feed of its own had named it. The order is that of
articles: an address is done with once Kafka has acknowledged it, and a message once its page is in the state.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import structlog

from services.common.errors import PermanentError, TransientError
from services.common.events import from_value, to_record
from services.common.kafka import consumer, ensure_topics
from services.common.messages import FoundPage
from services.common.retry import LONGEST_WAIT, Stopped, until_it_works, wait_or_stop
from services.common.topics import FOUND
from services.fetcher.entries import Entry
from services.fetcher.line import Line
from services.fetcher.politeness import host_of
from services.fetcher.remembered import Address, Look
from services.fetcher.shard import Shard

log = structlog.get_logger()
WAIT_MS = 500


async def hand_over(line: Line, address: Address, url: str) -> None:
    """Tell the other fetchers of a page; ``url`` is the address to ask, which redirects may have led to.

    Raises:
        Stopped: the service was asked to stop meanwhile.
    """
    now = datetime.now(UTC)
    found = page_of(replace(address.entry, url=url), address.source, now)
    await line.send([to_record(FOUND, host_of(url), found, "fetcher")])
    await line.remember(lambda: line.state.looked(address.url, Look(at=now, outcome="handed_over", due=None)))
    line.process.metrics.pages.labels("handed_over").inc()
    log.info("page_handed_over", source=address.source, address=address.url, to=url)


@contextlib.asynccontextmanager
async def taking_over(line: Line, shard: Shard) -> AsyncIterator[None]:
    """Take up the pages that other fetchers found for us, while the block runs.

    Raises:
        Stopped: the service was asked to stop before the topic was there.
    """
    if shard.count == 1:
        yield
        return
    health, stop = line.process.health, line.process.stop
    await until_it_works(lambda: ensure_topics(line.settings, [FOUND]), part="found", health=health, stop=stop)
    running = asyncio.create_task(_listen(line, shard))
    try:
        yield
    finally:
        running.cancel()
        await asyncio.wait({running})
        if not running.cancelled() and (error := running.exception()):
            log.error("taking_over_ended", reason=repr(error))


def page_of(entry: Entry, source: str, at: datetime) -> FoundPage:
    """An entry as it is handed over."""
    return FoundPage(
        url=entry.url,
        source=source,
        found_at=at,
        title=entry.title,
        published_at=entry.published_at,
        updated_at=entry.updated_at,
        summary=entry.summary,
        authors=entry.authors,
        language=entry.language,
    )


def entry_of(found: FoundPage) -> Entry:
    """A page that was handed over, as if a feed had named it."""
    return Entry(
        url=found.url,
        title=found.title,
        published_at=found.published_at,
        updated_at=found.updated_at,
        summary=found.summary,
        authors=found.authors,
        language=found.language,
    )


async def _listen(line: Line, shard: Shard) -> None:
    stop = line.process.stop
    while not stop.is_set():
        try:
            async with consumer(line.settings, [FOUND], f"sitrep-fetcher-{shard.number}-of-{shard.count}") as client:
                while not stop.is_set():
                    batch = await client.getmany(timeout_ms=WAIT_MS)
                    for records in batch.values():
                        for record in records:
                            await _take(line, record.value)
                    if batch:
                        await client.commit()
        except Stopped:
            return
        except (TransientError, OSError, RuntimeError) as error:
            log.warning("found_waits", reason=repr(error))
            await wait_or_stop(stop, LONGEST_WAIT)


async def _take(line: Line, value: bytes | None) -> None:
    try:
        found = from_value(FoundPage, value)
    except PermanentError as error:
        log.warning("found_passed_over", reason=str(error))
        return
    if not line.mine(host_of(found.url)):
        return
    if await line.remember(lambda: line.state.found(entry_of(found), found.source, datetime.now(UTC))):
        line.found_work()
