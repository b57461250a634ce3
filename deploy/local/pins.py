"""The exact files the engines are made of, read from engines.json (written by `python -m deploy.local.pin`)."""

import hashlib
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

PINS_FILE = Path(__file__).with_name("engines.json")

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Size = Annotated[int, Field(gt=0)]
RelativePath = Annotated[str, StringConstraints(pattern=r"^\w[\w.+-]*(/\w[\w.+-]*)*$")]


class _Pin(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Coordinates(_Pin):
    """A Maven artifact: where it is in any repository of the Maven layout."""

    group: str
    artifact: str
    version: str
    extension: str = "jar"

    @property
    def file_name(self) -> str:
        """Its file name, such as `kafka_2.13-4.1.0.jar`."""
        return f"{self.artifact}-{self.version}.{self.extension}"

    @property
    def path(self) -> str:
        """Its path below the repository's address."""
        return f"{self.group.replace('.', '/')}/{self.artifact}/{self.version}/{self.file_name}"


class Artifact(Coordinates):
    """A Maven artifact and what its bytes must be. `size` is in bytes."""

    size: Size
    sha256: Sha256


class Member(_Pin):
    """One file inside an archive: its path below the archive's folder, and what its bytes must be."""

    path: RelativePath
    size: Size
    sha256: Sha256


class Members(_Pin):
    """The files wanted out of an archive that is never downloaded whole."""

    archive: Coordinates
    folder: RelativePath
    files: tuple[Member, ...] = Field(min_length=1)


class KafkaPins(_Pin):
    """Kafka: jars for one class path."""

    version: str
    jars: tuple[Artifact, ...] = Field(min_length=1)


class ElasticsearchPins(_Pin):
    """Elasticsearch: its distribution, and the modules that distribution leaves out."""

    version: str
    distribution: Artifact
    modules: Members


class Pins(_Pin):
    """Everything in engines.json."""

    kafka: KafkaPins
    elasticsearch: ElasticsearchPins


def load_pins(file: Path = PINS_FILE) -> Pins:
    """Read and check the pins.

    Raises:
        ValueError: the file is not what it should be; the text says where.
    """
    try:
        return Pins.model_validate_json(file.read_bytes())
    except ValidationError as error:
        raise ValueError(f"{file} is not a valid list of engine files: {error}") from error


def fingerprint(pins: BaseModel) -> str:
    """Eight characters that change whenever a pin does; part of the install folder's name."""
    return hashlib.sha256(pins.model_dump_json().encode()).hexdigest()[:8]
