"""Adding a source to ``sources.yaml``: text is appended, so that comments and order stay as a person left them."""

import os
import tempfile
from pathlib import Path
from textwrap import indent
from typing import Any
from urllib.parse import urlsplit

import yaml

from services.common.errors import ConfigurationError
from services.fetcher.sources import Source, parse_sources

HEADER = "# The outlets Sitrep follows. `sitrep sources check` asks each of them whether its feeds can be read.\n"


def source_for(
    url: str, *, feed_title: str | None = None, language: str | None = None, sitemap: bool = False
) -> dict[str, Any]:
    """The fields of a source for the address of a feed or sitemap, named after the feed's title or the host."""
    host = (urlsplit(url).hostname or "").lower()
    domain = host.removeprefix("www.").removeprefix("feeds.").removeprefix("rss.")
    slug = "".join(letter if letter.isalnum() and letter.isascii() else "-" for letter in domain).strip("-")
    fields: dict[str, Any] = {"id": slug, "name": feed_title or domain, "domain": domain}
    if language:
        fields["language"] = language
    return fields | {"sitemaps" if sitemap else "feeds": [url]}


def add_source(path: Path, **fields: Any) -> Source:
    """Append a source to a file, which is made where it is missing; ``fields`` are the keys of ``sources.yaml``.

    Raises:
        ConfigurationError: the file cannot be used, or could not with this source in it; it is then left as it is.
    """
    path = path.resolve()
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        text = ""
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path} cannot be read: {error}.") from error
    added = with_source(text, fields, str(path))
    try:
        _replace(path, added)
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be written: {error.strerror}.") from error
    return parse_sources(added, str(path))[-1]


def with_source(text: str, fields: dict[str, Any], file: str = "sources.yaml") -> str:
    """The text of a ``sources.yaml`` with one source more.

    Raises:
        ConfigurationError: the text cannot be used, with or without the source.
    """
    entry = yaml.safe_dump([fields], sort_keys=False, allow_unicode=True, width=1000)
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
    if parse_sources(added, file)[:-1] != before:
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
