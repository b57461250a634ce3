"""Ports for tests that no other process holds."""

import socket
from contextlib import ExitStack


def free_ports(count: int) -> list[int]:
    """That many different free ports on loopback, as the system hands them out."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [int(listening.getsockname()[1]) for listening in sockets]
