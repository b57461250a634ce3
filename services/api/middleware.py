"""What surrounds every request: its size is bounded, it is counted and timed, a fault becomes a problem."""

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
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-cache",
}


class Surrounding:
    """The outermost layer. It never lets an exception through, unless an answer had begun to leave."""

    def __init__(
        self, app: ASGIApp, *, metrics: Metrics, max_body: int, larger: Mapping[str, int] = MappingProxyType({})
    ) -> None:
        self._app = app
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
            await send(message)

        try:
            await self._app(scope, _bounded(scope, receive, self._most(scope["path"])), sending)
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


def _bounded(scope: Scope, receive: Receive, most: int) -> Receive:
    """``receive`` that reads no more than ``most`` bytes of a body, whether its length was announced or not."""
    too_large = HTTPException(413, f"The body is larger than the {most} bytes this API reads.")
    length = Headers(scope=scope).get("content-length", "0")
    taken = int(length) if length.isdecimal() and int(length) > most else 0

    async def receiving() -> Message:
        nonlocal taken
        if taken > most:
            raise too_large
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > most:
            raise too_large
        return message

    return receiving
