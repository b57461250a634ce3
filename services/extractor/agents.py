"""Faust and nothing but: ``news.articles.v1`` in batches, committed once they were taken. ADR 0001 says why.

Faust lives in a thread of its own, with an event loop of its own: its stop can hang for as long as Kafka is away, and
whatever hangs there must neither delay the service's answers nor its end.
"""

import asyncio
import contextlib
import logging
import threading
import warnings
from collections.abc import Callable, Coroutine, Sequence
from time import monotonic
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
    from mode.threads import WorkerThread

log = structlog.get_logger()

GROUP = "sitrep-extractor"
BATCH_PER_WORKER = 8
"""A batch is this many articles for each worker: about a second of work."""
WITHIN = 0.1
"""Seconds to wait for a batch to fill; an article that comes alone is not kept waiting longer."""
SETTLE_SECONDS = 10.0
"""How long a rebalance waits for the batch in hand; after that another member may tag the same articles again."""
STOP_SECONDS = 4.0
"""The most seconds a stop waits for the batch in hand, and again for the clients."""
WATCH_SECONDS = 0.1
LEAVE_SECONDS = 1.0
"""How long the tasks of a Faust that hangs in its stop have to end when they are cancelled."""

Take = Callable[[Sequence[Received]], Coroutine[Any, Any, None]]


class _Stateless(faust.App):
    """A Faust app without tables needs no folder."""

    logger = logging.getLogger("faust.app")
    mundane_level = "debug"

    async def on_first_start(self) -> None:
        """Faust would make its data folder in the working directory here."""


class _DaemonThread(WorkerThread):
    """The thread of Faust's consumer, which must not keep an extractor alive that was asked to stop."""

    def __init__(self, service: Any, **options: Any) -> None:
        super().__init__(service, **options)
        self.daemon = True

    def run(self) -> None:
        """The thread. What it raises it has told the app before; unless that has ended, and nobody is to be told."""
        try:
            super().run()
        except RuntimeError:
            if not self.service.parent_loop.is_closed():
                raise


class Consuming(threading.Thread):
    """One run of the Faust app: from its start until it is stopped, crashes, or ``take`` gives up."""

    def __init__(self, settings: ExtractorSettings, take: Take) -> None:
        super().__init__(name="faust", daemon=True)
        self._settings = settings
        self._take = take
        self._service_loop = asyncio.get_running_loop()
        self._loop = asyncio.new_event_loop()
        self._batch = settings.extractor_workers * BATCH_PER_WORKER
        self._asked_to_stop = False
        self.ready = False
        """The consumer has its partitions."""
        self.failure: BaseException | None = None
        """What ``take`` raised; nothing of that batch is committed."""
        self.crash: BaseException | None = None
        """What Faust itself raised; known as soon as it is, though its stop may then hang for ever."""

    def ask_to_stop(self) -> None:
        """Settle the batch in hand, commit, and end. From now on no batch is taken, and none acknowledged late."""
        self._asked_to_stop = True

    def run(self) -> None:
        """The thread."""
        try:
            with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
                runner.run(self._run())
        except BaseException as error:  # noqa: BLE001 - seen by whoever watches the thread
            self.crash = self.crash or error

    async def abandon(self) -> None:
        """End what hangs in its stop, which would keep a processor busy for as long as the process lives: its tasks
        are cancelled, and those that go on all the same end with their loop.
        """
        for _ in range(3):
            if self.is_alive():
                with contextlib.suppress(RuntimeError):  # its loop was closed just now
                    self._loop.call_soon_threadsafe(self._loop.stop)
                await asyncio.to_thread(self.join, LEAVE_SECONDS)

    async def _run(self) -> None:
        self._settled = asyncio.Event()
        self._settled.set()
        self.app = app = self._app()
        app.finalize()
        app.consumer._thread.Worker = _DaemonThread  # noqa: SLF001 - there is no setting; see the class
        starting = asyncio.ensure_future(app.start())
        try:
            while not (self._asked_to_stop or self.failure or app.should_stop):
                if starting.done():
                    starting.result()
                    self.ready = True
                await asyncio.sleep(WATCH_SECONDS)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._settled.wait(), STOP_SECONDS)
        finally:
            if app.crashed:
                self.crash = TransientError(f"Faust crashed: {app.crash_reason!r}")
            await app.stop()

    def _app(self) -> Any:
        settings = self._settings
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
            if self._asked_to_stop or self.failure:
                await asyncio.Event().wait()
            self._settled.clear()
            taking = self._take([event.message for event in events])
            try:
                await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(taking, self._service_loop))
            except asyncio.CancelledError:
                raise
            except BaseException as error:  # noqa: BLE001 - the run ends and says why; nothing is acknowledged
                self.failure = error
            else:
                for event in events:
                    event.ack()
            self._settled.set()

    async def _on_revoked(self, _app: Any, /, *_partitions: Any, **_signal: Any) -> None:
        """Before partitions go to another member, let the batch in hand be settled and committed."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._settled.wait(), SETTLE_SECONDS)
            await asyncio.wait_for(self.app.consumer.commit(), SETTLE_SECONDS)


async def consume_with_faust(settings: ExtractorSettings, take: Take, process: Process) -> None:
    """Hand batches of articles to ``take`` until the process stops; a Faust that crashes is made anew.

    Raises:
        Exception: whatever ``take`` raised; nothing of that batch is committed.
    """
    for name in ("faust", "mode"):
        logging.getLogger(name).setLevel(logging.ERROR)
    crashes = 0
    while not process.stop.is_set():
        began = monotonic()
        try:
            await _watch(Consuming(settings, take), process)
        except TransientError as error:
            crashes = crashes + 1 if monotonic() - began < 60 else 1
            process.metrics.retries.labels(process.service).inc()
            process.health.waiting_for("faust", str(error))
            log.warning("faust_made_anew", crashes=crashes, reason=str(error))
            await wait_or_stop(process.stop, min(LONGEST_WAIT, 0.5 * 2**crashes))


async def _watch(consuming: Consuming, process: Process) -> None:
    """One run of Faust from start to stop.

    Raises:
        TransientError: it did not start, or crashed.
        Exception: whatever ``take`` raised.
    """
    consuming.start()
    try:
        while consuming.is_alive() and not (consuming.failure or consuming.crash or process.stop.is_set()):
            if consuming.ready:
                process.health.restored("faust")
            await wait_or_stop(process.stop, WATCH_SECONDS)
    finally:
        consuming.ask_to_stop()
    gives_up_at = monotonic() + 2 * STOP_SECONDS
    while consuming.is_alive() and monotonic() < gives_up_at:
        await asyncio.sleep(WATCH_SECONDS)
    if consuming.is_alive():
        log.warning("faust_not_stopped", reason="it waits, perhaps for Kafka; what was not committed comes again")
        await consuming.abandon()
    if consuming.failure is not None:
        raise consuming.failure
    if consuming.crash is not None and not process.stop.is_set():
        raise TransientError(str(consuming.crash) or repr(consuming.crash)) from consuming.crash
