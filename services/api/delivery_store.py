"""What the api knows of deliveries: each subscription's endpoints, the log of deliveries, and the newest alerts.

All of it is read from topics; endpoints, and deliveries that a person asks for (a sample, a confirmation), are written.
"""

import asyncio
import contextlib
from dataclasses import dataclass
from typing import Final

import structlog
from aiokafka import AIOKafkaProducer

from services.api.confirmed import write
from services.api.problems import unavailable
from services.common.compacted import Table, follow
from services.common.deletions import Deletions
from services.common.endpoints import delivery_record, endpoint_key, endpoint_record
from services.common.events import tombstone
from services.common.kafka import ensure_topics, producer
from services.common.messages import Alert, Channel, Deletion, Delivery, Endpoint
from services.common.recent import Recent
from services.common.retry import Stopped, until_it_works
from services.common.runtime import Process
from services.common.settings import KafkaSettings
from services.common.topics import ALERTS, DELETIONS, DELIVERIES, ENDPOINTS

log = structlog.get_logger()

CHANNELS: Final[tuple[Channel, ...]] = ("webhook", "email")
LOGGED_EACH: Final = 100
"""Deliveries of a subscription that can be looked up."""
FED_EACH: Final = 50
"""Alerts of a subscription that its feeds have."""
MOST: Final = 50_000
"""Deliveries, and alerts, that are held over all subscriptions: about 100 MB of each at the most."""


@dataclass(frozen=True, slots=True)
class _Connection:
    endpoints: Table[Endpoint]
    deliveries: Recent[Delivery]
    alerts: Recent[Alert]
    deletions: Deletions
    client: AIOKafkaProducer


class DeliveryStore:
    """Endpoints, deliveries and alerts. Each method raises a ``ProblemError`` (503) before Kafka was reached."""

    def __init__(self, *, limit: float) -> None:
        self._limit = limit
        self._connection: _Connection | None = None

    def endpoints(self, subscription: str) -> dict[Channel, Endpoint]:
        """The endpoints of a subscription, by channel."""
        table = self._connected.endpoints
        found = {channel: table.get(endpoint_key(subscription, channel)) for channel in CHANNELS}
        return {channel: endpoint for channel, endpoint in found.items() if endpoint is not None}

    async def put(self, endpoint: Endpoint) -> None:
        """Keep an endpoint, new or changed."""
        connected = self._connected
        await write(connected.client, connected.endpoints, endpoint_record(endpoint, "api"), self._limit)

    async def remove(self, subscription: str, channel: Channel) -> None:
        """Remove an endpoint."""
        connected = self._connected
        record = tombstone(ENDPOINTS, endpoint_key(subscription, channel))
        await write(connected.client, connected.endpoints, record, self._limit)

    async def ask_for(self, delivery: Delivery) -> None:
        """Have something delivered."""
        connected = self._connected
        await write(connected.client, connected.deliveries, delivery_record(delivery, "api"), self._limit)

    def deliveries(self, subscription: str, most: int) -> list[Delivery]:
        """The newest deliveries of a subscription, the newest first."""
        return self._connected.deliveries.newest(subscription, most)

    def alerts(self, subscription: str) -> list[Alert]:
        """The newest alerts of a subscription, the newest first; none of an article that was deleted."""
        connected = self._connected
        return [alert for alert in connected.alerts.newest(subscription) if self._stands(alert)]

    def alerts_after(self, subscription: str, alert: str | None) -> list[Alert]:
        """The alerts of a subscription that were raised after one, the oldest first."""
        return [each for each in self._connected.alerts.after(subscription, alert) if self._stands(each)]

    def last_alert(self, subscription: str) -> str | None:
        """The id of a subscription's newest alert."""
        return self._connected.alerts.last(subscription)

    async def until_alert(self, subscription: str, after: str | None) -> None:
        """Wait for an alert of a subscription that is newer than one."""
        alerts = self._connected.alerts
        await alerts.until(lambda: alerts.last(subscription) != after)

    async def keep_connected(self, settings: KafkaSettings, process: Process) -> None:
        """Connect as soon as Kafka is there, and follow it until the process stops."""
        stack = contextlib.AsyncExitStack()

        async def connect() -> _Connection:
            await ensure_topics(settings, [ENDPOINTS, DELIVERIES, ALERTS, DELETIONS])
            async with contextlib.AsyncExitStack() as attempt:
                connection = await _connected(settings, attempt)
                stack.push_async_exit(attempt.pop_all())
            return connection

        try:
            self._connection = await until_it_works(
                connect, part="deliveries", health=process.health, stop=process.stop
            )
            log.info("deliveries_read", endpoints=len(self._connection.endpoints.values()))
            await process.stop.wait()
        except Stopped:
            pass
        finally:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._limit):
                    await stack.aclose()

    def _stands(self, alert: Alert) -> bool:
        return self._connected.deletions.get(alert.article_id) is None

    @property
    def _connected(self) -> _Connection:
        if self._connection is None:
            raise unavailable("Deliveries have not been read from Kafka yet.")
        return self._connection


async def _connected(settings: KafkaSettings, stack: contextlib.AsyncExitStack) -> _Connection:
    """The tables and a producer, to be closed with ``stack``.

    Raises:
        TransientError: Kafka is away.
    """
    enter = stack.enter_async_context
    log_of: Recent[Delivery] = Recent(
        Delivery, lambda each: each.subscription_id, lambda each: each.id, each=LOGGED_EACH, most=MOST, kept=_logged
    )
    fed: Recent[Alert] = Recent(
        Alert, lambda each: each.subscription_id, lambda each: each.id, each=FED_EACH, most=MOST, kept=_counted
    )
    await enter(follow(settings, DELIVERIES, Delivery, table=log_of))
    await enter(follow(settings, ALERTS, Alert, table=fed, newest=MOST // ALERTS.partitions))
    return _Connection(
        endpoints=await enter(follow(settings, ENDPOINTS, Endpoint)),
        deliveries=log_of,
        alerts=fed,
        deletions=await enter(follow(settings, DELETIONS, Deletion)),
        client=await enter(producer(settings, "sitrep-api-deliveries")),
    )


def _logged(delivery: Delivery, held: Delivery | None) -> Delivery:
    """A delivery in the log: without what is delivered, and never back to pending once it is settled."""
    if held is not None and held.status != "pending" and not delivery.attempts and delivery.status == "pending":
        return held
    return delivery.model_copy(update={"alert": None})


def _counted(alert: Alert, held: Alert | None) -> Alert:
    """An alert in the feeds: a further copy only counts."""
    if held is None:
        return alert
    copies = max(alert.copy_number, held.copy_number)
    return (held if alert.copy_number else alert).model_copy(update={"copy_number": copies})
