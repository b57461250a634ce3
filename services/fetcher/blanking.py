"""Kept pages taken out of WARC files: each of their records is replaced by an empty one of exactly the same length.

Records are addressed by their offset (``Article.archive``), so nothing behind a removed record may move. Each record is
a gzip member of its own, and a gzip header may carry a comment of any length, which readers skip (RFC 1952, 2.3.1): an
empty record with a long comment fits wherever a page was.
"""

import contextlib
import os
import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import structlog

from services.common.errors import ConfigurationError
from services.common.identity import canonical_url
from services.fetcher.archived import archive_records, json_object, known_address

log = structlog.get_logger()

HEADER = b"\x1f\x8b\x08\x10\0\0\0\0\0\xff"
"""Gzip, deflated, with a comment, of no time, written on an unknown system."""


@dataclass(frozen=True, slots=True)
class _Member:
    offset: int
    length: int


def blank_pages(path: Path, urls: set[str]) -> int:
    """Blank the records of every page of these addresses (canonical); returns how many pages there were.

    The file is replaced by a copy, so that it is whole at any time.

    Raises:
        OSError: the file cannot be read or written.
        ConfigurationError: it is no WARC file.
    """
    members, pages = _members(path, urls)
    if not members:
        return 0
    changed = path.with_name(f"{path.name}.blanking-{os.getpid()}")
    try:
        with path.open("rb") as whole, changed.open("wb") as file:
            while chunk := whole.read(1 << 20):
                file.write(chunk)
            for member in members:
                file.seek(member.offset)
                file.write(blank_member(member.length))
            file.flush()
            os.fsync(file.fileno())
        changed.replace(path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            changed.unlink()
    return pages


def blank_in(paths: Iterable[Path], urls: set[str]) -> int:
    """Blank the pages in several files; returns how many there were. One that is no WARC file is passed over.

    Raises:
        OSError: a file cannot be read or written now.
    """
    count = 0
    for path in paths:
        try:
            count += blank_pages(path, urls)
        except ConfigurationError as error:
            if path.exists():
                log.error("archive_not_searched", reason=str(error))  # noqa: TRY400 - a sentence for a person
    return count


def blank_member(length: int) -> bytes:
    """An empty WARC record as a gzip member of exactly so many bytes.

    Raises:
        ValueError: it does not fit into so few.
    """
    record = (
        f"WARC/1.1\r\nWARC-Type: metadata\r\nWARC-Record-ID: <urn:uuid:{uuid4()}>\r\n"
        f"WARC-Date: {datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}\r\nContent-Length: 0\r\n\r\n\r\n\r\n"
    ).encode()
    squeeze = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    body = squeeze.compress(record) + squeeze.flush()
    trailer = struct.pack("<II", zlib.crc32(record), len(record))
    room = length - len(HEADER) - 1 - len(body) - len(trailer)
    if room < 0:
        raise ValueError(f"an empty record needs {length - room} bytes; there are {length}")
    return HEADER + b" " * room + b"\0" + body + trailer


def _members(path: Path, urls: set[str]) -> tuple[list[_Member], int]:
    """The records of the pages of these addresses: where each was asked for, or where it was in the end."""
    found: list[_Member] = []
    responses: set[str] = set()
    pages = 0
    for record, records in archive_records(path):
        headers = record.rec_headers
        response = headers.get_header("WARC-Concurrent-To") or headers.get_header("WARC-Record-ID")
        about = json_object(record.content_stream().read()) if record.rec_type == "metadata" else {}
        if known_address(headers) in urls or _canonical(about.get("asked")) in urls:
            responses.add(response)
        if response in responses:
            offset = records.offset
            records.read_to_end(record)
            found.append(_Member(offset, records.get_record_length()))
            pages += record.rec_type == "response"
    return found, pages


def _canonical(url: object) -> str | None:
    try:
        return canonical_url(str(url))
    except ValueError:
        return None
