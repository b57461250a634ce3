"""How a service lives: health, metrics, a clean stop, sentences instead of tracebacks."""

import asyncio
import json
import signal
import socket
import sys
from time import monotonic
from typing import Any

import httpx
import pytest

from services.common.errors import ConfigurationError, TransientError
from services.common.health import Health, health_app
from services.common.metrics import Metrics
from services.common.retry import Stopped, until_it_works
from services.common.runtime import http_server
from tests.ports import free_ports
from tests.waiting import until

PROGRAM = """
import asyncio, sys
from services.common.errors import ConfigurationError, TooManyDeadLetters, TransientError
from services.common.retry import until_it_works
from services.common.runtime import run_service
from services.common.settings import Settings

async def away():
    raise TransientError("Kafka does not answer")

async def work(process):
    process.health.restored("start")
    if "fail" in sys.argv:
        raise ConfigurationError("sources.yaml line 3: unknown key")
    if "halt" in sys.argv:
        raise TooManyDeadLetters("51 of the last 60 messages")
    if "wait" in sys.argv:
        await until_it_works(away, part="kafka", health=process.health, stop=process.stop)
    if "crash" in sys.argv:
        raise ZeroDivisionError
    await process.stop.wait()

sys.exit(run_service("test", Settings(), int(sys.argv[1]), work))
"""


async def started(port: int, *arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROGRAM, str(port), *arguments, stderr=asyncio.subprocess.PIPE
    )


async def answered(port: int, path: str) -> httpx.Response | None:
    async with httpx.AsyncClient(trust_env=False) as client:
        try:
            return await client.get(f"http://127.0.0.1:{port}{path}")
        except httpx.TransportError:
            return None


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_service_answers_and_stops_cleanly(number: signal.Signals) -> None:
    [port] = free_ports(1)
    process = await started(port)
    alive = await until(lambda: answered(port, "/healthz"), "healthz")
    ready = await answered(port, "/readyz")
    metrics = await answered(port, "/metrics")
    process.send_signal(number)
    _, errors = await process.communicate()
    assert process.returncode == 0
    assert alive.json() == {"service": "test", "status": "alive"}
    assert ready is not None
    assert ready.json() == {"service": "test", "status": "ready", "waiting_for": {}}
    assert metrics is not None
    assert "sitrep_ready 1.0" in metrics.text
    events = [json.loads(line) for line in errors.splitlines()]
    assert [event["event"] for event in events] == ["started", "stopped"]
    assert {event["service"] for event in events} == {"test"}


async def test_a_service_that_waits_stops_cleanly_too() -> None:
    [port] = free_ports(1)
    process = await started(port, "wait")
    await until(lambda: waits_for(port, {"kafka": "Kafka does not answer"}), "waiting for kafka")
    process.terminate()
    await process.communicate()
    assert process.returncode == 0


async def test_a_stage_that_gives_up_on_too_much_halts_and_says_so_until_it_is_stopped() -> None:
    [port] = free_ports(1)
    process = await started(port, "halt")
    await until(lambda: waits_for(port, {"a person": "51 of the last 60 messages"}), "halted")
    process.terminate()
    await process.communicate()
    assert process.returncode == 1


async def waits_for(port: int, reasons: dict[str, str]) -> bool:
    answer = await answered(port, "/readyz")
    return answer is not None and answer.json()["waiting_for"] == reasons


@pytest.mark.parametrize(("how", "event", "traceback"), [("fail", "stopped", False), ("crash", "crashed", True)])
async def test_a_failure_is_an_exit_code_and_a_log_line(how: str, event: str, traceback: bool) -> None:
    process = await started(free_ports(1)[0], how)
    _, errors = await process.communicate()
    last = json.loads(errors.splitlines()[-1])
    assert process.returncode == 1
    assert last["event"] == event
    assert ("exception" in last) is traceback


async def test_a_taken_port_is_named() -> None:
    metrics = Metrics()
    app = health_app("test", Health(metrics), metrics)
    async with http_server(app, "127.0.0.1", 0) as port:
        with pytest.raises(ConfigurationError, match=f"Cannot listen on 127.0.0.1 port {port}"):
            async with http_server(app, "127.0.0.1", port):
                pass


async def test_readiness_says_what_is_waited_for() -> None:
    metrics = Metrics()
    health = Health(metrics)
    transport = httpx.ASGITransport(health_app("test", health, metrics))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        health.restored("start")
        health.waiting_for("kafka", "Kafka does not answer")
        waiting = await client.get("/readyz")
        health.restored("kafka")
        ready = await client.get("/readyz")
    assert (waiting.status_code, waiting.json()["waiting_for"]) == (503, {"kafka": "Kafka does not answer"})
    assert ready.status_code == 200


async def test_trying_until_it_works() -> None:
    health, stop, tries = Health(Metrics()), asyncio.Event(), 0

    async def attempt() -> str:
        nonlocal tries
        tries += 1
        if tries < 2:
            raise TransientError("away")
        return "done"

    assert await until_it_works(attempt, part="kafka", health=health, stop=stop) == "done"
    assert "kafka" not in health.waiting


async def test_a_lambda_is_tried_like_any_function() -> None:
    async def attempt() -> str:
        return "done"

    done = await until_it_works(lambda: attempt(), part="kafka", health=Health(Metrics()), stop=asyncio.Event())  # noqa: PLW0108
    assert done == "done"


async def test_trying_ends_when_the_service_stops() -> None:
    health, stop = Health(Metrics()), asyncio.Event()

    async def attempt() -> Any:
        stop.set()
        raise TransientError("away")

    with pytest.raises(Stopped):
        await until_it_works(attempt, part="kafka", health=health, stop=stop)
    assert health.waiting["kafka"] == "away"


async def test_little_is_written_for_a_client_that_takes_nothing() -> None:
    chunk, chunks, given = b"x" * 8192, 2_000, 0
    since = monotonic()

    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        nonlocal given, since
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for _ in range(chunks):
            since = monotonic()
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
            given += len(chunk)
        await send({"type": "http.response.body"})

    async with http_server(app, "127.0.0.1", 0) as port:
        with socket.socket() as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.setblocking(False)
            loop = asyncio.get_running_loop()
            await loop.sock_connect(client, ("127.0.0.1", port))
            await loop.sock_sendall(client, b"GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")
            await until(lambda: given and monotonic() - since > 1, "it waits for the client")
            assert given < 8 * len(chunk)
            taken = 0
            while part := await loop.sock_recv(client, 1 << 20):
                taken += len(part)
    assert taken > chunks * len(chunk), "who begins to read has all of it"
