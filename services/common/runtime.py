"""How a service lives: logs, a health server, a clean stop on SIGTERM, one exit code."""

import asyncio
import contextlib
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass

import structlog
import uvicorn
import uvloop
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from services.common import cycles
from services.common.errors import ConfigurationError, PermanentError, TooManyDeadLetters, TransientError
from services.common.health import Health, health_app
from services.common.logs import configure_logs
from services.common.metrics import Metrics
from services.common.retry import Stopped
from services.common.settings import Settings

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Process:
    """What a running service is handed: its metrics, its health, and the moment to stop."""

    service: str
    metrics: Metrics
    health: Health
    stop: asyncio.Event


def run_service(service: str, settings: Settings, port: int | None, work: Callable[[Process], Awaitable[None]]) -> int:
    """Run ``work`` with a health server beside it until it returns or SIGTERM or SIGINT asks it to stop.

    ``port`` is the health server's; None where ``work`` serves the health routes itself.

    Returns:
        The exit code: 0 after a clean stop, 1 after a failure that was logged.
    """
    configure_logs(service, settings)
    cycles.look_seldom()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_live(service, settings, port, work))


async def _live(service: str, settings: Settings, port: int | None, work: Callable[[Process], Awaitable[None]]) -> int:
    metrics = Metrics()
    process = Process(service, metrics, Health(metrics), asyncio.Event())
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, process.stop.set)
    try:
        if port is None:
            await work(process)
        else:
            async with http_server(health_app(service, process.health, metrics), settings.host, port):
                log.info("started", host=settings.host, port=port)
                await _work_or_halt(work, process)
    except Stopped:
        log.info("stopped", reason="asked to, while it waited")
        return 0
    except (ConfigurationError, PermanentError, TransientError) as error:
        log.error("stopped", reason=str(error))  # noqa: TRY400 - a sentence for a person, no traceback
        return 1
    except Exception:
        log.exception("crashed")
        return 1
    log.info("stopped", reason="asked to")
    return 0


async def _work_or_halt(work: Callable[[Process], Awaitable[None]], process: Process) -> None:
    """Do the work. A stage that gives up on too much halts and says so until it is stopped: a process that ended here
    would be started again, and would give up on as many more each time.
    """
    try:
        await work(process)
    except TooManyDeadLetters as error:
        process.health.waiting_for("a person", str(error))
        log.error("halted", reason=str(error))  # noqa: TRY400 - a sentence for a person, no traceback
        await process.stop.wait()
        raise


UNSENT_BYTES = 16 * 1024
"""What the system holds of an answer that its client has no room for yet. As much again waits here, and then whoever
sends it.
"""


@contextlib.asynccontextmanager
async def http_server(app: ASGIApp, host: str, port: int, *, proxies: str = "") -> AsyncIterator[int]:
    """Serve ``app`` while the block runs; yields the port, which is chosen by the system where it is 0.

    ``proxies``: addresses, separated by commas, whose word on who asks (``X-Forwarded-For``) is believed.

    Raises:
        ConfigurationError: the port is taken.
    """
    try:
        listening = socket.create_server((host, port), backlog=1024)
    except OSError as error:
        raise ConfigurationError(
            f"Cannot listen on {host} port {port} ({error.strerror}): stop what holds it, or set another port."
        ) from error
    # Inherited by every connection: asyncio sets it only on sockets it makes itself, and without it each answer on a
    # kept connection waits 40 ms for an acknowledgement (head and body are two writes).
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    # Inherited, too: for a client that takes little, the system would take megabytes, written in vain when it goes.
    if hasattr(socket, "TCP_NOTSENT_LOWAT"):
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT_BYTES)
    config = uvicorn.Config(
        app,
        http=_Protocol,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=5,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=proxies,
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        while not server.started and not serving.done():
            await asyncio.sleep(0.01)
        if serving.done():
            serving.result()
        yield int(listening.getsockname()[1])
    finally:
        server.should_exit = True
        await serving
        listening.close()


class _Protocol(H11Protocol):
    """uvicorn's, with less waiting for a client that is slow: thousands of them may follow a stream."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # uvicorn's own
        super().connection_made(transport)
        transport.set_write_buffer_limits(high=UNSENT_BYTES)


class _Server(uvicorn.Server):
    """uvicorn without its signal handlers: the process has its own."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
