"""How well pages are read, beside bare trafilatura (and htmldate for the day) on the same pages in the same run.

``python -m benchmarks.evaluate_pages [--wrong]``: text as F1 over four-word shingles, mean of precision and recall
over all pages; title, authors, day and language as the share of pages on which they are exactly right. ``--wrong``
lists what is wrong on the pages that may be looked at, and never those of the set that is held out.
"""

import argparse
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from time import perf_counter

import trafilatura
from htmldate import find_date
from rich.console import Console
from rich.table import Table

from services.fetcher.articles import article_from_html
from services.fetcher.failures import NotAnArticle
from services.fetcher.plain import folded
from tests.unit.fetcher.labelled import Labelled
from tests.unit.fetcher.labelled.assembled import HELD_OUT_SEED, TUNED_SEED, assembled
from tests.unit.fetcher.labelled.held_out import HELD_OUT
from tests.unit.fetcher.labelled.tuned import TUNED
from tests.unit.fetcher.shingles import f1, precision_and_recall
from tests.unit.fetcher.varied_pages import VARIED

Reader = Callable[["Labelled"], "Reading"]
NOW = datetime(2024, 12, 24, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader made of a page."""

    text: str
    title: str
    authors: tuple[str, ...]
    day: str
    language: str = ""


@dataclass(slots=True)
class Score:
    """How a reader does on a set."""

    texts: list[tuple[float, float]]
    right: dict[str, int]
    seconds: float = 0.0


def ours(page: Labelled) -> Reading:
    """What ``article_from_html`` makes of a page."""
    try:
        found = article_from_html(page.html.encode(), page.url, fetched_at=NOW)
    except NotAnArticle:
        return Reading("", "", (), "")
    day = found.published_at.date().isoformat() if found.published_at else ""
    return Reading(found.text, found.title, found.authors, day, found.language)


def bare(page: Labelled) -> Reading:
    """What trafilatura makes of it by itself, with htmldate for its day as trafilatura asks it."""
    found = trafilatura.bare_extraction(page.html, url=page.url, with_metadata=True, include_comments=False)
    if found is None:
        return Reading("", "", (), "")
    authors = tuple((getattr(found, "author", None) or "").split("; "))
    return Reading(
        getattr(found, "text", None) or "", getattr(found, "title", None) or "", tuple(filter(None, authors)),
        getattr(found, "date", None) or "",
    )  # fmt: skip


def htmldate_alone(page: Labelled) -> Reading:
    """The day that htmldate finds when it is asked for the original one."""
    return Reading("", "", (), find_date(page.html, original_date=True, url=page.url, max_date="2024-12-24") or "")


def score(pages: Iterable[Labelled], read: Reader) -> Score:
    """Read every page and compare."""
    result = Score([], {"title": 0, "authors": 0, "day": 0, "language": 0})
    for page in pages:
        began = perf_counter()
        reading = read(page)
        result.seconds += perf_counter() - began
        result.texts.append(precision_and_recall(reading.text, "\n".join(page.lines)))
        for name, right in verdicts(reading, page).items():
            result.right[name] += right
    return result


def verdicts(reading: Reading, page: Labelled) -> dict[str, bool]:
    """What is exactly right; case and punctuation count for nothing in titles and names."""
    return {
        "title": folded(reading.title) == folded(page.title),
        "authors": {folded(name) for name in reading.authors} == {folded(name) for name in page.authors},
        "day": reading.day == page.day,
        "language": reading.language == page.language,
    }


def text_f1(texts: list[tuple[float, float]]) -> float:
    """F1 of the mean precision and the mean recall, as article-extraction benchmarks report it."""
    return f1(*(sum(part) / len(texts) for part in zip(*texts, strict=True)))


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--wrong", action="store_true", help="list what is wrong, of the tuned pages")
    chosen = options.parse_args()
    logging.disable(logging.CRITICAL)
    varied = [Labelled("https://courier.example/2024/x/a", html, lines, "", (), "") for html, lines in VARIED.values()]
    sets = {"tuned": list(TUNED.values()), "held out": list(HELD_OUT.values())}
    for read in (ours, bare):  # what is made once is no part of a page's time
        read(varied[0])
    console = Console(width=110)
    table = Table("pages", "reader", "text F1", "title", "authors", "day", "language", "ms/page")
    for name, pages in sets.items():
        for reader, read in (("Sitrep", ours), ("trafilatura", bare), ("htmldate", htmldate_alone)):
            result = score(pages, read)
            shares = {each: f"{right / len(pages):.3f}" for each, right in result.right.items()}
            if read is htmldate_alone:
                shares = dict.fromkeys(shares, "") | {"day": shares["day"]}
            table.add_row(
                f"{name} ({len(pages)})", reader, f"{text_f1(result.texts):.3f}" if shares["title"] else "",
                shares["title"], shares["authors"], shares["day"], shares["language"] if read is ours else "",
                f"{1000 * result.seconds / len(pages):.1f}",
            )  # fmt: skip
    texts = {
        "text, tuned": [*varied, *assembled(60, TUNED_SEED).values()],
        "text, held out": list(assembled(60, HELD_OUT_SEED).values()),
    }
    for name, pages in texts.items():
        for reader, read in (("Sitrep", ours), ("trafilatura", bare)):
            result = score(pages, read)
            milliseconds = f"{1000 * result.seconds / len(pages):.1f}"
            f1s = f"{text_f1(result.texts):.3f}"
            table.add_row(f"{name} ({len(pages)})", reader, f1s, "", "", "", "", milliseconds)
    console.print(table)
    if chosen.wrong:
        for name, page in TUNED.items():
            _explain(console, name, page)


def _explain(console: Console, name: str, page: Labelled) -> None:
    reading = ours(page)
    wrong = [each for each, right in verdicts(reading, page).items() if not right]
    for each in wrong:
        console.print(f"{name}: {each} is {getattr(reading, each)!r}, not {getattr(page, each)!r}", markup=False)
    if f1(*precision_and_recall(reading.text, "\n".join(page.lines))) < 1:
        missing = [line for line in page.lines if line not in reading.text]
        more = [line for line in reading.text.splitlines() if line not in page.lines]
        console.print(f"{name}: missing {missing!r}, too much {more!r}", markup=False)


if __name__ == "__main__":
    main()
