"""Both engines together: fetched, prepared, started. `local_engines` is for whoever wants them for a while (tests)."""

import asyncio
import contextlib
import os
import tempfile
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from deploy.local import elasticsearch, kafka
from deploy.local.account import Account, engine_account, require_open
from deploy.local.elasticsearch import Elasticsearch
from deploy.local.fetch import (
    Report,
    elasticsearch_folder,
    install_elasticsearch,
    install_kafka,
    kafka_folder,
    no_report,
)
from deploy.local.java import Java, ensure_java
from deploy.local.kafka import Kafka
from deploy.local.pins import Pins, load_pins
from deploy.local.ports import free_ports
from deploy.local.process import Child, EndedError, Program, last_lines
from deploy.local.settings import LocalSettings


def kafka_of(settings: LocalSettings, data_dir: Path, java: Java, pins: Pins, account: Account | None) -> Kafka:
    """The Kafka these settings describe."""
    return Kafka(
        java=java,
        folder=kafka_folder(settings.cache_dir, pins.kafka),
        data=data_dir / "kafka",
        port=settings.kafka_port,
        controller_port=settings.kafka_controller_port,
        heap=settings.kafka_heap,
        log=data_dir / "logs" / "kafka.log",
        quick=settings.engine_jit == "quick",
        account=account,
    )


def elasticsearch_of(
    settings: LocalSettings, data_dir: Path, java: Java, pins: Pins, account: Account | None
) -> Elasticsearch:
    """The Elasticsearch these settings describe."""
    return Elasticsearch(
        java=java,
        folder=elasticsearch_folder(settings.cache_dir, pins.elasticsearch),
        data=data_dir / "elasticsearch",
        port=settings.elasticsearch_port,
        transport_port=settings.elasticsearch_transport_port,
        heap=settings.elasticsearch_heap,
        log=data_dir / "logs" / "elasticsearch.log",
        quick=settings.engine_jit == "quick",
        account=account,
    )


def require_reachable(settings: LocalSettings, data_dir: Path, account: Account | None) -> None:
    """Check that the engines' account can get to its folders.

    Raises:
        PermissionError: it cannot; the text names the setting to change.
    """
    require_open(settings.cache_dir, account, "SITREP_CACHE_DIR")
    require_open(data_dir, account, "SITREP_DATA_DIR")


async def fetched(install: Callable[[threading.Event], Path]) -> Path:
    """Run an installation beside the event loop; a cancelled wait stops it too."""
    cancelled = threading.Event()
    running = asyncio.ensure_future(asyncio.to_thread(install, cancelled))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        cancelled.set()
        await asyncio.gather(running, return_exceptions=True)
        raise


async def kafka_program(
    engine: Kafka,
    settings: LocalSettings,
    pins: Pins,
    report: Report = no_report,
    waiting: Callable[[], None] = lambda: None,
) -> Program:
    """Fetch Kafka if need be and make it ready to run."""
    await fetched(lambda cancelled: install_kafka(settings.cache_dir, pins.kafka, report, cancelled, waiting))
    await kafka.prepare(engine)
    return kafka.program(engine)


async def elasticsearch_program(
    engine: Elasticsearch,
    settings: LocalSettings,
    pins: Pins,
    report: Report = no_report,
    waiting: Callable[[], None] = lambda: None,
) -> Program:
    """Fetch Elasticsearch if need be and make it ready to run."""
    await fetched(
        lambda cancelled: install_elasticsearch(settings.cache_dir, pins.elasticsearch, report, cancelled, waiting)
    )
    elasticsearch.prepare(engine)
    return elasticsearch.program(engine)


