"""Work in processes of their own: results and errors come back, and what takes too long really ends."""

import asyncio
import fcntl
import gc
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from time import monotonic

import pytest

from services.fetcher.articles import article_from_html
from services.fetcher.deadline import RoomyPipes, Workers, workers
from services.fetcher.failures import NotAnArticle, WorkerLost, WorkTimedOut
from services.fetcher.languages import detector
from tests.unit.fetcher.layouts import LAYOUTS, TITLE
from tests.waiting import until

URL = "https://outlet.example/a"


@pytest.fixture(name="pool", scope="module")
async def _pool() -> AsyncIterator[Workers]:
    async with workers(2, 1.5) as pool:
        await pool.warm()
        yield pool


def pid() -> int:
    return os.getpid()


def endless() -> None:
    re.match(r"(a+)+$", "a" * 60 + "b")  # in C, where no Python signal handler gets a turn


def die(how: int) -> None:
    os.kill(os.getpid(), how)


def loaded() -> tuple[bool, bool]:
    return detector.cache_info().currsize == 1, gc.get_freeze_count() > 0


def sigint() -> object:
    return signal.getsignal(signal.SIGINT)


async def test_work_is_done_elsewhere(pool: Workers) -> None:
    assert await pool.run(pid, "nothing") != os.getpid()
    article = await pool.run(article_from_html, "a page", LAYOUTS["amp"], URL, language="en")
    assert article.title == TITLE


async def test_what_the_work_raises_comes_back(pool: Workers) -> None:
    with pytest.raises(NotAnArticle, match=r"The page https://outlet\.example/a is empty\."):
        await pool.run(article_from_html, "a page", b"", URL)


async def test_work_that_takes_too_long_is_killed_and_the_rest_goes_on(pool: Workers) -> None:
    began = monotonic()
    stuck = asyncio.gather(*(pool.run(endless, f"the page {n}") for n in range(2)), return_exceptions=True)
    others = asyncio.gather(*(pool.run(article_from_html, "a page", LAYOUTS["amp"], URL) for _ in range(10)))
    assert [article.title for article in await others] == [TITLE] * 10
    assert [str(error) for error in await stuck] == [
        f"Reading the page {n} took longer than 1.5 s and was ended." for n in range(2)
    ]
    assert all(isinstance(error, WorkTimedOut) for error in await stuck)
    assert monotonic() - began < 15


async def test_a_page_that_kills_its_process_costs_only_itself(pool: Workers) -> None:
    with pytest.raises(WorkerLost, match=r"The process that read the page died of it \(exit code -11\)\."):
        await pool.run(die, "the page", signal.SIGSEGV)
    assert (await pool.run(article_from_html, "a page", LAYOUTS["amp"], URL)).title == TITLE


async def test_a_result_nobody_waits_for_ends_the_work(pool: Workers) -> None:
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(pool.run(endless, "the page"), 0.2)
    assert (await asyncio.wait_for(pool.run(pid, "nothing"), 10)) > 0


async def test_ctrl_c_is_the_parents_business(pool: Workers) -> None:
    assert await pool.run(sigint, "nothing") == signal.SIG_IGN


async def test_a_worker_has_loaded_what_takes_long_before_its_first_page() -> None:
    async with workers(1, 20) as pool:
        assert await pool.run(loaded, "nothing") == (True, True)


# It asks for what Linux alone has, and always runs there; what is done on a Mac is shown everywhere, by the test below.
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a pipe have more room")
def test_several_pages_have_room_on_their_way_to_a_worker() -> None:
    reading, writing = RoomyPipes().Pipe(duplex=False)
    with reading, writing:
        os.set_blocking(writing.fileno(), False)
        assert os.write(writing.fileno(), bytes(500_000)) == 500_000


def test_where_pipes_cannot_have_more_room_they_serve_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(fcntl, "F_SETPIPE_SZ", raising=False)  # as on systems other than Linux
    reading, writing = RoomyPipes().Pipe(duplex=False)
    with reading, writing:
        writing.send("a page")
        assert reading.recv() == "a page"


async def test_the_processes_end_with_the_block() -> None:
    async with workers(1, 5) as pool:
        worker = await pool.run(pid, "nothing")
        assert lives(worker)
    await until(lambda: not lives(worker), "the worker has ended", within=10)


def lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
