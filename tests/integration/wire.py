"""A way to an engine that can be cut."""

import asyncio
import contextlib
from urllib.parse import urlsplit

from tests.ports import free_ports


class Wire:
    """The way to an engine, which can be cut, or lie still; the engine itself stays whole."""

    def __init__(self, url: str) -> None:
        self._far = urlsplit(url)
        self._flows = asyncio.Event()
        self._flows.set()
        self._open: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        [self.port] = free_ports(1)
        self.url = f"http://127.0.0.1:{self.port}"

    async def mend(self) -> None:
        self._flows.set()
        if self._server is None:
            self._server = await asyncio.start_server(self._join, "127.0.0.1", self.port)

    def lie_still(self) -> None:
        self._flows.clear()

    async def cut(self) -> None:
        if self._server:
            self._server.close()
            self._server = None
        for writer in list(self._open):
            writer.close()

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(self._far.hostname, self._far.port)
        both = {writer, far_writer}
        self._open |= both
        with contextlib.suppress(OSError):
            await asyncio.gather(self._carry(reader, far_writer), self._carry(far_reader, writer))
        self._open -= both

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            await self._flows.wait()
            writer.write(data)
            await writer.drain()
        writer.close()
