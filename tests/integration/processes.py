"""The service as a process of its own, and Kafka without time to run."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.ports import free_ports


async def started(kafka: str, elasticsearch: str) -> tuple[int, asyncio.subprocess.Process]:
    """The service as a process of its own, and its port."""
    [port] = free_ports(1)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", "import sys; from services.api.app import main; sys.exit(main())"),
        env={
            "SITREP_API_PORT": str(port),
            "SITREP_API_TIME_LIMIT": "1",
            "SITREP_API_ANONYMOUS_READ": "true",
            "SITREP_KAFKA_BOOTSTRAP": kafka,
            "SITREP_ELASTICSEARCH_URL": elasticsearch,
        },
        stderr=asyncio.subprocess.PIPE,
    )
    return port, process


def holder(port: int) -> int | None:
    """The process of this machine that listens on a port, or None where that cannot be seen."""
    sockets: set[str] = set()
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        for line in table.read_text().splitlines()[1:] if table.exists() else ():
            _, address, _, state, *rest = line.split()
            if state == "0A" and int(address.rpartition(":")[2], 16) == port:
                sockets.add(f"socket:[{rest[5]}]")
    for opened in Path("/proc").glob("[0-9]*/fd/*"):
        with contextlib.suppress(OSError):
            if str(opened.readlink()) in sockets:
                return int(opened.parts[2])
    return None


def paused(engines: Any) -> contextlib.AbstractContextManager[None]:
    """Kafka gets no time to run while the block runs: connections stay, nothing is answered."""
    return stopped(int(engines.kafka_bootstrap.rpartition(":")[2]))


@contextlib.contextmanager
def stopped(port: int) -> Iterator[None]:
    """What listens on a port of this machine gets no time to run while the block runs."""
    process = holder(port)
    if process is None:
        pytest.skip("it is not a process of this machine that can be paused")
    os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process, signal.SIGCONT)
