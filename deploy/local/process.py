"""One child process: started in a session of its own, watched until it is ready, stopped or killed with its own."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local import launch
from deploy.local.account import Account

LOG_LIMIT = 10_000_000  # bytes; a longer log is put aside when its program is started
READY_POLL = 0.1  # seconds


@dataclass(frozen=True, slots=True)
class Program:
    """What to run and how to tell that it works.

    `needs` are names of programs or steps that must be ready first. `first_input` is written to the program's standard
    input, which then stays open as long as we live. A `gated` program is started at once all the same and is sent a
    line on its standard input when what it needs is ready (see `preload`). Times are in seconds.
    """

    name: str
    argv: tuple[str, ...]
    environment: Mapping[str, str]
    folder: Path
    log: Path
    ready: Callable[[], Awaitable[bool]]
    needs: frozenset[str] = field(default_factory=frozenset)
    account: Account | None = None
    first_input: bytes | None = None
    gated: bool = False
    ready_within: float = 180
    stop_signal: signal.Signals = signal.SIGTERM
    stop_within: float = 20


class EndedError(Exception):
    """A process ended while it was waited for. `code` is its exit code, negative for a signal."""

    def __init__(self, code: int) -> None:
        super().__init__(f"exit {code}")
        self.code = code


class Child:
    """A running program."""

    def __init__(self, program: Program, process: asyncio.subprocess.Process) -> None:
        self.program = program
        self.started = time.monotonic()
        self._process = process
        self._exit = asyncio.ensure_future(process.wait())
        self._swept = False

    @classmethod
    async def start(cls, program: Program) -> "Child":
        """Start the program in a session of its own, so that Ctrl-C in our terminal is ours alone to handle.

        Raises:
            OSError: its folder or log cannot be used.
        """
        rotate(program.log)
        wants_input = program.gated or program.first_input is not None
        with program.log.open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                *launch_argv(program.argv, program.account),
                stdin=asyncio.subprocess.PIPE if wants_input else asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=program.folder,
                env=dict(program.environment),
                start_new_session=True,
            )
        child = cls(program, process)
        if program.first_input is not None:
            child._tell(program.first_input)
        return child

    @property
    def pid(self) -> int:
        """Its process id, which is also that of its session."""
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return not self._exit.done()

    def open_gate(self) -> None:
        """Tell a gated program that what it needs is ready."""
        self._tell(b"\n")

    async def ended(self) -> int:
        """Wait for its end and answer the exit code. Whatever it started and left behind is killed then."""
        code = await asyncio.shield(self._exit)
        if not self._swept:  # once: later the number may belong to somebody else
            self._swept = True
            self._signal_session(signal.SIGKILL)
        if self._process.stdin is not None:
            self._process.stdin.close()
        return code

    async def ready(self) -> None:
        """Wait until it answers.

        Raises:
            EndedError: it ended instead.
            TimeoutError: it does not within `ready_within`.
        """
        async with asyncio.timeout(self.program.ready_within):
            while True:
                if not self.running:
                    raise EndedError(await self.ended())
                if await self.program.ready():
                    return
                await asyncio.wait([self._exit], timeout=READY_POLL)

    async def stop(self) -> int:
        """Ask it to end, wait, and kill it if it does not in time. Answers the exit code."""
        if self.running:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(self.program.stop_signal)
            await asyncio.wait([self._exit], timeout=self.program.stop_within)
        if self.running:
            self.kill()
        return await self.ended()

    def kill(self) -> None:
        """SIGKILL to it and everything it started."""
        if not self._swept:
            self._signal_session(signal.SIGKILL)

    def _signal_session(self, number: signal.Signals) -> None:
        # A group's number is not given to another process while the group has members.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, number)

    def _tell(self, text: bytes) -> None:
        if self._process.stdin is not None and not self._process.stdin.is_closing():
            self._process.stdin.write(text)


def launch_argv(argv: tuple[str, ...], account: Account | None) -> tuple[str, ...]:
    """The command that starts `argv` as `account`, bound to our own life (see `launch`)."""
    user = f"{account.uid}:{account.gid}" if account else "-"
    return (sys.executable, "-I", "-S", launch.__file__, str(os.getpid()), user, *argv)


def rotate(log: Path) -> None:
    """Put a log aside as `NAME.log.1` when it has grown long; make its folder if need be."""
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.replace(log.with_name(f"{log.name}.1"))


def last_lines(log: Path, count: int = 5) -> str:
    """The end of a log, for an error message."""
    with contextlib.suppress(OSError), log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 8192))
        lines = file.read().decode(errors="replace").strip().splitlines()
        return "\n".join(lines[-count:])
    return ""
