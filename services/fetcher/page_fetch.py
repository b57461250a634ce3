"""Asking one page: from an address that is due to an article that Kafka has. Each outcome is counted once.

The order matters: a revision's number is written down, then it is sent, then it is marked as sent and the address as
done. A process killed between any two of these begins again with the first.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from time import monotonic

import structlog

from services.common.errors import ConfigurationError, PermanentError
from services.common.events import to_record
from services.common.messages import Article
from services.common.metrics import PageOutcome
from services.common.retry import Stopped
from services.common.topics import ARTICLES
from services.fetcher.articles import article_from_html
from services.fetcher.deleted import is_deleted
from services.fetcher.failures import FetchFailed, InAnotherHand, NotAnArticle, WorkerLost, WorkTimedOut
from services.fetcher.handing_over import hand_over
from services.fetcher.http import Page
from services.fetcher.line import Line
from services.fetcher.remembered import Address, Look
from services.fetcher.revisions import is_other_address, revised
from services.fetcher.schedule import after_failure, next_look
from services.fetcher.sources import Source

log = structlog.get_logger()


async def fetch_page(line: Line, source: Source, address: Address, asked: Callable[[], None]) -> None:
    """Ask for a page and send its article if it is new or changed; ``asked`` is called once the host has answered.

    Raises:
        Stopped: the service was asked to stop meanwhile.
        ConfigurationError: the state's file is damaged.
    """
    began = monotonic()
    if is_deleted(line, address):
        await line.remember(lambda: line.state.retire(address.url))
        asked()
        return
    try:
        try:
            limit = line.settings.fetcher_page_bytes
            page = await line.get(source, address.entry.url, limit, address.conditions, found=True)
        finally:
            asked()
        await _take(line, source, address, page, began)
    except InAnotherHand as error:
        await hand_over(line, address, error.url)
    except FetchFailed as error:
        await _failed(line, address, error.outcome, str(error), error)
    except (Stopped, ConfigurationError):
        raise
    except Exception as error:  # a fault of ours with one page must not end the others
        log.exception("page_crashed", address=address.url)
        await _failed(line, address, "failed", f"{type(error).__name__}: {error}")


async def _take(line: Line, source: Source, address: Address, page: Page, began: float) -> None:
    if page.unchanged:
        await _settle(line, address, page, "same")
        return
    try:
        article = await _read(line, source, address, page)
    except NotAnArticle as error:  # looked at again like an article, as a stub may become one
        await line.keep(source, address, page)  # a page that was misjudged can be read again by a better reader
        await _settle(line, address, page, error.outcome, reason=str(error), again=True)
        return
    except (WorkTimedOut, WorkerLost) as error:  # perhaps the machine's fault: tried again like what cannot be reached
        await _failed(line, address, error.outcome, str(error))
        return
    async with line.in_hand(article.id):
        await _deliver(line, source, address, page, article, began)


async def _read(line: Line, source: Source, address: Address, page: Page) -> Article:
    return await line.workers.run(
        article_from_html,
        f"the page {page.url}",
        page.body,
        page.url,
        source=source.named,
        language=source.language,
        fetched_at=page.fetched_at,
        entry=address.entry,
        content_type=page.content_type,
        largest=line.settings.fetcher_page_bytes,
    )


async def _deliver(line: Line, source: Source, address: Address, page: Page, article: Article, began: float) -> None:
    if line.deletions.get(article.id) is not None:
        await _settle(line, address, page, "deleted", article=article.id, again=False)
        return
    known = await line.remember(lambda: line.state.article(article.id))
    if is_other_address(known, address.url, article):
        await _settle(line, address, page, "same", article=article.id, again=False)
        return
    sending = revised(known, article)
    if sending is None:
        await _settle(line, address, page, "same", article=article.id)
        return
    article = sending.model_copy(update={"archive": await line.keep(source, address, page)})
    await line.remember(lambda: line.state.about_to_send(article, address.url))
    record = to_record(ARTICLES, article.id, article, "fetcher")
    try:
        await line.send([record])
    except PermanentError as error:
        await _settle(line, address, page, "too_large", reason=str(error), again=False)
        return
    await _settle(line, address, page, "sent", article=article.id, sent=article)
    line.process.metrics.page_seconds.observe(monotonic() - began)
    log.info(
        "article_sent",
        article=article.id,
        revision=article.revision,
        source=article.source.id,
        title=article.title,
        url=article.url,
    )


async def _failed(
    line: Line, address: Address, outcome: PageOutcome, reason: str, error: FetchFailed | None = None
) -> None:
    now = datetime.now(UTC)
    due, failures = after_failure(now, address.failures, address.url, error)
    look = Look(at=now, outcome=outcome, due=due, reason=reason, failures=failures)
    await line.remember(lambda: line.state.looked(address.url, look))
    line.process.metrics.pages.labels(outcome).inc()
    log.warning(
        "page_failed",
        source=address.source,
        address=address.url,
        outcome=outcome,
        reason=reason,
        failures=failures,
        again=due.isoformat() if due else None,
    )


async def _settle(
    line: Line,
    address: Address,
    page: Page,
    outcome: PageOutcome,
    *,
    reason: str | None = None,
    article: str | None = None,
    sent: Article | None = None,
    again: bool = True,
) -> None:
    """Write down what came of a page that was answered, and when to look at it again."""
    now = datetime.now(UTC)
    settings = line.settings
    first = timedelta(seconds=settings.fetcher_recheck_first)
    look = Look(
        at=now,
        outcome=outcome,
        due=next_look(now, address.first_seen, first, settings.recheck_for) if again else None,
        reason=reason,
        conditions=None if page.unchanged else page.conditions,
        article=article,
        changed=sent is not None,
    )
    await line.remember(lambda: line.state.looked(address.url, look, sent=sent))
    line.process.metrics.pages.labels(outcome).inc()
    if reason is not None:
        log.info("page_passed_over", source=address.source, address=address.url, outcome=outcome, reason=reason)
