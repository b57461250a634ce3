"""What the indexer reads from the environment."""

from pydantic import Field

from services.common.settings import ElasticsearchSettings, StageSettings


class IndexerSettings(StageSettings, ElasticsearchSettings):
    """The indexer's settings."""

    indexer_port: int = Field(default=8403, ge=0, le=65535)
    """The port of the indexer's `/healthz`, `/readyz` and `/metrics`."""
    indexer_keep_days: float = Field(default=0.0, ge=0)
    """Articles that are dated more than so many days ago are removed from the index, within an hour; the topics keep
    them. 0 keeps all."""
    indexer_bulk_bytes: int = Field(default=5 * 1024 * 1024, ge=1)
    """The most bytes of documents in one bulk request; a single larger document still goes, alone."""
    indexer_batch_records: int = Field(default=300, ge=1)
    """The most articles that are indexed together."""
    indexer_batch_seconds: float = Field(default=0.1, ge=0)
    """How long a batch that is not full waits for more articles."""
    indexer_in_flight: int = Field(default=6, ge=1)
    """How many batches are indexed at once; offsets are committed in order all the same."""
