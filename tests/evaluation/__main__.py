"""`make evaluate`: how well the extractor answers the labelled set. ``--errors [ROW]`` lists misses of the tuning half."""

import argparse
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from rich.console import Console
from rich.table import Table

from services.extractor.tagger import tagger
from tests.evaluation.labelled import HALVES, Half, Passage, load
from tests.evaluation.measuring import NAMES, measure, peers, tagged
from tests.evaluation.scoring import CLAIM_ROWS, PRESENCE_ROWS, Miss, Score, Scores
from tests.evaluation.speed import SITREP, articles_of, times, words_in

ARTICLES = 10
"""Made of the passages, to see how fast they are read; ``make bench-extractor`` reads more."""
BARS = {
    NAMES: "≥ .80 news, .70 conflict",
    "value": "≥ .92",
    "value+unit": "≥ .86",
    "killed, exact count": "≥ .85",
    "captured, exact count": "≥ .78",
}
KINDS = ("person", "organisation", "country", "place", "military_unit", "weapon")
ROWS = (
    NAMES, "entities", *(f"entities: {kind}" for kind in KINDS), "demonyms", "linking",
    *CLAIM_ROWS, *PRESENCE_ROWS, "killed, exact count", "captured, exact count",
)  # fmt: skip


def main() -> None:
    """Print the table, or the misses."""
    parser = argparse.ArgumentParser(prog="make evaluate", description=__doc__)
    parser.add_argument("--errors", nargs="?", const="", metavar="ROW", help="list misses of the tuning half")
    asked = parser.parse_args()
    passages = load()
    halves = {half: [one for one in passages if one.half == half] for half in HALVES}
    if asked.errors is not None:
        _print_errors(halves["tuning"], asked.errors)
        return
    console = Console(width=120)
    scores = {half: measure(chosen, tagged(chosen)) for half, chosen in halves.items()}
    console.print(f"tagger {tagger().version}, {tagger().model}")
    console.print(", ".join(f"{half}: {_size(chosen)}" for half, chosen in halves.items()))
    console.print(_table(scores, {half: peers(chosen) for half, chosen in halves.items()}))
    console.print(_speed(passages))


def _speed(passages: Sequence[Passage]) -> str:
    articles = list(articles_of(passages, ARTICLES))
    taken = {way: sum(seconds) for way, seconds in times(articles, 1).items()}
    ours, words = taken.pop(SITREP), words_in(articles) * len(articles)
    beside = ", ".join(f"{way} {words / theirs:,.0f} ({theirs / ours:.0%} of it)" for way, theirs in taken.items())
    return f"words a second and core: Sitrep {words / ours:,.0f}; {beside}"


def _size(passages: Iterable[Passage]) -> str:
    listed = list(passages)
    figures, names = sum(len(one.claims) for one in listed), sum(len(one.mentions) for one in listed)
    return f"{len(listed)} passages, {names} mentions, {figures} figures"


def _table(scores: Mapping[Half, Scores], beside: Mapping[Half, Mapping[str, tuple[str, Score]]]) -> Table:
    table = Table("", box=None, header_style="bold")
    for half in scores:
        table.add_column(f"{half}: P", justify="right")
        table.add_column("R", justify="right")
        table.add_column("F1", justify="right")
    table.add_column("wanted", justify="right")
    table.add_column("bar elsewhere")
    for row in ROWS:
        cells = [cell for half in scores for cell in _cells(scores[half].row(row))]
        table.add_row(row, *cells, _wanted(scores.values(), row), BARS.get(row, ""))
        named = [beside[half][row] for half in scores if row in beside[half]]
        if named:
            table.add_row(f"  {named[0][0]}", *(cell for _, score in named for cell in _cells(score)), style="dim")
    return table


def _wanted(scores: Iterable[Scores], row: str) -> str:
    return " + ".join(str(one.row(row).wanted) for one in scores)


def _cells(score: Score) -> tuple[str, str, str]:
    return _short(score.precision), _short(score.recall), _short(score.f1)


def _short(share: float) -> str:
    return "1.00" if share > 0.9995 else f"{share:.3f}".lstrip("0")


def _print_errors(tuning: list[Passage], only: str) -> None:
    """Misses by row, each with its passage's id, the gold and the answer. The held-out half is never listed."""
    misses: defaultdict[str, list[Miss]] = defaultdict(list)
    for miss in measure(tuning, tagged(tuning)).misses:
        misses[miss.row].append(miss)
    console = Console(width=160, highlight=False)
    for row, listed in sorted(misses.items(), key=lambda pair: -len(pair[1])):
        if only and only != row:
            continue
        console.print(f"\n{row}: {len(listed)}", style="bold", markup=False)
        for miss in listed:
            console.print(f"  {miss.passage}  gold: {miss.gold}  answer: {miss.given}", markup=False, soft_wrap=True)


if __name__ == "__main__":
    main()
