"""From a batch of tagged articles to the index: every record is settled once, whatever happens in between."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

import structlog
from aiokafka import AIOKafkaProducer
from elasticsearch import AsyncElasticsearch

from services.common.deadletters import DeadLetterLimit, Received, dead_letter, one_message
from services.common.errors import PermanentError, TransientError
from services.common.kafka import send
from services.common.metrics import MessageOutcome
from services.common.runtime import Process
from services.indexer.bulk import Settled, Write, chunks, newest_first, send_bulk, to_write

log = structlog.get_logger()

Place = tuple[int, int, int]
"""Partition, offset, and a hash of the value."""


class Indexer:
    """Takes batches of ``news.tagged.v1``; returns when all a batch stands for is durable.

    A batch that is given back half-way comes again; what of it was settled before is remembered, so that it is
    neither sent nor counted twice.
    """

    def __init__(
        self,
        elasticsearch: AsyncElasticsearch,
        producer: AIOKafkaProducer,
        process: Process,
        limit: DeadLetterLimit,
        bulk_bytes: int,
    ) -> None:
        self._elasticsearch = elasticsearch
        self._producer = producer
        self._process = process
        self._limit = limit
        self._bulk_bytes = bulk_bytes
        self._settled: set[Place] = set()
        self._judged: set[Place] = set()

    async def take(self, records: Sequence[Received]) -> None:
        """Index a batch.

        Raises:
            TransientError: Elasticsearch or Kafka is away or busy; the batch may come again.
            TooManyDeadLetters: the service has to stop.
        """
        writes = []
        for record in records:
            await asyncio.sleep(0)  # a batch of long articles must not keep heartbeats and health waiting
            if _place(record) in self._settled:
                continue
            try:
                with one_message():
                    writes.append(to_write(record))
            except PermanentError as error:
                await self._give_up(record, str(error))
        waiting = newest_first(writes)
        while waiting:
            waiting = await self._send(waiting)
        # Only these: another batch, given back before, may have come between.
        done = {_place(record) for record in records}
        self._settled -= done
        self._judged -= done

    async def _send(self, waiting: list[list[Write]]) -> list[list[Write]]:
        """Send the newest write of each article; returns what is left of those whose newest was rejected."""
        left: list[list[Write]] = []
        for chunk in chunks((same[0] for same in waiting), self._bulk_bytes):
            answers = await send_bulk(self._elasticsearch, chunk)
            now = datetime.now(UTC)
            of_chunk, waiting = waiting[: len(chunk)], waiting[len(chunk) :]
            for same, answer in zip(of_chunk, answers, strict=True):
                left += await self._settle(same, answer, now)
            if pushed_back := [answer for answer in answers if answer.outcome == "pushed_back"]:
                raise TransientError(f"{len(pushed_back)} of {len(chunk)} documents: {pushed_back[0].reason}")
        return left

    async def _settle(self, same: list[Write], answer: Settled, now: datetime) -> list[list[Write]]:
        newest, *older = same
        match answer.outcome:
            case "written" | "superseded":
                if answer.outcome == "written":
                    self._process.metrics.searchable_seconds.observe(
                        max(0.0, (now - newest.fetched_at).total_seconds())
                    )
                self._count(newest.record, "done" if answer.outcome == "written" else "superseded")
                for write in older:
                    self._count(write.record, "superseded")
            case "rejected":
                await self._give_up(newest.record, answer.reason)
                return [older] if older else []
            case "pushed_back":
                pass
        return []

    async def _give_up(self, record: Received, reason: str) -> None:
        if _place(record) not in self._judged:  # once, however often Kafka does not take its dead letter
            self._judged.add(_place(record))
            self._limit.count(dead=True)
        await send(self._producer, [dead_letter(record, reason, self._process.service)])
        log.error("message_given_up", partition=record.partition, offset=record.offset, reason=reason)
        self._count(record, "dead_letter")

    def _count(self, record: Received, outcome: MessageOutcome) -> None:
        self._settled.add(_place(record))
        self._process.metrics.messages.labels(self._process.service, outcome).inc()
        if outcome != "dead_letter":
            self._limit.count(dead=False)


def _place(record: Received) -> Place:
    """Which message a record is: the value too, because a topic made anew counts its offsets from the beginning."""
    return record.partition, record.offset, hash(record.value)
