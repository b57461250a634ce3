"""``sitrep retag`` on a terminal: a progress bar, Ctrl-C, and what came of it in sentences."""

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as RichProgress

from services.common.command import run_command
from services.common.retry import Stopped
from services.common.runtime import Process
from services.extractor.retag import Choice, Retagged, retag
from services.extractor.settings import ExtractorSettings


def run_retag(settings: ExtractorSettings, choice: Choice, *, dry_run: bool) -> int:
    """Tag articles again, with a progress bar; returns the exit code."""
    console = Console(stderr=True)
    columns = (TextColumn("articles"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[said]}"))
    with RichProgress(*columns, console=console) as bars:
        bar = bars.add_task("articles", total=None, said="looking through the topics")

        def told(sofar: Retagged) -> None:
            bars.update(bar, completed=sofar.read, total=sofar.total, said=f"{sofar.tagged} tagged")

        async def work(process: Process) -> Retagged:
            try:
                return await retag(settings, choice, process, dry_run=dry_run, told=told)
            except Stopped:
                return Retagged(stopped=True)

        done = run_command("extractor", settings, work)
    for line in retag_sentences(done, dry_run=dry_run):
        console.print(line, highlight=False, soft_wrap=True)
    return 130 if done.stopped else 1 if done.given_up else 0


def retag_sentences(done: Retagged, *, dry_run: bool) -> list[str]:
    """What came of a run, and what to do about what is left."""
    if dry_run:
        figures = f"{done.stay} stay as they are, {done.change} change, {done.appear} appear, {done.vanish} vanish"
        lines = [
            f"{done.tagged} articles would be tagged again, {done.up_to_date} are up to date.",
            f"Of their figures {figures}.",
        ]
    else:
        lines = [f"{done.tagged} articles tagged again; {done.up_to_date} were up to date."]
    if done.given_up:
        lines.append(f"{done.given_up} {'would go' if dry_run else 'went'} to the dead letters.")
    if done.stopped:
        lines.append("Stopped before the end; the same command goes on from here.")
    return lines
