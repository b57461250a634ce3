"""From a batch of tagged articles to alerts: everything a batch raises is acknowledged before it is done with."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import structlog
from aiokafka import AIOKafkaProducer

from services.alerts.matcher import Matcher
from services.alerts.raised import Raised
from services.common.deadletters import DeadLetterLimit, Received, dead_letter, one_message
from services.common.errors import PermanentError
from services.common.events import Record, from_value, to_record
from services.common.identity import alert_id
from services.common.kafka import send
from services.common.messages import Alert, Match, Subscription, TaggedArticle
from services.common.runtime import Process
from services.common.topics import ALERTS

log = structlog.get_logger()


def alert_of(subscription: Subscription, tagged: TaggedArticle, matches: tuple[Match, ...], now: datetime) -> Alert:
    """The alert that a subscription raises for an article. Pure."""
    article = tagged.article
    return Alert(
        id=alert_id(subscription.id, article.id),
        subscription_id=subscription.id,
        subscription_name=subscription.name,
        article_id=article.id,
        revision=article.revision,
        url=article.url,
        title=article.title,
        source=article.source,
        published_at=article.published_at,
        matches=matches,
        created_at=now,
    )


class Alerts:
    """Takes batches of ``news.tagged.v1``; returns when Kafka has acknowledged all the alerts they raise."""

    def __init__(self, matcher: Matcher, producer: AIOKafkaProducer, process: Process, limit: DeadLetterLimit) -> None:
        self._matcher = matcher
        self._producer = producer
        self._process = process
        self._limit = limit
        self._raised = Raised()
        self._judged: tuple[int, int] | None = None

    async def take(self, records: Sequence[Received]) -> None:
        """Raise the alerts of a batch.

        Raises:
            TransientError: Kafka does not acknowledge; the batch may come again.
            TooManyDeadLetters: the service has to stop.
        """
        raised: dict[str, Alert] = {}
        letters: list[Record] = []
        for record in records:
            await asyncio.sleep(0)  # a batch of long articles must not keep heartbeats and health waiting
            if record.value is None:  # an article was deleted: what was raised for it has been delivered
                continue
            try:
                with one_message():
                    tagged = from_value(TaggedArticle, record.value)
                    for alert in () if tagged.again else self._alerts(tagged):
                        raised.setdefault(alert.id, alert)
            except PermanentError as error:
                log.error(  # noqa: TRY400 - a sentence for a person, no traceback
                    "message_given_up", partition=record.partition, offset=record.offset, reason=str(error)
                )
                letters.append(dead_letter(record, str(error), self._process.service))
        self._judge(records, len(letters))
        sent = [to_record(ALERTS, alert.article_id, alert, self._process.service) for alert in raised.values()]
        await send(self._producer, [*sent, *letters])
        self._done(records, raised, len(letters))

    def _alerts(self, tagged: TaggedArticle) -> Iterable[Alert]:
        now = datetime.now(UTC)
        for subscription, matches in self._matcher.matches(tagged):
            if alert_id(subscription.id, tagged.article.id) not in self._raised:
                yield alert_of(subscription, tagged, matches, now)

    def _judge(self, records: Sequence[Received], dead: int) -> None:
        """Count the batch against the limit, once, however often Kafka does not take what came of it."""
        first = (records[0].partition, records[0].offset)
        if first != self._judged:
            for number in range(len(records)):
                self._limit.count(dead=number < dead)
            self._judged = first

    def _done(self, records: Sequence[Received], raised: dict[str, Alert], dead: int) -> None:
        self._raised.add(raised)
        if raised:
            log.info("alerts_raised", alerts=len(raised), articles=len({one.article_id for one in raised.values()}))
        metrics = self._process.metrics
        metrics.alerts.inc(len(raised))
        metrics.messages.labels(self._process.service, "done").inc(len(records) - dead)
        metrics.messages.labels(self._process.service, "dead_letter").inc(dead)
