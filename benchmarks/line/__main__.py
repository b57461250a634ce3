"""``make bench-line``: the whole line on this machine. How many articles a second, how soon a page is found, how soon
a webhook tells of it.

First so much is published that the line is never idle: that gives the top rate, and what each program costs. Then the
half of that rate, evenly: that gives the latency. Each outlet's feed is asked every second, which is what a hub's ping
(WebSub) comes to; a feed that is asked every five minutes adds its five minutes.
"""

import argparse
import asyncio
import itertools
from collections.abc import Mapping
from pathlib import Path
from statistics import quantiles
from time import monotonic

from rich.console import Console
from rich.table import Table

from benchmarks.line.measuring import STAGES, Found, Times, processor_seconds, times, watching
from benchmarks.line.outlets import Outlet, serving
from benchmarks.line.receiving import SETTINGS as DELIVERY
from benchmarks.line.receiving import told_of_everything
from deploy.local.engines import Engines, engine_folder, local_engines
from deploy.local.settings import LocalSettings
from services.common.elastic import elastic
from services.common.kafka import ensure_topics
from services.common.settings import ElasticsearchSettings, KafkaSettings
from services.common.topics import ALL_TOPICS
from tests.e2e.line import SERVICES, Line, a_line

OUTLETS = 16
EVERY = "1s"
AHEAD = 64
"""Pages published and not yet found that are kept in stock while the top rate is measured."""
MOST_SECONDS_LATE = 120.0
"""What is not found by then was lost."""
SETTINGS = {"SITREP_FETCHER_RECHECK_DAYS": "0", **DELIVERY}
WARM_UP = 100
"""Articles before anything is counted: compilers warm up, models are loaded."""
TARGETS = {"published → searchable": (2.0, 5.0), "news.articles.v1 → webhook received": (1.0, 3.0)}
"""p50 and p99, in seconds."""


async def main(seconds: float) -> None:
    """Measure and print."""
    console = Console()
    with engine_folder("sitrep-bench-") as folder:
        (folder / "line").mkdir()
        async with local_engines(folder / "engines", LocalSettings(engine_jit="full")) as engines:
            await ensure_topics(KafkaSettings(kafka_bootstrap=engines.kafka_bootstrap), ALL_TOPICS)
            await measure(engines, folder / "line", seconds, console)


async def measure(engines: Engines, folder: Path, seconds: float, console: Console) -> None:
    """Both parts, one after the other, over one line."""
    search = ElasticsearchSettings(elasticsearch_url=engines.elasticsearch_url)
    kafka = KafkaSettings(kafka_bootstrap=engines.kafka_bootstrap)
    async with (
        serving(OUTLETS) as outlets,
        told_of_everything(kafka) as told,
        a_line(engines, folder, [each.source(EVERY) for each in outlets], **SETTINGS) as line,
        elastic(search) as client,
    ):
        for service in SERVICES:
            await line.start(service)
        await line.ready()
        async with watching(client, outlets) as found:
            numbers = itertools.count(1000)
            rate, cost = await top_rate(engines, line, outlets, found, numbers, seconds)
            console.print(rate_table(rate, cost))
            await until_found(outlets, found.at)
            before = {url for outlet in outlets for url in outlet.published}
            await publish_evenly(outlets, numbers, rate / 2, seconds)
            await until_found(outlets, found.at)
            await until_found(outlets, told.at)
        published = {url: at for outlet in outlets for url, at in outlet.published.items() if url not in before}
        console.print(latency_table(await times(kafka, published, found.at, told.at), rate / 2))


async def top_rate(
    engines: Engines, line: Line, outlets: list[Outlet], found: Found, numbers: "itertools.count[int]", seconds: float
) -> tuple[float, dict[str, float]]:
    """Articles a second while the line always has work, and each program's processor time for an article."""
    pids = {name: process.pid for name, process in line.running.items()}
    pids |= {"kafka": engines.kafka.pid or 0, "elasticsearch": engines.elasticsearch.pid or 0}
    began = counted = 0.0
    turns = itertools.cycle(outlets)
    used: dict[str, float] = {}
    while not began or monotonic() - began < seconds:
        waiting = sum(len(outlet.published) for outlet in outlets) - len(found.at)
        for outlet in itertools.islice(turns, max(0, AHEAD - waiting)):
            outlet.publish(next(numbers))
        if not began and len(found.at) >= WARM_UP:
            began, counted, used = monotonic(), len(found.at), processor_seconds(pids)
        await asyncio.sleep(0.1)
    took, done = monotonic() - began, len(found.at) - counted
    return done / took, {name: (after - used[name]) / done for name, after in processor_seconds(pids).items()}


async def publish_evenly(outlets: list[Outlet], numbers: "itertools.count[int]", rate: float, seconds: float) -> None:
    """Publish at a steady rate, at one outlet after the other."""
    began = monotonic()
    for nth, outlet in enumerate(itertools.cycle(outlets)):
        if nth / rate > seconds:
            return
        await asyncio.sleep(max(0.0, began + nth / rate - monotonic()))
        outlet.publish(next(numbers))


async def until_found(outlets: list[Outlet], found: Mapping[str, float]) -> None:
    """Wait until everything that was published is found, or told of.

    Raises:
        TimeoutError: something is not, however long it had.
    """
    async with asyncio.timeout(MOST_SECONDS_LATE):
        while any(url not in found for outlet in outlets for url in outlet.published):
            await asyncio.sleep(0.1)


def rate_table(rate: float, cost: dict[str, float]) -> Table:
    """The top rate, and which program costs how much."""
    table = Table(title=f"Top rate: {rate:.1f} articles a second on this machine", title_justify="left")
    for column in ("program", "ms of processor an article", "share"):
        table.add_column(column, justify="left" if column == "program" else "right")
    for name, seconds in sorted(cost.items(), key=lambda item: -item[1]):
        table.add_row(name, f"{seconds * 1000:.1f}", f"{seconds / sum(cost.values()):.0%}")
    return table


def latency_table(found: list[Times], rate: float) -> Table:
    """How long each stage took of the articles published at half the top rate."""
    title = f"From published to searchable at {rate:.1f} a second, {len(found)} articles: seconds"
    table = Table(title=title, title_justify="left")
    for column in ("stage", "p50", "p90", "p99"):
        table.add_column(column, justify="left" if column == "stage" else "right")
    for name, start, end in STAGES:
        cuts = quantiles((getattr(each, end) - getattr(each, start) for each in found), n=100, method="inclusive")
        table.add_row(name, *(f"{cuts[percent - 1]:.2f}" for percent in (50, 90, 99)))
        if name in TARGETS:
            table.add_row("  target", f"{TARGETS[name][0]:.2f}", "", f"{TARGETS[name][1]:.2f}")
    return table


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Measure the whole line on this machine.")
    parser.add_argument("--seconds", type=float, default=90, help="how long each of the two parts lasts")
    asyncio.run(main(parser.parse_args().seconds))
