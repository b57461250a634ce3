"""Clients of a stream of server-sent events that take little: ``python -m benchmarks.api.slow_clients PORT COUNT``.

Each follows everything and takes at most a window's bytes each second; who is let go comes again. On SIGTERM it says
how often that was.
"""

import asyncio
import resource
import signal
import socket
import sys
from typing import Final

WINDOW: Final = 4096
"""Bytes that a client has room for, and takes each second."""
SHARES: Final = 100
"""Of a second: in each, as many clients have their turn."""


class Clients:
    """So many of them."""

    def __init__(self, port: int, count: int) -> None:
        self.let_go = 0
        self._port = port
        self._connections: list[socket.socket | None] = [None] * count

    async def follow(self, stop: asyncio.Event) -> None:
        """Each has its turn once a second."""
        while not stop.is_set():
            for first in range(SHARES):
                for place in range(first, len(self._connections), SHARES):
                    self._connections[place] = self._took(self._connections[place])
                await asyncio.sleep(1 / SHARES)

    def _took(self, connection: socket.socket | None) -> socket.socket | None:
        """A client after its turn: it asked, or took what there was; None where it was let go."""
        if connection is None:
            connection = socket.socket()
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, WINDOW)
            connection.connect(("127.0.0.1", self._port))
            connection.setblocking(False)
            connection.send(b"GET /v1/stream HTTP/1.1\r\nHost: bench\r\nAccept: text/event-stream\r\n\r\n")
            return connection
        try:
            if connection.recv(WINDOW):
                return connection
        except BlockingIOError:
            return connection
        except ConnectionError:
            pass
        connection.close()
        self.let_go += 1
        return None


async def main(port: int, count: int) -> None:
    """Follow until SIGTERM."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 16_384), hard))
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    clients = Clients(port, count)
    await clients.follow(stop)
    print(clients.let_go)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
