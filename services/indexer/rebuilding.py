"""``sitrep reindex`` on a terminal: a progress bar, Ctrl-C, and what came of it in a sentence."""

import asyncio

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as RichProgress

from services.common.command import run_command
from services.common.retry import Stopped
from services.common.runtime import Process
from services.indexer.generations import Generation
from services.indexer.reindex import Progress, back, reindex
from services.indexer.settings import IndexerSettings


def rebuild(settings: IndexerSettings, *, again: bool) -> int:
    """Build and serve a generation; returns the exit code.

    Raises:
        ConfigurationError: there is nothing to do, or something else is behind an alias.
    """
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
        TextColumn("{task.fields[said]}"),
    )  # fmt: skip
    with RichProgress(*columns, console=console) as bars:
        bar = bars.add_task("building", total=None, said="")

        async def work(process: Process) -> Generation:
            def told(progress: Progress) -> None:
                waits = "".join(f"waiting for {part} " for part in process.health.waiting)
                bars.update(
                    bar,
                    description=f"building {progress.generation}",
                    completed=progress.total - progress.left,
                    total=progress.total,
                    said=waits,
                )

            return await reindex(settings, process, again=again, told=told)

        try:
            generation = run_command("indexer", settings, work)
        except Stopped:
            console.print("Stopped. The same command goes on where it was; what served goes on serving.")
            return 130
    console.print(
        f"{generation.suffix} serves. An indexer of this Sitrep that runs goes on with it; start one if there is "
        "none.\nThe way back: sitrep reindex --back. The indices from before stay until you delete them.",
        highlight=False,
    )
    return 0


def go_back(settings: IndexerSettings) -> int:
    """Let the generation before serve again; returns the exit code.

    Raises:
        ConfigurationError: there is none, or it is gone.
        TransientError: Elasticsearch is away.
    """
    generation = asyncio.run(back(settings))
    Console(stderr=True).print(
        f"{generation.suffix} serves again; an indexer of its version brings it up to date.", highlight=False
    )
    return 0
