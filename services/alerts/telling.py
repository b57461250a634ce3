"""From matched articles, in their one order, to alerts: which was the first, which is a copy, which figure has moved.

What comes of an article depends on nothing but the messages of ``news.matched.v1`` before it, as far back as is
remembered. So whoever reads that topic comes to the same alerts, with the same ids, in whatever process (ADR 0012).
"""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog
from aiokafka import AIOKafkaProducer, ConsumerRecord

from services.alerts.told import First, Told
from services.common.deadletters import DeadLetterLimit, Received, dead_letter, one_message
from services.common.errors import PermanentError, TransientError
from services.common.events import Record, from_value, to_record
from services.common.identity import alert_id
from services.common.kafka import send
from services.common.messages import Alert, FigureMatch, FiredRule, MatchedArticle
from services.common.rules.earlier import Earlier
from services.common.runtime import Process
from services.common.topics import ALERTS

log = structlog.get_logger()

TIDIED_EVERY: Final = 1_000
"""Messages between two times that what is not remembered any more is let go of."""
MEMORY_KIB: Final = 64 * 1024
"""What SQLite holds in memory; the rest is in a file without a name, which goes when the process does."""

Log = Callable[[datetime, int], AsyncIterator[ConsumerRecord[bytes, bytes]]]
"""The messages from a moment on, before an offset."""


class Remembered:
    """What is known of the articles before. Each is taken once, in order."""

    def __init__(self, *, days: int, story_days: int) -> None:
        self._sql = sqlite3.connect("", isolation_level=None)
        self._sql.executescript(f"PRAGMA cache_size = -{MEMORY_KIB}; PRAGMA synchronous = OFF;")
        self._earlier = Earlier(self._sql, days=days)
        self._told = Told(self._sql, days=days, story_days=story_days)
        self._taken = 0

    def take(self, article: MatchedArticle) -> list[Alert]:
        """The alerts an article raises, and the copies it counts into earlier ones; then it is remembered.

        Raises:
            TransientError: there is no room; nothing of it is remembered.
        """
        with self._whole("SAVEPOINT article", "RELEASE article", "ROLLBACK TO article; RELEASE article"):
            alerts = self._alerts(article)
            self._earlier.take(article)
        self._taken += 1
        if self._taken % TIDIED_EVERY == 0:
            self._earlier.tidy(article.matched_at)
            self._told.tidy(article.matched_at)
        return alerts

    def forget(self, article: str) -> None:
        """An article was deleted: its figures are compared with nothing any more."""
        self._earlier.forget(article)

    def transaction(self) -> AbstractContextManager[None]:
        """All that is taken within the block is remembered, or, where that raises, none of it.

        Raises:
            TransientError: the disk is full, for example.
        """
        return self._whole("BEGIN", "COMMIT", "ROLLBACK")

    def close(self) -> None:
        """Forget everything."""
        self._sql.close()

    def _alerts(self, article: MatchedArticle) -> list[Alert]:
        alerts: list[Alert] = []
        stories: tuple[int, ...] | None = None
        for fired in article.fired:
            figures = self._figures(fired, article)
            if figures is None:
                continue
            changed = fired.figures is not None and fired.figures.when == "changed"
            key = alert_id(fired.subscription_id, article.article_id, article.revision if changed else None)
            if not self._told.raise_once(key, article.matched_at):
                continue
            if changed or fired.copies == "each":
                alerts.append(_alert(key, fired, article, figures))
                continue
            if stories is None:
                stories = self._told.stories_of(article)
            if first := self._told.first(stories, fired.subscription_id):
                number = self._told.count(first)
                alerts.append(_alert(first.alert, fired, article, figures, copy=(number, first.article)))
            else:
                self._told.keep(stories, fired.subscription_id, First(key, article.article_id, 0))
                alerts.append(_alert(key, fired, article, figures))
        return alerts

    @contextlib.contextmanager
    def _whole(self, begin: str, end: str, undo: str) -> Iterator[None]:
        try:
            self._sql.execute(begin)
            try:
                yield
            except BaseException:
                for statement in undo.split("; "):
                    self._sql.execute(statement)
                raise
            self._sql.execute(end)
        except sqlite3.OperationalError as error:
            raise TransientError(f"what was told before cannot be written down: {error}") from error

    def _figures(self, fired: FiredRule, article: MatchedArticle) -> tuple[FigureMatch, ...] | None:
        """None where the rule asks for figures and they are not so."""
        if fired.figures is None:
            return ()
        stated = set(fired.stated)
        claims = [claim for claim in article.claims if claim.id in stated]
        return self._earlier.judge(fired.figures, article, claims) or None


