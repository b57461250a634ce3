"""Pages as they were answered, kept in WARC files (ISO 28500, WARC 1.1), each record compressed on its own.

A file is written under a name that ends in ``.open``, locked, and gets its own name when it is full or the process
ends. Records are put together in memory and written at once, so that a process killed meanwhile leaves at most the
beginning of one behind; the next process cuts that off. Several processes may keep pages in one folder.

A body is kept as it was read, decompressed: the headers that no longer hold for it are kept with the prefix
``X-Archive-Orig-``, as other archives do.
"""

import contextlib
import fcntl
import hashlib
import io
import json
import os
import threading
import zlib
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any, BinaryIO

import structlog
from warcio.statusandheaders import StatusAndHeaders  # type: ignore[import-untyped]  # it ships no types
from warcio.warcwriter import WARCWriter  # type: ignore[import-untyped]  # it ships no types

from services import __version__
from services.common.errors import ConfigurationError
from services.fetcher.archive_settings import ArchiveSettings
from services.fetcher.blanking import blank_in
from services.fetcher.http import Page

log = structlog.get_logger()

NAMES = "sitrep-*.warc.gz"
OPEN = ".open"
WARC = "WARC/1.1"
GZIP = 31
"""How zlib is told that gzip's header and trailer are to be there."""
CHUNK = 1 << 20
KEPT = "X-Archive-Orig-"
NO_LONGER_TRUE = {"content-encoding", "content-length", "transfer-encoding"}
REMEMBERED = 5_000
"""Addresses whose last kept body is remembered, so that the same is not kept again at every look."""


class Archive:
    """The folder's writer; safe to call from several threads, one page at a time.

    Raises:
        ConfigurationError: the folder cannot be used; the sentence says why.
    """

    def __init__(self, folder: Path, file_bytes: int, total_bytes: int) -> None:
        if total_bytes < 2 * file_bytes:
            raise ConfigurationError(
                f"SITREP_FETCHER_ARCHIVE_BYTES ({total_bytes}) must be at least twice "
                f"SITREP_FETCHER_ARCHIVE_FILE_BYTES ({file_bytes})."
            )
        self._folder = folder
        self._file_bytes = file_bytes
        self._total_bytes = total_bytes
        self._lock = threading.Lock()
        self._file: io.FileIO | None = None
        self._size = 0
        self._count = 0
        self._kept: OrderedDict[str, tuple[bytes, str]] = OrderedDict()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            mend(folder)
        except OSError as error:
            raise ConfigurationError(f"Pages cannot be kept in {folder}: {error}.") from error

    def keep(
        self, page: Page, sent: Mapping[str, str] | None = None, about: Mapping[str, Any] | None = None
    ) -> str | None:
        """Keep a page, and say where: ``file.warc.gz#offset,length`` of its response record.

        ``sent``: the request's headers. ``about``: what else is to be known when the page is read again, as JSON.
        A page that cannot be kept now (the disk is full) is none: that is logged, and nothing waits for it.
        """
        digest = hashlib.sha256(page.body).digest()
        with self._lock:
            before, where = self._kept.get(page.url, (b"", ""))
            if before == digest:
                return where
            try:
                where = self._written(page, sent or {}, about or {})
            except OSError as error:
                log.warning("page_not_kept", url=page.url, folder=str(self._folder), reason=str(error))
                with contextlib.suppress(OSError):
                    self._finish()
                return None
            self._kept[page.url] = (digest, where)
            self._kept.move_to_end(page.url)
            if len(self._kept) > REMEMBERED:
                self._kept.popitem(last=False)
            return where

    def blank(self, urls: set[str]) -> int:
        """Take the pages of these addresses (canonical) out of every file; returns how many there were.

        What another process is writing now it has to blank itself.

        Raises:
            OSError: a file cannot be read or written now.
        """
        with self._lock:
            self._finish()
            self._kept.clear()
        return blank_in(sorted(self._folder.glob(NAMES)), urls)

    def close(self) -> None:
        """Give the file that is being written its own name."""
        with self._lock:
            self._finish()

    def _written(self, page: Page, sent: Mapping[str, str], about: Mapping[str, Any]) -> str:
        block, start = _records(page, sent, about)
        if self._file is not None and self._size + len(block) > self._file_bytes:
            self._finish()
        file = self._file or self._begin()
        offset = self._size
        try:
            _write(file, block)
        except OSError:
            os.ftruncate(file.fileno(), offset)
            raise
        self._size += len(block)
        name = Path(os.fsdecode(file.name)).name.removesuffix(OPEN)
        return f"{name}#{offset + start},{len(block) - start}"

    def _begin(self) -> io.FileIO:
        self._make_room()
        self._count += 1
        name = f"sitrep-{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}-{os.getpid()}-{self._count:04}.warc.gz"
        path = self._folder / f"{name}{OPEN}"
        file = io.FileIO(path, "xb")
        self._file = file
        fcntl.flock(file, fcntl.LOCK_EX)
        head = _head(name)
        _write(file, head)
        self._size = len(head)
        return file

    def _finish(self) -> None:
        file, self._file = self._file, None
        if file is None:
            return
        path = Path(os.fsdecode(file.name))
        try:
            os.fsync(file.fileno())
            path.rename(path.with_name(path.name.removesuffix(OPEN)))
        finally:
            file.close()

    def _make_room(self) -> None:
        """Remove the oldest whole files, so that a new one can be filled."""
        whole = sorted(self._folder.glob(NAMES))
        sizes = {path: path.stat().st_size for path in (*whole, *self._folder.glob(NAMES + OPEN))}
        total = sum(sizes.values())
        for path in whole:
            if total + self._file_bytes <= self._total_bytes:
                return
            path.unlink(missing_ok=True)
            total -= sizes[path]
            log.info("archive_removed", file=str(path), bytes=sizes[path])


