"""``make bench-fetcher``: repetitions of every contender in turn, so that a busy minute meets them all."""

import argparse
import asyncio
import contextlib
import json
import sys
import tempfile
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from statistics import fmean
from urllib.request import urlopen

from rich.console import Console

from benchmarks.fetcher.contenders import Course, bare, scrapy, sitrep, warm_kafka
from benchmarks.fetcher.measuring import Cost
from benchmarks.fetcher.outlets import Outlet, outlets
from benchmarks.fetcher.report import BARE, INLINE, NONE, OURS, POOL, show
from benchmarks.fetcher.server import STATS
from deploy.local.engines import engine_folder, local_kafka
from deploy.local.ports import free_ports
from tests.unit.fetcher.shingles import f1, precision_and_recall

READING = {POOL: "pool", INLINE: "inline", NONE: "none"}


def main() -> None:
    """Run the benchmark as the command line says."""
    parser = argparse.ArgumentParser(prog="make bench-fetcher ARGS=…", description=__doc__)
    parser.add_argument("--pages", type=int, default=2_000, help="pages in all (default: 2000)")
    parser.add_argument("--hosts", type=int, default=50, help="outlets (default: 50)")
    parser.add_argument("--workers", type=int, default=2, help="processes that read pages (default: 2)")
    parser.add_argument("--at-once", type=int, default=0, help="requests in flight at most (default: one to a host)")
    parser.add_argument("--repeat", type=int, default=3, help="repetitions (default: 3)")
    parser.add_argument("--only", nargs="*", choices=["sitrep", "bare", *READING.values()], help="contenders")
    asyncio.run(_run(parser.parse_args()))


async def _run(given: argparse.Namespace) -> None:
    console = Console(width=130)
    port, health_port = free_ports(2)
    at_once = given.at_once or given.hosts
    wanted = given.only or ["sitrep", "bare", *READING.values()]
    published = outlets(given.pages, given.hosts, port)
    costs: dict[str, list[Cost]] = {}
    texts: dict[str, float] = {}
    with engine_folder("sitrep-bench-") as folder, tempfile.TemporaryDirectory() as scratch:
        async with local_kafka(folder) as bootstrap, _served(port, given.pages, given.hosts):
            await warm_kafka(bootstrap)
            course = Course(
                port, given.pages, given.hosts, given.workers, at_once, bootstrap, Path(scratch), health_port
            )
            for number in range(given.repeat):
                if "bare" in wanted:
                    cost, found = await bare(course)
                    costs.setdefault(BARE, []).append(cost)
                    texts[BARE] = _quality(found, published, port)
                if "sitrep" in wanted:
                    await _stats(port)
                    cost, found = await sitrep(course, number)
                    costs.setdefault(OURS, []).append(cost)
                    texts[OURS] = _quality(found, published, port)
                    console.print(f"run {number + 1}, {OURS}: {await _stats(port)}")
                for name, reading in READING.items():
                    if reading in wanted:
                        costs.setdefault(name, []).append(await scrapy(course, reading))
                        console.print(f"run {number + 1}, {name}: {await _stats(port)}")
    show(console, costs, texts)


@contextlib.asynccontextmanager
async def _served(port: int, pages: int, hosts: int) -> AsyncIterator[None]:
    numbers = map(str, (port, pages, hosts))
    server = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.fetcher.server", *numbers, stdin=PIPE, stdout=PIPE
    )
    assert server.stdin
    assert server.stdout
    try:
        if (await server.stdout.readline()).strip() != b"ready":
            raise RuntimeError("the outlets could not be served: see the error above")
        yield
    finally:
        server.stdin.close()
        await server.wait()


async def _stats(port: int) -> Mapping[str, int]:
    """How the hosts were asked since the last time."""

    def ask() -> Mapping[str, int]:
        with urlopen(f"http://127.0.1.1:{port}{STATS}", timeout=10) as answer:
            said: Mapping[str, int] = json.load(answer)
            return said

    return await asyncio.to_thread(ask)


def _quality(found: Mapping[str, str], published: tuple[Outlet, ...], port: int) -> float:
    """F1 over four-word shingles of the texts that were read, against those that were written."""
    scores = []
    for outlet in published:
        for path, story in outlet.stories.items():
            text = found.get(f"http://{outlet.host}:{port}{path}", "")
            scores.append(precision_and_recall(text, "\n".join(story.lines)))
    return f1(fmean(precision for precision, _ in scores), fmean(recall for _, recall in scores))


if __name__ == "__main__":
    main()
