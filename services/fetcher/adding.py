"""Adding a source to ``sources.yaml``: text is appended, so that comments and order stay as a person left them."""

import contextlib
import os
import re
import tempfile
from collections.abc import Container, Mapping, Sequence
from itertools import chain, count
from pathlib import Path
from textwrap import indent
from typing import Any
from urllib.parse import urlsplit

import yaml

from services.common.errors import ConfigurationError
from services.fetcher.sources import Source, load_sources, parse_sources

HEADER = "# The outlets Sitrep follows. `sitrep sources check` asks each of them whether its feeds can be read.\n"


def domain_of(url: str) -> str:
    """The domain of an outlet by one of its addresses: its host, without the names that only say what is there."""
    host = (urlsplit(url).hostname or "").lower().rstrip(".")
    return host.removeprefix("www.").removeprefix("feeds.").removeprefix("rss.")


def id_from(domain: str, taken: Container[str] = ()) -> str:
    """An id for a source after its domain, with a number behind it where it is taken."""
    with contextlib.suppress(UnicodeError):
        domain = domain.encode("idna").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", domain.lower()).strip("-")[:90] or "outlet"
    return next(each for each in chain([slug], (f"{slug}-{n}" for n in count(2))) if each not in taken)


def fields_for(url: str) -> dict[str, Any]:
    """The fields of a source that follow from one of its addresses alone: its id, name and domain."""
    domain = domain_of(url if "://" in url else f"https://{url}")
    return {"id": id_from(domain), "name": domain, "domain": domain}


def add_source(path: Path, **fields: Any) -> Source:
    """Append a source to a file, which is made where it is missing; ``fields`` are the keys of ``sources.yaml``.

    Raises:
        ConfigurationError: the file cannot be used, or could not with this source in it, or it follows one of its feeds
            or sitemaps already; it is then left as it is.
    """
    wanted = {*fields.get("feeds", ()), *fields.get("sitemaps", ())}
    for known in load_sources(path) if path.exists() else ():
        if wanted & {*known.feeds, *known.sitemaps}:
            raise ConfigurationError(f"{known.name} is in {path} already, as {known.id}: there is nothing to add.")
    return add_sources(path, [fields])[-1]


def add_sources(path: Path, entries: Sequence[Mapping[str, Any]]) -> tuple[Source, ...]:
    """Append sources to a file, all or none; returns all that the file then has.

    Raises:
        ConfigurationError: as ``add_source``.
    """
    path = path.resolve()
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        text = ""
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path} cannot be read: {error}.") from error
    added = with_sources(text, entries, str(path))
    try:
        _replace(path, added)
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be written: {error.strerror}.") from error
    return parse_sources(added, str(path))


def with_sources(text: str, entries: Sequence[Mapping[str, Any]], file: str = "sources.yaml") -> str:
    """The text of a ``sources.yaml`` with some sources more; what it has stays as it is written.

    Raises:
        ConfigurationError: the text cannot be used, with or without the sources.
    """
    entry = yaml.safe_dump([dict(fields) for fields in entries], sort_keys=False, allow_unicode=True, width=1000)
    if not any(line.strip() and not line.lstrip().startswith("#") for line in text.splitlines()):
        added = f"{_ended(text) or HEADER}sources:\n{indent(entry, '  ')}"
        parse_sources(added, file)
        return added
    before = parse_sources(text, file)
    root: Any = yaml.compose(text, Loader=yaml.SafeLoader)
    listed = next(value for key, value in root.value if key.value == "sources")
    if not listed.flow_style:
        added = _ended(text) + indent(entry, " " * listed.start_mark.column)
    elif not listed.value:
        start, end = listed.start_mark.index, listed.end_mark.index
        added = f"{text[:start].rstrip()}\n{indent(entry, '  ')}{text[end:].lstrip()}"
    else:
        raise ConfigurationError(
            f"{file} lists its sources in one line, [ … ], where none can be appended: write them one below another."
        )
    if parse_sources(added, file)[: len(before)] != before:
        raise ConfigurationError(f"{file} goes on after its list of sources: add this by hand:\n{entry}")
    return added


def _ended(text: str) -> str:
    return text if not text or text.endswith("\n") else f"{text}\n"


def _replace(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    mode = path.stat().st_mode if path.exists() else 0o644
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(mode)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
