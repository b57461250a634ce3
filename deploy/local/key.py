"""The API key of a run on this machine: made at the first start, kept in a file that only its owner reads."""

import os
from datetime import UTC, datetime
from pathlib import Path

from services.common.errors import ConfigurationError
from services.common.keys import holds, key_id, new_key
from services.common.settings import KafkaSettings
from services.housekeeping.keys import every_key, keep_key

FILE = "api-key"


async def ensure_local_key(settings: KafkaSettings, data_dir: Path) -> None:
    """See to it that the key in the file holds; one that was revoked, or that this Kafka never knew, is made anew.

    Raises:
        TransientError: Kafka is away.
    """
    path, now = data_dir / FILE, datetime.now(UTC)
    token = path.read_text("utf-8").strip() if path.exists() else ""
    known = {key.id: key for key in await every_key(settings)}
    if token and holds(known.get(key_id(token)), token, now):
        return
    token, key = new_key("sitrep run", ["admin"], now=now)
    await keep_key(settings, key)
    path.unlink(missing_ok=True)  # so that the mode below is this file's
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(f"{token}\n")


def read_local_key(data_dir: Path) -> str:
    """The key of the run on this machine.

    Raises:
        ConfigurationError: there is none, or it is somebody else's.
    """
    try:
        return (data_dir / FILE).read_text("utf-8").strip()
    except OSError as error:
        raise ConfigurationError(
            f"Cannot read {data_dir / FILE} ({error.strerror}): `sitrep run` makes it when it first starts."
        ) from error
