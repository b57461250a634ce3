"""How articles are kept in Elasticsearch: mapping version 1, as plain data, with the reason for each choice.

Only what the engine's core and ``analysis-common`` offer is used. A change to anything here that an existing index
cannot take is a new version, built beside the old one; the alias then moves.
"""

from typing import Any, Final

from services.common.elastic import ARTICLES_ALIAS

MAPPING_VERSION: Final = 1
INDEX: Final = f"{ARTICLES_ALIAS}-v{MAPPING_VERSION}"

LONGEST_KEYWORD: Final = 8191
"""Characters. Lucene refuses a term over 32766 bytes and with it the whole article; four bytes are one character at
the most. A longer value stays in ``_source`` and is just not searchable."""

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
# - Dots between initials go first: U.S. and US are one word.
# - The standard tokenizer (Unicode text segmentation) keeps M1989 and 10,000 whole, and drops punctuation.
# - Possessives go before folding, which would otherwise make one apostrophe out of several.
# - Folding makes Erdoğan and Erdogan one word; the text as it was written stays in _source.
# - F-16s and T-72s lose their s, which no stemmer takes from a number.
# - KStem ("light_english") stems with a dictionary: howitzers and howitzer, deployed and deploy become one word, also
#   Ukrainian and Ukraine, but office and officer do not. What it does to a name, it does on both sides.
# - No stop words: "IT", "WHO" and "US" are asked for, and scoring makes little of common words anyway.
_FOLDED: Final = ["lowercase", "possessive", "asciifolding"]
_STEMMED: Final = [*_FOLDED, "model_plural", "stems", "light_stem"]


def _without_dots(letter: str) -> dict[str, str]:
    """Take the dots out of single letters in a row; ``letter`` is the pattern of one."""
    alone = rf"(?<![\p{{L}}\p{{N}}]){letter}"
    first = rf"(?<={alone})\.(?={letter}(?![\p{{L}}\p{{N}}]))"
    further = rf"(?<=\.{letter})\."
    return {"type": "pattern_replace", "pattern": f"{first}|{further}", "replacement": ""}


def _analyzer(initials: str, filters: list[str]) -> dict[str, Any]:
    return {"type": "custom", "char_filter": ["unseen", initials], "tokenizer": "standard", "filter": filters}


ANALYSIS: Final[dict[str, Any]] = {
    "char_filter": {
        # Soft hyphens, joiners, and marks written apart from their letter (e and ´ for é), which folding passes over.
        "unseen": {
            "type": "pattern_replace",
            "pattern": r"[\u00AD\u200C\u200D\u2060]|(?<=\p{IsLatin})[\u0300-\u036F]",
            "replacement": "",
        },
        # U.S. and US, D.P.R.K. and DPRK are one word. The initials of a name ("J. Smith") keep their dots.
        "initials": _without_dots(r"\p{Lu}"),
        # A question is typed in a hurry: "u.s." means U.S. (in an article, "p.m." must not become PM).
        "initials_asked": _without_dots(r"\p{L}"),
    },
    "filter": {
        "possessive": {"type": "stemmer", "language": "possessive_english"},
        "model_plural": {"type": "pattern_replace", "pattern": r"^(.*\d)s$", "replacement": "$1"},
        "stems": {"type": "stemmer_override", "rules": list(STEMS)},
        "light_stem": {"type": "stemmer", "language": "light_english"},
    },
    # What is kept, and what is asked of it; "exact" for phrases and words that must stand as they were typed. That the
    # question has analyzers of its own also lets synonyms be added to it alone.
    "analyzer": {
        "words": _analyzer("initials", _STEMMED),
        "words_asked": _analyzer("initials_asked", _STEMMED),
        "words_exact": _analyzer("initials", _FOLDED),
        "words_exact_asked": _analyzer("initials_asked", _FOLDED),
    },
}

SETTINGS: Final[dict[str, Any]] = {
    # Given explicitly, because Elasticsearch stops refreshing an index that was not searched for 30 s when it is not.
    "refresh_interval": "1s",
    # One copy where there is a second node, none (and a green index) on a single one.
    "auto_expand_replicas": "0-1",
    # One shard: scores of all articles compare, and it holds tens of millions of articles.
    "number_of_shards": 1,
    "analysis": ANALYSIS,
}

_DATE: Final = {"type": "date", "format": "strict_date_optional_time"}
_DAY: Final = {"type": "date", "format": "strict_date"}
_KEYWORD: Final = {"type": "keyword", "ignore_above": LONGEST_KEYWORD}
_KEPT_ONLY: Final = {"type": "keyword", "index": False, "doc_values": False}
"""Returned with the article, never asked for."""
_POSITION: Final = {"type": "integer", "index": False, "doc_values": False}


