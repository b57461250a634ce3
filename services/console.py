"""How the command's answers look on a terminal: plain functions from answers to rich tables."""

import asyncio
import logging
import re
import signal
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import TYPE_CHECKING, Any

import httpx
from rich.console import Console, Group
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as RichProgress
from rich.table import Table
from rich.text import Text

from services.common.errors import PermanentError, TransientError
from services.common.health import Health
from services.common.logs import configure_logs
from services.common.metrics import Metrics
from services.common.retry import Stopped
from services.common.runtime import Process
from services.fetcher.feed_schedule import is_gone, next_poll
from services.fetcher.remembered import FeedState
from services.fetcher.settings import FetcherSettings
from services.fetcher.sources import Source

if TYPE_CHECKING:  # what they need takes a while to import
    from services.extractor.retag import Choice, Retagged
    from services.extractor.settings import ExtractorSettings
    from services.fetcher.backfill import Backfilled
    from services.fetcher.discovery import Outlet

MARK = re.compile(r"<mark>(.*?)</mark>", re.DOTALL)


def ask(api_url: str, path: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """GET from the API.

    Raises:
        TransientError: it does not answer, or says that it cannot now.
        PermanentError: it refuses the request; the sentence is the API's own.
    """
    url = f"{api_url.rstrip('/')}{path}"
    try:
        answer = httpx.get(url, params=parameters, timeout=30)
    except httpx.HTTPError as error:
        raise TransientError(
            f"The API at {api_url} does not answer ({error}). Start it with `make run`, or give --api-url."
        ) from error
    if answer.is_success:
        found: dict[str, Any] = answer.json()
        return found
    problem = answer.json() if "json" in answer.headers.get("content-type", "") else {}
    sentence = problem.get("detail") or problem.get("title") or f"it answered {answer.status_code}"
    raise (TransientError if answer.status_code >= 500 else PermanentError)(f"The API at {api_url}: {sentence}")


def print_found(api_url: str, query: str, limit: int, sources: Sequence[str]) -> None:
    """Search and print a table: when, where, what, and the figures that go with it."""
    found = ask(api_url, "/v1/articles", {"q": query, "limit": limit, "source": list(sources), "facets": "none"})
    console = Console()
    console.print(found_table(query, found))
    if not found["items"]:
        console.print("Nothing found. Fewer words, OR between them, or a prefix* finds more.")


def found_table(query: str, found: dict[str, Any]) -> Table:
    """The answer of /v1/articles as a table."""
    total, shown = found["total"], len(found["items"])
    title = f"{total} article{'s' if total != 1 else ''} for {query}" + (f", {shown} shown" if shown < total else "")
    table = Table(title=title, title_justify="left", show_lines=True, expand=True)
    table.add_column("Published", no_wrap=True)
    table.add_column("Source", no_wrap=True)
    table.add_column("Article", ratio=3)
    table.add_column("Figures", ratio=2)
    for item in found["items"]:
        title_text = marked(item["highlights"]["title"] or item["title"])
        title_text.stylize("bold")
        passages = [marked(passage) for passage in item["highlights"]["text"][:2]]
        table.add_row(
            (item["published_at"] or item["fetched_at"])[:10],
            item["source"]["name"],
            Group(title_text, *passages, Text(item["url"], style="dim")),
            Text("\n").join(figure(claim) for claim in item["claims"]),
        )
    return table


def marked(html: str) -> Text:
    """A highlight as text: what was found stands out."""
    text = Text()
    for number, part in enumerate(MARK.split(html)):
        text.append(unescape(part), style="bold yellow" if number % 2 else "")
    return text


def figure(claim: dict[str, Any]) -> Text:
    """A claim in a line: its words, and who says so."""
    said = claim.get("attributed_to")
    text = Text(claim["text"], style="cyan")
    if said:
        via = f", via {said['via']}" if said.get("via") else ""
        text.append(f" ({said['text']}{via})", style="dim")
    return text


def print_sources(sources: Iterable[Source], held: Mapping[str, FeedState], slowest: timedelta) -> None:
    """The sources as a table, each feed with what the fetcher remembers of it."""
    Console().print(sources_table(sources, held, slowest, datetime.now(UTC)))


def sources_table(sources: Iterable[Source], held: Mapping[str, FeedState], slowest: timedelta, now: datetime) -> Table:
    """The sources and how their feeds fare, as of ``now``."""
    table = Table(title="Sources", title_justify="left", show_lines=True, expand=True)
    table.add_column("Source", overflow="fold", ratio=2)
    table.add_column("Feeds and sitemaps", overflow="fold", ratio=4)
    for column in ("State", "Last read", "Next"):
        table.add_column(column, overflow="fold")
    for source in sources:
        every = duration(source.every.total_seconds())
        whose = Text.assemble((source.id, "bold"), f"\n{source.name}\n{source.domain}, every {every}")
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


def print_outlet(outlet: "Outlet") -> None:
    """What was found at an outlet's address, and what of it is used."""
    console = Console()
    console.print(Text(f"{outlet.name or outlet.url}", style="bold"))
    used = {*outlet.feeds, *outlet.sitemaps}
    for each in outlet.found:
        mark = Text("  ✓ ", style="green") if each.url in used else Text("  – ", style="dim")
        console.print(mark, end="")
        kind = f"{each.kind}, " if each.kind else ""
        console.print(Text(f"{each.url} ({kind}named by {each.said_by}): {each.sentence}"), soft_wrap=True)


def run_backfill(settings: FetcherSettings, source: str, since: datetime, *, undated: bool) -> int:
    """Fetch what a source has published since then, with a progress bar; returns the exit code."""
    from services.fetcher.backfill import Backfilled, backfill

    configure_logs("backfill", settings.model_copy(update={"log_level": "error"}))
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # we say ourselves what is waited for
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

        async def until_done() -> Backfilled:
            metrics = Metrics()
            process = Process("backfill", metrics, Health(metrics), asyncio.Event())
            loop = asyncio.get_running_loop()
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(number, process.stop.set)
            process.health.restored("start")
            watching = asyncio.create_task(watch(process))
            try:
                return await backfill(settings, source, since, process, undated=undated, told=told)
            finally:
                watching.cancel()

        done = asyncio.run(until_done())
    for line in backfill_sentences(done):
        console.print(line, highlight=False, soft_wrap=True)
    return 130 if done.stopped else 0 if not (done.left or done.failures) else 1


def run_retag(settings: "ExtractorSettings", choice: "Choice", *, dry_run: bool) -> int:
    """Tag articles again, with a progress bar; returns the exit code."""
    from services.extractor.retag import Retagged, retag

    configure_logs("retag", settings.model_copy(update={"log_level": "error"}))
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    console = Console(stderr=True)
    columns = (TextColumn("articles"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[said]}"))
    with RichProgress(*columns, console=console) as bars:
        bar = bars.add_task("articles", total=None, said="looking through the topics")

        def told(sofar: Retagged) -> None:
            bars.update(bar, completed=sofar.read, total=sofar.total, said=f"{sofar.tagged} tagged")

        async def until_done() -> Retagged:
            metrics = Metrics()
            process = Process("extractor", metrics, Health(metrics), asyncio.Event())
            loop = asyncio.get_running_loop()
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(number, process.stop.set)
            try:
                return await retag(settings, choice, process, dry_run=dry_run, told=told)
            except Stopped:
                return Retagged(stopped=True)

        done = asyncio.run(until_done())
    for line in retag_sentences(done, dry_run=dry_run):
        console.print(line, highlight=False, soft_wrap=True)
    return 130 if done.stopped else 1 if done.given_up else 0


def retag_sentences(done: "Retagged", *, dry_run: bool) -> list[str]:
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


def backfill_sentences(done: "Backfilled") -> list[str]:
    """What came of a backfill, and what to do about what is left."""
    lines = [f"{done.sent} articles sent; {done.pages[0]} of {done.pages[1]} pages are done with."]
    lines += [f"A sitemap could not be read: {failure}" for failure in done.failures]
    lines += [f"A page is left for now: {reason}" for reason in done.reasons]
    if done.undated:
        lines.append(f"{done.undated} pages of which nothing says the age were left out; --undated fetches them too.")
    if done.stopped or done.left:
        lines.append("The same command goes on where this one ended.")
    return lines


def print_check(result: Any) -> None:
    """What came of asking a source."""
    console = Console()
    console.print(Text("✓ ", style="green") if result.ok else Text("✗ ", style="bold red"), end="")
    console.print(Text(result.source.name, style="bold"))
    for sentence in result.sentences:
        console.print(Text(f"  {sentence}"), soft_wrap=True)


def duration(seconds: float) -> str:
    """A time between two looks, as people write it: 15 s, 5 min, 2 h."""
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size and seconds % size == 0:
            return f"{seconds / size:g} {unit}"
    return f"{seconds:g} s"
