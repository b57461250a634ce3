"""What the delivery service reads from the environment."""

from datetime import time
from typing import Literal

from pydantic import Field, SecretStr

from services.common.endpoints import EndpointSettings
from services.common.settings import StageSettings


class DeliverySettings(StageSettings, EndpointSettings):
    """The delivery service's settings."""

    delivery_port: int = Field(default=8405, ge=0, le=65535)
    """The port of the delivery service's `/healthz`, `/readyz` and `/metrics`."""
    delivery_allow_private: bool = False
    """Whether webhooks may be at addresses of this machine or of your own network; for local use."""
    delivery_seconds: float = Field(default=15.0, gt=0)
    """Seconds that a webhook has for its whole answer."""
    delivery_silence_hours: float = Field(default=24.0, gt=0)
    """Hours after which what could not be delivered is given up, and its webhook disabled."""
    delivery_digest_at: time = time(7)
    """When daily letters are sent (UTC)."""
    smtp_port: int = Field(default=587, ge=1, le=65535)
    """The mail server's port."""
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    """How the connection to the mail server is encrypted: `starttls` (port 587), `tls` (port 465), or `none`."""
    smtp_user: str = ""
    """The name to log in with at the mail server; without one nobody logs in."""
    smtp_password: SecretStr = SecretStr("")
    """The password to log in with."""
    smtp_ca_file: str = ""
    """A file with the certificates that the mail server's is checked against; those of the system if none is given."""
    smtp_seconds: float = Field(default=30.0, gt=0)
    """Seconds that the mail server has for each step."""
    mail_from: str = "Sitrep <sitrep@localhost>"
    """What letters are from: a name and an address."""
