"""Where hubs call us back (WebSub): a subscription is confirmed, and word that a feed has changed is passed on.

What a hub sends of a feed is not read, only its signature checked: the fetcher asks the feed itself. Nothing is stored
here; the fetcher learns of everything through ``news.pings.v1``.

Source: W3C Recommendation "WebSub", sections 5.2, 5.3 and 7.
"""

import asyncio
import contextlib
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

import structlog
from aiokafka import AIOKafkaProducer
from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from services.common.errors import PermanentError, TransientError
from services.common.events import to_record
from services.common.kafka import ensure_topics, producer, send
from services.common.messages import FeedPing
from services.common.retry import Stopped, until_it_works
from services.common.runtime import Process
from services.common.settings import KafkaSettings
from services.common.topics import PINGS
from services.common.websub import PATH, Signature, WebSubSettings, hub_secret, is_ours

log = structlog.get_logger()

MAX_BODY: Final = 10_000_000
"""Bytes of a feed that a hub may send."""
LONGEST: Final = 2_000
"""Characters of a challenge."""


class Pings:
    """Sends pings to the fetcher."""

    def __init__(self, *, limit: float) -> None:
        self._limit = limit
        self._client: AIOKafkaProducer | None = None

    async def send(self, ping: FeedPing) -> None:
        """Send one.

        Raises:
            TransientError: Kafka has not confirmed it in time.
        """
        if self._client is None:
            raise TransientError("Kafka has not been reached yet.")
        try:
            async with asyncio.timeout(self._limit):
                await send(self._client, [to_record(PINGS, ping.feed, ping, "api")])
        except TimeoutError as error:
            raise TransientError("Kafka has not confirmed it in time.") from error

    async def keep_connected(self, settings: KafkaSettings, process: Process) -> None:
        """Connect as soon as Kafka is there; returns when the process stops."""
        async with contextlib.AsyncExitStack() as stack:

            async def connect() -> AIOKafkaProducer:
                await ensure_topics(settings, [PINGS])
                return await stack.enter_async_context(producer(settings, "sitrep-api-pings"))

            with contextlib.suppress(Stopped):
                self._client = await until_it_works(connect, part="pings", health=process.health, stop=process.stop)
                await process.stop.wait()


def add_websub_routes(app: FastAPI, settings: WebSubSettings, pings: Pings) -> None:
    """The callback, where WebSub is set up; without that there is none, and hubs are answered 404."""
    if settings.websub_on:
        options: dict[str, Any] = {"include_in_schema": False}
        app.add_api_route(f"{PATH}{{subscription}}", partial(_confirm, settings, pings), methods=["GET"], **options)
        app.add_api_route(f"{PATH}{{subscription}}", partial(_changed, settings, pings), methods=["POST"], **options)


async def _confirm(settings: WebSubSettings, pings: Pings, request: Request) -> Response:
    """A hub asks whether we want what somebody asked of it in our name, or says that it will not do it."""
    topic = _topic(settings, request)
    query = request.query_params
    mode, challenge = query.get("hub.mode", ""), query.get("hub.challenge", "")
    if query.get("hub.topic") != topic:
        raise HTTPException(404, "That is not the feed of this subscription.")
    now = datetime.now(UTC)
    if mode == "denied":
        reason = (query.get("hub.reason") or "it gives no reason")[:LONGEST]
        return await _pass_on(pings, FeedPing(feed=topic, received_at=now, event="denied", reason=reason))
    if mode not in {"subscribe", "unsubscribe"} or not 0 < len(challenge) <= LONGEST:
        raise HTTPException(404, "A hub asks with hub.mode subscribe or unsubscribe, and with a hub.challenge.")
    if mode == "unsubscribe":
        ping = FeedPing(feed=topic, received_at=now, event="unsubscribed")
    else:
        lease = query.get("hub.lease_seconds", "")
        if not lease.isdecimal() or len(lease) > 12 or int(lease) < 1:
            raise HTTPException(404, "A hub says with hub.lease_seconds for how long a subscription holds.")
        ping = FeedPing(feed=topic, received_at=now, event="subscribed", lease_seconds=int(lease))
    return await _pass_on(pings, ping, PlainTextResponse(challenge))


async def _changed(settings: WebSubSettings, pings: Pings, request: Request) -> Response:
    """A hub sends what a feed holds now."""
    topic = _topic(settings, request)
    try:
        signature = Signature(request.headers.get("x-hub-signature"), hub_secret(settings.websub_secret, topic))
    except ValueError as error:
        log.warning("websub_refused", feed=topic, reason=str(error))
        raise HTTPException(403, f"{error}.") from error
    size = 0
    async for piece in request.stream():
        size += len(piece)
        if size > MAX_BODY:
            raise HTTPException(413, f"More than {MAX_BODY} bytes of a feed are not read.")
        signature.more(piece)
    if not signature.is_right():
        log.warning("websub_refused", feed=topic, reason="its signature is wrong")
        raise HTTPException(403, "The signature is wrong.")
    return await _pass_on(pings, FeedPing(feed=topic, received_at=datetime.now(UTC), event="changed"))


def _topic(settings: WebSubSettings, request: Request) -> str:
    """The feed that a callback is about, which its id must be made from."""
    topic = request.query_params.get("topic", "")
    if not topic or not is_ours(settings.websub_secret, request.path_params["subscription"], topic):
        raise HTTPException(404, "There is no such subscription.")
    return topic


async def _pass_on(pings: Pings, ping: FeedPing, answer: Response | None = None) -> Response:
    try:
        await pings.send(ping)
    except (TransientError, PermanentError) as error:
        log.warning("ping_not_sent", feed=ping.feed, reason=str(error))
        raise HTTPException(503, "Word of it could not be passed on.", {"Retry-After": "30"}) from error
    log.info("feed_ping", feed=ping.feed, what=ping.event)
    return answer or Response(status_code=202)
