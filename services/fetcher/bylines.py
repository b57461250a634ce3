"""Authors' names out of what pages and feeds write in their place."""

import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from services.fetcher.plain import folded, without_markup

PREFIX = re.compile(
    r"^(?:(?:(?:guest )?(?:essay|column)|written|words|reporting|reported|review|commentary|opinion|story|text|"
    r"analysis|posted|published|edited|submitted)\s+)?(?:by|text|words|автор[аи]?|автори|автор[иы]|текст|"
    r"autor(?:zy|ka)?|author|oprac\.|opracowanie|tekst)\s*[:\s]\s*",
    re.IGNORECASE,
)
PARTICLE_PREFIX = re.compile(r"^(?:[Vv]on|[Pp]ar|[Pp]or|[Dd]i|[Dd]a) (?=[A-ZÀ-Þ][\w'’-]+ [A-ZÀ-Þ])")
"""Words that mean "by" in other languages, but also begin surnames: a whole name has to follow."""
SPLIT = re.compile(
    r"\s*(?:;|\||/|•|·|\n)\s*|\s+(?:and|AND|with|avec|con|mit|und|et|y|e|oraz|та|і|и|&)\s+|\s*,\s*(?:and\s+)?"
)
SUFFIX = re.compile(
    r"\s+(?:in|at|for|from|w|в|у)\s+\S.*$|\s*[([].*$|\s+[–—-]\s+.*$|\s+is an?\b.*$",
    re.IGNORECASE,
)
NO_AUTHOR = re.compile(
    r"^(?:(?:additional|with) \w+|edited|editing|reviewed|fact-?checked|translated|"
    r"sponsored|presented|produced|photo(?:graph)?s?|photography|pictures?|images?|illustrations?|graphics?|videos?)"
    r" by\b",
    re.IGNORECASE,
)
"""What somebody did who did not write."""
BESIDE = re.compile(rf"(?<=\w)\s+(?={NO_AUTHOR.pattern.removeprefix('^')})", re.IGNORECASE)
STAMP = re.compile(
    r"(?:^|(?<=\s))(?:last )?(?:updated|published|posted|modified|publié|mis à jour|modifié|veröffentlicht|"
    r"aktualisiert|publicado|actualizado|pubblicato|aggiornato|опубліковано|оновлено|опубликовано|обновлено|opublikowano|dodano)\b"
    r"(?! by).*|(?<=[a-z])(?-i:Updated|Published|Posted)\b.*",
    re.IGNORECASE,
)
"""Where a byline goes on to say when."""
MAIL = re.compile(r"\S+@\S+|\(?@\w+\)?")
ADDRESS = re.compile(r"(?:https?:)?//|www\.|\.(?:com|org|net)\b", re.IGNORECASE)
SURNAME_FIRST = re.compile(r"([^\W\d_][\w'’-]+), ([^\W\d_][\w'’-]+)")
ROLE = re.compile(r"\b(?:correspondent|reporter|editor|writer|journalist|columnist|photographer)s?\b", re.IGNORECASE)
"""What a newsroom calls its people."""
ROLE_FIRST = re.compile(rf"^(?:\w+ ){{0,2}}(?i:{ROLE.pattern}) (?=[A-Z][\w'’.-]+ [A-Z])")
NO_NAME = re.compile(rf"\d|{ROLE.pattern}|\b(?:analyst|bureau|fellow|professor|contributor)s?\b", re.IGNORECASE)
INITIALS = re.compile(r"[A-Z]{2,5}")
"""What an outlet or agency without a longer name is called."""
HONOURS = re.compile(r"^(?:dr|mr|mrs|ms|prof)\.? (?=\S+ \S)|,? \b(?:jr|sr|ph\.? ?d|m\.?d|rn)\b\.?$", re.IGNORECASE)
DEGREE = re.compile(r",\s*(?=(?:jr|sr|ph\.? ?d|m\.?d|rn)\b)", re.IGNORECASE)
DAY = re.compile(
    r"\s+(?:on\s+)?(?:(?:mon|tue|wed|thu|fri|sat|sun)(?:[a-z]*day)?\b,? )?(?:\d{1,2}[ .:/-]|"
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d).*$",
    re.IGNORECASE,
)
"""Where a byline goes on to give the day."""
MONTH = re.compile(
    r"(?<=\w)\s+(?:january|february|july|september|october|november|december|jan|feb|sept|oct|nov|dec)$", re.IGNORECASE
)
"""What may be left of it; months that are names too are not among these."""
ENDS_OUTLET = "ends the name of an outlet or agency"
BEGINS_ROLE = "begins a role"
"""Headings of ``byline_words.txt``."""
LONGEST_NAME = 60
LOUD_SURNAME = 4
"""Letters of a word in capitals that is a surname and no agency's initials."""
MOST = 20
FEED_AUTHOR = re.compile(r"^\S+@\S+\s*\((?P<name>[^)]+)\)$")
"""RSS 2.0 writes an author as ``mail@outlet.example (Name)``."""


