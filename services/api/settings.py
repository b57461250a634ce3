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
    api_rate_key: int = Field(default=1200, ge=0)
    """Requests a minute that one API key may make of each instance of the api; 0 is no limit."""
    api_rate_anonymous: int = Field(default=240, ge=0)
    """Requests a minute that one address may make without an API key, or with one that does not hold; 0 is no limit."""
    api_proxies: str = ""
    """Addresses or networks of reverse proxies, separated by commas, whose `X-Forwarded-For` and `X-Forwarded-Proto`
    are believed."""
    api_cors_origins: str = ""
    """Origins whose pages may ask the API from a browser, such as `https://desk.example.org`, separated by commas; `*`
    is every one. Pages send their key as `Authorization`; cookies are never taken."""
    api_body_seconds: float = Field(default=15.0, gt=0)
    """Seconds in which a request's body must have arrived."""
    api_stall_seconds: float = Field(default=60.0, gt=0)
    """Seconds after which a client that takes nothing more of an answer that is streamed to it is let go."""
    api_streams: int = Field(default=5000, ge=1)
    """Clients that may follow `/v1/stream` at once, of each instance of the api."""
    api_stream_bytes: int = Field(default=64 * 1024 * 1024, ge=0)
    """Bytes of the newest events that are kept for clients of `/v1/stream` that take them slowly or come again, the
    same for each search that is followed; fifty events of each are kept in any case."""

    @property
    def cors_origins(self) -> list[str]:
        """The origins of ``api_cors_origins``."""
        return [origin for each in self.api_cors_origins.split(",") if (origin := each.strip().rstrip("/"))]
