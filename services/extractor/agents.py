"""Faust and nothing but: ``news.articles.v1`` in batches, committed once they were taken. ADR 0001 says why."""

import asyncio
import contextlib
import logging
import warnings
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import structlog

from services.common.deadletters import Received
from services.common.errors import TransientError
from services.common.retry import LONGEST_WAIT, wait_or_stop
from services.common.runtime import Process
from services.common.topics import ARTICLES, MAX_MESSAGE_BYTES
from services.extractor.settings import ExtractorSettings

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # of its own dependencies
    import faust

log = structlog.get_logger()

GROUP = "sitrep-extractor"
BATCH_PER_WORKER = 8
"""A batch is this many articles for each worker: about a second of work."""
WITHIN = 0.1
"""Seconds to wait for a batch to fill; an article that comes alone is not kept waiting longer."""
SETTLE_SECONDS = 10.0
"""How long a rebalance waits for the batch in hand; after that another member may tag the same articles again."""
STOP_SECONDS = 6.0
"""The most seconds a stop waits for the batch in hand, and again for the clients."""

Take = Callable[[Sequence[Received]], Awaitable[None]]


class _Stateless(faust.App):
    """A Faust app without tables needs no folder."""

    logger = logging.getLogger("faust.app")
    mundane_level = "debug"

    async def on_first_start(self) -> None:
        """Faust would make its data folder in the working directory here."""


class Consuming:
    """One run of the Faust app: from its start until it stops, crashes, or ``take`` gives up."""

    def __init__(self, settings: ExtractorSettings, take: Take) -> None:
        self._take = take
        self._batch = settings.extractor_workers * BATCH_PER_WORKER
        self._settled = asyncio.Event()
        self._settled.set()
        self.failure: BaseException | None = None
        """What ``take`` raised; nothing of that batch is committed."""
        self.app = self._app(settings)

    def _app(self, settings: ExtractorSettings) -> Any:
        app = _Stateless(
            GROUP,
            env={},  # our settings are the only ones that are read from the environment
            broker=[f"kafka://{server.strip()}" for server in settings.kafka_bootstrap.split(",")],
            broker_client_id=GROUP,
            broker_commit_interval=1.0,
            broker_session_timeout=10.0,
            broker_heartbeat_interval=2.0,
            broker_request_timeout=30.0,
            broker_rebalance_timeout=30.0,
            broker_max_poll_interval=600.0,
            broker_max_poll_records=self._batch,
            consumer_auto_offset_reset="earliest",
            consumer_max_fetch_size=MAX_MESSAGE_BYTES,
            stream_buffer_maxsize=self._batch * 2,
            stream_wait_empty=False,  # we wait ourselves, and not for ever
            topic_allow_declare=False,
            topic_disable_leader=True,
            web_enabled=False,
        )
        articles = app.topic(
            ARTICLES.name, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw"
        )
        app.agent(articles, concurrency=1, name="extract")(self._agent)
        app.on_partitions_revoked.connect(self._on_revoked)
        return app

    async def _agent(self, stream: Any) -> None:
        """Batch by batch, acknowledged when ``take`` has returned. An agent that raises would acknowledge too much."""
        async for events in stream.noack().noack_take(self._batch, within=WITHIN):
            self._settled.clear()
            try:
                await self._take([event.message for event in events])
            except asyncio.CancelledError:
                raise
            except BaseException as error:  # noqa: BLE001 - the run ends and says why; nothing is acknowledged
                self.failure = error
                await asyncio.Event().wait()
            for event in events:
                event.ack()
            self._settled.set()

    async def _on_revoked(self, _app: Any, /, *_partitions: Any, **_signal: Any) -> None:
        """Before partitions go to another member, let the batch in hand be settled and committed."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._settled.wait(), SETTLE_SECONDS)
            await asyncio.wait_for(self.app.consumer.commit(), SETTLE_SECONDS)

    async def settled(self) -> None:
        """Wait until no batch is in hand."""
        await self._settled.wait()


async def consume_with_faust(settings: ExtractorSettings, take: Take, process: Process) -> None:
    """Hand batches of articles to ``take`` until the process stops; a Faust that crashes is made anew.

    Raises:
        Exception: whatever ``take`` raised; nothing of that batch is committed.
    """
    for name in ("faust", "mode"):
        logging.getLogger(name).setLevel(logging.ERROR)
    crashes = 0
    while not process.stop.is_set():
        began = asyncio.get_running_loop().time()
        try:
            await _run(Consuming(settings, take), process)
        except TransientError as error:
            crashes = crashes + 1 if asyncio.get_running_loop().time() - began < 60 else 1
            process.metrics.retries.labels(process.service).inc()
            process.health.waiting_for("faust", str(error))
            log.warning("faust_made_anew", crashes=crashes, reason=str(error))
            await wait_or_stop(process.stop, min(LONGEST_WAIT, 0.5 * 2**crashes))


async def _run(consuming: Consuming, process: Process) -> None:
    """One Faust app from start to stop.

    Raises:
        TransientError: it crashed.
        Exception: whatever ``take`` raised.
    """
    app = consuming.app
    app.finalize()
    starting = asyncio.ensure_future(app.start())
    try:
        while not (process.stop.is_set() or consuming.failure or app.should_stop):
            if starting.done():
                starting.result()
                process.health.restored("faust")
            await wait_or_stop(process.stop, 0.2)
        if process.stop.is_set() and not app.should_stop:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(consuming.settled(), STOP_SECONDS)
    except Exception as error:
        raise TransientError(f"Faust did not start: {error!r}") from error
    finally:
        await _stop(app, starting)
    if consuming.failure is not None:
        raise consuming.failure
    if app.crashed:
        raise TransientError(f"Faust crashed: {app.crash_reason!r}")


async def _stop(app: Any, starting: asyncio.Future[Any]) -> None:
    """Stop the app, which commits what was acknowledged; Kafka may be away, so not for ever."""
    try:
        await asyncio.wait_for(app.stop(), STOP_SECONDS)
    except Exception as error:  # noqa: BLE001 - a client that cannot be stopped is given up; what it held comes again
        log.warning("faust_not_stopped", reason=repr(error))
    starting.cancel()
    with contextlib.suppress(BaseException):
        await starting
