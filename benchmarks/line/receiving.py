"""A receiver of webhooks that is told of every article, and when it was told of each."""

import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import time
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from services.common.endpoints import endpoint_record
from services.common.events import to_record
from services.common.kafka import producer, send
from services.common.messages import Endpoint, Rule, Subscription
from services.common.runtime import http_server
from services.common.settings import KafkaSettings
from services.common.topics import SUBSCRIPTIONS

EVERYTHING: Final = "everything"
SETTINGS: Final = {
    "SITREP_DELIVERY_SECRET": "a secret of the benchmark, with 32 characters or more",
    "SITREP_DELIVERY_ALLOW_PRIVATE": "true",
}


@dataclass(slots=True)
class Told:
    """When a webhook first told of each page, in seconds since 1970."""

    at: dict[str, float] = field(default_factory=dict)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take one webhook."""
        now = time()
        alert = json.loads(await Request(scope, receive).body())["data"]
        self.at.setdefault(alert["url"], now)
        await Response(status_code=204)(scope, receive, send)


@contextlib.asynccontextmanager
async def told_of_everything(kafka: KafkaSettings) -> AsyncIterator[Told]:
    """A receiver, and a subscription that sends it every article in English, copies too."""
    told = Told()
    now = datetime.now(UTC)
    async with http_server(told, "127.0.0.1", 0) as port:
        rule = Rule(languages=("en",))
        subscription = Subscription(
            id=EVERYTHING, name="Everything", rule=rule, copies="each", created_at=now, updated_at=now
        )
        endpoint = Endpoint(subscription_id=EVERYTHING, channel="webhook", to=f"http://127.0.0.1:{port}/", since=now)
        async with producer(kafka, "bench") as client:
            records = [to_record(SUBSCRIPTIONS, EVERYTHING, subscription, "bench"), endpoint_record(endpoint, "bench")]
            await send(client, records)
        yield told
