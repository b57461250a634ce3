"""A note of the running children, so that the next start can end those that a killed supervisor left behind."""

import contextlib
import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import psutil

PATIENCE = 15.0  # seconds between asking and killing


class ChildrenNote:
    """The file that names the running children by process id and time of birth (a number alone may be used again)."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._children: dict[int, tuple[str, float]] = {}

    def add(self, name: str, pid: int) -> None:
        """Note a child that was just started."""
        with contextlib.suppress(psutil.Error):  # it has ended already
            self._children[pid] = (name, psutil.Process(pid).create_time())
            self._write()

    def remove(self, pid: int) -> None:
        """Forget a child that has ended."""
        if self._children.pop(pid, None) is not None:
            self._write()

    def _write(self) -> None:
        content = [{"pid": pid, "name": name, "born": born} for pid, (name, born) in self._children.items()]
        new = self._file.with_name(f"{self._file.name}.new")
        with contextlib.suppress(OSError):  # on a full disk: the note is a help after a crash, not worth a crash
            new.write_text(json.dumps(content))
            new.replace(self._file)


def end_leftovers(file: Path) -> list[str]:
    """End every process of an earlier run that is still there, politely first; answers the names of their programs."""
    found = dict(_leftovers(file))
    for process in found:
        with contextlib.suppress(psutil.Error):
            process.send_signal(signal.SIGTERM)
    _, alive = psutil.wait_procs(list(found), timeout=PATIENCE)
    for process in alive:
        with contextlib.suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(alive, timeout=PATIENCE)
    file.unlink(missing_ok=True)
    return sorted(set(found.values()))


def _leftovers(file: Path) -> Iterator[tuple[psutil.Process, str]]:
    try:
        noted = {entry["pid"]: (entry["name"], entry["born"]) for entry in json.loads(file.read_bytes())}
    except (OSError, ValueError, TypeError, KeyError):
        return
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, ProcessLookupError, PermissionError):
            name, born = noted.get(os.getsid(process.pid), (None, 0.0))
            if name is None or process.create_time() < born:
                continue
            # The session's first process must be the one noted. Where it has ended, its number stays taken as long as
            # the session has members, so they are ours too.
            if process.pid in noted and process.create_time() != born:
                continue
            yield process, name
