"""Processes that tag: each holds the model, each article has a time limit that really ends the work.

A worker that hangs is killed, one that dies is replaced; the article in its hands is known, and nobody else's is lost.
"""

import asyncio
import contextlib
import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import AsyncIterator
from concurrent.futures.process import BrokenProcessPool
from datetime import UTC, datetime
from multiprocessing.connection import wait as wait_for_any

import structlog
from pebble import ProcessExpired, ProcessPool

from services.common.errors import PermanentError
from services.common.messages import Article, TaggedArticle
from services.extractor.settings import ExtractorSettings

log = structlog.get_logger()

TRIES = 2
"""A worker may have died of something else than the article in its hands; twice is the article."""
WARM_UP_SECONDS = 120.0


class Workers:
    """A pool of tagging processes."""

    def __init__(self, pool: ProcessPool, seconds: float) -> None:
        self._pool = pool
        self._seconds = seconds
        self._loading = pool.schedule(_nothing, timeout=WARM_UP_SECONDS)  # a pool starts with its first work

    async def tag(self, article: Article) -> TaggedArticle:
        """Tag an article in one of the processes.

        Raises:
            PermanentError: it took too long, killed the process twice, or made the tagger fail.
            RuntimeError: no process can be started any more; that is no fault of the article.
        """
        for _ in range(TRIES):
            work = self._pool.schedule(_tag, args=[article], timeout=self._seconds)
            try:
                tagged: TaggedArticle = await asyncio.wrap_future(work)
            except BrokenProcessPool:
                raise
            except TimeoutError as error:
                raise PermanentError(f"not tagged within {self._seconds:g} s (SITREP_EXTRACTOR_SECONDS)") from error
            except ProcessExpired as error:
                ended = error
                log.warning("worker_died", article=article.id, exit_code=error.exitcode)
            except Exception as error:
                log.exception("tagger_failed", article=article.id)
                raise PermanentError(f"the tagger failed: {type(error).__name__}: {error}") from error
            else:
                return tagged
        raise PermanentError(f"the tagging process died {TRIES} times over this article (exit code {ended.exitcode})")

    async def ready(self) -> None:
        """Wait until a process has loaded its model.

        Raises:
            PermanentError: the model cannot be loaded.
        """
        try:
            await asyncio.wrap_future(self._loading)
        except Exception as error:
            raise PermanentError(f"The tagging processes do not start: {type(error).__name__}: {error}") from error


@contextlib.asynccontextmanager
async def tagging(settings: ExtractorSettings) -> AsyncIterator[Workers]:
    """The workers, starting while the block begins; the processes end with it."""
    pool = ProcessPool(
        max_workers=settings.extractor_workers,
        context=multiprocessing.get_context("spawn"),  # this process has threads: it must not be forked
        initializer=_prepare,
    )
    workers = Workers(pool, settings.extractor_seconds)
    try:
        yield workers
    finally:
        pool.stop()  # type: ignore[no-untyped-call]
        await asyncio.to_thread(pool.join)


def _prepare() -> None:
    """Runs once in each process: load the model, and end when the extractor does, however it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole terminal; the extractor ends us in order
    threading.Thread(target=_end_with_parent, daemon=True).start()
    from services.extractor.tagger import tag_text

    tag_text("Two soldiers.", title="", published_at=None, language="en", article_id="")
    gc.collect()
    gc.freeze()  # what is loaded stays; looking through it again and again would cost a tenth of the time


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait_for_any([parent.sentinel])
        os._exit(1)


def _tag(article: Article) -> TaggedArticle:
    from services.extractor.stage import tagged_article

    return tagged_article(article, datetime.now(UTC))


def _nothing() -> None:
    """Done as soon as a process is ready."""
