"""Pages kept in WARC files that others can read, whatever ends the process; and read again from them."""

import gzip
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

import pytest
from structlog.testing import capture_logs
from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped]  # it ships no types

from services.common.errors import ConfigurationError
from services.common.messages import Article, Source
from services.common.settings import load
from services.fetcher.archive import Archive, archive
from services.fetcher.archive_settings import ArchiveSettings
from services.fetcher.archived import about_page, archived_pages
from services.fetcher.articles import article_from_html
from services.fetcher.entries import Entry
from services.fetcher.failures import NotAnArticle
from services.fetcher.http import Page
from services.fetcher.replay import numbered, replay
from services.fetcher.revisions import Known, note_of
from tests.unit.fetcher.layouts import LAYOUTS

URL = "https://site.example/war/ships?id=7"
NOW = datetime(2024, 11, 22, 8, 15, 30, 250000, tzinfo=UTC)
BODY = LAYOUTS["blocks of a blog"]
SENT = {"Host": "site.example", "User-Agent": "Sitrep/1 (+https://us.example)", "If-None-Match": '"v1"'}
SOURCE = Source(id="site", name="The Site", domain="site.example")
ENTRY = Entry(url=URL, title="Ships", authors=("Jane Doe",), published_at=datetime(2024, 11, 21, tzinfo=UTC))


def page(body: bytes = BODY, url: str = URL, fetched_at: datetime = NOW) -> Page:
    headers = {
        "content-type": "text/html; charset=utf-8",
        "content-encoding": "br",
        "content-length": "77",
        "etag": '"v2"',
    }
    return Page(url, 200, MappingProxyType(headers), body, fetched_at, url)


@pytest.fixture(name="kept")
def _kept(tmp_path: Path) -> Iterator[Archive]:
    writer = Archive(tmp_path / "archive", 1_000_000, 3_000_000)
    yield writer
    writer.close()


def files(folder: Path) -> list[Path]:
    return sorted((folder / "archive").iterdir())


def test_a_page_is_kept_as_it_was_asked_for_and_answered(kept: Archive, tmp_path: Path) -> None:
    where = kept.keep(page(), SENT, about_page(SOURCE, "en", ENTRY))
    kept.close()
    [file] = files(tmp_path)
    with file.open("rb") as stream:
        found = {
            record.rec_type: (record.rec_headers, record.http_headers, record.content_stream().read())
            for record in ArchiveIterator(stream, check_digests="raise")
        }
    assert list(found) == ["warcinfo", "metadata", "request", "response"]
    warc, http, body = found["response"]
    assert (warc.get_header("WARC-Target-URI"), warc.get_header("WARC-Date")) == (URL, "2024-11-22T08:15:30.250000Z")
    assert (http.get_statuscode(), body) == ("200", BODY)
    assert http.headers == [
        ("content-type", "text/html; charset=utf-8"),
        ("X-Archive-Orig-content-encoding", "br"),
        ("X-Archive-Orig-content-length", "77"),
        ("etag", '"v2"'),
        ("Content-Length", str(len(BODY))),
    ]
    _, request, _ = found["request"]
    assert (request.protocol, request.statusline, dict(request.headers)) == ("GET", "/war/ships?id=7 HTTP/1.1", SENT)
    assert where is not None
    name, _, span = where.partition("#")
    offset, length = map(int, span.split(","))
    assert name == file.name
    assert gzip.decompress(file.read_bytes()[offset : offset + length]).startswith(b"WARC/1.1\r\n")
    assert BODY in gzip.decompress(file.read_bytes()[offset : offset + length])


def test_the_same_page_is_kept_once(kept: Archive) -> None:
    first = kept.keep(page())
    assert kept.keep(page(fetched_at=datetime(2024, 11, 23, tzinfo=UTC))) == first
    assert kept.keep(page(BODY + b"<!-- other -->")) != first


def random_page(number: int, size: int = 4_000) -> Page:
    return page(b"<html>" + os.urandom(size), f"https://site.example/{number}")