@contextlib.contextmanager
def archive(settings: ArchiveSettings) -> Iterator[Archive | None]:
    """The archive that the settings ask for, closed at the end of the block; None where they ask for none.

    Raises:
        ConfigurationError: the folder cannot be used; the sentence says why.
    """
    if settings.fetcher_archive is None:
        yield None
        return
    kept = Archive(settings.fetcher_archive, settings.fetcher_archive_file_bytes, settings.fetcher_archive_bytes)
    try:
        yield kept
    finally:
        kept.close()


def mend(folder: Path) -> None:
    """Cut the beginning of a record off the files that a killed process left, and give them their names."""
    for path in sorted(folder.glob(NAMES + OPEN)):
        with path.open("r+b") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:  # another process is writing it
                continue
            whole = _whole_bytes(file)
            file.truncate(whole)
            if whole:
                path.rename(path.with_name(path.name.removesuffix(OPEN)))
            else:
                path.unlink()
            log.info("archive_mended", file=path.name, bytes=whole)


def _whole_bytes(file: BinaryIO) -> int:
    """Where the last whole record of a file ends: each is a gzip member, which says where it ends."""
    end = position = 0
    member = zlib.decompressobj(wbits=GZIP)
    while chunk := file.read(CHUNK):
        while chunk:
            try:
                member.decompress(chunk)
            except zlib.error:
                return end
            position += len(chunk) - len(member.unused_data)
            if not member.eof:
                break
            end, chunk = position, member.unused_data
            member = zlib.decompressobj(wbits=GZIP)
    return end


def _write(file: io.FileIO, block: bytes) -> None:
    view = memoryview(block)
    while view:
        view = view[file.write(view) :]


def _head(name: str) -> bytes:
    buffer = io.BytesIO()
    writer = WARCWriter(buffer, gzip=True, warc_version=WARC)
    info = {"software": f"Sitrep/{__version__}", "format": "WARC File Format 1.1"}
    writer.write_record(writer.create_warcinfo_record(name, info))
    return buffer.getvalue()


def _records(page: Page, sent: Mapping[str, str], about: Mapping[str, Any]) -> tuple[bytes, int]:
    """A page's records (what is known of it, the request, the response), and where in them the response begins."""
    buffer = io.BytesIO()
    writer = WARCWriter(buffer, gzip=True, warc_version=WARC)
    date = {"WARC-Date": f"{page.fetched_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"}
    headers = [(f"{KEPT}{name}" if name in NO_LONGER_TRUE else name, text) for name, text in page.headers.items()]
    headers.append(("Content-Length", str(len(page.body))))
    response = writer.create_warc_record(
        page.url,
        "response",
        payload=io.BytesIO(page.body),
        length=len(page.body),
        http_headers=StatusAndHeaders(f"{page.status} {HTTPStatus(page.status).phrase}", headers, protocol="HTTP/1.1"),
        warc_headers_dict=date,
    )
    first_line = f"GET {_target(page.url)} HTTP/1.1"
    together = {**date, "WARC-Concurrent-To": response.rec_headers.get_header("WARC-Record-ID")}
    known = json.dumps({"asked": page.asked, **about}, ensure_ascii=False).encode()
    writer.write_record(
        writer.create_warc_record(
            page.url,
            "metadata",
            payload=io.BytesIO(known),
            length=len(known),
            warc_content_type="application/json",
            warc_headers_dict=together,
        )
    )
    writer.write_record(
        writer.create_warc_record(
            page.url,
            "request",
            http_headers=StatusAndHeaders(first_line, list(sent.items()), is_http_request=True),
            warc_headers_dict=together,
        )
    )
    start = buffer.tell()
    writer.write_record(response)
    return buffer.getvalue(), start


def _target(url: str) -> str:
    """The path and query of an address, as a request's first line has them."""
    rest = url.split("#", 1)[0].partition("://")[2]
    return f"/{rest.partition('/')[2]}"
