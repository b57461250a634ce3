"""From alerts to what is to be delivered: one delivery for each channel of the subscription that is active."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, time, timedelta

import structlog
from aiokafka import AIOKafkaProducer

from services.common.deadletters import DeadLetterLimit, Received, dead_letter, one_message
from services.common.endpoints import delivery_id, delivery_record
from services.common.errors import PermanentError
from services.common.events import Record, from_value
from services.common.kafka import send
from services.common.messages import Alert, Delivery, Endpoint
from services.common.runtime import Process
from services.delivery.endpoints import Endpoints

log = structlog.get_logger()


def planned(alert: Alert, endpoints: Iterable[Endpoint], now: datetime, digest_at: time) -> Iterator[Delivery]:
    """What an alert has delivered; nothing for a further copy, which is only counted. Pure."""
    for endpoint in () if alert.copy_number else endpoints:
        if endpoint.state == "active":
            yield Delivery(
                id=delivery_id(alert.id, endpoint.channel),
                subscription_id=alert.subscription_id,
                channel=endpoint.channel,
                kind="alert",
                to=endpoint.to,
                title=alert.title,
                alert_id=alert.id,
                alert=alert,
                created_at=now,
                due_at=next_digest(now, digest_at) if endpoint.pace == "daily" else now,
            )


def next_digest(now: datetime, at: time) -> datetime:
    """The next time that daily letters are sent. Pure."""
    today = now.replace(hour=at.hour, minute=at.minute, second=at.second, microsecond=0)
    return today if today > now else today + timedelta(days=1)


class Planner:
    """Takes batches of ``news.alerts.v1``; returns when what they have delivered is on ``news.deliveries.v1``."""

    def __init__(
        self,
        endpoints: Endpoints,
        producer: AIOKafkaProducer,
        process: Process,
        limit: DeadLetterLimit,
        digest_at: time,
        clock: Callable[[], datetime],
    ) -> None:
        self._endpoints = endpoints
        self._producer = producer
        self._process = process
        self._limit = limit
        self._digest_at = digest_at
        self._clock = clock

    async def take(self, records: Sequence[Received]) -> None:
        """Plan what a batch of alerts has delivered.

        Raises:
            TransientError: Kafka does not acknowledge; the batch may come again.
            TooManyDeadLetters: the service has to stop.
        """
        deliveries: dict[str, Delivery] = {}
        letters: list[Record] = []
        # What an alert is for was written before it: a webhook that was given a moment ago is not to be missed.
        await self._endpoints.up_to_date()
        for record in records:
            if record.value is None:
                continue
            try:
                with one_message():
                    alert = from_value(Alert, record.value)
            except PermanentError as error:
                log.error(  # noqa: TRY400 - a sentence for a person, no traceback
                    "message_given_up", partition=record.partition, offset=record.offset, reason=str(error)
                )
                letters.append(dead_letter(record, str(error), self._process.service))
                continue
            active = self._endpoints.of(alert.subscription_id)
            for delivery in planned(alert, active, self._clock(), self._digest_at):
                deliveries.setdefault(delivery.id, delivery)
        self._limit.count_batch(records, len(letters))
        due = [delivery_record(delivery, self._process.service) for delivery in deliveries.values()]
        await send(self._producer, [*due, *letters])
        messages = self._process.metrics.messages
        messages.labels(self._process.service, "done").inc(len(records) - len(letters))
        messages.labels(self._process.service, "dead_letter").inc(len(letters))
