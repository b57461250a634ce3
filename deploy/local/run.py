"""The whole of `sitrep run`: engines, topics and indices, services, until it is told to stop."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from rich.console import Console

from deploy.local import elasticsearch, kafka
from deploy.local.account import Account, engine_account, make_open_folder
from deploy.local.download import FetchError
from deploy.local.engines import (
    elasticsearch_of,
    elasticsearch_program,
    kafka_of,
    kafka_program,
    require_reachable,
)
from deploy.local.fetch import is_complete, kafka_folder
from deploy.local.java import Java, NoJavaError, ensure_java
from deploy.local.kafka import answers_metadata
from deploy.local.leftovers import ChildrenNote, end_leftovers
from deploy.local.lock import LockHeldError, locked
from deploy.local.pins import Pins, load_pins
from deploy.local.ports import PortTakenError, PortUse, require_free
from deploy.local.probe import answering
from deploy.local.process import Program
from deploy.local.screen import Screen
from deploy.local.settings import LocalSettings
from deploy.local.supervisor import StartFailedError, Supervisor

TOPICS = "topics"
INDICES = "indices"
ENGINE_OF = {TOPICS: kafka.NAME, INDICES: elasticsearch.NAME}
FIRST_RESULT_POLL = 0.25  # seconds
GIVEN_ENGINE_PATIENCE = 60.0  # seconds


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the engines are."""

    kafka_bootstrap: str
    elasticsearch_url: str


@dataclass(frozen=True, slots=True)
class Service:
    """A program of the line. It is ready when `health` answers 200.

    It runs when the steps it `needs` (TOPICS, INDICES) are done; if its command comes from `preloaded` (say so in
    `preloads`), it imports in the meantime. `environment` comes on top of ours and the engines' addresses.
    """

    name: str
    argv: tuple[str, ...]
    ports: tuple[PortUse, ...]
    health: str
    environment: Mapping[str, str] = field(default_factory=dict)
    needs: frozenset[str] = frozenset({TOPICS, INDICES})
    preloads: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """What runs on the engines.

    `topics` and `indices` make those that are missing. `first_result` answers whether somebody who asks the API now
    finds something. `api` is its address without a path.
    """

    api: str
    services: Sequence[Service]
    topics: Callable[[Addresses], Awaitable[None]]
    indices: Callable[[Addresses], Awaitable[None]]
    first_result: Callable[[], Awaitable[bool]]


class StepFailedError(Exception):
    """Something besides a program went wrong; the text says what."""


def preloaded(entry: str, modules: Sequence[str], command: Sequence[str]) -> tuple[str, ...]:
    """The command for a Python program that imports early: see `deploy.local.preload`."""
    return (sys.executable, "-m", "deploy.local.preload", entry, *modules, "--", *command)


async def run(settings: LocalSettings, line: Line, console: Console | None = None) -> int:
    """Run everything until Ctrl-C or SIGTERM (0), or until it cannot go on (1, after saying why)."""
    console = console or Console()
    with Screen(console) as screen:
        try:
            make_open_folder(settings.data_dir)
            with locked(settings.data_dir / "run.lock", {"api": line.api}):
                return await _until_told(_Run(settings, line, screen), screen)
        except LockHeldError as error:
            screen.say(
                f"Sitrep is running here already (process {error.holder.get('pid', '?')}): "
                f"{error.holder.get('api', '?')}. It was left alone. Stop it first, or give a second one its own "
                "SITREP_DATA_DIR and ports.",
                "red",
            )
        except OSError as error:
            screen.say(
                f"Cannot use {error.filename or settings.data_dir}: {error.strerror or error}. Set SITREP_DATA_DIR to "
                "a folder that can be written to.",
                "red",
            )
        except (
            NoJavaError,
            FetchError,
            PortTakenError,
            StartFailedError,
            StepFailedError,
        ) as error:
            screen.say(str(error), "red")
    return 1


async def _until_told(this_run: "_Run", screen: Screen) -> int:
    """The run; the first signal stops it in order, the second kills."""
    working = asyncio.ensure_future(this_run.work())
    signals = 0

    def told() -> None:
        nonlocal signals
        signals += 1
        if signals == 1:
            screen.settle()
            screen.say("Stopping; a second Ctrl-C kills.")
            working.cancel()
        else:
            this_run.kill()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, told)
    try:
        await working
    except asyncio.CancelledError:
        if not signals:
            working.cancel()
            await asyncio.wait({working})
            raise
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.remove_signal_handler(number)
    return 0


