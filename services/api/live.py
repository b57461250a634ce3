"""New articles as they become searchable, to everybody who follows a search.

One consumer reads ``news.tagged.v1`` for the whole process, whoever follows. Each batch is put to Elasticsearch once
for every distinct search, together with the batch's ids: so what is passed on is exactly what the search finds, and is
kept for a while, once for all who follow it. Who was away comes again with ``Last-Event-ID`` and goes on there; where
that is kept no more, it is first given what it missed by a consumer of its own, a few at a time.
"""

import asyncio
import contextlib
import json
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Mapping, Sequence
from time import monotonic
from typing import Final

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError

from services.api.following import Event, Follower, Log
from services.api.index import SearchIndex
from services.api.live_reading import Pending, Read, event, heartbeat, positions_in
from services.api.problems import ProblemError, unavailable
from services.api.query import ArticleSearch
from services.common.errors import PermanentError, TransientError
from services.common.events import from_value
from services.common.kafka import ensure_topics, let_go
from services.common.messages import ArticleId, Message
from services.common.metrics import Metrics
from services.common.retry import wait_or_stop
from services.common.runtime import Process
from services.common.settings import KafkaSettings
from services.common.topics import MAX_MESSAGE_BYTES, TAGGED

log = structlog.get_logger()

EVERY_MS: Final = 250
"""How often the index is asked for what it did not have yet."""
AT_ONCE: Final = 500
"""Messages that are looked for together."""
HELD: Final = 5_000
"""Messages that wait for the index; while there are more, no more are read."""
TOGETHER: Final = 5
"""Clients that are written to before anything else has its turn, a millisecond or two."""
REPLAYED: Final = 100_000
"""Messages that are read again for a client that comes back."""
REPLAYED_TOGETHER: Final = 100
"""Messages that are read for one of them at a time, before others have their turn."""
REPLAYS: Final = 4
"""Clients for whom messages are read at once; others wait for their turn."""
STOP_SECONDS: Final = 3.0
"""The most seconds that a stop waits for what is read of them."""
SIGN_OF_LIFE: Final = 15.0
"""Seconds after which one who waits is shown that it still does."""


Replayed = tuple[list[bytes], list[int]]
"""Events, and how far the stream is after them."""


class _Article(Message):
    id: ArticleId
    revision: int


class _Tagged(Message):
    article: _Article
    again: bool = False