class EngineHandle:
    """One engine that can be taken away and brought back, on the same port with the same data."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._child: Child | None = None

    @property
    def pid(self) -> int | None:
        """Its process id while it runs."""
        return self._child.pid if self._child is not None else None

    async def start(self) -> None:
        """Start it and wait until it answers.

        Raises:
            RuntimeError: it ended, or does not answer; the text has the end of its log.
        """
        if self._child is not None:
            raise RuntimeError(f"{self._program.name} runs already")
        self._child = await Child.start(self._program)
        try:
            await self._child.ready()
        except (EndedError, TimeoutError) as error:
            await self.kill()
            raise RuntimeError(
                f"{self._program.name} did not start ({error}):\n{last_lines(self._program.log)}"
            ) from error

    async def stop(self) -> None:
        """Stop it as a shutdown of the machine would."""
        if self._child is not None:
            child, self._child = self._child, None
            await child.stop()

    async def kill(self) -> None:
        """SIGKILL."""
        if self._child is not None:
            child, self._child = self._child, None
            child.kill()
            await child.ended()


@dataclass(frozen=True, slots=True)
class Engines:
    """A running Kafka and Elasticsearch."""

    kafka: EngineHandle
    elasticsearch: EngineHandle
    kafka_bootstrap: str
    elasticsearch_url: str


@contextlib.asynccontextmanager
async def local_engines(
    data_dir: Path, settings: LocalSettings | None = None, *, own_ports: bool = True
) -> AsyncIterator[Engines]:
    """Start both engines on ports of their own over `data_dir`, and stop them afterwards.

    With `own_ports=False` the ports are those of the settings. Heaps and the cache are always the settings'.

    Raises:
        NoJavaError, FetchError, PermissionError, RuntimeError: they cannot be had or started; the text says why.
    """
    settings = settings or LocalSettings()
    if own_ports:
        names = ("kafka_port", "kafka_controller_port", "elasticsearch_port", "elasticsearch_transport_port")
        settings = settings.model_copy(update=dict(zip(names, free_ports(len(names)), strict=True)))
    account, pins = engine_account(), load_pins()
    require_reachable(settings, data_dir, account)
    java = await asyncio.to_thread(ensure_java, os.environ, account, data_dir / "logs" / "apt.log", _quiet)
    broker = kafka_of(settings, data_dir, java, pins, account)
    search = elasticsearch_of(settings, data_dir, java, pins, account)
    programs = await asyncio.gather(
        kafka_program(broker, settings, pins), elasticsearch_program(search, settings, pins)
    )
    handles = [EngineHandle(program) for program in programs]
    try:
        await asyncio.gather(*(handle.start() for handle in handles))
        yield Engines(handles[0], handles[1], broker.bootstrap, search.url)
    finally:
        await asyncio.gather(*(handle.stop() for handle in handles))


@contextlib.asynccontextmanager
async def local_kafka(data_dir: Path, settings: LocalSettings | None = None) -> AsyncIterator[str]:
    """Start Kafka alone, on ports of its own over `data_dir`, and stop it afterwards; gives its bootstrap address.

    Raises:
        NoJavaError, FetchError, PermissionError, RuntimeError: it cannot be had or started; the text says why.
    """
    settings = settings or LocalSettings()
    names = ("kafka_port", "kafka_controller_port")
    settings = settings.model_copy(update=dict(zip(names, free_ports(len(names)), strict=True)))
    account, pins = engine_account(), load_pins()
    require_reachable(settings, data_dir, account)
    java = await asyncio.to_thread(ensure_java, os.environ, account, data_dir / "logs" / "apt.log", _quiet)
    broker = kafka_of(settings, data_dir, java, pins, account)
    handle = EngineHandle(await kafka_program(broker, settings, pins))
    try:
        await handle.start()
        yield broker.bootstrap
    finally:
        await handle.stop()


@contextlib.contextmanager
def engine_folder(prefix: str = "sitrep-test-") -> Iterator[Path]:
    """A temporary data folder that the engines' account can reach, removed afterwards."""
    account = engine_account()
    with tempfile.TemporaryDirectory(prefix=prefix, dir="/var/tmp" if account else None) as name:  # noqa: S108 - see above
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


def _quiet(_text: str) -> None:
    """Say nothing."""
