"""From a batch of tagged articles to the index: every record is settled once, whatever happens in between."""

import asyncio
import itertools
from collections import OrderedDict, defaultdict
from collections.abc import Sequence
from typing import Final

import structlog
from aiokafka import AIOKafkaProducer
from elasticsearch import AsyncElasticsearch

from services.common.deadletters import DeadLetterLimit, Received, dead_letter, one_message
from services.common.deletions import Deletions, tombstone_of
from services.common.errors import PermanentError, TransientError
from services.common.kafka import send
from services.common.metrics import MessageOutcome
from services.common.runtime import Process
from services.indexer.articles import Articles
from services.indexer.bulk import Settled, chunks
from services.indexer.deleted import Deleted
from services.indexer.fresh import Fresh
from services.indexer.generations import Names
from services.indexer.incoming import Documents, Incoming, documents, newest_first, understood
from services.indexer.stories import Stories

log = structlog.get_logger()

Place = tuple[int, int, int]
"""Partition, offset, and a hash of the value."""

NEW: Final = frozenset({"created", "replaced"})
REMEMBERED: Final = 20_000
"""Messages; more than all batches together that are worked on at a time."""


class Indexer:
    """Takes batches of ``news.tagged.v1``, several at a time; returns when all a batch stands for is durable.

    A batch that is given back half-way comes again; what of it was settled before is remembered, so that it is
    neither sent nor counted twice.
    """

    def __init__(
        self,
        elasticsearch: AsyncElasticsearch,
        names: Names,
        deletions: Deletions,
        producer: AIOKafkaProducer,
        process: Process,
        limit: DeadLetterLimit,
        bulk_bytes: int,
    ) -> None:
        self._articles = Articles(elasticsearch, names)
        self._stories = Stories(elasticsearch, names)
        self._names = names
        self.fresh = Fresh(elasticsearch, names, process.metrics)
        """What was written; whoever runs the indexer has it watched."""
        self._deleted = Deleted(elasticsearch, names, deletions)
        self._producer = producer
        self._process = process
        self._limit = limit
        self._bulk_bytes = bulk_bytes
        self._settled = _Places()
        self._judged = _Places()

    async def take(self, records: Sequence[Received]) -> None:
        """Index a batch.

        Raises:
            TransientError: Elasticsearch or Kafka is away or busy; the batch may come again.
            TooManyDeadLetters: the service has to stop.
        """
        incoming = []
        tombstones: defaultdict[str, list[Received]] = defaultdict(list)
        for record in records:
            await asyncio.sleep(0)  # a batch of long articles must not keep heartbeats and health waiting
            if _place(record) in self._settled:
                continue
            try:
                with one_message():
                    if record.value is None:
                        tombstones[tombstone_of(record.key)].append(record)
                    elif (one := understood(record)).id in self._deleted:
                        self._count(record, "deleted")
                    else:
                        incoming.append(one)
            except PermanentError as error:
                await self._give_up(record, str(error))
        self._deleted.add(tombstones)
        await self._index(incoming)
        # Of what was written now, too, if it was deleted meanwhile: whoever writes last looks last.
        gone = {one.id for one in incoming if one.id in self._deleted}
        await self._deleted.remove(gone | tombstones.keys())
        for record in itertools.chain.from_iterable(tombstones.values()):
            self._count(record, "deleted")

    async def _index(self, incoming: Sequence[Incoming]) -> None:
        if not incoming:
            return
        stories = await self._stories.settle([one.text for one in incoming])
        waiting = newest_first(incoming)
        while waiting:
            written = []
            for same in waiting:
                await asyncio.sleep(0)
                written.append(documents(same, stories[same[0].text.id], self._names))
            waiting = [left for chunk in chunks(written, self._bulk_bytes) for left in await self._write(chunk)]

    async def _write(self, chunk: Sequence[Documents]) -> list[tuple[Incoming, ...]]:
        """Write articles; returns what is left of those whose newest was rejected."""
        with self._process.metrics.write_seconds.time():
            answers, stories = await self._articles.write(chunk)
        # Another indexer may have found an article's story to be part of another, before the article was there to move.
        if moved := await self._stories.moved({*stories, *(one.story for one in chunk)}):
            await self._stories.move(moved)
        left = [await self._settle(one, answer) for one, answer in zip(chunk, answers, strict=True)]
        new = [one.newest for one, answer in zip(chunk, answers, strict=True) if answer.outcome in NEW]
        if new:
            self.fresh.written(new[-1].id, new[-1].version, [one.tagged.article.fetched_at for one in new])
        if pushed_back := [answer for answer in answers if answer.outcome == "pushed_back"]:
            raise TransientError(f"{len(pushed_back)} of {len(chunk)} documents: {pushed_back[0].reason}")
        return [older for older in left if older]

    async def _settle(self, one: Documents, answer: Settled) -> tuple[Incoming, ...]:
        newest = one.newest
        match answer.outcome:
            case "created" | "replaced":
                self._count(newest.record, "done")
            case "superseded":
                self._count(newest.record, "superseded")
            case "rejected":
                await self._give_up(newest.record, answer.reason)
                return one.older
            case "pushed_back":
                return ()
        for older in one.older:
            self._count(older.record, "superseded")
        return ()

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


class _Places:
    """The last so many messages that were added."""

    def __init__(self) -> None:
        self._places: OrderedDict[Place, None] = OrderedDict()

    def __contains__(self, place: Place) -> bool:
        return place in self._places

    def add(self, place: Place) -> None:
        self._places[place] = None
        if len(self._places) > REMEMBERED:
            self._places.popitem(last=False)


def _place(record: Received) -> Place:
    """Which message a record is: the value too, because a topic made anew counts its offsets from the beginning."""
    return record.partition, record.offset, hash(record.value)
