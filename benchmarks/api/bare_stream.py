"""What slow clients cost the machine at the least: a bare asyncio server that sends as much to each, and nothing else.

Run as a process of its own (``python -m benchmarks.api.bare_stream PORT BYTES``): every second each client that has
room is written so many bytes.
"""

import asyncio
import socket
import sys
from typing import cast

import uvloop

from services.common.runtime import UNSENT_BYTES


class _Client(asyncio.Protocol):
    def __init__(self, clients: "set[_Client]") -> None:
        self._clients = clients
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self.transport.set_write_buffer_limits(high=UNSENT_BYTES)
        self._clients.add(self)

    def pause_writing(self) -> None:
        self._clients.discard(self)

    def resume_writing(self) -> None:
        self._clients.add(self)

    def connection_lost(self, _error: Exception | None) -> None:
        self._clients.discard(self)


async def serve(port: int, size: int) -> None:
    """Write, until the process is ended."""
    clients: set[_Client] = set()
    listening = socket.create_server(("127.0.0.1", port), backlog=1024)
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT_BYTES)
    async with await asyncio.get_running_loop().create_server(lambda: _Client(clients), sock=listening):
        while True:
            for client in list(clients):
                if client.transport:
                    client.transport.write(bytes(size))
            await asyncio.sleep(1)


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(int(sys.argv[1]), int(sys.argv[2])))
