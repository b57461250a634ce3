"""Whether a page is an article, of which kind, and what it is instead: a front page, a gallery, a form, an error."""

import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import groupby
from operator import itemgetter
from typing import Any
from urllib.parse import urlsplit

from services.common.messages import ArticleKind
from services.fetcher.failures import PageKind
from services.fetcher.metadata import Metadata
from services.fetcher.plain import folded, one_line
from services.fetcher.xpaths import xpath

SHORT = 1_500
"""Characters: a page with less text may be an error or a form, whatever its title would mean elsewhere."""
FEW = 250
"""Characters: a page with less may be something else that has a few words beside it."""
OWN_LINES = 3
OWN_LETTERS = 250
"""Lines in a row, and their characters, that are more than the teaser of another page."""
STUB = 200
"""Characters of a text with its end behind a wall that are not worth having."""
WHOLE = 1_500
"""Characters: a text of that length is there, whatever the page says about who may read it."""
ENOUGH = 120
"""Characters of an article on a page that does not say it holds one."""
ENOUGH_BELOW_ITS_TITLE = 80
"""The same, where there is a heading above it."""
LEAST = 40
"""Characters of an article on a page that says so."""
PROSE = 80
"""Characters of a line, on average, that are sentences even in a script without full stops."""
SENTENCE = re.compile(r"[.!?…։。！？][\"'”’»)\]]*$")
SEVERAL = 4
SEEN = ("a", "b", "button", "div", "em", "h2", "h3", "h4", "p", "section", "span", "strong")
"""Elements whose own text a reader sees."""
LIVE_ADDRESS = re.compile(
    r"/live(?=[/-]|$)|[/_-](?:live-?blog|live-?updates?|as-it-happened)(?=[/_.-]|$)", re.IGNORECASE
)
LIVE_CLASSES = "descendant-or-self::*/@class[contains(., 'live')]"
LIVE_BLOG = "boolean(descendant-or-self::*/@itemprop[contains(., 'liveBlogUpdate')])"
LIVE_CLASS = re.compile(r"live-?blog(?:-|__)post")
GALLERY_ADDRESS = re.compile(
    r"/(?:photo-?)?(?:galler(?:y|ies|ia|ie)|photos?|pictures|in-pictures)(?=[/_.-]|$)", re.IGNORECASE
)
GALLERIES = {"imagegallery", "mediagallery", "gallery"}
VIDEOS = {"videoobject", "video", "video.other", "video.episode", "video.movie"}
NAMED: dict[str, PageKind] = {
    "an error page": "error",
    "a page that asks who is there": "gate",
    "a login page": "login",
    "a consent page": "consent",
}
"""The headings of ``not_articles.txt``."""
IDEOGRAPHS = "\u2e80"
"""From here on a letter is worth two."""


@dataclass(frozen=True, slots=True)
class Instead:
    """What a page is if it is no article."""

    kind: PageKind
    words: str
    """To end the sentence "The page … is …"."""


def what_instead(tree: Any, url: str, text: str, metadata: Metadata, linked: Container[str]) -> Instead | None:
    """What a page is if it is no article; None where it is one. In doubt a page is an article.

    ``text`` is its main text, ``url`` its canonical address, ``linked`` the folded texts of its links.
    """
    return next(_verdicts(tree, url, text, metadata, linked), None)


def article_kind(tree: Any, url: str, text: str, metadata: Metadata) -> ArticleKind:
    """What sort of article a page holds: a live blog, the beginning of one that has to be paid for, or just one."""
    marked = "liveblogposting" in metadata.types or xpath(LIVE_BLOG)(tree)
    if marked or any(map(LIVE_CLASS.search, xpath(LIVE_CLASSES)(tree))):
        return "live_blog"
    if LIVE_ADDRESS.search(urlsplit(url).path) and len(list(tree.iter("time"))) >= SEVERAL:
        return "live_blog"
    if _is_paywalled(tree, text, metadata):
        return "paywalled"
    return "article"


def _verdicts(tree: Any, url: str, text: str, metadata: Metadata, linked: Container[str]) -> Iterator[Instead]:
    says_so, lines = metadata.is_article, text.splitlines()
    yield from _with_little_text(tree, url, text, metadata)
    if not lines:
        yield Instead("empty", "without text")
    if _is_list_of_links(lines, linked, says_so=says_so):
        yield Instead("index", "a list of links to other pages")
    if not says_so and not urlsplit(url).path and not urlsplit(url).query and not _is_headed(text, metadata):
        yield Instead("index", "a front page")
    if metadata.is_list and not says_so:
        yield Instead("index", "a list of other pages, by its own word")
    least = LEAST if says_so else ENOUGH_BELOW_ITS_TITLE if metadata.headings else ENOUGH
    if len(text) < least and sum(2 if letter >= IDEOGRAPHS else 1 for letter in text) < least:
        yield Instead("empty", f"too short to be an article ({len(text)} characters of text)")
    prose = len(lines) >= OWN_LINES and len(text) >= PROSE * len(lines)
    if not says_so and not prose and not any(SENTENCE.search(line) for line in lines):
        yield Instead("index", "a list of lines without a sentence")


