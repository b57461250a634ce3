"""The settings of a local run. Every one is an environment variable: SITREP_ and its name in capitals."""

import os
from pathlib import Path
from typing import Annotated, Literal

import platformdirs
from pydantic import Field, StringConstraints, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

Port = Annotated[int, Field(ge=1, le=65535)]
Heap = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]*[mg]$")]


def default_data_dir() -> Path:
    """Where a run keeps its data: as root below /var, since the engines run as a user who cannot enter root's home."""
    return Path("/var/lib/sitrep") if os.geteuid() == 0 else Path(platformdirs.user_data_dir("sitrep"))


def default_cache_dir() -> Path:
    """Where the engines are unpacked; see `default_data_dir`."""
    return Path("/var/cache/sitrep") if os.geteuid() == 0 else Path(platformdirs.user_cache_dir("sitrep"))


class LocalSettings(BaseSettings):
    """What `sitrep run` can be told."""

    model_config = SettingsConfigDict(env_prefix="SITREP_", frozen=True, extra="ignore")

    api_port: Port = Field(8400, description="The API and its pages")
    fetcher_port: Port = Field(8401, description="Health and metrics of the fetcher")
    extractor_port: Port = Field(8402, description="Health and metrics of the extractor")
    indexer_port: Port = Field(8403, description="Health and metrics of the indexer")
    alerts_port: Port = Field(8404, description="Health and metrics of the alerts service")
    delivery_port: Port = Field(8405, description="Health and metrics of the delivery service")
    demo_port: Port = Field(8411, description="The first of the four demo outlets; the others follow it")
    kafka_port: Port = Field(19092, description="Kafka started by us")
    kafka_controller_port: Port = Field(19093, description="Its controller")
    elasticsearch_port: Port = Field(19200, description="Elasticsearch started by us: HTTP")
    elasticsearch_transport_port: Port = Field(19300, description="Elasticsearch started by us: transport")

    data_dir: Path = Field(default_factory=default_data_dir, description="Engine data, logs, service state")
    cache_dir: Path = Field(default_factory=default_cache_dir, description="The engines' program files")

    sources: Path | None = Field(
        None, description="The outlets to follow; the demo outlets are started where none are given"
    )

    @field_validator("data_dir", "cache_dir", "sources")
    @classmethod
    def _absolute(cls, path: Path | None) -> Path | None:
        """Children run in folders of their own: a relative path would mean something else to each."""
        return path.expanduser().resolve() if path is not None else None

    kafka_bootstrap: str | None = Field(None, description="A Kafka that runs already; none is started then")
    elasticsearch_url: str | None = Field(None, description="An Elasticsearch that runs already; none is started then")
    kafka_heap: Heap = Field("512m", description="Java heap of the Kafka started by us")
    elasticsearch_heap: Heap = Field("1g", description="Java heap of the Elasticsearch started by us")
    engine_jit: Literal["quick", "full"] = Field(
        "quick",
        description="`quick`: engines start with half the processor time and run a third slower; "
        "`full`: for a long run or a benchmark",
    )
