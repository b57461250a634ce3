"""``sitrep fetch --since`` on a terminal: a progress bar, Ctrl-C, and what came of it in sentences."""

import asyncio
from datetime import datetime

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as RichProgress

from services.common.command import run_command
from services.common.runtime import Process
from services.fetcher.backfill import Backfilled, backfill
from services.fetcher.settings import FetcherSettings


def run_backfill(settings: FetcherSettings, source: str, since: datetime, *, undated: bool) -> int:
    """Fetch what a source has published since then, with a progress bar; returns the exit code."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description:9}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[said]}"))
    with RichProgress(*columns, console=console) as bars:
        sitemaps = bars.add_task("sitemaps", total=None, said="")
        pages = bars.add_task("pages", total=None, said="")

        def told(sofar: Backfilled) -> None:
            bars.update(sitemaps, completed=sofar.sitemaps[0], total=sofar.sitemaps[1])
            bars.update(pages, completed=sofar.pages[0], total=sofar.pages[1], said=f"{sofar.sent} articles sent")

        async def watch(process: Process) -> None:
            while True:
                bars.update(sitemaps, said="".join(f"waiting for {part} " for part in process.health.waiting))
                await asyncio.sleep(1)

        async def work(process: Process) -> Backfilled:
            watching = asyncio.create_task(watch(process))
            try:
                return await backfill(settings, source, since, process, undated=undated, told=told)
            finally:
                watching.cancel()

        done = run_command("backfill", settings, work)
    for line in backfill_sentences(done):
        console.print(line, highlight=False, soft_wrap=True)
    return 130 if done.stopped else 0 if not (done.left or done.failures) else 1


def backfill_sentences(done: Backfilled) -> list[str]:
    """What came of a backfill, and what to do about what is left."""
    lines = [f"{done.sent} articles sent; {done.pages[0]} of {done.pages[1]} pages are done with."]
    lines += [f"A sitemap could not be read: {failure}" for failure in done.failures]
    lines += [f"A page is left for now: {reason}" for reason in done.reasons]
    if done.undated:
        lines.append(f"{done.undated} pages of which nothing says the age were left out; --undated fetches them too.")
    if done.stopped or done.left:
        lines.append("The same command goes on where this one ended.")
    return lines
