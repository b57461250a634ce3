"""Reading pages and feeds in processes of their own, each piece of work with a limit that really ends it.

A page can be made so that reading it takes hours. pebble kills the process that is at it and starts another.
"""

import asyncio
import contextlib
import fcntl
import logging
import signal
from collections.abc import AsyncIterator, Callable
from concurrent.futures import TimeoutError as PoolTimeoutError
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from typing import ParamSpec, TypeVar

import structlog
from pebble import ProcessExpired, ProcessPool

from services.fetcher.failures import WorkerLost, WorkTimedOut

log = structlog.get_logger()
P = ParamSpec("P")
T = TypeVar("T")

TASKS_OF_A_WORKER = 2_000
"""After so many a worker is replaced, whatever its libraries have kept in memory by then."""
READY_SECONDS = 120.0
"""Time for a first worker to import what it needs."""
PIPE_BYTES = 1024 * 1024
PRELOADED = "services.fetcher.preloaded"


class RoomyPipes(ForkServerContext):
    """Pipes that several pages have room in: a page is larger than what a pipe holds otherwise, so that each was sent
    in two parts, with parent and worker waiting for one another in between.
    """

    def Pipe(self, duplex: bool = True) -> tuple[Connection, Connection]:  # noqa: N802 - as it is there
        """As ``multiprocessing`` has it, with more room where the system allows it."""
        reading, writing = super().Pipe(duplex)
        with contextlib.suppress(OSError, AttributeError):  # the user has used up what all pipes may have; no Linux
            fcntl.fcntl(writing.fileno(), fcntl.F_SETPIPE_SZ, PIPE_BYTES)
        return reading, writing


class Workers:
    """Processes that read bodies. Functions and values go to them pickled."""

    def __init__(self, count: int, limit: float) -> None:
        self._count = count
        self._limit = limit
        self._pool = self._new_pool()
        self._started = False
        self._replacing = asyncio.Lock()  # two that find it broken must not both make a new one

    async def run(self, work: Callable[P, T], what: str, /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Do work in a worker; ``what`` names its subject in a sentence.

        Raises:
            WorkTimedOut: it took longer than the limit, and was killed.
            WorkerLost: the process died of it.
            Exception: what the work itself raises.
        """
        try:
            return await self._scheduled(work, self._limit, *args, **kwargs)
        except PoolTimeoutError as error:
            raise WorkTimedOut(f"Reading {what} took longer than {self._limit:g} s and was ended.") from error
        except ProcessExpired as error:
            raise WorkerLost(f"The process that read {what} died of it (exit code {error.exitcode}).") from error

    async def warm(self) -> None:
        """Start the workers; returns once one of them is there, and so all that it takes to read a page."""
        try:
            await self._scheduled(_nothing, READY_SECONDS)
        except Exception as error:  # noqa: BLE001 - the first real page will say so again, where it is reported
            log.warning("workers_not_warm", reason=str(error))

    def close(self) -> None:
        """End the workers, whatever they are at. Blocks for some tenths of a second."""
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()

    async def _scheduled(self, work: Callable[P, T], limit: float, *args: P.args, **kwargs: P.kwargs) -> T:
        async with self._replacing:
            if not self._pool.active:
                log.warning("workers_replaced", reason="the pool of processes was broken")
                await asyncio.to_thread(self.close)
                self._pool = self._new_pool()
                self._started = False
            if not self._started:
                # the first task starts the processes, which takes a while: never in the event loop's thread
                await asyncio.to_thread(self._pool.schedule, _nothing)
                self._started = True
        future = self._pool.schedule(work, args, kwargs, timeout=limit)
        return await asyncio.wrap_future(future)

    def _new_pool(self) -> ProcessPool:
        context = RoomyPipes()
        context.set_forkserver_preload([PRELOADED])
        return ProcessPool(self._count, TASKS_OF_A_WORKER, initializer=_begin, context=context)


@contextlib.asynccontextmanager
async def workers(count: int, limit: float) -> AsyncIterator[Workers]:
    """``count`` processes that end with the block; ``limit`` is the seconds of work for one page or feed."""
    pool = Workers(count, limit)
    warming = asyncio.create_task(pool.warm())
    try:
        yield pool
    finally:
        warming.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await warming
        await asyncio.to_thread(pool.close)


def _begin() -> None:
    """How a worker starts: Ctrl-C is its parent's business, an order to end is obeyed at once, nothing is logged."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    logging.disable(logging.CRITICAL)


def _nothing() -> None:
    """A first task, which only has the processes started."""
