"""Are the ports free? Asked before anything is started, so that the answer can say which setting to change."""

import errno
import socket
from collections.abc import Iterable
from dataclasses import dataclass

import psutil

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class PortUse:
    """A port that something of ours will listen on, and the setting that moves it."""

    port: int
    what: str
    setting: str


class PortTakenError(Exception):
    """One or more ports are not free; the text has a line for each."""


def free_port() -> int:
    """A port of the loopback interface that nobody listens on now."""
    with socket.socket() as listener:
        listener.bind((LOOPBACK, 0))
        return int(listener.getsockname()[1])


def free_ports(count: int) -> list[int]:
    """Several different free ports."""
    listeners = [socket.socket() for _ in range(count)]
    try:
        for listener in listeners:
            listener.bind((LOOPBACK, 0))
        return [int(listener.getsockname()[1]) for listener in listeners]
    finally:
        for listener in listeners:
            listener.close()


def is_free(port: int) -> bool:
    """Whether we could listen there. A connection in TIME_WAIT does not count, as for the servers themselves.

    Raises:
        OSError: we may not listen there at all (a port below 1024, without the right).
    """
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((LOOPBACK, port))
            listener.listen(1)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            raise
    return True


def holder(port: int) -> str | None:
    """The program that listens on a port, such as `java (pid 4711)`; None where we are not allowed to know."""
    try:
        for connection in psutil.net_connections(kind="tcp"):
            listening = connection.status == psutil.CONN_LISTEN and connection.laddr and connection.laddr.port == port
            if listening and connection.pid:
                return f"{psutil.Process(connection.pid).name()} (pid {connection.pid})"
    except psutil.Error:
        pass
    return None


def require_free(uses: Iterable[PortUse]) -> None:
    """Check every port.

    Raises:
        PortTakenError: at least one is taken; all of them are named.
    """
    problems = []
    wanted: dict[int, PortUse] = {}
    for use in uses:
        if earlier := wanted.get(use.port):
            problems.append(f"{use.what} and {earlier.what} both want port {use.port}: change {use.setting}.")
            continue
        wanted[use.port] = use
        try:
            if not is_free(use.port):
                by = holder(use.port)
                problems.append(
                    f"Port {use.port} for {use.what} is taken{f' by {by}' if by else ''}: "
                    f"stop that, or set {use.setting} to another port."
                )
        except OSError as error:
            problems.append(
                f"Port {use.port} for {use.what} cannot be listened on ({error.strerror}): "
                f"set {use.setting} to another port."
            )
    if problems:
        raise PortTakenError("\n".join(problems))
