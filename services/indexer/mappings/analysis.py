"""How text becomes words: for what is kept, and for what is asked.

Only what the engine's core and ``analysis-common`` offer is used (Elasticsearch reference 8.19, "Text analysis").
"""

from functools import cache
from importlib.resources import files
from typing import Any, Final

from services.common.identity import digest

# Words KStem keeps apart though a reader does not, most of them because its dictionary lists the plural; and names
# that must not be taken for a plural. Left: as written; right: what it is kept as.
STEMS: Final = (
    "advances => advance",
    "airmen => airman",
    "arms => arms",
    "bases => base",
    "capitals => capital",
    "children => child",
    "corps => corps",
    "dispatches => dispatch",
    "exercises => exercise",
    "figures => figure",
    "forces => force",
    "funds => fund",
    "gunmen => gunman",
    "hamas => hamas",
    "launcher, launchers => launcher",
    "letters => letter",
    "lines => line",
    "masses => mass",
    "men => man",
    "movies => movie",
    "munitions => munition",
    "news => news",
    "numbers => number",
    "policemen => policeman",
    "provinces => province",
    "regions => region",
    "rifles => rifle",
    "rounds => round",
    "servicemen => serviceman",
    "shares => share",
    "spokesmen => spokesman",
    "spokeswomen => spokeswoman",
    "supplies => supply",
    "talks => talk",
    "troops => troop",
    "wings => wing",
    "women => woman",
)

# The steps are the same for what is kept and what is asked, so that both end as the same words.
# - Dots between initials go first: D.P.R.K. and DPRK are one word. U.S. and US become USA, so that they are not "us".
# - The standard tokenizer (Unicode text segmentation) keeps M1989 and 10,000 whole, and drops punctuation.
# - Possessives go before folding, which would otherwise make one apostrophe out of several.
# - Folding makes Erdoğan and Erdogan one word; the text as it was written stays in _source.
# - F-16s and T-72s lose their s, which no stemmer takes from a number.
# - KStem ("light_english") stems with a dictionary: howitzers and howitzer, deployed and deploy become one word, also
#   Ukrainian and Ukraine, but office and officer do not. What it does to a name, it does on both sides.
# - No stop words: "IT" and "WHO" are asked for, and scoring makes little of common words anyway.
# - Names last, and only when something is asked: DPRK also finds North Korea (synonyms.txt). What is kept stays as it
#   was written, so other names need no new index of every article. They stand in the index's settings and not in a
#   set of the synonyms API, which an open index could load anew: that API needs a module that not every build has. An
#   index therefore goes on with the names it was made with (the digest is in its _meta) until the next one is built.
_FOLDED: Final = ["lowercase", "possessive", "asciifolding"]
_STEMMED: Final = [*_FOLDED, "model_plural", "stems", "light_stem"]


def _without_dots(letter: str) -> dict[str, str]:
    """Take the dots out of single letters in a row; ``letter`` is the pattern of one."""
    alone = rf"(?<![\p{{L}}\p{{N}}]){letter}"
    first = rf"(?<={alone})\.(?={letter}(?![\p{{L}}\p{{N}}]))"
    further = rf"(?<=\.{letter})\."
    return {"type": "pattern_replace", "pattern": f"{first}|{further}", "replacement": ""}


def _america(written: str) -> dict[str, str]:
    """Write USA for the ways of ``written``, a pattern, where it stands alone."""
    pattern = rf"(?<![\p{{L}}\p{{N}}.])(?:{written})(?![\p{{L}}\p{{N}}]|\.\p{{L}})"
    return {"type": "pattern_replace", "pattern": pattern, "replacement": "USA"}


def _analyzer(america: str, initials: str, filters: list[str]) -> dict[str, Any]:
    return {"type": "custom", "char_filter": ["unseen", america, initials], "tokenizer": "standard", "filter": filters}


_CHARACTERS: Final[dict[str, Any]] = {
    # Soft hyphens, joiners, and marks written apart from their letter (e and ´ for é), which folding passes over.
    "unseen": {
        "type": "pattern_replace",
        "pattern": r"[\u00AD\u200C\u200D\u2060]|(?<=\p{IsLatin})[\u0300-\u036F]",
        "replacement": "",
    },
    # The initials of a name ("J. Smith") keep their dots.
    "initials": _without_dots(r"\p{Lu}"),
    "america": _america(r"US|U\.S\.?"),
    # A question is typed in a hurry: "u.s." means U.S. (in an article, "p.m." must not become PM).
    "initials_asked": _without_dots(r"\p{L}"),
    "america_asked": _america(r"(?i)us|u\.s\.?"),
    "america_exact_asked": _america(r"US|U\.S\.?|u\.s\.?"),
}

_FILTERS: Final[dict[str, Any]] = {
    "possessive": {"type": "stemmer", "language": "possessive_english"},
    "model_plural": {"type": "pattern_replace", "pattern": r"^(.*\d)s$", "replacement": "$1"},
    "stems": {"type": "stemmer_override", "rules": list(STEMS)},
    "light_stem": {"type": "stemmer", "language": "light_english"},
}


# What is kept, and what is asked of it; "exact" for phrases and words that must stand as they were typed.
_ANALYZERS: Final[dict[str, Any]] = {
    "words": _analyzer("america", "initials", _STEMMED),
    "words_asked": _analyzer("america_asked", "initials_asked", [*_STEMMED, "names"]),
    "words_exact": _analyzer("america", "initials", _FOLDED),
    "words_exact_asked": _analyzer("america_exact_asked", "initials_asked", _FOLDED),
}


@cache
def synonyms() -> tuple[str, ...]:
    """The names that mean the same, a group a line, as Elasticsearch takes them (Solr's format).

    The file is made from the extractor's knowledge by ``make generate``, which also checks that it is current.
    """
    text = files("services.indexer").joinpath("synonyms.txt").read_text("utf-8")
    return tuple(line for line in text.splitlines() if line and not line.startswith("#"))


@cache
def synonyms_digest() -> str:
    """Changes when the names do."""
    return digest(*synonyms())


def analysis() -> dict[str, Any]:
    """The ``analysis`` part of an index's settings."""
    names = {"type": "synonym_graph", "synonyms": list(synonyms())}
    return {"char_filter": _CHARACTERS, "filter": {**_FILTERS, "names": names}, "analyzer": _ANALYZERS}
