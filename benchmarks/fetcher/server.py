"""Serves the outlets of the benchmark: a process of its own, so that what it costs is nobody's account.

``python -m benchmarks.fetcher.server PORT PAGES HOSTS``; it says ``ready`` once it listens, and ends with its input.
"""

import asyncio
import gzip
import json
import sys
from collections import Counter
from dataclasses import dataclass, field
from random import Random

import uvloop

from benchmarks.fetcher.outlets import FEED, Outlet, outlets, warming

STATS = "/_stats"
MEDIAN, SPREAD = 0.12, 0.5
"""Latency of an answer in seconds, drawn from a log-normal distribution: 19 of 20 between 45 and 320 ms."""


@dataclass(slots=True)
class Host:
    """One outlet, and how it was asked."""

    outlet: Outlet
    random: Random
    packed: dict[str, bytes] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    now: int = 0
    most: int = 0
    """Requests at the same time, now and at the most."""

    def body(self, path: str, zipped: bool) -> tuple[bytes, bool]:
        """What there is at a path, and whether it is compressed."""
        if zipped and path in self.packed:
            return self.packed[path], True
        return self.outlet.bodies[path], False


async def serve(port: int, pages: int, hosts: int) -> None:
    """Serve until the input ends."""
    served = [Host(outlet, Random(outlet.number)) for outlet in (*outlets(pages, hosts, port), warming(hosts, port))]
    for host in served:
        host.packed = {path: gzip.compress(body, 6) for path, body in host.outlet.bodies.items() if path != FEED}
    servers = [
        await asyncio.start_server(Answering(host, served), host.outlet.host, port, backlog=200) for host in served
    ]
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    for server in servers:
        server.close()


@dataclass(frozen=True, slots=True)
class Answering:
    """Answers the connections to one host."""

    host: Host
    all_of_them: list[Host]

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection until it is closed."""
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                self.host.now += 1
                self.host.most = max(self.host.most, self.host.now)
                try:
                    writer.write(await self._answer(head))
                finally:
                    self.host.now -= 1
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _answer(self, head: bytes) -> bytes:
        path = head.split(b" ", 2)[1].decode()
        if path == STATS:
            return _said(json.dumps(_stats(self.all_of_them)).encode(), "application/json")
        self.host.asked[path] += 1
        await asyncio.sleep(self.host.random.lognormvariate(0, SPREAD) * MEDIAN)
        if path not in self.host.outlet.bodies:
            return _said(b"<h1>Not found</h1>", "text/html", status="404 Not Found")
        body, packed = self.host.body(path, b"gzip" in head.lower())
        kind = "application/rss+xml" if path == FEED else "text/plain" if path == "/robots.txt" else "text/html"
        return _said(
            body, f"{kind}; charset=utf-8", *(["Content-Encoding: gzip"] if packed else []), f'ETag: "{len(body)}"'
        )


def _stats(served: list[Host]) -> dict[str, int]:
    """How the hosts were asked since the last time; counting begins anew."""
    stats = {"requests": sum(host.asked.total() for host in served), "most_at_once": max(host.most for host in served)}
    for host in served:
        host.asked.clear()
        host.most = host.now
    return stats


def _said(body: bytes, kind: str, *headers: str, status: str = "200 OK") -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:  # it shares the processors with who is measured
        runner.run(serve(*map(int, sys.argv[1:4])))
