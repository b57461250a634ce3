"""Whether a service can do its work, and the small HTTP server that says so: /healthz, /readyz, /metrics."""

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from services.common.metrics import Metrics


class Health:
    """What the service waits for. Ready when nothing is waited for; alive as long as it answers."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._waiting: dict[str, str] = {}
        self.waiting_for("start", "the service is starting")

    def waiting_for(self, part: str, reason: str) -> None:
        """Not ready because of ``part``; the reason is a sentence a person reads at /readyz."""
        self._waiting[part] = reason
        self._metrics.ready.set(0)

    def restored(self, part: str) -> None:
        """``part`` is no longer waited for."""
        self._waiting.pop(part, None)
        self._metrics.ready.set(0 if self._waiting else 1)

    @property
    def waiting(self) -> dict[str, str]:
        """What is waited for, and why."""
        return dict(self._waiting)


def health_routes(service: str, health: Health, metrics: Metrics) -> list[Route]:
    """The three routes, for the small server below or for a service that has a server of its own."""

    async def healthz(_request: Request) -> Response:
        return JSONResponse({"service": service, "status": "alive"})

    async def readyz(_request: Request) -> Response:
        waiting = health.waiting
        status = "waiting" if waiting else "ready"
        return JSONResponse(
            {"service": service, "status": status, "waiting_for": waiting},
            status_code=503 if waiting else 200,
        )

    async def exported(_request: Request) -> Response:
        return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)

    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", exported)]


def health_app(service: str, health: Health, metrics: Metrics) -> Starlette:
    """An ASGI application with just the three routes."""
    return Starlette(routes=health_routes(service, health, metrics))
