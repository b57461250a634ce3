"""The fetcher's settings."""

from datetime import timedelta
from pathlib import Path

from pydantic import Field, field_validator

from services.common.settings import KafkaSettings
from services.common.websub import WebSubSettings
from services.fetcher.archive_settings import ArchiveSettings
from services.fetcher.shard import Shard, parse_shard


class FetcherSettings(KafkaSettings, WebSubSettings, ArchiveSettings):
    """What the fetcher reads from the environment."""

    fetcher_port: int = Field(default=8401, ge=1, le=65535)
    """The port of the fetcher's /healthz, /readyz and /metrics."""
    sources: Path = Path("sources.yaml")
    """The file that lists the outlets to follow; it is read again when it changes."""
    fetcher_state: Path = Path("fetcher.sqlite3")
    """The SQLite file that remembers what was seen and sent; made where it is missing."""
    fetcher_contact: str = ""
    """Where an outlet's webmaster can reach you, an address of a page or of a mailbox; it is part of the User-Agent."""
    fetcher_concurrency: int = Field(default=16, ge=1)
    """Requests in flight at most, over all hosts; there is never more than one to a host."""
    fetcher_host_delay: float = Field(default=1.0, ge=0)
    """Seconds between two requests to the same host; sources with `allow_private` are not made to wait."""
    fetcher_slowest_minutes: float = Field(default=60.0, gt=0)
    """Minutes between two requests for a feed that publishes seldom or asks to be left alone so long; a source whose
    `every` is longer has that, and one with `allow_private` always has its `every`."""
    fetcher_shard: str = ""
    """Which share of the hosts this fetcher asks, such as `1/3` for the first of three; nothing is all of them. All
    have the same `sources.yaml`, and a state of their own."""
    fetcher_request_seconds: float = Field(default=60.0, gt=0)
    """Seconds a whole answer may take, however slowly it drips in."""
    fetcher_silence_seconds: float = Field(default=20.0, gt=0)
    """Seconds of silence after which a connection is given up."""
    fetcher_redirects: int = Field(default=5, ge=0)
    """Redirects followed from one address."""
    fetcher_page_bytes: int = Field(default=5_000_000, ge=1_000)
    """Bytes of a page that are read at most, after decompression; a larger page is not read."""
    fetcher_feed_bytes: int = Field(default=50_000_000, ge=1_000)
    """Bytes of a feed or sitemap that are read at most, after decompression."""
    fetcher_workers: int = Field(default=2, ge=1)
    """Processes that read pages and feeds."""
    fetcher_work_seconds: float = Field(default=10.0, gt=0)
    """Seconds of work that one page or feed may cost; then the process that reads it is killed."""
    fetcher_recheck_first: float = Field(default=30.0, gt=0)
    """Seconds after which a new article is asked for again, to find edits; the time then doubles at every look."""
    fetcher_recheck_days: float = Field(default=2.0, ge=0)
    """Days for which an article is looked at again; 0 turns it off."""
    fetcher_sitemap_days: float = Field(default=3.0, gt=0)
    """Pages of a sitemap that say they changed within so many days are fetched; those of a news sitemap always are."""

    @field_validator("fetcher_shard")
    @classmethod
    def _shard_can_be_read(cls, written: str) -> str:
        parse_shard(written)
        return written

    @property
    def shard(self) -> Shard:
        """The share of this fetcher."""
        return parse_shard(self.fetcher_shard)

    @property
    def slowest(self) -> timedelta:
        """How seldom a feed that works is asked."""
        return timedelta(minutes=self.fetcher_slowest_minutes)

    @property
    def recheck_for(self) -> timedelta:
        """How long an article is looked at again."""
        return timedelta(days=self.fetcher_recheck_days)

    @property
    def sitemap_window(self) -> timedelta:
        """How new a sitemap's page must be."""
        return timedelta(days=self.fetcher_sitemap_days)
