"""Sending what is pending, and writing down what comes of it.

``news.deliveries.v1`` is the state: a process that is given a partition reads it from its beginning (nothing is ever
committed), knows then what is pending, and sends it. What comes of an attempt is written back before the delivery is
let go of. A process that dies in the midst of an attempt has it made again by the next, with the same ``webhook-id``.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from time import monotonic
from typing import TypeVar

import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import KafkaError

from services.common.deletions import Deletions
from services.common.endpoints import delivery_record, endpoint_record, partition_of
from services.common.errors import PermanentError, TransientError
from services.common.events import Record, from_value
from services.common.kafka import send
from services.common.messages import Delivery, Endpoint
from services.common.retry import Stopped, until_it_works
from services.common.runtime import Process
from services.common.topics import DELIVERIES
from services.delivery.desk import Desk, Job, ReceiverKey
from services.delivery.endpoints import Endpoints
from services.delivery.outcome import Following, Outcome, following, settled

log = structlog.get_logger()
T = TypeVar("T")

TICK = 0.2
"""Seconds between two looks at what has become due."""
MOST_ATTEMPTS = 500
"""Attempts in flight, over all receivers: each has a connection."""
LET_FINISH = 5.0
"""Seconds that attempts in flight have when their partition is taken away, or the process is to stop."""

Carry = Callable[[Job, Endpoint, datetime], Awaitable[Outcome]]
"""One attempt by one channel. Never fails."""


@dataclass(slots=True)
class _Held:
    """A partition that is ours."""

    desk: Desk
    end: int | None = None
    """Where the partition ended when it was given to us."""
    read: bool = False
    """Whether everything up to there is in the desk."""


class Sender(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka has no types
    """Sends the deliveries of the partitions that this process holds."""

    def __init__(
        self,
        client: AIOKafkaConsumer,
        producer: AIOKafkaProducer,
        endpoints: Endpoints,
        deletions: Deletions,
        carriers: dict[str, Carry],
        patience: timedelta,
        process: Process,
        clock: Callable[[], datetime],
    ) -> None:
        self._client = client
        self._producer = producer
        self._endpoints = endpoints
        self._deletions = deletions
        self._carriers = carriers
        self._patience = patience
        self._process = process
        self._clock = clock
        self._held: dict[TopicPartition, _Held] = {}
        self._running: dict[asyncio.Task[None], int] = {}
        self._again: list[Record] = []
        self._chance = random.Random()  # noqa: S311 - jitter

    async def run(self) -> None:
        """Send until the process is to stop; what is in flight then is given a moment."""
        self._client.subscribe([DELIVERIES.name], listener=self)
        looked = 0.0
        try:
            while not self._process.stop.is_set():
                touched = await self._read()
                if monotonic() - looked >= TICK:
                    looked, touched = monotonic(), self._all()
                self._start(touched)
        finally:
            await self._finish(self._running)

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Partitions are ours: they are read from their beginning."""
        for partition in assigned:
            self._held[partition] = _Held(Desk())

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """Partitions may be another's: what is in flight may end, nothing more is begun."""
        numbers = {partition.partition for partition in revoked}
        for partition in revoked:
            self._held.pop(partition, None)
        await self._finish([task for task, number in self._running.items() if number in numbers])

    async def _finish(self, tasks: Iterable[asyncio.Task[None]]) -> None:
        waited_for = set(tasks)
        if waited_for:
            _, late = await asyncio.wait(waited_for, timeout=LET_FINISH)
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late)

    async def _read(self) -> set[ReceiverKey]:
        """Take in what the topic has; returns the receivers there is something new for."""
        touched: set[ReceiverKey] = set()
        try:
            batches = await self._client.getmany(timeout_ms=round(TICK * 1000))
            for partition, records in batches.items():
                held = self._held.get(partition)
                for record in records if held else ():
                    touched |= self._take(held.desk, record.key, record.value)  # type: ignore[union-attr]
            await self._mark_read()
            if self._again:
                await send(self._producer, self._again)
                self._again = []
        except (KafkaError, TransientError) as error:
            log.warning("deliveries_wait", reason=repr(error))
            await asyncio.sleep(1)
        return touched

    def _take(self, desk: Desk, key: bytes | None, value: bytes | None) -> set[ReceiverKey]:
        if value is None:
            desk.remove((key or b"").decode("utf-8", "replace"))
            return set()
        try:
            delivery = from_value(Delivery, value)
        except PermanentError as error:
            log.error("delivery_passed_over", reason=str(error))  # noqa: TRY400 - a sentence
            return set()
        if (standing := desk.take(delivery, value)) is not None:
            self._again.append(delivery_record(from_value(Delivery, standing), self._process.service))
        return {(delivery.subscription_id, delivery.channel)}

    async def _mark_read(self) -> None:
        """See which partitions have been read up to where they ended when they were given to us."""
        new = [partition for partition, held in self._held.items() if held.end is None]
        if new:
            for partition, end in (await self._client.end_offsets(new)).items():
                if partition in self._held:
                    self._held[partition].end = end
        for partition, held in list(self._held.items()):
            if not held.read and held.end is not None and partition in self._client.assignment():
                held.read = await self._client.position(partition) >= held.end
                if held.read:
                    log.info("deliveries_read", partition=partition.partition, pending=held.desk.pending)

    def _all(self) -> set[ReceiverKey]:
        for held in self._held.values():
            held.desk.sweep()
        pending = sum(held.desk.pending for held in self._held.values())
        self._process.metrics.deliveries_pending.set(pending)
        return {key for held in self._held.values() for key in held.desk.receivers}

    def _start(self, keys: Iterable[ReceiverKey]) -> None:
        now = self._clock()
        for key in () if self._process.stop.is_set() else keys:
            number = partition_of(key[0])
            held = self._held.get(TopicPartition(DELIVERIES.name, number))
            if held is None or not held.read or key not in held.desk.receivers:
                continue
            together = self._endpoints.is_daily(*key)
            while len(self._running) < MOST_ATTEMPTS:
                job = held.desk.receivers[key].next_job(now, together=together)
                if job is None:
                    break
                held.desk.begin(key, job)
                task = asyncio.create_task(self._deliver(held.desk, key, job))
                self._running[task] = number
                task.add_done_callback(lambda done: self._running.pop(done, None))

    async def _deliver(self, desk: Desk, key: ReceiverKey, job: Job) -> None:
        came: list[Following] = []
        try:
            came = await self._attempt(job)
            records = [delivery_record(each.delivery, self._process.service) for each in came]
            if disabled := await self._disabled(came):
                records.append(endpoint_record(disabled, self._process.service))
            await self._patiently(partial(send, self._producer, records))
            self._count(came)
        except Stopped:
            came = []
        except Exception:
            came = []
            log.exception("delivery_failed", deliveries=[delivery.id for delivery in job])
        finally:
            desk.end(key, job, came, self._clock())
        self._start({key})

    async def _patiently(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """What needs Kafka, once it is there.

        Raises:
            Stopped: the process is to stop.
        """
        return await until_it_works(attempt, part="deliveries", health=self._process.health, stop=self._process.stop)

    async def _attempt(self, job: Job) -> list[Following]:
        """Try to deliver; returns what follows from it, for each delivery."""
        first = job[0]
        endpoint, why_not = await self._patiently(partial(self._endpoints.for_delivery, first))
        if endpoint is None:
            return [Following(settled(delivery, "dropped", f"Not sent: {why_not}.")) for delivery in job]
        deleted = [each for each in job if each.alert and self._deletions.get(each.alert.article_id)]
        dropped = [Following(settled(each, "dropped", "Not sent: the article was deleted.")) for each in deleted]
        sent = tuple(each.model_copy(update={"to": endpoint.to}) for each in job if each not in deleted)
        if not sent:
            return dropped
        began = self._clock()
        outcome = await self._carry(sent, endpoint, began)
        now, chance = self._clock(), self._chance.random()
        came = [following(each, outcome, began, now, self._patience, chance) for each in sent]
        for each in came:
            _say(each.delivery, outcome)
        return [*came, *dropped]

    async def _carry(self, job: Job, endpoint: Endpoint, began: datetime) -> Outcome:
        try:
            return await self._carriers[endpoint.channel](job, endpoint, began)
        except Exception as error:
            log.exception("delivery_not_understood", deliveries=[delivery.id for delivery in job])
            return Outcome(ok=False, said=f"a fault of the service: {type(error).__name__}: {error}", ours=True)

    async def _disabled(self, came: Iterable[Following]) -> Endpoint | None:
        """The endpoint as it stands from now on, where an attempt was the last one."""
        for each in came:
            if each.disable is not None:
                endpoint, _ = await self._patiently(partial(self._endpoints.for_delivery, each.delivery))
                if endpoint is not None and endpoint.to == each.delivery.to:
                    log.warning(
                        "endpoint_disabled",
                        subscription=endpoint.subscription_id,
                        channel=endpoint.channel,
                        reason=each.disable,
                    )
                    change = {"state": "disabled", "note": each.disable, "since": self._clock()}
                    return endpoint.model_copy(update=change)
        return None

    def _count(self, came: Iterable[Following]) -> None:
        for each in came:
            delivery = each.delivery
            outcome = "tried_again_later" if delivery.status == "pending" else delivery.status
            self._process.metrics.deliveries.labels(delivery.channel, outcome).inc()
            if delivery.status == "delivered" and delivery.kind == "alert" and len(delivery.attempts) == 1:
                took = delivery.attempts[-1].at - delivery.created_at
                self._process.metrics.delivery_seconds.labels(delivery.channel).observe(
                    max(0.0, took.total_seconds()) + delivery.attempts[-1].seconds
                )


def _say(delivery: Delivery, outcome: Outcome) -> None:
    say = log.info if outcome.ok else log.warning
    say(
        "delivered" if outcome.ok else "delivery_not_taken",
        delivery=delivery.id,
        subscription=delivery.subscription_id,
        channel=delivery.channel,
        attempt=len(delivery.attempts),
        answer=outcome.said,
        again=delivery.due_at.isoformat() if delivery.status == "pending" else None,
    )
