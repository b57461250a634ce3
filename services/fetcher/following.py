"""The sources that are followed now: the file is read again when it changes, and a broken edit changes nothing."""

from collections.abc import Iterator
from pathlib import Path

import structlog

from services.common.errors import ConfigurationError
from services.common.metrics import Metrics
from services.fetcher.sources import Source, load_sources

log = structlog.get_logger()


class Followed:
    """The sources of a file, as of its last good version.

    Raises:
        ConfigurationError: on creation: the file cannot be used.
    """

    def __init__(self, path: Path, metrics: Metrics) -> None:
        self._path = path
        self._metrics = metrics
        self._seen = _version(path)
        self._sources: dict[str, Source] = {}
        self._follow(load_sources(path))

    def __iter__(self) -> Iterator[Source]:
        return iter(tuple(self._sources.values()))

    def get(self, source: str) -> Source | None:
        """The source with an id, if it is followed."""
        return self._sources.get(source)

    def refresh(self) -> bool:
        """Read the file again if it was changed; returns whether other sources are followed now."""
        version = _version(self._path)
        if version == self._seen:
            return False
        self._seen = version
        try:
            sources = load_sources(self._path)
        except ConfigurationError as error:
            self._metrics.sources_refused.set(1)
            log.error("sources_refused", reason=str(error), following=len(self._sources))  # noqa: TRY400 - a sentence
            return False
        before = self._sources
        self._follow(sources)
        log.info("sources_changed", sources=len(self._sources))
        return before != self._sources

    def _follow(self, sources: tuple[Source, ...]) -> None:
        self._sources = {source.id: source for source in sources}
        self._metrics.sources.set(len(self._sources))
        self._metrics.sources_refused.set(0)


def _version(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
