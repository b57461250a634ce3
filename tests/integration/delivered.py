"""The delivery service at work, and what became of what it was given: for every test of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from pydantic import SecretStr

from deploy.local.engines import Engines
from services.common.endpoints import delivery_id, endpoint_key, endpoint_record
from services.common.events import Record, from_value, to_record
from services.common.health import Health
from services.common.kafka import everything_in, producer, send
from services.common.messages import Delivery, Endpoint, Rule, Subscription
from services.common.metrics import Metrics
from services.common.runtime import Process
from services.common.settings import KafkaSettings
from services.common.topics import ALERTS, DELIVERIES, ENDPOINTS, SUBSCRIPTIONS
from services.delivery.app import work
from services.delivery.settings import DeliverySettings
from tests.builders import MOMENT, an_alert
from tests.waiting import until

SHARED = SecretStr("a shared secret of the tests, with 32 characters and more")


def now() -> datetime:
    return datetime.now(UTC)


def settings(engines: Engines, **given: Any) -> DeliverySettings:
    return DeliverySettings(
        kafka_bootstrap=engines.kafka_bootstrap,
        **{"delivery_secret": SHARED, "delivery_allow_private": True, **given},
    )


@asynccontextmanager
async def delivering(engines: Engines, clock: Any = now, **given: Any) -> AsyncIterator[Process]:
    """The delivery service at work in this process."""
    metrics = Metrics()
    process = Process("delivery", metrics, Health(metrics), asyncio.Event())
    working = asyncio.create_task(work(settings(engines, **given), process, clock))
    try:
        await until(lambda: working.done() or not process.health.waiting, "delivery ready")
        yield process
    finally:
        process.stop.set()
        await asyncio.wait_for(working, 60)


def subscribed(name: str, to: str, **more: Any) -> list[Record]:
    """A subscription with a webhook, as records."""
    subscription = Subscription(
        id=name, name=f"About {name}", rule=Rule(any=("tank",)), created_at=MOMENT, updated_at=MOMENT
    )
    endpoint = Endpoint(**{"subscription_id": name, "channel": "webhook", "to": to, "since": MOMENT, **more})
    return [to_record(SUBSCRIPTIONS, name, subscription, "api"), endpoint_record(endpoint, "api")]


def alerted(name: str, slug: str = "a", **fields: Any) -> Record:
    alert = an_alert(name, slug, **fields)
    return to_record(ALERTS, alert.article_id, alert, "alerts")


async def publish(engines: Engines, *records: Record) -> None:
    async with producer(KafkaSettings(kafka_bootstrap=engines.kafka_bootstrap), "test") as sending:
        await send(sending, records)


async def deliveries(engines: Engines) -> dict[str, Delivery]:
    """The newest state of each delivery, by its id."""
    kafka = KafkaSettings(kafka_bootstrap=engines.kafka_bootstrap)
    return {
        delivery.id: delivery
        async for record in everything_in(kafka, DELIVERIES)
        if (delivery := from_value(Delivery, record.value))
    }


async def delivery_of(engines: Engines, name: str, slug: str = "a") -> Delivery | None:
    return (await deliveries(engines)).get(delivery_id(an_alert(name, slug).id, "webhook"))


async def until_attempts(engines: Engines, name: str, count: int, slug: str = "a") -> Delivery:
    async def tried() -> Delivery | None:
        found = await delivery_of(engines, name, slug)
        return found if found and len(found.attempts) >= count else None

    found: Delivery = await until(tried, f"{count} attempts for {name}")
    return found


async def until_status(engines: Engines, name: str, status: str, slug: str = "a") -> Delivery:
    async def there() -> Delivery | None:
        found = await delivery_of(engines, name, slug)
        return found if found and found.status == status else None

    found: Delivery = await until(there, f"{name} is {status}")
    return found


async def endpoint(engines: Engines, name: str) -> Endpoint | None:
    found = None
    async for record in everything_in(KafkaSettings(kafka_bootstrap=engines.kafka_bootstrap), ENDPOINTS):
        if record.key == endpoint_key(name, "webhook").encode():
            found = from_value(Endpoint, record.value) if record.value else None
    return found