def _with_little_text(tree: Any, url: str, text: str, metadata: Metadata) -> Iterator[Instead]:
    if len(text) < SHORT:
        yield from _named([*metadata.titles, *(metadata.headings if len(text) < FEW else ())])
    if len(text) < FEW and not metadata.is_article and xpath("boolean(.//input[@type='password'])")(tree):
        yield Instead("login", "a login page")
    if len(text) < FEW:
        yield from _shown(tree, url, metadata)
    if len(text) < STUB and _is_paywalled(tree, text, metadata):
        yield Instead("paywalled", "the stub of an article that has to be paid for")


def _shown(tree: Any, url: str, metadata: Metadata) -> Iterator[Instead]:
    """What a page with next to no text shows instead."""
    pictures = len(xpath(".//figure[.//img]")(tree))
    if metadata.types & GALLERIES or (pictures >= SEVERAL and GALLERY_ADDRESS.search(urlsplit(url).path)):
        yield Instead("gallery", "a gallery of pictures")
    if metadata.types & VIDEOS and not metadata.is_article:
        yield Instead("video", "a video")


def _is_list_of_links(lines: list[str], linked: Container[str], *, says_so: bool) -> bool:
    """Whether lines are headlines with at most a teaser each; an article with links below it has a text of its own."""
    are_links = [folded(line) in linked for line in lines]
    if sum(are_links) < SEVERAL or sum(are_links) * (2 if says_so else 3) < len(lines):
        return False
    runs = groupby(zip(are_links, lines, strict=True), key=itemgetter(0))
    own = [[line for _, line in run] for is_link, run in runs if not is_link]
    return not any(len(run) >= OWN_LINES and sum(map(len, run)) >= OWN_LETTERS for run in own)


def _is_headed(text: str, metadata: Metadata) -> bool:
    """Whether a page has one heading that is more than a name, and a text below it."""
    titles = {folded(title) for title in metadata.titles}
    long = [heading for heading in metadata.headings if len(heading.split()) >= SEVERAL]
    return (
        len(metadata.headings) == 1
        and len(text) >= SHORT
        and any(folded(heading) in title for heading in long for title in titles)
    )


def _is_paywalled(tree: Any, text: str, metadata: Metadata) -> bool:
    """Whether a reader without a subscription sees only the beginning."""
    if len(text) >= WHOLE:
        return False
    if not metadata.free:
        return True
    said = " ".join(one_line("".join(tree.itertext(*SEEN))).casefold().split()).replace("’", "'")
    return bool(_walls().search(said))


def _named(titles: Iterable[str]) -> Iterator[Instead]:
    """The kinds of page that have one of these titles, or a part of one."""
    for title in titles:
        for part in (one_line(title), *re.split(r"\s+[|–—·•-]\s+", one_line(title))):
            yield from (kind for kind, forms in _forms() if forms.fullmatch(part.casefold().strip(" .!?…")))


@cache
def _walls() -> re.Pattern[str]:
    """The phrases of ``paywalls.txt``, any of them, anywhere."""
    forms = (".{0,40}".join(map(re.escape, line.split("*"))) for line in _lines("paywalls.txt"))
    return re.compile("|".join(forms))


@cache
def _forms() -> tuple[tuple[Instead, re.Pattern[str]], ...]:
    """The phrases of ``not_articles.txt`` under its headings, each as one form."""
    kinds: dict[str, list[str]] = {}
    phrases: list[str] = []
    for line in files("services.fetcher").joinpath("not_articles.txt").read_text("utf-8").splitlines():
        if line.startswith("## "):
            phrases = kinds.setdefault(line.removeprefix("## "), [])
        elif line.strip() and not line.startswith("#"):
            phrases.append(".*".join(re.escape(part) for part in line.strip().casefold().split("*")))
    read = ((kind, re.compile("|".join(forms), re.DOTALL)) for kind, forms in kinds.items())
    return tuple((Instead(NAMED[kind], kind), form) for kind, form in read)


def _lines(file: str) -> list[str]:
    text = files("services.fetcher").joinpath(file).read_text("utf-8")
    return [line.strip().casefold() for line in text.splitlines() if line.strip() and not line.startswith("#")]
