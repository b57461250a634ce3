"""A person deletes an article with the command: it leaves the whole line, and the line goes on without it."""

import asyncio
import gzip
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.line import Line, a_line
from tests.e2e.outlet import Outlet, serving
from tests.integration.test_fetcher import story
from tests.waiting import until


@pytest.mark.usefixtures("clean_line")
async def test_a_deleted_article_leaves_the_whole_line(engines: Any, tmp_path: Path) -> None:
    outlet = Outlet("wire")
    pages = tmp_path / "pages"
    async with (
        serving(outlet),
        a_line(engines, tmp_path, [outlet.source()], SITREP_FETCHER_ARCHIVE=str(pages)) as line,
    ):
        for service in ("fetcher", "extractor", "indexer", "api"):
            await line.start(service)
        outlet.publish(story("secret"), story("other"))
        await until(lambda: holds(line, 2), "both are found", within=300)
        [item] = [item for item in (await line.articles())["items"] if item["url"].endswith("/secret")]

        done = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "services.cli", "articles", "delete", item["url"], "--reason", "asked to", "--yes",
            env=line.environment, cwd=tmp_path, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        out, _ = await done.communicate()
        assert done.returncode == 0
        assert item["title"] in out.decode(), "the person sees what is deleted"

        await until(lambda: holds(line, 1), "it is not found any more", within=180)
        answer = await line.http.get(f"http://127.0.0.1:{line.ports['api']}/v1/articles/{item['id']}")
        assert answer.status_code == 404
        await until(lambda: b"secret" not in kept(pages), "its page is not kept any more", within=180)
        outlet.publish(story("third"))
        await until(lambda: holds(line, 2), "the line goes on", within=300)
        assert {found["url"].rsplit("/", 1)[1] for found in (await line.articles())["items"]} == {"other", "third"}


async def holds(line: Line, count: int) -> bool:
    return await line.total() == count


def kept(folder: Path) -> bytes:
    return b"".join(gzip.decompress(path.read_bytes()) for path in sorted(folder.iterdir()))
