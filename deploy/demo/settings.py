"""Settings of the demo outlets."""

from pydantic import AwareDatetime, Field

from deploy.demo.outlets import OUTLETS
from services.common.settings import Settings


class DemoSettings(Settings):
    """Where the outlets listen and how fast they publish."""

    demo_host: str = "127.0.0.1"
    """The address the demo outlets listen on."""
    demo_port: int = Field(default=8411, ge=1, le=65536 - len(OUTLETS))
    """The port of the first demo outlet; the other three have the ports after it."""
    demo_pace: float = Field(default=20.0, ge=0, allow_inf_nan=False)
    """Seconds between the articles that the demo publishes while it runs; 0 publishes all at once."""
    demo_started_at: AwareDatetime | None = None
    """When the demo's day began. Unset, it begins at each start; given, a later start goes on where the day is."""
