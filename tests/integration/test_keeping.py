"""Pages are kept while the line runs: an article says where, and the same article comes of it again with no network."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from services.common.messages import Article
from tests.e2e.outlet import Outlet, serving
from tests.integration.test_backfill import an_outlet, run
from tests.integration.test_fetcher import TEXT, fetching, on_the_topic, settings, story
from tests.unit.fetcher.servers import serving as serving_bytes
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("clean_line")
ROOT = Path(__file__).parents[2]
WHERE = re.compile(r"(sitrep-[\w-]+\.warc\.gz)#(\d+),(\d+)")
AGAIN = {"archive"}
"""What may differ between an article and the one that its kept page gives."""


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """A disk of its own, of that size, while the block runs."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False).returncode:
        pytest.skip("only root may mount a small disk, and not in every container")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def fill(disk: Path) -> Path:
    """Leave no room on a disk; the file that takes it."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (65_536, 512):
            with suppress(OSError):
                while file.write(b"x" * size):
                    pass
    return ballast


def replayed(given: Any, folder: Path, *archives: Path) -> str:
    """What ``sitrep replay`` says, in a process of its own, with a state of its own."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("SITREP_")},
        "SITREP_KAFKA_BOOTSTRAP": given.kafka_bootstrap,
        "SITREP_FETCHER_STATE": str(folder / "replay.sqlite3"),
    }
    command = [sys.executable, "-m", "services.cli", "replay", *map(str, archives)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def same(one: Article, other: Article) -> bool:
    return one.model_dump(exclude=AGAIN) == other.model_dump(exclude=AGAIN)


async def test_a_kept_page_gives_the_same_article_with_no_network(engines: Any, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    outlet = Outlet("northwire")
    outlet.publish(story("a"), story("b"))
    async with serving(outlet):
        given = settings(engines, tmp_path, [outlet.source()], fetcher_archive=kept)
        async with fetching(given) as running:
            await until(lambda: running.count("pages", outcome="sent") == 2, "two articles sent")
            outlet.publish(story("b", TEXT.replace("11 soldiers", "14 soldiers")))
            await until(lambda: running.count("pages", outcome="sent") == 3, "and an edit")
            assert running.count("pages_kept", outcome="kept") == 3
            assert running.count("pages_kept", outcome="not_kept") == 0
    before = await on_the_topic(engines)
    assert len(before) == 3
    for article in before:  # the outlet is gone, and each article says where its page is
        match = WHERE.fullmatch(article.archive or "")
        assert match is not None
        assert (kept / match[1]).stat().st_size >= int(match[2]) + int(match[3])

    said = replayed(given, tmp_path, *sorted(kept.iterdir()))
    assert said == "2 sent, 0 other addresses of an article, 0 no articles, 0 deleted on request, 0 failed.\n"
    again = await on_the_topic(engines)
    newest = {article.url: article for article in before if article.revision == 1 or "14 soldiers" in article.text}
    repeated = [article for article in again if article not in before or again.count(article) > before.count(article)]
    assert {article.url for article in repeated} == set(newest)
    for article in repeated:
        first = newest[article.url]
        assert (article.id, article.content_hash, article.text) == (first.id, first.content_hash, first.text)
        assert article.archive == first.archive
    unedited = next(article for article in before if article.url.endswith("/a"))
    assert sum(same(article, unedited) for article in again) == 2


async def test_a_backfill_keeps_pages_too(engines: Any, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    async with serving_bytes(**an_outlet()) as server:
        source = {
            "id": "a",
            "name": "A",
            "domain": "a.example",
            "feeds": [f"{server.base}/feed"],
            "allow_private": True,
        }
        given = settings(engines, tmp_path, [source], fetcher_archive=kept)
        assert (await run(given)).sent == 3
    articles = await on_the_topic(engines)
    assert all(WHERE.fullmatch(article.archive or "") for article in articles)
    assert replayed(given, tmp_path, *kept.iterdir()).startswith("3 sent, ")


async def test_a_full_disk_keeps_no_page_and_the_line_goes_on(engines: Any, tmp_path: Path) -> None:
    outlet = Outlet("northwire")
    outlet.publish(story("before"))
    with ExitStack() as stack:
        disk = stack.enter_context(small_disk(tmp_path / "disk", "256k"))
        async with serving(outlet):
            given = settings(
                engines, tmp_path, [outlet.source()], fetcher_archive=disk / "kept", fetcher_archive_file_bytes=50_000,
                fetcher_archive_bytes=100_000,
            )  # fmt: skip
            async with fetching(given) as running:
                await until(lambda: running.count("pages", outcome="sent") == 1, "the first article sent")
                ballast = fill(disk)
                with capture_logs() as logs:
                    outlet.publish(*(story(f"meanwhile{n}") for n in range(5)))
                    await until(lambda: running.count("pages", outcome="sent") == 6, "the others sent all the same")
                assert not running.process.health.waiting
                ballast.unlink()
                outlet.publish(story("after"))
                await until(lambda: running.count("pages", outcome="sent") == 7, "the last article sent")
                not_kept = running.count("pages_kept", outcome="not_kept")
        assert not_kept >= 1
        assert [entry["reason"] for entry in logs if entry["event"] == "page_not_kept"]
        articles = {article.url.rpartition("/")[2]: article for article in await on_the_topic(engines)}
        assert articles["before"].archive
        assert articles["after"].archive
        missing = [name for name, article in articles.items() if article.archive is None]
        assert missing
        assert all(name.startswith("meanwhile") for name in missing)
        said = replayed(given, tmp_path, *(disk / "kept").iterdir())
        assert said.startswith(f"{7 - len(missing)} sent, ")
