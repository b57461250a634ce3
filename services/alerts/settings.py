"""What the alerts service reads from the environment."""

from pydantic import Field

from services.common.settings import StageSettings


class AlertsSettings(StageSettings):
    """The alerts service's settings."""

    alerts_port: int = Field(default=8404, ge=0, le=65535)
    """The port of the alerts service's `/healthz`, `/readyz` and `/metrics`."""
