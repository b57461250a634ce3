"""Waiting on a condition, never on a clock."""

import asyncio
import inspect
from collections.abc import Callable
from time import monotonic
from typing import Any


async def until(condition: Callable[[], Any], what: str, *, within: float = 60.0, every: float = 0.1) -> Any:
    """The first true answer of ``condition``; fails naming ``what`` was waited for and the last answer."""
    deadline = monotonic() + within
    last: object = None
    while monotonic() < deadline:
        answer = condition()
        last = await answer if inspect.isawaitable(answer) else answer
        if last:
            return last
        await asyncio.sleep(every)
    raise AssertionError(f"not within {within:g} s: {what} (last answer: {last!r})")
