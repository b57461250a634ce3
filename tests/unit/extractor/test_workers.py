"""Real tagging processes: a time limit that ends the work, a process that dies, and none that outlives the extractor."""

import asyncio
import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from services.common.errors import PermanentError
from services.extractor.settings import ExtractorSettings
from services.extractor.workers import Workers, tagging
from tests.builders import an_article
from tests.waiting import until

SLOW = "They sent 50 howitzers and 20 launchers to Kursk. " * 400
"""More than a second of work."""


@pytest.fixture(scope="module")
async def workers() -> AsyncIterator[Workers]:
    async with tagging(ExtractorSettings(extractor_workers=1)) as running:
        await running.ready()
        yield running


def busy(workers: Workers) -> bool:
    """Whether a process has taken an article up."""
    return any(task.started for task in list(workers._pool._pool_manager.task_manager.tasks.values()))


async def kill_while_busy(workers: Workers) -> None:
    await until(partial(busy, workers), "a process at work", every=0.01)
    for child in multiprocessing.active_children():
        os.kill(child.pid or 0, signal.SIGKILL)
    await until(lambda: not busy(workers), "the dead process noticed", every=0.01)


async def test_articles_are_tagged_in_another_process(workers: Workers) -> None:
    tagged = await workers.tag(an_article("a"))
    assert [claim.text for claim in tagged.claims] == ["More than 12,000 troops"]


async def test_an_article_whose_process_dies_is_tagged_by_the_next(workers: Workers) -> None:
    tagging_it = asyncio.ensure_future(workers.tag(an_article("a", text=SLOW)))
    await kill_while_busy(workers)
    assert (await tagging_it).claims


async def test_an_article_over_which_two_processes_die_is_given_up(workers: Workers) -> None:
    tagging_it = asyncio.ensure_future(workers.tag(an_article("a", text=SLOW)))
    await kill_while_busy(workers)
    await kill_while_busy(workers)
    with pytest.raises(PermanentError, match="died 2 times"):
        await tagging_it
    assert (await workers.tag(an_article("b"))).claims


async def test_an_article_that_takes_too_long_is_given_up_and_the_next_is_not() -> None:
    async with tagging(ExtractorSettings(extractor_workers=1, extractor_seconds=0.3)) as running:
        await running.ready()
        with pytest.raises(PermanentError, match=r"not tagged within 0\.3 s"):
            await running.tag(an_article("a", text=SLOW))
        assert (await running.tag(an_article("b", text="They sent 50 howitzers."))).claims


async def test_the_processes_end_with_the_extractor_however_it_ends() -> None:
    script = (
        "import asyncio, multiprocessing, os\n"
        "from services.extractor.settings import ExtractorSettings\n"
        "from services.extractor.workers import tagging\n"
        "async def main():\n"
        "    async with tagging(ExtractorSettings(extractor_workers=1)) as workers:\n"
        "        await workers.ready()\n"
        "        print(multiprocessing.active_children()[0].pid, flush=True)\n"
        "        await asyncio.Event().wait()\n"
        "if __name__ == '__main__':\n"
        "    asyncio.run(main())\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as extractor:  # noqa: ASYNC220 - started, not waited for
        assert extractor.stdout is not None
        child = int(await asyncio.to_thread(extractor.stdout.readline))
        extractor.kill()
    await until(lambda: not alive(child), "the tagging process gone", within=10)


def alive(pid: int) -> bool:
    """Whether a process runs; one that has ended but that nobody has asked after does not."""
    try:
        os.kill(pid, 0)
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except ProcessLookupError:
        return False
    except FileNotFoundError:
        return Path("/proc").is_dir() is False