def author_names(raw: Iterable[str], sites: Iterable[str] = ()) -> tuple[str, ...]:
    """The names in what was written, in order, each once; the site's own name is nobody's byline."""
    nobody = _nobody() | {fold for site in sites if (fold := folded(site))}
    found: dict[str, str] = {}
    for text in raw:
        for name in _people(list(_names(text))):
            fold = folded(name)
            if (
                fold
                and nobody.isdisjoint({fold, fold.removeprefix("the")})
                and fold.removesuffix("staff") not in nobody
            ):
                found.setdefault(fold, name)
    whole = [name for fold, name in found.items() if not any(fold != other and fold in other for other in found)]
    return tuple(whole[:MOST])


def _people(names: list[str]) -> list[str]:
    """The names without the outlet and the town that stand behind a person's: "Jane Doe, Associated Press, Kyiv"."""
    if not names or " " not in names[0] or names[0].casefold().startswith("the "):
        return [name for name in names if " " in name and not _is_outlet(name)] or names
    return [names[0], *(name for name in names[1:] if " " in name and not _is_outlet(name))]


def _names(text: str) -> Iterable[str]:
    line = without_markup(text)
    if match := FEED_AUTHOR.match(line):
        line = match["name"]
    line = MAIL.sub("", line).strip()
    if ADDRESS.search(line) or NO_AUTHOR.match(line):
        return
    line = BESIDE.split(STAMP.split(line)[0])[0]
    line = ROLE_FIRST.sub("", PARTICLE_PREFIX.sub("", PREFIX.sub("", line))).strip()
    line = DEGREE.sub(" ", DAY.sub("", line))
    if match := SURNAME_FIRST.fullmatch(line):
        line = f"{match[2]} {match[1]}"
    for part in SPLIT.split(line):
        if NO_AUTHOR.match(part):
            continue
        name = HONOURS.sub("", _without_role(MONTH.sub("", SUFFIX.sub("", PREFIX.sub("", part))).strip(" .,:-–—*'\"")))
        one_small_word = name.islower() and " " not in name
        if name and len(name) <= LONGEST_NAME and not one_small_word and not NO_NAME.search(name):
            yield _in_mixed_case(name)


def _is_outlet(name: str) -> bool:
    first, last = (word.casefold() for word in (name.split(maxsplit=1)[0], name.rsplit(maxsplit=1)[-1]))
    initials = INITIALS.fullmatch(name.split(maxsplit=1)[0]) is not None
    return first == "the" or last in _words(ENDS_OUTLET) or initials


def _without_role(name: str) -> str:
    """``Jane Doe Defence Correspondent`` as ``Jane Doe``; a role alone stays what it is."""
    words = name.split()
    if len(words) >= 4 and words[-1].casefold() in _words(ENDS_OUTLET):  # Jane Doe Fox News
        return " ".join(words[:2])
    if len(words) < 4 or not ROLE.search(name) or words[0].casefold() in _words(BEGINS_ROLE):
        return name
    role = next(
        (n for n, word in enumerate(words) if word.casefold() in _words(BEGINS_ROLE) or ROLE.fullmatch(word)), 0
    )
    agency = role > 2 and len(words[role - 1]) < LOUD_SURNAME and INITIALS.fullmatch(words[role - 1])
    return " ".join(words[: role - 1 if agency else role]) if role >= 2 else name


def _in_mixed_case(name: str) -> str:
    """``JANE O'DONNELL`` as ``Jane O'Donnell``; a name of one word may be an agency's initials and stays."""
    if " " not in name:
        return name
    words = name.split()
    loud = [word.isupper() and len(word) > 1 for word in words]
    if not all(loud) and sum(loud) > 1 and all(loud[:2]):  # JANE DOE Wire Service
        words = words[: loud.index(False)]
        words = words[:2] if INITIALS.fullmatch(words[-1]) and len(words[-1]) < LOUD_SURNAME else words
    if all(loud) or name.islower() or (sum(loud) > 1 and all(loud[:2])):
        return _capitalized(" ".join(words))
    # Jane DOE, as French papers write it
    return " ".join(_capitalized(word) if word.isupper() and len(word) >= LOUD_SURNAME else word for word in words)


def _capitalized(text: str) -> str:
    return re.sub(r"[^\W_]+", lambda word: word[0].capitalize(), text)


@cache
def _nobody() -> frozenset[str]:
    lines = files("services.fetcher").joinpath("bylines.txt").read_text("utf-8").splitlines()
    return frozenset(folded(line) for line in lines if line.strip() and not line.startswith("#"))


@cache
def _words(heading: str) -> frozenset[str]:
    """The words below a heading of ``byline_words.txt``."""
    text = files("services.fetcher").joinpath("byline_words.txt").read_text("utf-8")
    section = text.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return frozenset(line.strip().casefold() for line in section.splitlines() if line.strip())
