"""How the fetcher's answers look on a terminal: plain functions from values to rich renderables."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from rich.console import Group
from rich.table import Table
from rich.text import Text

from services.fetcher.check import CheckResult
from services.fetcher.discovery import Outlet
from services.fetcher.feed_schedule import is_gone, next_poll
from services.fetcher.remembered import FeedState
from services.fetcher.sources import Source


def sources_table(sources: Iterable[Source], held: Mapping[str, FeedState], slowest: timedelta, now: datetime) -> Table:
    """The sources and how their feeds fare, as of ``now``."""
    table = Table(title="Sources", title_justify="left", show_lines=True, expand=True)
    table.add_column("Source", overflow="fold", max_width=20)
    table.add_column("Feeds and sitemaps", overflow="fold", ratio=4)
    for column in ("State", "Last read", "Next"):
        table.add_column(column, overflow="fold")
    for source in sources:
        every = duration(source.every.total_seconds())
        whose = Text.assemble((source.id, "bold"), f"\n{source.name}\n{source.domain}\nevery {every}")
        for url in (*source.feeds, *source.sitemaps):
            table.add_row(whose, *_feed_cells(url, held.get(url), source, slowest, now))
            whose = Text("")
    return table


def _feed_cells(
    url: str, state: FeedState | None, source: Source, slowest: timedelta, now: datetime
) -> tuple[Text, Text, str, str]:
    if state is None or state.last_polled is None:
        return Text(url), Text("not asked yet", style="dim"), "", ""
    last = f"{ago(now - state.last_success)} ago" if state.last_success else "never"
    due = next_poll(state, source, slowest)
    coming = "" if due is None else "now" if due <= now else f"in {ago(due - now)}"
    address = Text(url)
    if state.last_error:
        address.append(f"\n{state.last_error}", style="red" if state.failures else "dim")
    if state.moved_to:
        address.append(f"\nmoved to {state.moved_to}", style="yellow")
    if is_gone(state):
        said = Text("gone", style="bold red")
    elif state.failures:
        said = Text(f"failing ({state.failures}×)", style="red")
    else:
        said = Text("works", style="green")
    return address, said, last, coming


def ago(span: timedelta) -> str:
    """A time that has passed or is to come, in its largest unit: 40 s, 5 min, 2 h, 3 d."""
    seconds = max(0, round(span.total_seconds()))
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def outlet_lines(outlet: Outlet) -> Group:
    """What was found at an outlet's address, and what of it is used."""
    used = {*outlet.feeds, *outlet.sitemaps}
    lines = [Text(f"{outlet.name or outlet.url}", style="bold")]
    for each in outlet.found:
        mark = ("  ✓ ", "green") if each.url in used else ("  – ", "dim")
        kind = f"{each.kind}, " if each.kind else ""
        lines.append(Text.assemble(mark, f"{each.url} ({kind}named by {each.said_by}): {each.sentence}"))
    return Group(*lines)


def check_lines(result: CheckResult) -> Group:
    """What came of asking a source."""
    mark = ("✓ ", "green") if result.ok else ("✗ ", "bold red")
    return Group(
        Text.assemble(mark, (result.source.name, "bold")), *(Text(f"  {sentence}") for sentence in result.sentences)
    )


def duration(seconds: float) -> str:
    """A time between two looks, as people write it: 15 s, 5 min, 2 h."""
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size and seconds % size == 0:
            return f"{seconds / size:g} {unit}"
    return f"{seconds:g} s"
