"""Reading pages back from WARC files (ISO 28500): ours, or those of another program.

What our own say beside a page (its source, what its feed said) comes back with it.
"""

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog
from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped]  # it ships no types
from warcio.exceptions import ArchiveLoadFailed  # type: ignore[import-untyped]  # it ships no types

from services.common.errors import ConfigurationError
from services.common.identity import canonical_url
from services.common.messages import Source
from services.fetcher.entries import Entry
from services.fetcher.markup import LARGEST

log = structlog.get_logger()

WHOLE = 200
"""The only status whose body is the page."""
MOMENTS = ("published_at", "updated_at")


@dataclass(frozen=True, slots=True)
class ArchivedPage:
    """A page as an archive holds it."""

    url: str
    body: bytes
    content_type: str | None
    fetched_at: datetime
    archive: str
    """Where it is: ``file.warc.gz#offset,length``."""
    asked: str
    """The address by which it is remembered."""
    entry: Entry
    source: Source | None
    language: str | None


def about_page(source: Source, language: str | None, entry: Entry) -> dict[str, Any]:
    """What to keep beside a page, so that it gives the same article when it is read again."""
    moments = {name: moment.isoformat() for name in MOMENTS if (moment := getattr(entry, name))}
    said = {"url": entry.url, "title": entry.title, "summary": entry.summary, "authors": list(entry.authors)}
    return {
        "source": source.model_dump(),
        "language": language,
        "entry": {name: value for name, value in {**said, **moments, "language": entry.language}.items() if value},
    }


def archived_pages(archives: Iterable[Path], *, newest: bool = True, largest: int = LARGEST) -> Iterator[ArchivedPage]:
    """The pages in WARC files, in their order; with ``newest`` only the newest of each address.

    A file that ends within a record gives what is before it.

    Raises:
        ConfigurationError: a file cannot be read, or is none; the sentence names it.
    """
    paths = list(archives)
    wanted = _newest(paths) if newest else None
    for path in paths:
        about: dict[str, dict[str, Any]] = {}
        for record, records in archive_records(path):
            headers = record.rec_headers
            offset = records.offset
            if record.rec_type == "metadata":
                about = {headers.get_header("WARC-Concurrent-To"): json_object(record.content_stream().read())}
            elif _is_page(record) and (not wanted or wanted[known_address(headers)] == (path, offset)):
                beside = about.get(headers.get_header("WARC-Record-ID"), {})
                try:
                    body = _body(record, largest)
                    records.read_to_end(record)
                    where = f"{path.name.removesuffix('.open')}#{offset},{records.get_record_length()}"
                    found = _page(record, body, where, beside)
                except (EOFError, TypeError, ValueError, zlib.error) as error:
                    log.warning("archived_page_unreadable", file=str(path), offset=offset, reason=str(error))
                    continue
                yield found


def _body(record: Any, largest: int) -> bytes:
    body = record.content_stream().read(largest + 1)
    if len(body) <= largest and record.raw_stream.limit > 0:
        raise EOFError("the record is not whole")
    return bytes(body)


def archive_records(path: Path) -> Iterator[tuple[Any, Any]]:
    """A file's records, each with the iterator that knows where it is; up to the first that is not whole."""
    count = 0
    try:
        with path.open("rb") as file:
            records = ArchiveIterator(file)
            for count, record in enumerate(records, start=1):  # noqa: B007 - counted for the sentence below
                yield record, records
    except (EOFError, ArchiveLoadFailed, zlib.error) as error:
        if not count:
            raise ConfigurationError(f"{path} is no WARC file: {error}.") from error
        log.warning("archive_ends_early", file=str(path), reason=str(error))
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror or error}.") from error


def _newest(paths: Iterable[Path]) -> dict[str, tuple[Path, int]]:
    """Where the newest page of each address is."""
    found: dict[str, tuple[str, Path, int]] = {}
    for path in paths:
        for record, records in archive_records(path):
            if _is_page(record):
                when, address = record.rec_headers.get_header("WARC-Date") or "", known_address(record.rec_headers)
                if address not in found or found[address][0] <= when:
                    found[address] = (when, path, records.offset)
    return {address: (path, offset) for address, (_, path, offset) in found.items()}


def _is_page(record: Any) -> bool:
    return (
        record.rec_type == "response"
        and record.http_headers is not None
        and record.http_headers.get_statuscode() == str(WHOLE)
    )


def known_address(headers: Any) -> str:
    """The canonical form of the address that a record is of."""
    address = (headers.get_header("WARC-Target-URI") or "").strip("<>")
    try:
        return canonical_url(address)
    except ValueError:
        return address


def json_object(text: bytes) -> dict[str, Any]:
    """What is known of a page, as a metadata record has it; nothing where it is somebody else's."""
    try:
        read = json.loads(text)
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def _page(record: Any, body: bytes, where: str, beside: Mapping[str, Any]) -> ArchivedPage:
    headers = record.rec_headers
    url = (headers.get_header("WARC-Target-URI") or "").strip("<>")
    asked = str(beside.get("asked") or url)
    entry = dict(beside.get("entry") or {})
    for name in MOMENTS:
        if name in entry:
            entry[name] = datetime.fromisoformat(entry[name])
    entry = {"url": asked, **entry, "authors": tuple(entry.get("authors", ()))}
    return ArchivedPage(
        url=url,
        body=body,
        content_type=record.http_headers.get_header("Content-Type"),
        fetched_at=datetime.fromisoformat(headers.get_header("WARC-Date")).astimezone(UTC),
        archive=where,
        asked=asked,
        entry=Entry(**entry),
        source=Source.model_validate(beside["source"]) if beside.get("source") else None,
        language=beside.get("language"),
    )
