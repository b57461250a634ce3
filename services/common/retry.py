"""Trying again while something outside is away: exponential backoff with jitter, until it works or we must stop."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, wait_exponential_jitter

from services.common.errors import TransientError
from services.common.health import Health

log = structlog.get_logger()
T = TypeVar("T")

LONGEST_WAIT = 15.0
"""Seconds between two tries at the most: an engine that comes back is used again this soon."""


class Stopped(Exception):  # noqa: N818 - not an error: the service was asked to stop while it waited
    """The service was asked to stop before it worked."""


async def until_it_works(attempt: Callable[[], Awaitable[T]], *, part: str, health: Health, stop: asyncio.Event) -> T:
    """Call ``attempt`` until it raises no ``TransientError``; /readyz says meanwhile what ``part`` waits for.

    Most calls work at the first try, and for those nothing is set up.

    Raises:
        Stopped: ``stop`` was set meanwhile.
    """
    try:
        result = await attempt()
    except TransientError as error:
        result = await _until_it_works(attempt, error, part, health, stop)
    health.restored(part)
    return result


async def _until_it_works(
    attempt: Callable[[], Awaitable[T]], first: TransientError, part: str, health: Health, stop: asyncio.Event
) -> T:
    failed = [first]

    def say(state: RetryCallState) -> None:
        reason = str(state.outcome.exception()) if state.outcome else ""
        health.waiting_for(part, reason)
        log.warning("waiting", part=part, reason=reason, attempt=state.attempt_number)

    async def wait(seconds: float) -> None:
        if await wait_or_stop(stop, seconds):
            raise Stopped

    retrying = AsyncRetrying(
        retry=retry_if_exception_type(TransientError),
        wait=wait_exponential_jitter(multiplier=0.5, max=LONGEST_WAIT),
        before_sleep=say,
        sleep=wait,
        reraise=True,
    )

    async def once() -> T:  # tenacity awaits only what it sees is a coroutine function; a lambda is not
        if failed:
            raise failed.pop()
        return await attempt()

    result: T = await retrying(once)
    return result


async def wait_or_stop(stop: asyncio.Event, seconds: float) -> bool:
    """Wait that long, or less if ``stop`` is set; returns whether it is."""
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return False
    return True
