"""How fast articles are tagged, beside bare spaCy with the same model; numbers beside quantulum3; memory of a worker.

``make bench-extractor``: articles of usual length (about 3,000 characters, made of the labelled passages), one process,
processor time (``tests/evaluation/speed.py``). quantulum3 (MIT) is installed beside the environment,
from requirements/bench.txt; without it that part is left out and said to be.
"""

import gc
from collections.abc import Callable, Iterable, Sequence
from statistics import median, quantiles
from time import process_time
from typing import Any

import psutil
from rich.console import Console
from rich.table import Table

from services.common.messages import Article
from services.extractor import tag
from services.extractor.knowledge import knowledge
from services.extractor.stage import tagged_article
from services.extractor.tagger.quantities import quantities
from tests.evaluation.labelled import Passage, load
from tests.evaluation.scoring import Score
from tests.evaluation.speed import NOW, SITREP, articles_of, times, words_in

ARTICLES = 30
ROUNDS = 2
MEGABYTE = 1024 * 1024


def main() -> None:
    """Print the tables."""
    console = Console(width=110)
    passages = load()
    articles = list(articles_of(passages, ARTICLES))
    resident = psutil.Process().memory_info().rss
    tagged_article(articles[0], NOW)
    loaded = psutil.Process().memory_info().rss - resident
    gc.freeze()
    console.print(_speed(articles))
    console.print(
        f"memory: {loaded / MEGABYTE:.0f} MB for model and tables, {_peak():.0f} MB a worker in all, after tagging"
    )
    console.print(_numbers(passages))


def _speed(articles: Sequence[Article]) -> Table:
    taken, words = times(articles, ROUNDS), words_in(articles)
    table = Table(title=f"{len(articles)} articles of {words:.0f} words, {ROUNDS} rounds, one core", box=None)
    for name in ("", "articles/s", "words/s", "p50 ms", "p95 ms", "Sitrep's rate is"):
        table.add_column(name, justify="left" if not name else "right")
    ours = sum(taken[SITREP])
    for way, seconds in taken.items():
        rate, p95 = len(seconds) / sum(seconds), quantiles(seconds, n=20)[-1]
        cells = (f"{rate:.1f}", f"{rate * words:,.0f}", f"{median(seconds) * 1e3:.0f}", f"{p95 * 1e3:.0f}")
        table.add_row(way, *cells, "" if way == SITREP else f"{sum(seconds) / ours:.0%} of it")
    return table


def _peak() -> float:
    return float(psutil.Process().memory_info().rss) / MEGABYTE


Read = Callable[[str], Iterable[tuple[int, int, tuple[float | None, ...]]]]
"""Numbers of a text: where they are, and what each may be."""


def _numbers(passages: Sequence[Passage]) -> Table | str:
    known = knowledge()
    try:
        from quantulum3 import parser
    except ModuleNotFoundError:
        return "quantulum3 is not installed (requirements/bench.txt); its part is left out."

    def theirs(text: str) -> Iterable[tuple[int, int, tuple[float | None, ...]]]:
        found: list[Any] = parser.parse(text)
        return [(one.span[0], one.span[1], (one.value,)) for one in found]

    def ours(text: str) -> Iterable[tuple[int, int, tuple[float | None, ...]]]:
        return [(one.start, one.end, (one.low, one.high)) for one in quantities(text, known)]

    def whole(text: str) -> Iterable[tuple[int, int, tuple[float | None, ...]]]:
        return [(one.start, one.end, (one.low, one.high)) for one in tag(text, published_at=NOW).claims]

    table = Table(title=f"numbers of {len(passages)} labelled passages", box=None)
    for name in ("", "passages/s", "precision", "recall", "F1"):
        table.add_column(name, justify="left" if not name else "right")
    for name, read in (("Sitrep, number grammar alone", ours), ("Sitrep, whole tagger", whole), ("quantulum3", theirs)):
        score, seconds = _score(passages, read)
        cells = (f"{score.precision:.3f}", f"{score.recall:.3f}", f"{score.f1:.3f}")
        table.add_row(name, f"{len(passages) / seconds:,.0f}", *cells)
    return table


def _score(passages: Sequence[Passage], read: Read) -> tuple[Score, float]:
    """A figure is right where one of its bounds is; generous to a reader that knows no ranges or qualifiers."""
    score, seconds = Score(), 0.0
    list(read(passages[0].text))
    for passage in passages:
        began = process_time()
        given = list(read(passage.text))
        seconds += process_time() - began
        left = list(given)
        for want in (claim for claim in passage.claims if not claim.implicit):
            score.wanted += 1
            right = next(
                (
                    one
                    for one in left
                    if _overlaps(one, want.span.start, want.span.end) and _is(one[2], want.low, want.high)
                ),
                None,
            )
            if right is not None:
                score.hits += 1
                left.remove(right)
        score.given += len(given)
        score.given -= sum(_overlaps(one, span.start, span.end) for span in passage.optional_claims for one in left)
    return score, seconds


def _overlaps(one: tuple[int, int, object], start: int, end: int) -> bool:
    return one[0] < end and start < one[1]


def _is(values: tuple[float | None, ...], low: float | None, high: float | None) -> bool:
    bounds = [bound for bound in (low, high) if bound is not None]
    return any(value is not None and abs(value - bound) <= 0.005 * abs(bound) for value in values for bound in bounds)


if __name__ == "__main__":
    main()