def test_a_full_file_is_followed_by_the_next_and_the_oldest_go(tmp_path: Path) -> None:
    writer = Archive(tmp_path / "archive", 20_000, 50_000)
    (tmp_path / "archive" / "of-somebody-else.warc.gz").write_bytes(b"x" * 40_000)
    places = [writer.keep(random_page(number)) for number in range(40)]
    writer.close()
    ours = [file for file in files(tmp_path) if file.name.startswith("sitrep-")]
    assert len(files(tmp_path)) == len(ours) + 1  # what is not ours stays
    assert all(file.stat().st_size <= 20_000 for file in ours)
    assert 15_000 < sum(file.stat().st_size for file in ours) <= 50_000
    there = {page.archive for page in archived_pages(ours)}
    assert there == set(places[-len(there) :])  # the newest


ENDLESS = """
import sys
from pathlib import Path
from services.fetcher.archive import Archive
from tests.unit.fetcher.test_archive import random_page
writer = Archive(Path(sys.argv[1]), 1_000_000_000, 3_000_000_000)
number = 0
while True:
    number += 1
    print(writer.keep(random_page(number, 200_000)), flush=True)
"""


def test_a_process_killed_while_it_writes_leaves_what_it_had_kept(tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    with subprocess.Popen([sys.executable, "-c", ENDLESS, str(folder)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = [process.stdout.readline().strip() for _ in range(20)]
        os.kill(process.pid, signal.SIGKILL)
        said += process.stdout.read().split()
    [left] = files(tmp_path)
    assert left.name.endswith(".warc.gz.open")
    assert {one.archive for one in archived_pages([left])} >= set(said[:20])  # readable as it is
    with left.open("ab") as file:  # as if the kill had come within a record
        file.write(left.read_bytes()[:700])
    Archive(folder, 1_000_000, 3_000_000)
    [mended] = files(tmp_path)
    assert mended.name == left.name.removesuffix(".open")
    assert {one.archive for one in archived_pages([mended])} >= {
        place for place in said if place.endswith(tuple("0123456789"))
    }
    with mended.open("rb") as stream:
        assert all(
            record.content_stream().read() is not None for record in ArchiveIterator(stream, check_digests="raise")
        )


def test_a_file_another_process_is_writing_is_left_alone(kept: Archive, tmp_path: Path) -> None:
    kept.keep(page())
    other = Archive(tmp_path / "archive", 1_000_000, 3_000_000)
    assert [file.suffix for file in files(tmp_path)] == [".open"]
    assert kept.keep(random_page(1))
    other.close()
    kept.close()
    assert len(list(archived_pages(files(tmp_path)))) == 2


def test_a_page_that_cannot_be_kept_is_said_and_nothing_waits(kept: Archive, tmp_path: Path) -> None:
    first = kept.keep(page())
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (files(tmp_path)[0].stat().st_size + 2_000, hard))
    try:
        with capture_logs() as logs:
            assert kept.keep(random_page(1, 100_000)) is None
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert [entry["event"] for entry in logs] == ["page_not_kept"]
    second = kept.keep(random_page(2))
    kept.close()
    assert {one.archive for one in archived_pages(files(tmp_path))} == {first, second}


@pytest.mark.parametrize(
    ("folder", "sizes", "sentence"),
    [
        ("file/archive", (10_000, 20_000), "Pages cannot be kept in"),
        ("archive", (10_000, 15_000), r"SITREP_FETCHER_ARCHIVE_BYTES \(15000\) must be at least twice"),
    ],
)
def test_a_folder_that_cannot_be_used(folder: str, sizes: tuple[int, int], sentence: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(ConfigurationError, match=sentence):
        Archive(tmp_path / folder, *sizes)


def test_without_a_folder_no_page_is_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SITREP_FETCHER_ARCHIVE", "")
    with archive(load(ArchiveSettings)) as none:
        assert none is None
    monkeypatch.setenv("SITREP_FETCHER_ARCHIVE", str(tmp_path / "archive"))
    with archive(load(ArchiveSettings)) as one:
        assert one is not None
        one.keep(page())
    assert [file.suffix for file in files(tmp_path)] == [".gz"]


def test_a_page_read_again_gives_the_same_article(kept: Archive, tmp_path: Path) -> None:
    where = kept.keep(page(), SENT, about_page(SOURCE, "en", ENTRY))
    kept.close()
    [again] = list(replay(files(tmp_path)))
    once = article_from_html(BODY, URL, source=SOURCE, language="en", fetched_at=NOW, entry=ENTRY)
    assert again == once.model_copy(update={"archive": where})


def test_the_newest_page_of_an_address_or_every_one(kept: Archive, tmp_path: Path) -> None:
    older, newer = BODY.replace(b"11,000", b"10,000"), BODY
    kept.keep(page(older, URL, datetime(2024, 11, 21, tzinfo=UTC)))
    kept.keep(page(b"<html><body>x</body></html>", "https://site.example/none"))
    kept.keep(page(newer, f"{URL}&utm_source=x", NOW))
    kept.close()
    newest = list(replay(files(tmp_path)))
    assert [type(one) for one in newest] == [NotAnArticle, Article]
    every = [one.text[:70] for one in replay(files(tmp_path), newest=False) if isinstance(one, Article)]
    assert ["10,000" in text for text in every] == [True, False]


def test_another_programs_archive_will_do(tmp_path: Path) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
    block = head + BODY
    record = (
        b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: <https://www.other.example/a>\r\nWARC-Date: 2024-11-22T08:15:30Z\r\n"
        b"WARC-Record-ID: <urn:uuid:1>\r\nContent-Type: application/http; msgtype=response\r\nContent-Length: %d\r\n\r\n%b\r\n\r\n"
    ) % (len(block), block)
    (tmp_path / "other.warc").write_bytes(record)
    [article] = list(replay([tmp_path / "other.warc"]))
    assert isinstance(article, Article)
    assert (article.source.id, article.fetched_at) == ("other-example", NOW.replace(microsecond=0))


@pytest.mark.parametrize(("body", "sentence"), [(None, "cannot be read"), (b"no archive at all", "is no WARC file")])
def test_what_is_no_archive(body: bytes | None, sentence: str, tmp_path: Path) -> None:
    if body is not None:
        (tmp_path / "x.warc.gz").write_bytes(body)
    with pytest.raises(ConfigurationError, match=sentence):
        list(replay([tmp_path / "x.warc.gz"]))


def test_the_number_of_a_replayed_article() -> None:
    article = article_from_html(BODY, URL, fetched_at=NOW)
    known = Known(article.id, 3, article.content_hash, acknowledged=True, address=URL, note=note_of(article))
    assert numbered(article, None).revision == 1
    assert numbered(article, known).revision == 3  # the same text is the same message again
    changed = article.model_copy(update={"text": "x", "content_hash": "0" * 64})
    revised = numbered(changed, known)
    assert (revised.revision, revised.change and revised.change.fields) == (4, ("text",))


@pytest.mark.parametrize("missing", [1, 9, 300, 1_200, 1_430])
def test_a_file_that_ends_within_a_record_gives_what_is_before_it(kept: Archive, tmp_path: Path, missing: int) -> None:
    first = kept.keep(page())
    kept.keep(page(os.urandom(3_000), "https://site.example/last"))
    kept.close()
    [file] = files(tmp_path)
    whole = file.read_bytes()
    file.write_bytes(whole[:-missing])
    found = list(archived_pages([file]))
    assert (found[0].archive, found[0].body) == (first, BODY)
    assert all(len(one.body) == 3_000 for one in found[1:])  # of the last one, all or nothing
    file.rename(file.with_name(f"{file.name}.open"))
    Archive(tmp_path / "archive", 1_000_000, 3_000_000)
    assert {one.archive for one in archived_pages(files(tmp_path))} == {first}


def test_a_record_that_says_nonsense_is_passed_over(tmp_path: Path) -> None:
    block = b"HTTP/1.1 200 OK\r\n\r\nx"
    head = b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://a.example/\r\nWARC-Date: soon\r\n"
    record = head + b"Content-Type: application/http\r\nContent-Length: %d\r\n\r\n%b\r\n\r\n" % (len(block), block)
    (tmp_path / "x.warc").write_bytes(record)
    assert list(replay([tmp_path / "x.warc"])) == []
