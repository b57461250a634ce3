"""Does it answer? One question per kind of server, each False as long as it does not."""

import asyncio
from collections.abc import Awaitable, Callable

import httpx

TIMEOUT = 5.0  # seconds


async def listens(port: int, host: str = "127.0.0.1") -> bool:
    """Whether something accepts connections there."""
    try:
        async with asyncio.timeout(TIMEOUT):
            _, writer = await asyncio.open_connection(host, port)
    except (OSError, TimeoutError):
        return False
    writer.close()
    return True


async def answers(url: str) -> bool:
    """Whether a URL answers 200."""
    # Never through a proxy: these are our own children.
    async with httpx.AsyncClient(trust_env=False, verify=False, timeout=TIMEOUT) as client:  # noqa: S501 - plain HTTP
        try:
            answer = await client.get(url)
        except httpx.HTTPError:
            return False
    return answer.status_code == httpx.codes.OK


def answering(url: str) -> Callable[[], Awaitable[bool]]:
    """The readiness check of a program with a health URL."""

    async def ready() -> bool:
        return await answers(url)

    return ready
