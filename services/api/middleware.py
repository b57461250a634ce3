"""What surrounds every request: its size is bounded, it is counted and timed, a fault becomes a problem."""

import asyncio
from collections.abc import Mapping
from time import perf_counter
from types import MappingProxyType
from typing import Final

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.api.problems import internal_error
from services.common.metrics import Metrics

log = structlog.get_logger()

METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
SAFE_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "private, no-cache",
}


class Surrounding:
    """The outermost layer. It never lets an exception through, unless an answer had begun to leave."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        metrics: Metrics,
        max_body: int,
        body_seconds: float,
        stall_seconds: float,
        larger: Mapping[str, int] = MappingProxyType({}),
    ) -> None:
        self._app = app
        self._body_seconds = body_seconds
        self._stall_seconds = stall_seconds
        self._metrics = metrics
        self._max_body = max_body
        self._larger = larger  # by how a path begins: where larger bodies are read

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = perf_counter()
        status = 0

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in SAFE_HEADERS.items():
                    headers.setdefault(name, value)
            if message.get("more_body"):
                async with asyncio.timeout(self._stall_seconds):
                    await send(message)
            else:
                await send(message)

        try:
            bounded = _bounded(scope, receive, self._most(scope["path"]), self._body_seconds)
            await self._app(scope, bounded, sending)
        except Exception:
            answer, instance = internal_error()
            log.exception("request_failed", method=scope["method"], path=scope["path"], instance=instance)
            if status:
                raise
            await answer(scope, receive, sending)
        finally:
            self._count(scope, status, perf_counter() - began)

    def _most(self, path: str) -> int:
        return next((most for start, most in self._larger.items() if path.startswith(start)), self._max_body)

    def _count(self, scope: Scope, status: int, seconds: float) -> None:
        """Under the route's template, never the path: one article must not be one series of its own."""
        route = getattr(scope.get("route"), "path", "unmatched")
        method = scope["method"] if scope["method"] in METHODS else "other"
        self._metrics.requests.labels(route, method, str(status)).inc()
        self._metrics.request_seconds.labels(route).observe(seconds)


def _bounded(scope: Scope, receive: Receive, most: int, seconds: float) -> Receive:
    """``receive`` that reads no more than ``most`` bytes of a body, whether its length was announced or not, and waits
    no longer than ``seconds`` for all of it.
    """
    too_large = HTTPException(413, f"The body is larger than the {most} bytes this API reads.")
    length = Headers(scope=scope).get("content-length", "0")
    taken = int(length) if length.isdecimal() and int(length) > most else 0
    until = asyncio.get_running_loop().time() + seconds
    complete = False

    async def receiving() -> Message:
        nonlocal taken, complete
        if taken > most:
            raise too_large
        try:
            async with asyncio.timeout_at(None if complete else until):
                message = await receive()
        except TimeoutError:
            raise HTTPException(408, f"The body did not arrive within {seconds:g} s.") from None
        complete = complete or not message.get("more_body", False)
        taken += len(message.get("body", b""))
        if taken > most:
            raise too_large
        return message

    return receiving
