"""What the alerts service reads from the environment."""

from pydantic import Field

from services.common.settings import StageSettings


class AlertsSettings(StageSettings):
    """The alerts service's settings."""

    alerts_port: int = Field(default=8404, ge=0, le=65535)
    """The port of the alerts service's `/healthz`, `/readyz` and `/metrics`."""
    alerts_days: int = Field(default=30, ge=1, le=30)
    """For how many days figures and alerts are remembered: what is `first`, `new`, `moved` or `changed` is so within
    these."""
    alerts_story_days: int = Field(default=7, ge=1, le=30)
    """For how many days after an article its copies are counted into its alert, and are no alerts of their own."""
