"""What the extractor reads from the environment."""

import os

from pydantic import Field

from services.common.settings import StageSettings


def _spare_cores() -> int:
    return max(1, (os.cpu_count() or 1) - 1)


class ExtractorSettings(StageSettings):
    """The extractor's settings."""

    extractor_port: int = Field(default=8402, ge=0, le=65535)
    """The port of the extractor's `/healthz`, `/readyz` and `/metrics`."""
    extractor_workers: int = Field(default_factory=_spare_cores, ge=1, le=64)
    """Processes that tag, each with a model of its own (about 250 MB); if not given, one less than there are cores."""
    extractor_seconds: float = Field(default=30.0, gt=0, le=120)
    """The most seconds one article may take to tag; one that takes longer goes to the dead letters."""
