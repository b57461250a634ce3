"""From a batch of tagged articles to what each fires: acknowledged by Kafka before the batch is done with."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta

import structlog
from aiokafka import AIOKafkaProducer

from services.alerts.matcher import Matcher
from services.common.copies import comparable
from services.common.deadletters import DeadLetterLimit, Received, dead_letter, one_message
from services.common.deletions import tombstone_of
from services.common.errors import PermanentError
from services.common.events import Record, from_value, to_record, tombstone
from services.common.kafka import send
from services.common.messages import FiredRule, MatchedArticle, Subscription, TaggedArticle
from services.common.rules.deciding import Fired
from services.common.rules.matched import matched_article
from services.common.runtime import Process
from services.common.topics import MATCHED

log = structlog.get_logger()


def what_fired(tagged: TaggedArticle, fired: Sequence[tuple[Subscription, Fired]], now: datetime) -> MatchedArticle:
    """What alerts need to know of an article. Pure."""
    rules = [_fired_rule(subscription, found) for subscription, found in fired]
    compared = any(rule.figures and rule.figures.when == "changed" for rule in rules)
    return matched_article(
        tagged,
        now,
        fired=rules,
        signature=comparable(tagged) if rules else (),
        text=tagged.article.text if compared else None,
    )


def _fired_rule(subscription: Subscription, fired: Fired) -> FiredRule:
    return FiredRule(
        subscription_id=subscription.id,
        subscription_name=subscription.name,
        copies=subscription.copies,
        figures=subscription.rule.figures,
        stated=tuple(claim.id for claim in fired.claims),
        matches=fired.matches,
    )


class Matching:
    """Takes batches of ``news.tagged.v1``; returns when Kafka has acknowledged what became of them.

    ``up_to_date`` returns when every subscription that had been written when it was called is in the matcher: an
    article that is taken after a subscription's creation was answered is checked against it.
    """

    def __init__(
        self,
        matcher: Matcher,
        up_to_date: Callable[[], Awaitable[None]],
        producer: AIOKafkaProducer,
        process: Process,
        limit: DeadLetterLimit,
        *,
        days: int,
    ) -> None:
        self._matcher = matcher
        self._up_to_date = up_to_date
        self._producer = producer
        self._process = process
        self._limit = limit
        self._remembered = timedelta(days=days)

    async def take(self, records: Sequence[Received]) -> None:
        """Match the articles of a batch.

        Raises:
            TransientError: Kafka does not answer or acknowledge; the batch may come again.
            TooManyDeadLetters: the service has to stop.
        """
        await self._up_to_date()
        sent: list[Record] = []
        letters: list[Record] = []
        for record in records:
            await asyncio.sleep(0)  # a batch of long articles must not keep heartbeats and health waiting
            try:
                with one_message():
                    sent += self._matched(record)
            except PermanentError as error:
                log.error(  # noqa: TRY400 - a sentence for a person, no traceback
                    "message_given_up", partition=record.partition, offset=record.offset, reason=str(error)
                )
                letters.append(dead_letter(record, str(error), self._process.service))
        self._limit.count_batch(records, len(letters))
        await send(self._producer, [*sent, *letters])
        done = self._process.metrics.messages
        done.labels(self._process.service, "done").inc(len(records) - len(letters))
        done.labels(self._process.service, "dead_letter").inc(len(letters))

    def _matched(self, record: Received) -> list[Record]:
        if record.value is None:  # an article was deleted: its figures must not be quoted any more
            return [tombstone(MATCHED, tombstone_of(record.key))]
        tagged = from_value(TaggedArticle, record.value)
        now = datetime.now(UTC)
        if tagged.again and tagged.article.fetched_at < now - self._remembered:
            return []
        fired = [] if tagged.again else list(self._matcher.matches(tagged))
        if not (fired or tagged.claims or tagged.again or tagged.article.revision > 1):
            return []  # nothing is told of it, and nothing will be compared with it
        matched = what_fired(tagged, fired, now)
        return [to_record(MATCHED, matched.article_id, matched, self._process.service)]
