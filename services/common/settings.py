"""Settings that several services share. Each service adds its own; ``docs/settings.md`` is made from them.

A setting ``kafka_bootstrap`` is read from the environment variable ``SITREP_KAFKA_BOOTSTRAP``. Nothing else reads
the environment.
"""

from typing import Literal, TypeVar

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.common.errors import ConfigurationError

PREFIX = "SITREP_"


class Settings(BaseSettings):
    """What every process reads."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore", use_attribute_docstrings=True)

    log_format: Literal["json", "console"] = "json"
    """How log lines look: `json`, one object a line, or `console`, for people."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """The least severe level that is logged."""
    host: str = "127.0.0.1"
    """The address every service's HTTP server listens on; `0.0.0.0` in a container."""


class KafkaSettings(Settings):
    """What a service reads that talks to Kafka."""

    kafka_bootstrap: str = "127.0.0.1:19092"
    """Kafka's bootstrap servers, `host:port`, separated by commas."""
    kafka_replication: int = Field(default=1, ge=1)
    """Copies of each partition for topics that Sitrep creates; 3 on a real cluster."""


class ElasticsearchSettings(Settings):
    """What a service reads that talks to Elasticsearch."""

    elasticsearch_url: str = "http://127.0.0.1:19200"
    """Elasticsearch's address, with `user:password@` where it asks for one."""


class StageSettings(KafkaSettings):
    """What a stage of the line reads: it takes messages from a topic and gives up on those that can never pass."""

    dead_letter_limit: int = Field(default=50, ge=1)
    """A stage stops when, of its last 100 messages, more than this many went to the dead letters."""


S = TypeVar("S", bound=BaseSettings)


def load(model: type[S]) -> S:
    """Read settings from the environment.

    Raises:
        ConfigurationError: a variable's value cannot be used; the sentence names each variable.
    """
    try:
        return model()
    except ValidationError as error:
        wrong = "; ".join(
            f"{PREFIX}{'_'.join(str(part) for part in item['loc']).upper()}: {item['msg']}, got {item['input']!r}"
            for item in error.errors()
        )
        raise ConfigurationError(f"The environment has settings that cannot be used: {wrong}.") from error