class Live:
    """The stream of new articles, for at most so many who follow; of what they are sent, so many bytes are kept."""

    def __init__(self, index: SearchIndex, *, metrics: Metrics, most: int, kept_bytes: int) -> None:
        self._index = index
        self._most = most
        self._kept_bytes = kept_bytes
        self._gauge = metrics.streams.labels("live")
        self._settings: KafkaSettings | None = None
        self._client: AIOKafkaConsumer | None = None
        self._followers: dict[ArticleSearch, set[Follower]] = {}
        self._logs: dict[ArticleSearch, Log] = {}
        self._count = 0
        self._pending = Pending()
        self._read: list[int] = []
        self._passed_on: list[int] = []
        self._joining = asyncio.Lock()
        self._replays = asyncio.Semaphore(REPLAYS)
        self._reading: set[asyncio.Future[Replayed]] = set()

    @contextlib.asynccontextmanager
    async def followed(
        self, search: ArticleSearch, last_event_id: str | None
    ) -> AsyncIterator[tuple[Follower, list[int], list[int]]]:
        """A follower from now on, and between which positions it missed what it is to be given first.

        Raises:
            ProblemError: 503, Kafka was not reached yet or too many follow; 400 or 410, the id is of no use.
        """
        if self._client is None:
            raise unavailable("The stream of articles has not been reached yet.")
        if self._count >= self._most:
            raise unavailable(f"{self._most} clients follow already, as many as are served at once.", retry_after=30)
        async with self._joining:  # not between two halves of a batch
            came_with = _positions(last_event_id, self._up_to_now())
            if came_with and self._log(search).after(came_with) is None:
                await self._require_kept(came_with)
            # Nothing is waited for from here on: what is read while nobody follows is kept for nobody.
            joined = self._up_to_now()
            start = came_with or joined
            log_of_it = self._logs[search] = self._log(search)
            number = log_of_it.after(start)
            if number is None:
                number = log_of_it.end
            else:
                joined = start
            follower = Follower(search, log_of_it, number)
            self._followers.setdefault(search, set()).add(follower)
            self._counted(1)
        try:
            yield follower, start, joined
        finally:
            self._counted(-1)
            together = self._followers[search]
            together.discard(follower)
            if not together:
                del self._followers[search], self._logs[search]

    async def missed(
        self, search: ArticleSearch, start: Sequence[int], end: Sequence[int]
    ) -> AsyncGenerator[bytes, None]:
        """The events of a search between two positions.

        Raises:
            ProblemError: an engine is away.
        """
        at: Sequence[int] = start
        while list(at) != list(end):
            while not await self._replay_turn():
                yield heartbeat(at)
            # Read to its end whoever hangs up: a consumer that is cancelled leaves connections behind. And a turn lasts
            # no longer than that: clients may be slow.
            reading = asyncio.ensure_future(self._replayed(search, at, end))
            self._reading.add(reading)
            reading.add_done_callback(self._was_read)
            some, at = await asyncio.shield(reading)
            for data in some or [heartbeat(at)]:
                yield data

    async def _replayed(self, search: ArticleSearch, start: Sequence[int], end: Sequence[int]) -> Replayed:
        """Some of the events between two positions, and how far the stream is after them; none, if that takes long.

        Raises:
            ProblemError: an engine is away.
        """
        assert self._settings is not None  # noqa: S101 - asked before
        positions = list(start)
        left = [TopicPartition(TAGGED.name, n) for n in range(len(start)) if start[n] < end[n]]
        reads: list[Read] = []
        until = monotonic() + SIGN_OF_LIFE
        try:
            async with _consumer(self._settings) as client:
                client.assign(left)
                for partition in left:
                    client.seek(partition, start[partition.partition])
                while not reads and positions != list(end) and monotonic() < until:
                    batches = await client.getmany(timeout_ms=1000, max_records=REPLAYED_TOGETHER)
                    for partition in left:
                        last = end[partition.partition]
                        reads += [_read(record) for record in batches.get(partition, ()) if record.offset < last]
                        positions[partition.partition] = min(last, await client.position(partition))
        except KafkaError as error:
            raise unavailable("Kafka does not answer.") from error
        found = await self._index.matching([search], _articles(reads))
        return [data for data, _ in _events(reads, found[search], start)], positions

    async def _replay_turn(self) -> bool:
        """Whether it is our turn to be given what we missed; after a while: not yet."""
        try:
            async with asyncio.timeout(SIGN_OF_LIFE):
                await self._replays.acquire()
        except TimeoutError:
            return False
        return True

    def _was_read(self, reading: "asyncio.Future[Replayed]") -> None:
        self._replays.release()
        self._reading.discard(reading)
        if not reading.cancelled():
            reading.exception()  # told to whoever asked, if they are there still

    async def keep_connected(self, settings: KafkaSettings, process: Process) -> None:
        """Read and pass on until the process stops; then everybody's stream ends."""
        self._settings = settings
        try:
            while not process.stop.is_set():
                try:
                    await ensure_topics(settings, [TAGGED])
                    async with _consumer(settings) as client:
                        await self._begin(client)
                        while True:
                            await self._turn(client)
                except (KafkaError, TransientError) as error:
                    log.warning("stream_waits", reason=repr(error))
                await wait_or_stop(process.stop, 2.0)
        finally:
            for follower in self._everybody():
                follower.end()
            if self._reading:
                await asyncio.wait(self._reading, timeout=STOP_SECONDS)

    async def _begin(self, client: AIOKafkaConsumer) -> None:
        """At the end of the topic; or, after a break, where reading stopped."""
        partitions = [TopicPartition(TAGGED.name, number) for number in range(TAGGED.partitions)]
        client.assign(partitions)
        ends = await client.end_offsets(partitions)
        if not self._read:
            self._read = [ends[partition] for partition in partitions]
            self._passed_on = list(self._read)
        for partition in partitions:
            client.seek(partition, self._read[partition.partition])
        self._client = client

    async def _turn(self, client: AIOKafkaConsumer) -> None:
        if len(self._pending) < HELD:
            batches = await client.getmany(timeout_ms=EVERY_MS, max_records=AT_ONCE)
            for partition, records in batches.items():
                for record in records:
                    if self._followers:
                        self._pending.add(_read(record), monotonic())
                    self._read[partition.partition] = record.offset + 1
        else:
            await asyncio.sleep(EVERY_MS / 1000)
        if not self._followers:
            return
        try:
            if unseen := self._pending.unseen(AT_ONCE):
                self._pending.found(await self._index.searchable(unseen))
            async with self._joining:
                await self._pass_on(self._pending.ready(monotonic())[:AT_ONCE])
        except ProblemError as error:
            log.warning("stream_waits", reason=error.detail)
            await asyncio.sleep(1)

    async def _pass_on(self, reads: list[Read]) -> None:
        if not reads:
            return
        found = await self._index.matching(list(self._followers), _articles(reads))
        passed_on = _after(self._passed_on, reads)
        most = self._kept_bytes // max(1, len(self._logs))
        for search, log_of_it in list(self._logs.items()):
            log_of_it.add(_events(reads, found[search], self._passed_on), passed_on, most)
            for nth, waiting in enumerate(list(log_of_it.waiting), start=1):
                waiting.set()
                if not nth % TOGETHER:  # who searches is not to wait until everybody who follows was written to
                    await asyncio.sleep(0)
        self._passed_on = passed_on
        self._pending.passed_on(reads)

    def _up_to_now(self) -> list[int]:
        """Up to where everything was passed on to those who follow, or would have been if anybody did."""
        if not self._followers:  # nobody waited for any of this
            self._pending.clear()
            self._passed_on = list(self._read)
        return list(self._passed_on)

    def _log(self, search: ArticleSearch) -> Log:
        return self._logs.get(search) or Log(self._passed_on)

    async def _require_kept(self, start: Sequence[int]) -> None:
        """Check that Kafka still has what came after these positions, and that it is not too much.

        Raises:
            ProblemError: 410, it is too long ago.
        """
        missed = sum(last - first for first, last in zip(start, self._passed_on, strict=True))
        kept = await self._oldest()
        if missed > REPLAYED or any(first < oldest for first, oldest in zip(start, kept, strict=True)):
            raise ProblemError(
                "expired-cursor",
                "header.Last-Event-ID: too much was published since; read on in /v1/articles, with `after`.",
            )

    async def _oldest(self) -> list[int]:
        assert self._client is not None  # noqa: S101 - asked before
        partitions = [TopicPartition(TAGGED.name, number) for number in range(TAGGED.partitions)]
        try:
            async with asyncio.timeout(5):
                offsets = await self._client.beginning_offsets(partitions)
        except (TimeoutError, KafkaError) as error:
            raise unavailable("Kafka does not answer.") from error
        return [offsets[partition] for partition in partitions]

    def _everybody(self) -> Iterable[Follower]:
        return [follower for together in self._followers.values() for follower in together]

    def _counted(self, change: int) -> None:
        self._count += change
        self._gauge.set(self._count)


