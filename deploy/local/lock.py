"""A lock that is a file, so that two processes do not do the same thing in the same folder at once.

The kernel drops it when its holder ends, however that comes about; what is left in the file then means nothing.
"""

import contextlib
import fcntl
import json
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path


class LockHeldError(Exception):
    """Another process has the lock. `holder` is what it wrote about itself (empty if it has not yet)."""

    def __init__(self, path: Path, holder: Mapping[str, str | int]) -> None:
        super().__init__(f"{path} is held by process {holder.get('pid', '?')}")
        self.holder = holder


@contextlib.contextmanager
def locked(path: Path, about: Mapping[str, str | int] | None = None) -> Iterator[None]:
    """Hold the lock, with our pid and `about` in the file for others to read.

    Raises:
        LockHeldError: another process holds it.
    """
    with _opened(path) as descriptor:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LockHeldError(path, _read(path)) from None
        _write(descriptor, about or {})
        yield


@contextlib.contextmanager
def waited_for(path: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold the lock once nobody else does; `waiting` is called if that is not at once."""
    with _opened(path) as descriptor:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waiting()
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        _write(descriptor, {})
        yield


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[int]:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _write(descriptor: int, about: Mapping[str, str | int]) -> None:
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, json.dumps({"pid": os.getpid(), **about}).encode(), 0)


def _read(path: Path) -> Mapping[str, str | int]:
    try:
        holder = json.loads(path.read_bytes())
    except ValueError:  # the holder is just about to write
        return {}
    return holder if isinstance(holder, dict) else {}
