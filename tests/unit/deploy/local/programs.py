"""Small real programs to supervise."""

import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from deploy.local.process import Program

# Says "up" in a file of its own and then does what it is told: live, die, refuse to stop, leave a child behind.
SCRIPT = """
import os, signal, subprocess, sys, time
mode, mark = sys.argv[1], sys.argv[2]
if mode == "stubborn":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
if mode == "parent":
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    print(f"child {child.pid}", flush=True)
if mode == "gated":
    open(mark + ".loaded", "w").close()
    if not sys.stdin.readline():
        sys.exit(9)
print("said something", flush=True)
with open(mark + ".starts", "a") as file:
    file.write(f"{os.getpid()}\\n")
if mode == "fail":
    sys.exit(3)
time.sleep(600)
"""


def starts(folder: Path, name: str) -> list[int]:
    """The process ids a program has had."""
    file = folder / f"{name}.starts"
    return [int(line) for line in file.read_text().split()] if file.exists() else []


def started(folder: Path, name: str, times: int) -> Callable[[], bool]:
    """Whether a program has been started that many times."""
    return lambda: len(starts(folder, name)) == times


def program(home: Path, name: str, mode: str = "live", **changes: Any) -> Program:
    """A program that is ready when its latest start has been noted."""
    begun = len(starts(home, name))

    async def ready() -> bool:
        return len(starts(home, name)) > begun

    ours = Program(
        name=name,
        argv=(sys.executable, "-S", "-c", SCRIPT, mode, str(home / name)),
        environment={},
        folder=home,
        log=home / "logs" / f"{name}.log",
        ready=ready,
    )
    return replace(ours, **changes)


def never() -> Callable[[], Awaitable[bool]]:
    """A readiness check that stays False."""

    async def ready() -> bool:
        return False

    return ready
