"""Authors' names out of what pages and feeds write in their place."""

import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from services.fetcher.plain import folded, without_markup

PREFIX = re.compile(
    r"^(?:(?:written|words|reporting|reported|story|text|analysis|posted|published|edited)\s+)?"
    r"(?:by|автор[аи]?|автори|autor(?:zy|ka)?|author|opracowanie|tekst)\s*[:\s]\s*",
    re.IGNORECASE,
)
PARTICLE_PREFIX = re.compile(r"^(?:[Vv]on|[Pp]ar|[Pp]or|[Dd]i|[Dd]a) (?=[A-ZÀ-Þ][\w'’-]+ [A-ZÀ-Þ])")
"""Words that mean "by" in other languages, but also begin surnames: a whole name has to follow."""
SPLIT = re.compile(r"\s*(?:;|\||/|•|·|\n)\s*|\s+(?:and|und|et|y|e|oraz|та|і|и|&)\s+|\s*,\s*(?:and\s+)?")
SUFFIX = re.compile(r"\s+(?:in|at|for|from|w|в|у)\s+\S.*$|\s*[([].*$|\s+[–—-]\s+.*$", re.IGNORECASE)
STAMP = re.compile(r"(?:^|(?<=\s))(?:last )?(?:updated|published|posted|modified)\b(?! by).*", re.IGNORECASE)
"""Where a byline goes on to say when."""
MAIL = re.compile(r"\S+@\S+")
ADDRESS = re.compile(r"(?:https?:)?//|www\.|\.(?:com|org|net)\b", re.IGNORECASE)
SURNAME_FIRST = re.compile(r"([^\W\d_][\w'’-]+), ([^\W\d_][\w'’-]+)")
ROLE = re.compile(r"\b(?:correspondent|reporter|editor|writer|journalist|columnist|photographer)s?\b", re.IGNORECASE)
"""What a newsroom calls its people."""
NO_NAME = re.compile(rf"\d|{ROLE.pattern}|\b(?:analyst|bureau|fellow|professor)s?\b", re.IGNORECASE)
LONGEST_NAME = 60
MOST = 20
FEED_AUTHOR = re.compile(r"^\S+@\S+\s*\((?P<name>[^)]+)\)$")
"""RSS 2.0 writes an author as ``mail@outlet.example (Name)``."""


def author_names(raw: Iterable[str], sites: Iterable[str] = ()) -> tuple[str, ...]:
    """The names in what was written, in order, each once; the site's own name is nobody's byline."""
    nobody = _nobody() | {fold for site in sites if (fold := folded(site))}
    found: dict[str, str] = {}
    for text in raw:
        for name in _names(text):
            fold = folded(name)
            if fold and fold not in nobody and fold.removesuffix("staff") not in nobody:
                found.setdefault(fold, name)
    whole = [name for fold, name in found.items() if not any(fold != other and fold in other for other in found)]
    return tuple(whole[:MOST])


def _names(text: str) -> Iterable[str]:
    line = without_markup(text)
    if match := FEED_AUTHOR.match(line):
        line = match["name"]
    if ADDRESS.search(line):
        return
    line = STAMP.split(line)[0]
    line = MAIL.sub("", PARTICLE_PREFIX.sub("", PREFIX.sub("", line))).strip()
    if match := SURNAME_FIRST.fullmatch(line):
        line = f"{match[2]} {match[1]}"
    for part in SPLIT.split(line):
        name = SUFFIX.sub("", PREFIX.sub("", part)).strip(" .,:-–—*'\"")
        one_small_word = name.islower() and " " not in name
        if name and len(name) <= LONGEST_NAME and not one_small_word and not NO_NAME.search(name):
            yield _in_mixed_case(name)


def _in_mixed_case(name: str) -> str:
    """``JANE O'DONNELL`` as ``Jane O'Donnell``; a name of one word may be an agency's initials and stays."""
    one_case = " " in name and (name.isupper() or name.islower())
    return re.sub(r"[^\W_]+", lambda word: word[0].capitalize(), name) if one_case else name


@cache
def _nobody() -> frozenset[str]:
    lines = files("services.fetcher").joinpath("bylines.txt").read_text("utf-8").splitlines()
    return frozenset(folded(line) for line in lines if line.strip() and not line.startswith("#"))
