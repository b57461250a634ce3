"""The table of a benchmark: medians over the repetitions, each figure beside the peers'."""

from collections.abc import Mapping, Sequence
from statistics import median

from rich.console import Console
from rich.table import Table

from benchmarks.fetcher.measuring import Cost

Costs = Mapping[str, Sequence[Cost]]
OURS = "Sitrep, feeds to Kafka"
BARE = "trafilatura alone"
POOL = "Scrapy + trafilatura in a pool"
INLINE = "Scrapy + trafilatura inline"
NONE = "Scrapy, reading nothing"


def show(console: Console, costs: Costs, texts: Mapping[str, float]) -> None:
    """Print what every contender did, and how we compare."""
    table = Table(title="Medians of the repetitions")
    for heading in ("", "pages/s", "(each)", "CPU ms/page", "of it parent", "workers", "F1 of the text"):
        table.add_column(heading, justify="left" if not heading else "right")
    for name, runs in costs.items():
        each = " ".join(f"{run.rate:.1f}" for run in runs)
        parent, workers = (median(getattr(run, of) * 1000 / run.pages for run in runs) for of in ("parent", "workers"))
        quality = f"{texts[name]:.3f}" if name in texts else "–"
        table.add_row(name, f"{_rate(runs):.1f}", each, f"{_cpu(runs):.1f}", f"{parent:.1f}", f"{workers:.1f}", quality)
    console.print(table)
    if ours := costs.get(OURS):
        ratios = Table(title=f"{OURS}, beside each peer")
        for heading in ("", "rate", "CPU per page"):
            ratios.add_column(heading, justify="left" if not heading else "right")
        for name, runs in costs.items():
            if name != OURS:
                ratios.add_row(name, f"{_rate(ours) / _rate(runs):.0%}", f"{_cpu(ours) / _cpu(runs):.2f} ×")
        console.print(ratios)
        memory(console, ours)


def memory(console: Console, runs: Sequence[Cost]) -> None:
    """Print the fetcher's memory through its runs."""
    table = Table(title=f"Memory of {OURS}, MB resident")
    quarters = ("first quarter", "second", "third", "last")
    for heading in ("run", "of", *quarters, "second half, per 1,000 pages"):
        table.add_column(heading, justify="left" if heading == "of" else "right")
    for number, run in enumerate(runs, start=1):
        for of in ("parent", "workers"):
            means, slope = run.memory(of)
            table.add_row(str(number), of, *(f"{mean:.0f}" for mean in means), f"{slope:+.1f}")
    console.print(table)


def _rate(runs: Sequence[Cost]) -> float:
    return median(run.rate for run in runs)


def _cpu(runs: Sequence[Cost]) -> float:
    return median(run.per_page for run in runs)