class _Run:
    """One run, from an empty or a filled data folder to the order to stop."""

    def __init__(self, settings: LocalSettings, line: Line, screen: Screen) -> None:
        self._settings = settings
        self._line = line
        self._screen = screen
        self._began = time.monotonic()
        note = settings.data_dir / "children.json"
        self._note_file = note
        self._supervisor = Supervisor(screen.changed, ChildrenNote(note))

    def kill(self) -> None:
        self._supervisor.kill()

    async def work(self) -> NoReturn:
        """Start everything and keep it running.

        Raises:
            asyncio.CancelledError: told to stop, and everything has stopped.
            Exception: one of those `run` has words for; everything has stopped.
        """
        settings, account = self._settings, engine_account()
        left = await asyncio.to_thread(end_leftovers, self._note_file)
        if left:
            self._screen.say(f"Ended what an earlier run had left behind: {', '.join(left)}.")
        require_free(self._ports())
        engines = settings.kafka_bootstrap is None or settings.elasticsearch_url is None
        if engines:
            try:
                require_reachable(settings, settings.data_dir, account)
            except PermissionError as error:
                raise StepFailedError(str(error)) from error
        try:
            for service in self._line.services:
                self._supervisor.start(self._program(service))
            await _together(self._engines(account) if engines else None, self._given_engines(), self._go())
            raise AssertionError
        finally:
            await self._supervisor.stop()

    async def _engines(self, account: Account | None) -> None:
        """Java, then both engines at once."""
        settings, pins = self._settings, load_pins()
        log = settings.data_dir / "logs" / "apt.log"
        java = await asyncio.to_thread(ensure_java, os.environ, account, log, self._screen.say)
        await _together(
            self._kafka(java, pins, account) if settings.kafka_bootstrap is None else None,
            self._elasticsearch(java, pins, account) if settings.elasticsearch_url is None else None,
        )

    async def _kafka(self, java: Java, pins: Pins, account: Account | None) -> None:
        engine = kafka_of(self._settings, self._settings.data_dir, java, pins, account)
        report = self._screen.progress(kafka.NAME, f"downloading {pins.kafka.version}:")
        if is_complete(kafka_folder(self._settings.cache_dir, pins.kafka)) and not (engine.data / "log").exists():
            self._screen.step(kafka.NAME, "preparing its storage")
        try:
            program = await kafka_program(engine, self._settings, pins, report, self._waiter(kafka.NAME))
        except RuntimeError as error:
            raise StepFailedError(str(error)) from error
        self._supervisor.start(program)

    async def _elasticsearch(self, java: Java, pins: Pins, account: Account | None) -> None:
        engine = elasticsearch_of(self._settings, self._settings.data_dir, java, pins, account)
        report = self._screen.progress(elasticsearch.NAME, f"downloading {pins.elasticsearch.version}:")
        program = await elasticsearch_program(engine, self._settings, pins, report, self._waiter(elasticsearch.NAME))
        self._supervisor.start(program)

    async def _given_engines(self) -> None:
        """Wait for the engines that others run."""
        if (bootstrap := self._settings.kafka_bootstrap) is not None:

            async def kafka_answers() -> bool:
                return await answers_metadata(bootstrap.split(",")[0])

            await self._given(kafka.NAME, bootstrap, "SITREP_KAFKA_BOOTSTRAP", kafka_answers)
        if (url := self._settings.elasticsearch_url) is not None:
            await self._given(elasticsearch.NAME, url, "SITREP_ELASTICSEARCH_URL", answering(url))

    async def _given(self, name: str, where: str, setting: str, ready: Callable[[], Awaitable[bool]]) -> None:
        self._screen.step(name, f"waiting for {where}")
        try:
            async with asyncio.timeout(GIVEN_ENGINE_PATIENCE):
                while not await ready():
                    await asyncio.sleep(FIRST_RESULT_POLL)
        except TimeoutError:
            raise StepFailedError(
                f"{name} at {where} does not answer. Start it, correct {setting}, or unset that to have one started."
            ) from None
        self._screen.step(name, f"ready at {where}", "green")
        self._supervisor.mark_ready(name)

    async def _step(self, name: str, make: Callable[[Addresses], Awaitable[None]]) -> None:
        """Topics or indices, as soon as their engine is ready."""
        await self._supervisor.wait_ready(ENGINE_OF[name])
        self._screen.step(name, "making those that are missing", "yellow")
        try:
            await make(self._addresses())
        except Exception as error:
            raise StepFailedError(
                f"The {name} could not be made: {error or type(error).__name__}. The engines' logs are in "
                f"{self._settings.data_dir / 'logs'}."
            ) from error
        self._screen.step(name, "ready", "green")
        self._supervisor.mark_ready(name)

    async def _go(self) -> NoReturn:
        """Topics and indices, then the services, then the first result, then for ever."""
        supervisor, screen = self._supervisor, self._screen
        await _together(
            self._step(TOPICS, self._line.topics),
            self._step(INDICES, self._line.indices),
        )
        await supervisor.wait_ready(*(service.name for service in self._line.services))
        screen.settle()
        screen.say(f"Sitrep is up: {self._line.api}/  ready in {self._since_start():.1f} s", "bold green")
        screen.say(f"Logs are in {self._settings.data_dir / 'logs'}. Ctrl-C stops everything.")
        await _together(self._first_result(), supervisor.failure())
        raise AssertionError

    async def _first_result(self) -> None:
        while True:
            with contextlib.suppress(Exception):  # asked of a line that is still warming up
                if await self._line.first_result():
                    self._screen.say(f"first articles searchable after {self._since_start():.1f} s")
                    return
            await asyncio.sleep(FIRST_RESULT_POLL)

    def _program(self, service: Service) -> Program:
        addresses, log = self._addresses(), self._settings.data_dir / "logs" / f"{service.name}.log"
        return Program(
            name=service.name,
            argv=service.argv,
            environment={
                **os.environ,
                "PYTHONUNBUFFERED": "1",
                "SITREP_KAFKA_BOOTSTRAP": addresses.kafka_bootstrap,
                "SITREP_ELASTICSEARCH_URL": addresses.elasticsearch_url,
                "SITREP_DATA_DIR": str(self._settings.data_dir),
                **service.environment,
            },
            folder=Path.cwd(),
            log=log,
            ready=answering(service.health),
            needs=service.needs | {ENGINE_OF[step] for step in service.needs},  # so that the engines are stopped later
            gated=service.preloads,
        )

    def _addresses(self) -> Addresses:
        settings = self._settings
        return Addresses(
            settings.kafka_bootstrap or f"{kafka.HOST}:{settings.kafka_port}",
            settings.elasticsearch_url or f"http://{elasticsearch.HOST}:{settings.elasticsearch_port}",
        )

    def _ports(self) -> list[PortUse]:
        settings = self._settings
        uses = [use for service in self._line.services for use in service.ports]
        if settings.kafka_bootstrap is None:
            uses += [
                PortUse(settings.kafka_port, "Kafka", "SITREP_KAFKA_PORT"),
                PortUse(settings.kafka_controller_port, "Kafka's controller", "SITREP_KAFKA_CONTROLLER_PORT"),
            ]
        if settings.elasticsearch_url is None:
            uses += [
                PortUse(settings.elasticsearch_port, "Elasticsearch", "SITREP_ELASTICSEARCH_PORT"),
                PortUse(
                    settings.elasticsearch_transport_port,
                    "Elasticsearch's transport",
                    "SITREP_ELASTICSEARCH_TRANSPORT_PORT",
                ),
            ]
        return uses

    def _waiter(self, name: str) -> Callable[[], None]:
        def waiting() -> None:
            self._screen.step(name, "waiting for another process that is fetching it", "yellow")

        return waiting

    def _since_start(self) -> float:
        return time.monotonic() - self._began


async def _together(*parts: Awaitable[object] | None) -> None:
    """Await all parts; the first failure cancels the rest and is raised as it is."""
    running = [asyncio.ensure_future(part) for part in parts if part is not None]
    try:
        await asyncio.gather(*running)
    finally:
        for part in running:
            part.cancel()
        await asyncio.gather(*running, return_exceptions=True)
