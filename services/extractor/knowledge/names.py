"""Everything that has a name: the entity tables as one index, found by the first word of each way it is written."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from itertools import pairwise
from typing import Literal

from services.common.errors import ConfigurationError
from services.common.messages import EntityType, Location
from services.extractor.knowledge.rows import (
    ENTITY_TABLES,
    AmbiguousRow,
    CountryRow,
    EntityRow,
    OrganisationRow,
    PlaceRow,
    WeaponRow,
)
from services.extractor.knowledge.tables import read

Manner = Literal["name", "adjective", "people", "seat"]
"""How a form names its entity: "Russia", "Russian", "Russians", "Moscow" (the government)."""

WORD = re.compile(r"[^\W_]+")
GAPS = {
    " ": re.compile(r"[ \u00a0\u2009\u202f]{1,2}[“”\"«‘']?|[ \u00a0]?[“\"«‘]"),
    "-": re.compile(r"[-\u2010\u2011\u2012\u2013]|[ \u00a0]"),
    "'": re.compile(r"['’ʼ`]"),
    ".": re.compile(r"\.[ \u00a0]?"),
    "/": re.compile(r"/"),
    ",": re.compile(r", ?"),
}


@dataclass(frozen=True, slots=True)
class Known:
    """An entity the tables name. ``country`` is ISO 3166-1 alpha-2; ``kind`` is the table's own kind."""

    id: str
    type: EntityType
    name: str
    kind: str = ""
    country: str | None = None
    location: Location | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """One way an entity is written: its words, and what may stand between each two of them."""

    words: tuple[str, ...]
    gaps: tuple[re.Pattern[str], ...]
    stop: bool
    """It ends in a full stop, as "U.S." does."""
    entity: str
    manner: Manner
    written: str


@dataclass(frozen=True, slots=True)
class Sense:
    """What an ambiguous name may mean, and the words that speak for it."""

    entity: str
    cues: tuple[str, ...]
    default: bool


@dataclass(frozen=True, slots=True)
class Names:
    """All that is known by name."""

    entities: Mapping[str, Known]
    forms: Mapping[str, tuple[Form, ...]]
    """By first word; the longest first."""
    shouted: Mapping[str, tuple[Form, ...]]
    """The same in capitals, for headlines."""
    senses: Mapping[str, tuple[Sense, ...]]
    countries: Mapping[str, str]
    """Entity id of each country, by its ISO code."""
    seats: Mapping[str, str]
    """Entity id of the country whose government each seat stands for: "Pyongyang" is country/north-korea."""


def slug(text: str) -> str:
    """The last part of an id: "Radosław Sikorski" is radoslaw-sikorski. Empty where nothing is left of the text."""
    plain = text.translate(str.maketrans("ıłŁøØđĐßæ", "ilLoOdDsa")).replace("'", "").replace("’", "")
    plain = re.sub(r"\b(?:\w\.){2,}", lambda match: match[0].replace(".", ""), plain)
    decomposed = unicodedata.normalize("NFKD", plain)
    kept = "".join(char for char in decomposed if not unicodedata.combining(char)).casefold()
    return "-".join(re.findall(r"[^\W_]+", kept))


def load_names(folder: Traversable) -> Names:
    """Read the six entity tables and ambiguous.tsv.

    Raises:
        ConfigurationError: a table cannot be used; the sentence names file, line and column.
    """
    known: dict[str, Known] = {}
    forms: list[Form] = []
    for file, (kind, model) in ENTITY_TABLES.items():
        for row in read(folder, file, model, key=("id",)):
            entity = _known(kind, row)  # type: ignore[arg-type]  # the table's own row class
            known[entity.id] = entity
            forms += _forms_of(entity.id, row)  # type: ignore[arg-type]
    senses = _senses(folder, known)
    _refuse_rivals(forms, senses)
    return Names(
        entities=known,
        forms=_by_first_word(forms),
        shouted=_by_first_word(_shout(form) for form in forms if _may_be_shouted(form)),
        senses=senses,
        countries={
            entity.country: entity.id for entity in known.values() if entity.type == "country" and entity.country
        },
        seats={form.written: form.entity for form in forms if form.manner == "seat"},
    )


