"""Asking one feed or sitemap: its entries become addresses that are due. Each outcome is counted once."""

from datetime import UTC, datetime
from typing import Literal

import structlog

from services.common.metrics import FeedOutcome
from services.fetcher.entries import Feed
from services.fetcher.failures import FetchFailed, NotAFeed, WorkerLost, WorkTimedOut
from services.fetcher.feeds import feed_from_bytes
from services.fetcher.http import Page
from services.fetcher.line import Line
from services.fetcher.schedule import newest_children, worth_fetching
from services.fetcher.sitemaps import sitemap_from_bytes
from services.fetcher.sources import Source

log = structlog.get_logger()
Kind = Literal["feed", "sitemap"]


async def poll(line: Line, source: Source, url: str, kind: Kind, *, of_index: bool = False) -> None:
    """Ask a feed or sitemap; of a sitemap index its newest sitemaps too, but no index below an index (``of_index``).

    Raises:
        Stopped: the service was asked to stop meanwhile.
    """
    now = datetime.now(UTC)
    held = line.feeds.get(url)
    try:
        page = await line.get(source, url, line.settings.fetcher_feed_bytes, held.conditions if held else None)
        feed = None if page.unchanged else await _read(line, page, kind)
    except (FetchFailed, NotAFeed, WorkTimedOut, WorkerLost) as error:
        await _failed(line, source, url, _outcome(error), str(error))
        return
    except Exception as error:  # a fault of ours with one feed must not end the others
        log.exception("feed_crashed", source=source.id, feed=url)
        await _failed(line, source, url, "failed", f"{type(error).__name__}: {error}")
        return
    if feed is None:
        line.feeds[url] = await line.remember(lambda: line.state.unchanged(url, source.id, now))
        line.process.metrics.feeds.labels("unchanged").inc()
        return
    entries = worth_fetching(feed, now, line.settings.sitemap_window)
    line.feeds[url], due = await line.remember(lambda: line.state.polled(url, source.id, now, page.conditions, entries))
    line.process.metrics.feeds.labels("polled").inc()
    if due:
        line.new_work.set()
    _tell(source, url, feed, due)
    if not of_index:
        for child in newest_children(feed):
            await poll(line, source, child, "sitemap", of_index=True)


async def _failed(line: Line, source: Source, url: str, outcome: FeedOutcome, reason: str) -> None:
    now = datetime.now(UTC)
    line.feeds[url] = await line.remember(lambda: line.state.poll_failed(url, source.id, now, reason))
    line.process.metrics.feeds.labels(outcome).inc()
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
