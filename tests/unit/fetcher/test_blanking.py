"""Kept pages taken out of an archive: nothing of them is left, and everything else is where it was."""

import gzip
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.common.messages import Source
from services.fetcher.archive import Archive
from services.fetcher.archived import about_page, archived_pages
from services.fetcher.blanking import blank_member
from services.fetcher.entries import Entry
from services.fetcher.http import Page

SITE = "https://site.example"


def page(path: str, body: bytes, asked: str | None = None) -> Page:
    url = f"{SITE}/{path}"
    headers = MappingProxyType({"content-type": "text/html"})
    return Page(url, 200, headers, body, datetime(2024, 11, 17, tzinfo=UTC), asked or url)


def keep(archive: Archive, *pages: Page) -> list[str]:
    source = Source(id="site", name="The Site", domain="site.example")
    return [archive.keep(each, {}, about_page(source, "en", Entry(each.asked))) or "" for each in pages]


def everything(folder: Path) -> bytes:
    return b"".join(gzip.decompress(path.read_bytes()) for path in sorted(folder.iterdir()))


def test_a_deleted_page_is_gone_and_the_others_are_where_they_were(tmp_path: Path) -> None:
    archive = Archive(tmp_path, 10_000_000, 30_000_000)
    print_page = page("print/secret", b"SECRET printed", asked=f"{SITE}/short?utm_source=x")
    before = keep(archive, page("one", b"first"), page("secret", b"SECRET " * 99), print_page, page("two", b"last"))

    assert archive.blank({f"{SITE}/secret", f"{SITE}/short"}) == 2
    archive.close()

    left = {each.url: (each.archive, each.body) for each in archived_pages(tmp_path.iterdir())}
    assert left == {f"{SITE}/one": (before[0], b"first"), f"{SITE}/two": (before[3], b"last")}
    assert b"SECRET" not in everything(tmp_path)
    assert b"secret" not in everything(tmp_path)


def test_a_page_that_comes_again_is_kept_again(tmp_path: Path) -> None:
    archive = Archive(tmp_path, 10_000_000, 30_000_000)
    [before] = keep(archive, page("one", b"first"))
    assert archive.blank({f"{SITE}/one"}) == 1
    [after] = keep(archive, page("one", b"first"))
    archive.close()
    assert before != after
    assert [each.archive for each in archived_pages(tmp_path.iterdir())] == [after]


def test_a_file_that_is_no_archive_stops_nothing(tmp_path: Path) -> None:
    archive = Archive(tmp_path, 10_000_000, 30_000_000)
    keep(archive, page("one", b"first"))
    (tmp_path / "sitrep-0.warc.gz").write_bytes(b"not gzip at all")
    assert archive.blank({f"{SITE}/one"}) == 1


@settings(deadline=None)  # the standard library reads a gzip comment byte by byte
@given(st.integers(250, 200_000))
def test_an_empty_record_of_any_length(length: int) -> None:
    member = blank_member(length)
    assert len(member) == length
    assert gzip.decompress(member).startswith(b"WARC/1.1\r\nWARC-Type: metadata\r\n")


def test_an_empty_record_needs_some_room() -> None:
    with pytest.raises(ValueError, match=r"an empty record needs \d+ bytes; there are 60"):
        blank_member(60)