def _known(kind: EntityType, row: EntityRow) -> Known:
    at = f"{kind}/{row.id}"
    if isinstance(row, PlaceRow):
        location = Location(lat=row.lat, lon=row.lon, country=row.country)
        return Known(at, kind, row.name, row.kind, row.country, location)
    if isinstance(row, CountryRow):
        return Known(at, kind, row.name, "", row.iso)
    if isinstance(row, OrganisationRow):
        return Known(at, kind, row.name, row.kind, row.country)
    if isinstance(row, WeaponRow):
        return Known(at, kind, row.name, row.kind)
    return Known(at, kind, row.name, "", row.country)


def _forms_of(entity: str, row: EntityRow) -> list[Form]:
    forms = [form for text in dict.fromkeys((row.name, *row.aliases)) for form in _spellings(text, entity, "name")]
    if isinstance(row, CountryRow):
        forms += [form for text in row.adjectives for form in _spellings(text, entity, "adjective")]
        forms += [form for text in row.people for form in _spellings(text, entity, "people")]
        forms += [form for text in row.seats for form in _spellings(text, entity, "seat")]
    return forms


def _spellings(text: str, entity: str, manner: Manner) -> list[Form]:
    compact = re.sub(r"(?<=[A-Za-z])-(?=\d)", "", text)
    return [
        form
        for spelled in dict.fromkeys((text, compact))
        if (form := form_of(spelled, entity, manner)) and (spelled == text or len(spelled) > 3)
    ]


def form_of(text: str, entity: str, manner: Manner = "name") -> Form | None:
    """The form of one way to write a name, or None where it has no letter or digit."""
    found = list(WORD.finditer(text))
    if not found:
        return None
    gaps = []
    for left, right in pairwise(found):
        between = text[left.end() : right.start()]
        gap = next(
            (GAPS[sign] for sign in ("'", "’", ".", "/", "-", ",") if sign in between and sign in GAPS), GAPS[" "]
        )
        gaps.append(GAPS["'"] if "’" in between else gap)
    stop = text.endswith(".")
    return Form(tuple(match[0] for match in found), tuple(gaps), stop, entity, manner, text)


def _may_be_shouted(form: Form) -> bool:
    return any(len(word) > 3 for word in form.words) and not all(word.isupper() for word in form.words)


def _shout(form: Form) -> Form:
    words = tuple(word.upper() for word in form.words)
    return Form(words, form.gaps, form.stop, form.entity, form.manner, form.written)


def _by_first_word(forms: Iterable[Form]) -> dict[str, tuple[Form, ...]]:
    index: dict[str, list[Form]] = {}
    for form in forms:
        index.setdefault(form.words[0], []).append(form)
    # The longest first; a place before a seat of government of the same name, which is decided by context.
    return {
        word: tuple(sorted(group, key=lambda form: (-len(form.words), form.manner == "seat")))
        for word, group in index.items()
    }


def _senses(folder: Traversable, known: Mapping[str, Known]) -> dict[str, tuple[Sense, ...]]:
    senses: dict[str, list[Sense]] = {}
    for row in read(folder, "ambiguous.tsv", AmbiguousRow, key=("name", "entity")):
        if row.entity not in known:
            raise ConfigurationError(
                f"ambiguous.tsv: {row.name!r} may mean {row.entity!r}, which is in no table; add it, or mend the id."
            )
        senses.setdefault(row.name, []).append(Sense(row.entity, row.cues, row.default == "yes"))
    for name, group in senses.items():
        if sum(sense.default for sense in group) != 1:
            raise ConfigurationError(f'ambiguous.tsv: exactly one meaning of {name!r} must be marked default "yes".')
    return {name: tuple(group) for name, group in senses.items()}


def _refuse_rivals(forms: Iterable[Form], senses: Mapping[str, tuple[Sense, ...]]) -> None:
    claimed: dict[str, str] = {}
    for form in forms:
        if form.manner == "seat" or form.written in senses:
            continue
        if (other := claimed.setdefault(form.written, form.entity)) != form.entity:
            raise ConfigurationError(
                f"{form.written!r} stands for {other} and for {form.entity}; take it out of one table, "
                "or say in ambiguous.tsv how to tell them apart."
            )
