"""Asking one feed or sitemap: its entries become addresses that are due. Each outcome is counted once."""

from datetime import UTC, datetime
from typing import Literal

import structlog

from services.common.metrics import FeedOutcome
from services.fetcher.entries import Feed
from services.fetcher.failures import FetchFailed, HostRests, HttpError, NotAFeed, WorkerLost, WorkTimedOut
from services.fetcher.feed_schedule import MOVED_AFTER, address_to_ask, is_gone, moves
from services.fetcher.feeds import feed_from_bytes
from services.fetcher.http import Conditions, Page
from services.fetcher.intervals import pace_of
from services.fetcher.line import Line
from services.fetcher.remembered import FeedFailure
from services.fetcher.schedule import newest_children, worth_fetching
from services.fetcher.sitemaps import sitemap_from_bytes
from services.fetcher.sources import Source

log = structlog.get_logger()
Kind = Literal["feed", "sitemap"]
GONE = 410
KNOWN = (FetchFailed, NotAFeed, WorkTimedOut, WorkerLost)
"""What can come of a feed; anything else is a fault of ours."""


async def poll(line: Line, source: Source, url: str, kind: Kind, *, of_index: bool = False) -> None:
    """Ask a feed or sitemap; of a sitemap index its newest sitemaps too, but no index below an index (``of_index``).

    Raises:
        Stopped: the service was asked to stop meanwhile.
    """
    now = datetime.now(UTC)
    held = line.feeds.get(url)
    asked = address_to_ask(held, url)
    known = held.conditions if held and not held.unread else None
    try:
        page = await line.get(source, asked, line.settings.fetcher_feed_bytes, known)
        feed = None if page.unchanged else await _read(line, page, kind)
    except KNOWN as error:
        await _failed(line, source, url, _outcome(error), error)
        return
    except Exception as error:  # a fault of ours with one feed must not end the others
        log.exception("feed_crashed", source=source.id, feed=url)
        await _failed(line, source, url, "failed", error)
        return
    moved = moves(held, url, asked, page.moved_to)
    if feed is None:
        line.feeds[url] = await line.remember(lambda: line.state.unchanged(url, source.id, now, moves=moved))
        line.process.metrics.feeds.labels("unchanged").inc()
        return
    entries = worth_fetching(feed, now, line.settings.sitemap_window)
    pace = pace_of(feed.entries, feed.period, page.headers, now)
    # an index is always read, as its sitemaps change without it
    conditions = Conditions() if feed.children else page.conditions
    line.feeds[url], due = await line.remember(
        lambda: line.state.polled(url, source.id, now, conditions, entries, pace=pace, moves=moved)
    )
    if moved[1] == MOVED_AFTER and (held is None or held.moved < MOVED_AFTER):
        log.warning(
            "feed_moved", source=source.id, feed=url, to=moved[0], hint="change its address in the sources file"
        )
    line.process.metrics.feeds.labels("polled").inc()
    if due:
        line.found_work()
    _tell(source, url, feed, due)
    if line.offered and kind == "feed":
        line.offered(url, feed, page.headers)
    if not of_index:
        for child in newest_children(feed):
            await poll(line, source, child, "sitemap", of_index=True)


async def _failed(line: Line, source: Source, url: str, outcome: FeedOutcome, error: Exception) -> None:
    now = datetime.now(UTC)
    reason = str(error) if isinstance(error, KNOWN) else f"{type(error).__name__}: {error}"
    wait = error.retry_after if isinstance(error, FetchFailed) else None
    failed = FeedFailure(
        unread=not isinstance(error, FetchFailed),
        gone=isinstance(error, HttpError) and error.status == GONE,
        not_before=now + wait if wait else None,
        counted=not isinstance(error, HostRests),
    )
    line.feeds[url] = state = await line.remember(lambda: line.state.poll_failed(url, source.id, now, reason, failed))
    line.process.metrics.feeds.labels(outcome).inc()
    if is_gone(state):
        log.warning("feed_gone", source=source.id, feed=url, hint="it is retired: remove it from the sources file")
    else:
        log.warning("feed_failed", source=source.id, feed=url, outcome=outcome, reason=reason)


async def _read(line: Line, page: Page, kind: Kind) -> Feed:
    if kind == "sitemap":
        return await line.workers.run(sitemap_from_bytes, f"the sitemap {page.url}", page.body, page.url)
    return await line.workers.run(
        feed_from_bytes, f"the feed {page.url}", page.body, page.url, content_type=page.content_type
    )


def _outcome(error: FetchFailed | NotAFeed | WorkTimedOut | WorkerLost) -> FeedOutcome:
    if isinstance(error, NotAFeed):
        return "not_a_feed"
    # a feed has every outcome that a failed request for a page has
    return error.outcome  # type: ignore[return-value]


def _tell(source: Source, url: str, feed: Feed, due: int) -> None:
    say = log.info if due or feed.dropped or feed.malformed else log.debug
    say(
        "feed_read",
        source=source.id,
        feed=url,
        kind=feed.kind,
        entries=len(feed.entries) or len(feed.children),
        due=due,
        left_out=[f"{each.title}: {each.reason}" for each in feed.dropped[:5]],
        malformed=feed.malformed,
    )
