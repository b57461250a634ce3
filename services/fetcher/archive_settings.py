"""The settings of the archive of pages, a part of the fetcher's."""

from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field

from services.common.settings import Settings


def _unset(value: object) -> object:
    return None if value == "" else value


class ArchiveSettings(Settings):
    """Where pages are kept, and how many."""

    fetcher_archive: Annotated[Path | None, BeforeValidator(_unset)] = None
    """The folder in which the pages of articles are kept as WARC files; not set, no page is kept."""
    fetcher_archive_file_bytes: int = Field(default=500_000_000, ge=10_000)
    """Bytes of one WARC file; then the next is begun."""
    fetcher_archive_bytes: int = Field(default=20_000_000_000, ge=20_000)
    """Bytes of all WARC files together; the oldest are removed to stay below it. At least twice that of one file."""
