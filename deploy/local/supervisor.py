"""Keep programs running: started when what they need is ready, started again when they die, stopped in order."""

import asyncio
import contextlib
import random
import signal
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NoReturn

from deploy.local.leftovers import ChildrenNote
from deploy.local.process import Child, EndedError, Program, last_lines

SHORTEST_DELAY = 1.0  # seconds
LONGEST_DELAY = 60.0
STEADY = 60.0  # a program that ran this long is started again as if it were its first death
FIRST_TRIES = 3


class State(StrEnum):
    """Where a program stands."""

    WAITING = "waiting"
    STARTING = "starting"
    READY = "ready"
    DIED = "died"
    STOPPING = "stopping"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Change:
    """A program's new state; `detail` is what a person wants to read about it."""

    name: str
    state: State
    detail: str = ""
    pid: int | None = None


class StartFailedError(Exception):
    """A program never became ready; the text has the end of its log."""


def restart_delay(deaths: int, chance: Callable[[], float] = random.random) -> float:
    """Seconds to wait after the `deaths`-th death in a row: doubling, bounded, and up to a quarter less by chance."""
    delay = min(LONGEST_DELAY, SHORTEST_DELAY * 2 ** (deaths - 1))
    return float(delay * (1 - 0.25 * chance()))


def ending(code: int) -> str:
    """An exit code in words."""
    if code >= 0:
        return f"exit {code}"
    with contextlib.suppress(ValueError):
        return f"exit {code}, {signal.Signals(-code).name}"
    return f"exit {code}"


class Supervisor:
    """Runs programs until it is stopped. All methods belong to one event loop.

    `changed` is told of every change of state. Times are in seconds and are arguments for the tests' sake.
    """

    def __init__(
        self,
        changed: Callable[[Change], None],
        note: ChildrenNote,
        *,
        delay: Callable[[int], float] = restart_delay,
        steady: float = STEADY,
        first_tries: int = FIRST_TRIES,
    ) -> None:
        self._changed = changed
        self._note = note
        self._delay = delay
        self._steady = steady
        self._first_tries = first_tries
        self._programs: dict[str, Program] = {}
        self._keepers: dict[str, asyncio.Task[NoReturn]] = {}
        self._children: dict[str, Child] = {}
        self._ready: dict[str, asyncio.Event] = {}
        self._failure: asyncio.Future[NoReturn] = asyncio.get_running_loop().create_future()

    def start(self, program: Program) -> None:
        """Run a program from now on. What it needs may be named before it is known."""
        self._programs[program.name] = program
        keeper = asyncio.create_task(self._keep(program), name=f"keep {program.name}")
        keeper.add_done_callback(self._keeper_ended)
        self._keepers[program.name] = keeper

    def mark_ready(self, step: str) -> None:
        """Say that something which programs need, and which is not a program, is done."""
        self._event(step).set()

    async def wait_ready(self, *names: str) -> None:
        """Wait until all of them are ready at least once.

        Raises:
            StartFailedError: one of our programs, whichever, cannot be started.
        """
        for name in names:
            waiting = asyncio.ensure_future(self._event(name).wait())
            try:
                either: set[asyncio.Future[Any]] = {waiting, self._failure}
                await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
                if self._failure.done():
                    self._failure.result()
            finally:
                waiting.cancel()

    async def failure(self) -> NoReturn:
        """Wait for ever, unless a program cannot be started.

        Raises:
            StartFailedError: that.
        """
        await asyncio.shield(self._failure)
        raise AssertionError

    async def stop(self) -> None:
        """Stop everything, each program after those that need it."""
        for keeper in self._keepers.values():
            keeper.cancel()
        await asyncio.gather(*self._keepers.values(), return_exceptions=True)
        stopped = {name: asyncio.Event() for name in self._programs}
        await asyncio.gather(*(self._stop_one(name, stopped) for name in self._programs))

    def kill(self) -> None:
        """SIGKILL to every child at once."""
        for child in self._children.values():
            child.kill()

    async def _keep(self, program: Program) -> NoReturn:
        deaths, was_ready = 0, False
        while True:
            if not program.gated:
                self._changed(Change(program.name, State.WAITING))
                await self._needs(program)
            child = await self._start_child(program)
            self._changed(Change(program.name, State.STARTING, "loading" if program.gated else "", child.pid))
            try:
                await self._see_it_ready(child)
                was_ready = True
                reason = ending(await child.ended())
            except EndedError as error:
                reason = ending(error.code)
            except TimeoutError:
                reason = f"not ready after {program.ready_within:g} s"
                child.kill()
                await child.ended()
            self._event(program.name).clear()
            self._forget(child)
            deaths = 1 if time.monotonic() - child.started > self._steady else deaths + 1
            if not was_ready and deaths >= self._first_tries:
                raise StartFailedError(
                    f"{program.name} cannot be started ({reason}, {deaths} times). The end of {program.log}:\n"
                    f"{last_lines(program.log)}"
                )
            delay = self._delay(deaths)
            self._changed(
                Change(program.name, State.DIED, f"died ({reason}), starting again in {max(1, round(delay))} s")
            )
            await asyncio.sleep(delay)

    async def _start_child(self, program: Program) -> Child:
        starting = asyncio.ensure_future(Child.start(program))
        try:
            child = await asyncio.shield(starting)
        except asyncio.CancelledError:  # a process half started must not be lost sight of
            self._children[program.name] = await starting
            raise
        self._children[program.name] = child
        self._note.add(program.name, child.pid)
        return child

    async def _see_it_ready(self, child: Child) -> None:
        program = child.program
        if program.gated:
            needs = asyncio.ensure_future(self._needs(program))
            ended = asyncio.ensure_future(child.ended())
            try:
                await asyncio.wait({needs, ended}, return_when=asyncio.FIRST_COMPLETED)
                if ended.done():
                    raise EndedError(ended.result())
            finally:
                needs.cancel()
                ended.cancel()
            child.open_gate()
        opened = time.monotonic()
        await child.ready()
        self._changed(Change(program.name, State.READY, f"ready in {time.monotonic() - opened:.1f} s", child.pid))
        self._event(program.name).set()

    async def _needs(self, program: Program) -> None:
        for name in program.needs:
            await self._event(name).wait()

    async def _stop_one(self, name: str, stopped: dict[str, asyncio.Event]) -> None:
        for other in self._needing(name):
            await stopped[other].wait()
        if (child := self._children.get(name)) is not None:
            self._changed(Change(name, State.STOPPING, pid=child.pid))
            code = await child.stop()
            self._forget(child)
            killed = code == -signal.SIGKILL
            self._changed(Change(name, State.STOPPED, "killed: it did not stop in time" if killed else ""))
        stopped[name].set()

    def _needing(self, name: str) -> Iterable[str]:
        return [other.name for other in self._programs.values() if name in other.needs]

    def _forget(self, child: Child) -> None:
        self._note.remove(child.pid)
        self._children.pop(child.program.name, None)

    def _event(self, name: str) -> asyncio.Event:
        return self._ready.setdefault(name, asyncio.Event())

    def _keeper_ended(self, keeper: asyncio.Task[NoReturn]) -> None:
        if not keeper.cancelled() and (error := keeper.exception()) is not None and not self._failure.done():
            self._failure.set_exception(error)
            self._failure.exception()  # noted as seen: it is raised where somebody waits
