"""A server on loopback that answers exactly the bytes it is told to, well formed or not."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

Answer = bytes | Callable[[dict[str, str], asyncio.StreamWriter], Awaitable[None]]
"""Bytes to send before the connection is closed, or what writes them, given the request's headers."""


@dataclass(slots=True)
class Server:
    base: str
    answers: dict[str, Answer]
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    """Path and headers of each request."""
    open_now: int = 0
    most_open: int = 0


def answer(body: bytes, *headers: str, status: str = "200 OK", length: int | None = None) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


@asynccontextmanager
async def serving(**answers: Answer) -> AsyncIterator[Server]:
    """Serve each answer at the path of its name (``root`` at ``/``) while the block runs."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            request, *lines = head.strip().split("\r\n")
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
            path = request.split()[1]
            server.asked.append((path, headers))
            server.open_now += 1
            server.most_open = max(server.most_open, server.open_now)
            chosen = server.answers.get(
                path.strip("/").partition("?")[0] or "root", answer(b"", status="404 Not Found")
            )
            if isinstance(chosen, bytes):
                writer.write(chosen)
            else:
                await chosen(headers, writer)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            server.open_now -= 1
            writer.close()

    listening = await asyncio.start_server(handle, "127.0.0.1", 0)
    server = Server(f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}", dict(answers))
    try:
        yield server
    finally:
        listening.close()
        await listening.wait_closed()
