"""How a command that works for a while lives: quiet logs, Ctrl-C as a clean stop, and metrics that it counts with."""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable
from typing import TypeVar

from services.common.health import Health
from services.common.logs import configure_logs
from services.common.metrics import Metrics
from services.common.runtime import Process
from services.common.settings import Settings

T = TypeVar("T")


def run_command(service: str, settings: Settings, work: Callable[[Process], Awaitable[T]]) -> T:
    """Run ``work`` to its end; SIGTERM and SIGINT ask it to stop. What it raises is raised.

    Only errors are logged: the command says itself how far it is and what it waits for.
    """
    configure_logs(service, settings.model_copy(update={"log_level": "error"}))
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    return asyncio.run(_live(service, work))


async def _live(service: str, work: Callable[[Process], Awaitable[T]]) -> T:
    metrics = Metrics()
    process = Process(service, metrics, Health(metrics), asyncio.Event())
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, process.stop.set)
    process.health.restored("start")
    return await work(process)