def _alert(
    name: str,
    fired: FiredRule,
    article: MatchedArticle,
    figures: tuple[FigureMatch, ...],
    copy: tuple[int, str | None] = (0, None),
) -> Alert:
    number, original = copy
    return Alert(
        id=name,
        subscription_id=fired.subscription_id,
        subscription_name=fired.subscription_name,
        article_id=article.article_id,
        revision=article.revision,
        url=article.url,
        title=article.title,
        source=article.source,
        published_at=article.published_at,
        matches=fired.matches,
        figures=figures,
        copy_number=number,
        copy_of=original,
        created_at=article.matched_at,
    )


class Telling:
    """Takes batches of ``news.matched.v1``; returns when Kafka has acknowledged all the alerts they raise.

    Where it does not know what came just before (at the start, and when the partition comes from another process) it
    reads that first, from ``since`` on.
    """

    def __init__(
        self,
        since: Log,
        producer: AIOKafkaProducer,
        process: Process,
        limit: DeadLetterLimit,
        *,
        days: int,
        story_days: int,
    ) -> None:
        self._since = since
        self._producer = producer
        self._process = process
        self._limit = limit
        self._days = days
        self._story_days = story_days
        self._remembered = Remembered(days=days, story_days=story_days)
        self._next: int | None = None

    async def take(self, records: Sequence[Received]) -> None:
        """Raise the alerts of a batch.

        Raises:
            TransientError: Kafka does not acknowledge, or there is no room; the batch may come again.
            TooManyDeadLetters: the service has to stop.
        """
        if self._next != records[0].offset:
            await self._recall(records[0].offset)
        alerts: list[Alert] = []
        letters: list[Record] = []
        with self._remembered.transaction():
            for record in records:
                await asyncio.sleep(0)
                try:
                    alerts += self._told(record)
                except PermanentError as error:
                    log.error(  # noqa: TRY400 - a sentence for a person, no traceback
                        "message_given_up", partition=record.partition, offset=record.offset, reason=str(error)
                    )
                    letters.append(dead_letter(record, str(error), self._process.service))
            self._limit.count_batch(records, len(letters))
            service = self._process.service
            sent = [to_record(ALERTS, alert.copy_of or alert.article_id, alert, service) for alert in alerts]
            await send(self._producer, [*sent, *letters])
        self._next = records[-1].offset + 1
        self._count(len(records), alerts, len(letters))

    def close(self) -> None:
        """Forget what came before."""
        self._remembered.close()

    def _told(self, record: Received) -> list[Alert]:
        if record.value is None:
            self._remembered.forget((record.key or b"").decode("utf-8", "replace"))
            return []
        article = from_value(MatchedArticle, record.value)
        with one_message():
            return self._remembered.take(article)

    async def _recall(self, until: int) -> None:
        self._remembered.close()
        self._remembered, self._next = Remembered(days=self._days, story_days=self._story_days), None
        recalled = 0
        with self._remembered.transaction():
            async for record in self._since(datetime.now(UTC) - timedelta(days=self._days + 1), until):
                with contextlib.suppress(PermanentError):  # it was given up when it came
                    self._told(record)
                recalled += 1
                await asyncio.sleep(0)
        self._next = until
        log.info("recalled", articles=recalled, until=until)

    def _count(self, records: int, alerts: Sequence[Alert], dead: int) -> None:
        metrics, service = self._process.metrics, self._process.service
        raised = [alert for alert in alerts if not alert.copy_number]
        metrics.alerts.inc(len(raised))
        metrics.alert_copies.inc(len(alerts) - len(raised))
        metrics.messages.labels(service, "done").inc(records - dead)
        metrics.messages.labels(service, "dead_letter").inc(dead)
        if alerts:
            log.info("alerts_raised", alerts=len(raised), copies=len(alerts) - len(raised))
