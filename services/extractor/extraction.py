"""A batch of articles: tagged in the workers, sent in order, every one settled before the batch is done."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Protocol

import structlog
from aiokafka import AIOKafkaProducer

from services.common.deadletters import DeadLetterLimit, Received, dead_letter
from services.common.deletions import tombstone_of
from services.common.errors import PermanentError
from services.common.events import Record, from_value, to_record, tombstone
from services.common.kafka import send
from services.common.messages import Article, TaggedArticle
from services.common.metrics import MessageOutcome
from services.common.retry import Stopped, until_it_works
from services.common.runtime import Process
from services.common.topics import MAX_MESSAGE_BYTES, TAGGED

log = structlog.get_logger()

ROOM_FOR_HEADERS = 16 * 1024
PATIENCE = 3.0
"""Seconds without an answer from Kafka before /readyz says so, and before a stop no longer waits for it."""


class Taggers(Protocol):
    """Whatever tags an article; PermanentError where that can never work."""

    async def tag(self, article: Article) -> TaggedArticle:
        """The article, tagged."""


class Extraction:
    """Takes batches of ``news.articles.v1``; returns when all that a batch stands for is durable."""

    def __init__(
        self,
        taggers: Taggers,
        producer: AIOKafkaProducer,
        process: Process,
        limit: DeadLetterLimit,
        *,
        again: bool = False,
    ) -> None:
        """``again``: whether what it tags was tagged before, and is marked so."""
        self._taggers = taggers
        self._again = again
        self._producer = producer
        self._process = process
        self._limit = limit

    async def take(self, records: Sequence[Received]) -> None:
        """Tag a batch and send what came of it, waiting for Kafka as long as it takes.

        Raises:
            TooManyDeadLetters: the service has to stop; nothing of this batch was sent.
            Stopped: the service was asked to stop while it waited.
        """
        began = asyncio.get_running_loop().time()
        outcomes = await asyncio.gather(*(self._outcome(record) for record in records))
        for _, outcome in outcomes:
            self._limit.count(dead=outcome == "dead_letter")
        await until_it_works(
            partial(self._send, [out for out, _ in outcomes]),
            part="kafka",
            health=self._process.health,
            stop=self._process.stop,
        )
        for _, outcome in outcomes:
            self._process.metrics.messages.labels(self._process.service, outcome).inc()
        took = asyncio.get_running_loop().time() - began
        self._process.metrics.batch_seconds.labels(self._process.service).observe(took)

    async def _outcome(self, record: Received) -> tuple[Record, MessageOutcome]:
        try:
            if record.value is None:
                return tombstone(TAGGED, tombstone_of(record.key)), "done"
            article = from_value(Article, record.value)
            began = datetime.now(UTC)
            tagged = await self._taggers.tag(article)
            if self._again:
                tagged = tagged.model_copy(update={"again": True})
            self._process.metrics.tag_seconds.observe((datetime.now(UTC) - began).total_seconds())
            return _small_enough(to_record(TAGGED, article.id, tagged, self._process.service)), "done"
        except PermanentError as error:
            return self._given_up(record, str(error)), "dead_letter"

    def _given_up(self, record: Received, reason: str) -> Record:
        log.error("message_given_up", partition=record.partition, offset=record.offset, reason=reason)
        return dead_letter(record, reason, self._process.service)

    async def _send(self, records: Sequence[Record]) -> None:
        sending = asyncio.ensure_future(send(self._producer, records))
        while not (await asyncio.wait({sending}, timeout=PATIENCE))[0]:
            if self._process.stop.is_set():
                sending.cancel()
                raise Stopped
            self._process.health.waiting_for("kafka", "Kafka has not acknowledged what was sent")
        sending.result()


def _small_enough(record: Record) -> Record:
    """The record, if Kafka takes it; checked here because a batch with one that is too large fails as a whole.

    Raises:
        PermanentError: it is too large.
    """
    size = len(record.value or b"")
    if size > MAX_MESSAGE_BYTES - ROOM_FOR_HEADERS:
        raise PermanentError(f"larger than Kafka takes: {size} bytes of at most {MAX_MESSAGE_BYTES}")
    return record
