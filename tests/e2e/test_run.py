"""`sitrep run` as a person meets it: up, seen, disturbed, stopped, and warm again."""

import asyncio
import os
import re
import signal
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from pathlib import Path

import httpx
import psutil
import pytest

from tests.ports import free_ports
from tests.waiting import until

PORTS = (
    "API", "FETCHER", "EXTRACTOR", "INDEXER", "ALERTS", "KAFKA", "KAFKA_CONTROLLER", "ELASTICSEARCH",
    "ELASTICSEARCH_TRANSPORT",
)  # fmt: skip


class Screen:
    """What a run has printed so far."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.text = ""
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        assert self.process.stdout is not None
        while line := await self.process.stdout.readline():
            self.text += line.decode()

    async def shows(self, pattern: str, *, within: float = 120) -> None:
        await until(lambda: self._shows(pattern), f"the screen shows {pattern!r}", within=within)

    def _shows(self, pattern: str) -> bool:
        found = bool(re.search(pattern, self.text))
        if self.process.returncode is not None and not found:
            raise AssertionError(f"the run ended with {self.process.returncode}, having printed:\n{self.text}")
        return found

    async def ends(self) -> int:
        code = await asyncio.wait_for(self.process.wait(), 60)
        await self._reading
        return code


async def sitrep_run(environment: dict[str, str], folder: Path) -> Screen:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "services.cli", "run", env=environment, stdout=PIPE, stderr=STDOUT, cwd=folder
    )
    return Screen(process)


def own_ports() -> dict[str, str]:
    ports = {f"SITREP_{name}_PORT": str(port) for name, port in zip(PORTS, free_ports(len(PORTS)), strict=True)}
    return {**ports, "SITREP_DEMO_PORT": str(four_in_a_row())}


def four_in_a_row() -> int:
    """A free port with three free ports after it."""
    while True:
        [first] = free_ports(1)
        taken = {connection.laddr.port for connection in psutil.net_connections("tcp") if connection.laddr}
        if first < 65_000 and not taken & set(range(first, first + 4)):
            return first


async def found(api: str, query: str) -> int:
    async with httpx.AsyncClient(trust_env=False, timeout=10) as client:
        try:
            answer = await client.get(f"{api}/v1/articles", params={"q": query})
        except httpx.TransportError:
            return 0
    return int(answer.json()["articles"]) if answer.is_success else 0


@pytest.mark.usefixtures("engines")  # they are fetched by then, however slow the line
async def test_a_run_from_start_to_warm_start(engine_folder: Path) -> None:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("SITREP_")},
        **own_ports(),
        "SITREP_DATA_DIR": str(engine_folder / "data"),
        "SITREP_DEMO_PACE": "1",
        "COLUMNS": "200",
    }
    api = f"http://127.0.0.1:{environment['SITREP_API_PORT']}"

    screen = await sitrep_run(environment, engine_folder)
    await screen.shows(rf"Sitrep is up.*{re.escape(api)}")
    await screen.shows(r"first articles? .*after \d+\.\d s")
    assert await found(api, "howitzers") > 0
    await until(lambda: all_published(api), "the articles of the timer are found too", within=60)

    other = await sitrep_run(environment, engine_folder)
    assert await other.ends() == 1
    assert "already" in other.text
    assert api in other.text
    assert str(screen.process.pid) in other.text

    elsewhere = await sitrep_run({**environment, "SITREP_DATA_DIR": str(engine_folder / "other")}, engine_folder)
    assert await elsewhere.ends() == 1
    assert "SITREP_" in elsewhere.text
    assert any(environment[f"SITREP_{name}_PORT"] in elsewhere.text for name in PORTS)

    [indexer] = [
        child
        for child in psutil.Process(screen.process.pid).children(recursive=True)
        if child.cmdline()[-1:] == ["indexer"]
    ]
    indexer.kill()
    await screen.shows(r"indexer .*died")
    await screen.shows(r"indexer .*died[\s\S]*indexer .*(ready|up)")

    screen.process.send_signal(signal.SIGINT)
    assert await screen.ends() == 0, screen.text
    assert not [port for name in PORTS if listening(port := int(environment[f"SITREP_{name}_PORT"]))]

    warm = await sitrep_run(environment, engine_folder)
    await warm.shows(r"Sitrep is up")
    assert "downloading" not in warm.text
    assert await until(lambda: found(api, "howitzers"), "the data of the first run") > 0
    warm.process.send_signal(signal.SIGTERM)
    assert await warm.ends() == 0


async def all_published(api: str) -> bool:
    return await found(api, "") >= 23


def listening(port: int) -> bool:
    return any(
        connection.status == psutil.CONN_LISTEN and connection.laddr and connection.laddr.port == port
        for connection in psutil.net_connections("tcp")
    )