def _words(*, offsets: bool = False, raw: bool = False) -> dict[str, Any]:
    """A text people search: stemmed, and unstemmed under ``.exact``; with ``raw`` also whole, to group by."""
    mapping: dict[str, Any] = {
        "type": "text",
        "analyzer": "words",
        "search_analyzer": "words_asked",
        "fields": {"exact": {"type": "text", "analyzer": "words_exact", "search_analyzer": "words_exact_asked"}},
    }
    if offsets:
        # Where each word stands is kept in the postings: highlighting a long article does not analyse it again.
        mapping["index_options"] = "offsets"
        mapping["fields"]["exact"]["index_options"] = "offsets"
    if raw:
        mapping["fields"]["raw"] = _KEYWORD
    return mapping


CLAIM: Final[dict[str, Any]] = {
    # Nested: "killed" and "12,000" must be of the same claim, not somewhere in the same article.
    "type": "nested",
    "dynamic": "strict",
    "properties": {
        "id": _KEYWORD,
        "text": _words(),
        "start": _POSITION,
        "end": _POSITION,
        "sentence": _words(),
        "low": {"type": "double"},
        "high": {"type": "double"},
        # Low and high as one range, open ends included: "any figure that may be 11,000" is one question.
        "value": {"type": "double_range"},
        "qualifier": _KEYWORD,
        "category": _KEYWORD,
        "item": _words(raw=True),
        "unit": _KEYWORD,
        "implicit": {"type": "boolean"},
        "each": {"type": "boolean"},
        "action": _KEYWORD,
        "actor": _KEYWORD,
        "place": _KEYWORD,
        "attributed_to": {
            "dynamic": "strict",
            "properties": {"text": _words(raw=True), "entity": _KEYWORD, "via": _words(raw=True)},
        },
        "modality": _KEYWORD,
        "as_of": {"dynamic": "strict", "properties": {"from": _DAY, "to": _DAY}},
        # The same days as one range, open ends included.
        "days": {"type": "date_range", "format": "strict_date"},
    },
}

MAPPINGS: Final[dict[str, Any]] = {
    # An unknown field is a bug of ours and goes to the dead letters; it never becomes a new column.
    "dynamic": "strict",
    "date_detection": False,
    "numeric_detection": False,
    "_meta": {"version": MAPPING_VERSION},
    "properties": {
        "id": _KEYWORD,
        "revision": {"type": "integer"},
        "url": _KEYWORD,
        "source": {
            "dynamic": "strict",
            "properties": {"id": _KEYWORD, "name": _KEYWORD, "domain": _KEYWORD},
        },
        "title": _words(),
        "description": _words(),
        "text": _words(offsets=True),
        "authors": _words(raw=True),
        "language": _KEYWORD,
        "published_at": _DATE,
        "modified_at": _DATE,
        "fetched_at": _DATE,
        # What to filter and sort by: published_at, or fetched_at where the outlet gives no date.
        "dated_at": _DATE,
        "image_url": _KEPT_ONLY,
        "archive": _KEPT_ONLY,
        "kind": _KEYWORD,
        # What a revision changed is read with the article, not asked for.
        "change": {"type": "object", "enabled": False},
        "content_hash": _KEYWORD,
        # Whole entities, mentions included, are returned with the article; what is asked of them stands below.
        "entities": {"type": "object", "enabled": False},
        # Every name an entity has in the article, canonical or as written: a search for either finds it.
        "entity_names": _words(),
        # Facets: ids of the article's entities by type (the type is the field), each once.
        "person": _KEYWORD,
        "organisation": _KEYWORD,
        "country": _KEYWORD,
        "place": _KEYWORD,
        "military_unit": _KEYWORD,
        "weapon": _KEYWORD,
        # Where the article's places are.
        "locations": {"type": "geo_point"},
        "claims": CLAIM,
        # Facets over claims, flat because articles are counted, not claims; each value once.
        "claim_units": _KEYWORD,
        "claim_categories": _KEYWORD,
        "claim_actions": _KEYWORD,
        # 128 numbers that are compared outside of Elasticsearch.
        "signature": {"type": "object", "enabled": False},
        "tagger": {"dynamic": "strict", "properties": {"version": _KEYWORD, "model": _KEYWORD}},
        "tagged_at": _DATE,
    },
}
