"""Archived pages run through the line again, with no network: ``sitrep replay``."""

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import structlog
from aiokafka import AIOKafkaProducer

from services.common.deletions import read_deletions
from services.common.events import to_record
from services.common.identity import canonical_url
from services.common.kafka import ensure_topics, everything_in, producer, send
from services.common.messages import Article
from services.common.topics import ARTICLES, DELETIONS
from services.fetcher.archived import ArchivedPage, archived_pages
from services.fetcher.articles import article_from_html
from services.fetcher.deadline import Workers, workers
from services.fetcher.failures import NotAnArticle, WorkerLost, WorkTimedOut
from services.fetcher.markup import LARGEST
from services.fetcher.remembered import Look
from services.fetcher.revisions import Known, change_since, is_other_address, revision_to_send
from services.fetcher.settings import FetcherSettings
from services.fetcher.state import State
from services.fetcher.state_file import open_state

log = structlog.get_logger()

REPLAYED = ""
"""No address: that a page was read from an archive says nothing about when to ask for it again."""


@dataclass(slots=True)
class Replayed:
    """How many pages came to what."""

    sent: int = 0
    same: int = 0
    """Pages that are only another address of an article."""
    not_articles: int = 0
    failed: int = 0
    deleted: int = 0
    """Pages of articles that were deleted on request."""


def replay(
    archives: Iterable[Path], *, newest: bool = True, largest: int = LARGEST
) -> Iterator[Article | NotAnArticle]:
    """Read archived pages again: for each its article as a first revision, or why there is none. Nothing is sent."""
    for page in archived_pages(archives, newest=newest, largest=largest):
        try:
            yield article_of(page, largest)
        except NotAnArticle as error:
            yield error


def article_of(page: ArchivedPage, largest: int = LARGEST) -> Article:
    """The article on an archived page.

    Raises:
        NotAnArticle: there is none.
    """
    article = article_from_html(
        page.body,
        page.url,
        source=page.source,
        language=page.language,
        fetched_at=page.fetched_at,
        entry=page.entry,
        content_type=page.content_type,
        largest=largest,
    )
    return article.model_copy(update={"archive": page.archive})


async def send_again(
    pages: Iterable[ArchivedPage],
    workers: Workers,
    state: State,
    sending: AIOKafkaProducer,
    deleted: Container[str] = (),
) -> Replayed:
    """Send the articles of archived pages to Kafka, as the fetcher would.

    A text that was sent before keeps its revision, so that it is the same message again; another one is the next.
    Like the fetcher it writes down what it is about to send, and that it was sent. ``deleted``: the ids of articles
    that were deleted on request.

    Raises:
        TransientError: Kafka or the state cannot be reached; what was sent until then stays sent, and may be again.
    """
    done = Replayed()
    for page in pages:
        try:
            article = await workers.run(article_of, f"the page {page.url}", page)
        except NotAnArticle as error:
            done.not_articles += 1
            log.info("page_passed_over", url=page.url, reason=str(error))
            continue
        except (WorkTimedOut, WorkerLost) as error:
            done.failed += 1
            log.warning("page_failed", url=page.url, reason=str(error))
            continue
        if article.id in deleted:
            done.deleted += 1
            continue
        known = state.article(article.id)
        if is_other_address(known, canonical_url(page.asked), article):
            done.same += 1
            continue
        article = numbered(article, known)
        state.about_to_send(article, canonical_url(page.asked))
        await send(sending, [to_record(ARTICLES, article.id, article, "fetcher")])
        look = Look(at=datetime.now(UTC), outcome="sent", due=None, article=article.id, changed=True)
        state.looked(REPLAYED, look, sent=article)
        done.sent += 1
    return done


def numbered(article: Article, known: Known | None) -> Article:
    """An article with the revision it has, or is to have."""
    revision = revision_to_send(known, article.content_hash) or (known.revision if known else 1)
    return article.model_copy(update={"revision": revision, "change": change_since(known, article)})


async def replay_archives(archives: Iterable[Path], settings: FetcherSettings, *, newest: bool = True) -> Replayed:
    """Run the pages of archives through the line again: composition for the command line.

    Raises:
        ConfigurationError: an archive or the state cannot be used (a fetcher is at work with it, for example).
        TransientError: Kafka cannot be reached.
    """
    await ensure_topics(settings, [ARTICLES, DELETIONS])
    deleted = await read_deletions(everything_in(settings, DELETIONS))
    with open_state(settings.fetcher_state) as state:
        async with (
            workers(settings.fetcher_workers, settings.fetcher_work_seconds) as pool,
            producer(settings, "replay") as sending,
        ):
            return await send_again(archived_pages(archives, newest=newest), pool, state, sending, deleted)
