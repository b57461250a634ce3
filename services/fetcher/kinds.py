"""Whether a page is an article at all, and what it is instead: a front page, a list, a form, an error."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

from services.fetcher.metadata import Metadata
from services.fetcher.plain import folded, one_line

SHORT = 1_500
"""Characters: a page with less text may be an error or a form, whatever its title would mean elsewhere."""
ENOUGH = 120
"""Characters of an article on a page that does not say it holds one."""
LEAST = 40
"""Characters of an article on a page that says so."""
SENTENCE = re.compile(r"[.!?…։。！？][\"'”’»)\]]*$")
SEVERAL = 4
IDEOGRAPHS = "\u2e80"
"""From here on a letter is worth two."""


def what_instead(tree: Any, url: str, text: str, metadata: Metadata) -> str | None:
    """What a page is if it is no article, to end the sentence "The page … is …"; None where it is one.

    ``text`` is its main text, ``url`` its canonical address.
    """
    return next(_verdicts(tree, url, text, metadata), None)


def _verdicts(tree: Any, url: str, text: str, metadata: Metadata) -> Iterator[str]:
    says_so, lines = metadata.is_article, text.splitlines()
    if len(text) < SHORT:
        yield from _named([*metadata.headings, *metadata.titles])
        if not says_so and tree.xpath("boolean(.//input[@type='password'])"):
            yield "a login page"
    if not lines:
        yield "without text"
    if (linked := _linked(tree, lines)) >= SEVERAL and linked * (2 if says_so else 3) >= len(lines):
        yield "a list of links to other pages"
    if not says_so and not urlsplit(url).path and not urlsplit(url).query:
        yield "a front page"
    if metadata.is_list and not says_so:
        yield "a list of other pages, by its own word"
    if sum(2 if letter >= IDEOGRAPHS else 1 for letter in text) < (LEAST if says_so else ENOUGH):
        yield f"too short to be an article ({len(text)} characters of text)"
    if not says_so and not any(SENTENCE.search(line) for line in lines):
        yield "a list of lines without a sentence"


def _named(titles: Iterable[str]) -> Iterator[str]:
    """The kinds of page that have one of these titles, or a part of one."""
    for title in titles:
        for part in (one_line(title), *re.split(r"\s+[|–—·•-]\s+", one_line(title))):
            yield from (kind for kind, forms in _forms() if forms.fullmatch(part.casefold().strip(" .!?…")))


def _linked(tree: Any, lines: list[str]) -> int:
    """How many of the text's lines are the whole text of a link."""
    links = {folded("".join(link.itertext())) for link in tree.iter("a")}
    return sum(folded(line) in links for line in lines)


@cache
def _forms() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The phrases of ``not_articles.txt`` under its headings, each as one form."""
    kinds: dict[str, list[str]] = {}
    phrases: list[str] = []
    for line in files("services.fetcher").joinpath("not_articles.txt").read_text("utf-8").splitlines():
        if line.startswith("## "):
            phrases = kinds.setdefault(line.removeprefix("## "), [])
        elif line.strip() and not line.startswith("#"):
            phrases.append(".*".join(re.escape(part) for part in line.strip().casefold().split("*")))
    return tuple((kind, re.compile("|".join(forms), re.DOTALL)) for kind, forms in kinds.items())