@contextlib.asynccontextmanager
async def _consumer(settings: KafkaSettings) -> AsyncIterator[AIOKafkaConsumer]:
    client = AIOKafkaConsumer(
        bootstrap_servers=settings.kafka_bootstrap,
        enable_auto_commit=False,
        auto_offset_reset="latest",
        max_partition_fetch_bytes=MAX_MESSAGE_BYTES,
        fetch_max_wait_ms=500,
    )
    try:
        await client.start()
        yield client
    finally:
        await let_go(client)


def _positions(last_event_id: str | None, now: Sequence[int]) -> list[int] | None:
    """How far somebody was who comes again.

    Raises:
        ProblemError: 400, that is no id of ours.
    """
    if last_event_id is None:
        return None
    start = positions_in(last_event_id, len(now))
    if start is None or any(first > last for first, last in zip(start, now, strict=True)):
        raise ProblemError(
            "invalid-cursor", "header.Last-Event-ID: not an id of this stream; leave it out to begin now."
        )
    return start


def _read(record: "ConsumerRecord[bytes, bytes]") -> Read:
    """What a message means for those who follow: what cannot be read, or was only tagged anew, is nothing new."""
    article = (record.key or b"").decode("utf-8", "replace")
    if record.value is None:
        return Read(record.partition, record.offset, article, None)
    try:
        tagged = from_value(_Tagged, record.value)
    except PermanentError:
        return Read(record.partition, record.offset, article, 0)
    return Read(record.partition, record.offset, tagged.article.id, 0 if tagged.again else tagged.article.revision)


def _articles(reads: Iterable[Read]) -> list[str]:
    return list(dict.fromkeys(read.article for read in reads if read.awaited))


def _after(positions: Sequence[int], reads: Iterable[Read]) -> list[int]:
    """How far the stream is when these were passed on too."""
    after = list(positions)
    for read in reads:
        after[read.partition] = read.offset + 1
    return after


def _events(reads: Sequence[Read], found: Mapping[str, str], before: Sequence[int]) -> Iterable[Event]:
    """The events of a batch, in order, each with the positions after it."""
    positions = list(before)
    last = {read.article: number for number, read in enumerate(reads) if read.awaited}
    for number, read in enumerate(reads):
        positions[read.partition] = read.offset + 1
        if read.revision is None:
            yield event("deleted", json.dumps({"id": read.article}), positions), tuple(positions)
        elif read.awaited and last[read.article] == number and read.article in found:
            yield event("article", found[read.article], positions), tuple(positions)
