"""The whole line as real processes, for tests: start, kill and stop each service, and ask the API."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import yaml

from tests.ports import free_ports
from tests.waiting import until

SERVICES = ("fetcher", "extractor", "indexer", "alerts", "delivery", "api")
LOGGED = 4_000
"""Characters of each service's log that are shown when a test fails."""


@dataclass(slots=True)
class Line:
    folder: Path
    environment: dict[str, str]
    ports: dict[str, int]
    http: httpx.AsyncClient
    running: dict[str, Process] = field(default_factory=dict)
    started: set[str] = field(default_factory=set)

    async def start(self, service: str) -> None:
        self.started.add(service)
        with (self.folder / f"{service}.log").open("ab") as log:
            self.running[service] = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "services.cli",
                service,
                env=self.environment,
                stdout=log,
                stderr=log,
                cwd=self.folder,
            )

    async def kill(self, service: str) -> None:
        """SIGKILL: the service gets no chance to tidy up."""
        process = self.running.pop(service)
        process.kill()
        await process.wait()

    async def stop(self, service: str) -> int:
        """SIGTERM; returns the exit code."""
        process = self.running.pop(service)
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        try:
            return await asyncio.wait_for(process.wait(), 30)
        except TimeoutError:
            process.kill()
            raise

    async def ready(self, services: Iterable[str] = SERVICES) -> None:
        for service in services:
            await until(partial(self.is_ready, service), f"{service} ready", within=90)

    async def is_ready(self, service: str) -> bool:
        process = self.running[service]
        if process.returncode is not None:
            raise AssertionError(f"{service} ended with {process.returncode}: {self.log(service)[-2000:]}")
        try:
            answer = await self.http.get(f"http://127.0.0.1:{self.ports[service]}/readyz")
        except httpx.TransportError:
            return False
        return answer.status_code == 200

    async def articles(self, **parameters: Any) -> dict[str, Any]:
        """GET /v1/articles, each by itself."""
        asked = {"collapse": "none", **parameters}
        answer = await self.http.get(f"http://127.0.0.1:{self.ports['api']}/v1/articles", params=asked)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    async def total(self, **parameters: Any) -> int:
        """How many articles the API finds; 0 while it cannot answer."""
        try:
            return int((await self.articles(**parameters))["total"])
        except (httpx.TransportError, httpx.HTTPStatusError):
            return 0

    def log(self, service: str) -> str:
        return (self.folder / f"{service}.log").read_text("utf-8", "replace")


@asynccontextmanager
async def a_line(engines: Any, folder: Path, sources: list[dict[str, object]], **settings: str) -> AsyncIterator[Line]:
    """A line over the test's engines, with a folder and ports of its own; its processes end with the block."""
    (folder / "sources.yaml").write_text(yaml.safe_dump({"sources": sources}), "utf-8")
    ports = dict(zip(SERVICES, free_ports(len(SERVICES)), strict=True))
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("SITREP_")},
        "SITREP_KAFKA_BOOTSTRAP": engines.kafka_bootstrap,
        "SITREP_ELASTICSEARCH_URL": engines.elasticsearch_url,
        "SITREP_API_ANONYMOUS_READ": "true",
        "SITREP_API_RATE_ANONYMOUS": "0",
        "SITREP_SOURCES": str(folder / "sources.yaml"),
        "SITREP_FETCHER_STATE": str(folder / "fetcher.sqlite3"),
        **{f"SITREP_{service.upper()}_PORT": str(port) for service, port in ports.items()},
        **settings,
    }
    async with httpx.AsyncClient(timeout=10, trust_env=False) as http:
        line = Line(folder, environment, ports, http)
        try:
            yield line
        except BaseException as failure:
            for service in sorted(line.started):
                failure.add_note(f"--- the last that {service} logged:\n{line.log(service)[-LOGGED:]}")
            raise
        finally:
            stopped = await asyncio.gather(*map(line.stop, list(line.running)), return_exceptions=True)
            assert not [failure for failure in stopped if isinstance(failure, BaseException)], stopped
