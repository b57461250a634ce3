"""What the indexer reads from the environment."""

from pydantic import Field

from services.common.settings import ElasticsearchSettings, StageSettings


class IndexerSettings(StageSettings, ElasticsearchSettings):
    """The indexer's settings."""

    indexer_port: int = Field(default=8403, ge=0, le=65535)
    """The port of the indexer's `/healthz`, `/readyz` and `/metrics`."""
    indexer_bulk_bytes: int = Field(default=5 * 1024 * 1024, ge=1)
    """The most bytes of documents in one bulk request; a single larger document still goes, alone."""
