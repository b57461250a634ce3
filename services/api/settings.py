"""What the api reads from its environment."""

from pydantic import Field

from services.common.endpoints import EndpointSettings
from services.common.settings import ElasticsearchSettings, KafkaSettings
from services.common.websub import WebSubSettings


class ApiSettings(KafkaSettings, ElasticsearchSettings, WebSubSettings, EndpointSettings):
    """The api: its port, and the bounds of one request."""

    api_port: int = Field(default=8400, ge=0, le=65535)
    """The port the API listens on, with `/healthz`, `/readyz` and `/metrics`; 0 lets the system choose one."""
    api_time_limit: float = Field(default=5.0, gt=0)
    """Seconds Elasticsearch and Kafka have for one request; after that it is answered 503."""
    api_max_page: int = Field(default=100, ge=1, le=1000)
    """The most articles one page of a search holds."""
    api_cursor_minutes: int = Field(default=5, ge=1, le=60)
    """Minutes a cursor works after the page it came with. Elasticsearch keeps the index as it was that long."""
    api_max_body: int = Field(default=262_144, ge=1024)
    """Bytes of the largest request body that is read."""
    api_anonymous_read: bool = False
    """Whether reading needs no API key. `sitrep run` turns it on, for this machine alone; writing always needs one."""
