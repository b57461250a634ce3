"""What the tagger knows: tables that an analyst can edit, read once, checked when they are read.

Each ``.tsv`` file beside this module says at its top what it is for and what its columns mean. To add a line, open it
in any editor or spreadsheet (tab-separated, UTF-8), add the line, and run ``sitrep tag`` on a text that needs it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import NamedTuple

from services.common.messages import Category, Modality, Qualifier
from services.extractor.knowledge.names import Names, load_names
from services.extractor.knowledge.rows import (
    ActionRow,
    BoilerplateRow,
    CommonWordRow,
    CurrencyRow,
    DesignationRow,
    GivenNameRow,
    MeasureRow,
    ModalityRow,
    NameContextRow,
    NamedKind,
    NameWordRow,
    NounRow,
    NumberContextRow,
    NumberRow,
    QualifierRow,
    ReportingRow,
    SeatRow,
    SportRow,
    TitleRow,
    UnitWordRow,
)
from services.extractor.knowledge.tables import read


class Noun(NamedTuple):
    """A noun that is counted: its singular, the category of the count, and its role (see nouns.tsv)."""

    lemma: str
    category: Category
    role: str


class Action(NamedTuple):
    """What a word says is done: what claims call it, and of what kind it is (see actions.tsv)."""

    action: str
    kind: str


class VerbSense(NamedTuple):
    """What a verb says is done where these words go with it, and where it is done to these (see actions.tsv)."""

    action: Action
    further: tuple[str, ...] = ()
    of: str = ""
    subject_undergoes: bool = False


class Numeral(NamedTuple):
    """A number word (see numbers.tsv)."""

    value: float
    role: str


class Measure(NamedTuple):
    """A unit of measure (see measures.tsv)."""

    unit: str
    factor: float
    category: Category


class Evidence(NamedTuple):
    """What speaks for a name being of a kind, and how strongly (see name_words.tsv and name_context.tsv)."""

    kind: NamedKind
    weight: int


class Currency(NamedTuple):
    """A sign or word for money (see currencies.tsv)."""

    code: str
    kind: str
    factor: float


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Every table, ready to look things up in. Words are keys in lower case unless capitals tell them apart."""

    names: Names
    designations: Mapping[str, str]
    unit_words: Mapping[str, str]
    seat_words: Mapping[str, frozenset[str]]
    sport: Mapping[str, frozenset[str]]
    titles: tuple[str, ...]
    """The longest first."""
    titles_before: tuple[str, ...]
    """As they stand before a name, with a space after."""
    title_words: frozenset[str]
    """The first words of titles."""
    name_words: Mapping[str, Mapping[str, Evidence]]
    """Words in a name that say what it names: by where they stand, then by word."""
    name_context: Mapping[str, Mapping[str, tuple[Evidence, ...]]]
    """Words beside a name that say what it names: by side, then by the words."""
    given_names: Mapping[str, str]
    """First words of people's names: ``given``, or ``family`` where the family name stands first."""
    boilerplate: frozenset[str]
    common_words: frozenset[str]
    """Words of other languages that are towns too, as they are written there: "Essen"."""
    capitalised: frozenset[str]
    """Words that are no names by themselves though articles capitalise them: boilerplate and titles."""
    numerals: Mapping[str, Numeral]
    qualifiers_before: Mapping[str, Qualifier]
    qualifiers_after: Mapping[str, Qualifier]
    measures: Mapping[str, Measure]
    currencies: Mapping[str, Currency]
    number_context: Mapping[str, frozenset[str]]
    nouns: Mapping[str, Noun]
    verbs: Mapping[str, Action]
    """By the infinitive alone, whatever it is done to."""
    verb_senses: Mapping[str, tuple[VerbSense, ...]]
    """By the infinitive: the senses with most further words first, and those of people before those of anything."""
    action_nouns: Mapping[str, Action]
    reporting: Mapping[str, frozenset[str]]
    according: Mapping[str, tuple[tuple[str, ...], ...]]
    """Phrases before a speaker, "according to", as words: by the first."""
    modality: Mapping[str, Modality]
    modality_words: frozenset[str]
    """The words of its phrases."""


@cache
def knowledge() -> Knowledge:
    """The tables that come with the package, read at the first call."""
    return load(files(__name__))


def load(folder: Traversable) -> Knowledge:
    """Read every table in a folder.

    Raises:
        ConfigurationError: a table cannot be used; the sentence names file, line and column.
    """
    qualifiers = read(folder, "qualifiers.tsv", QualifierRow, key=("phrase", "side"))
    actions = read(folder, "actions.tsv", ActionRow, key=("word", "form", "of"))
    titles = _titles(folder)
    reporting = _grouped(
        (row.role, row.word) for row in read(folder, "reporting.tsv", ReportingRow, key=("word", "role"))
    )
    modality = {row.word: row.modality for row in read(folder, "modality.tsv", ModalityRow, key=("word",))}
    boilerplate = frozenset(row.words for row in read(folder, "boilerplate.tsv", BoilerplateRow, key=("words",)))
    return Knowledge(
        names=load_names(folder),
        designations={
            row.prefix: row.kind for row in read(folder, "designations.tsv", DesignationRow, key=("prefix",))
        },
        unit_words=_unit_words(folder),
        seat_words=_grouped((row.role, row.word) for row in read(folder, "seats.tsv", SeatRow, key=("word", "role"))),
        sport=_grouped((row.role, row.word) for row in read(folder, "sport.tsv", SportRow, key=("word", "role"))),
        titles=titles,
        titles_before=tuple(f"{title} " for title in titles),
        title_words=frozenset(title.split()[0] for title in titles),
        name_words=_name_words(folder),
        name_context=_name_context(folder),
        given_names={row.name: row.role for row in read(folder, "given_names.tsv", GivenNameRow, key=("name",))},
        boilerplate=boilerplate,
        common_words=frozenset(row.word for row in read(folder, "common_words.tsv", CommonWordRow, key=("word",))),
        capitalised=boilerplate.union(titles, *(title.split() for title in titles)),
        numerals={
            row.word: Numeral(row.value, row.role) for row in read(folder, "numbers.tsv", NumberRow, key=("word",))
        },
        qualifiers_before={row.phrase: row.qualifier for row in qualifiers if row.side == "before"},
        qualifiers_after={row.phrase: row.qualifier for row in qualifiers if row.side == "after"},
        measures={
            row.word: Measure(row.unit, row.factor, row.category)
            for row in read(folder, "measures.tsv", MeasureRow, key=("word",))
        },
        currencies={
            row.word: Currency(row.code, row.kind, row.factor)
            for row in read(folder, "currencies.tsv", CurrencyRow, key=("word",))
        },
        number_context=_grouped(
            (row.role, row.word) for row in read(folder, "number_context.tsv", NumberContextRow, key=("word", "role"))
        ),
        nouns=_nouns(folder),
        verbs={row.word: Action(row.action, row.kind) for row in actions if row.form == "verb" and not row.of},
        verb_senses=_verb_senses(row for row in actions if row.form == "verb"),
        action_nouns={row.word: Action(row.action, row.kind) for row in actions if row.form == "noun"},
        reporting=reporting,
        according=_by_first_word(reporting["according"]),
        modality=modality,
        modality_words=frozenset(word for phrase in modality if " " in phrase for word in phrase.split()),
    )


def _unit_words(folder: Traversable) -> dict[str, str]:
    words: dict[str, str] = {}
    for row in read(folder, "unit_words.tsv", UnitWordRow, key=("word", "role")):
        words[row.word] = "both" if row.word in words else row.role
    return words


def _name_words(folder: Traversable) -> dict[str, dict[str, Evidence]]:
    words: dict[str, dict[str, Evidence]] = {"first": {}, "last": {}, "inside": {}, "any": {}}
    for row in read(folder, "name_words.tsv", NameWordRow, key=("word", "where")):
        words[row.where][row.word] = Evidence(row.kind, row.weight)
    return words


def _name_context(folder: Traversable) -> dict[str, dict[str, tuple[Evidence, ...]]]:
    context: dict[str, dict[str, tuple[Evidence, ...]]] = {"before": {}, "after": {}, "after ,": {}}
    for row in read(folder, "name_context.tsv", NameContextRow, key=("words", "side", "kind")):
        side = context[row.side]
        side[row.words] = (*side.get(row.words, ()), Evidence(row.kind, row.weight))
    return context


def _titles(folder: Traversable) -> tuple[str, ...]:
    titles = (row.title for row in read(folder, "titles.tsv", TitleRow, key=("title",)))
    return tuple(sorted(titles, key=len, reverse=True))


def _nouns(folder: Traversable) -> dict[str, Noun]:
    nouns: dict[str, Noun] = {}
    for row in read(folder, "nouns.tsv", NounRow, key=("noun",)):
        noun = Noun(row.noun, row.category, row.role)
        for form in (row.noun, row.plural or f"{row.noun}s"):
            nouns.setdefault(form, noun)
    return nouns


def _verb_senses(rows: Iterable[ActionRow]) -> dict[str, tuple[VerbSense, ...]]:
    senses: dict[str, list[VerbSense]] = {}
    for row in rows:
        verb, *further = row.word.split()
        action = Action(row.action, row.kind)
        senses.setdefault(verb, []).append(VerbSense(action, tuple(further), row.of, row.subject == "undergoes"))
    return {
        verb: tuple(sorted(found, key=lambda sense: (len(sense.further), bool(sense.of)), reverse=True))
        for verb, found in senses.items()
    }


def _by_first_word(phrases: Iterable[str]) -> dict[str, tuple[tuple[str, ...], ...]]:
    found: dict[str, tuple[tuple[str, ...], ...]] = {}
    for phrase in sorted(phrases, key=lambda phrase: (-phrase.count(" "), phrase)):
        words = tuple(phrase.split())
        found[words[0]] = (*found.get(words[0], ()), words)
    return found


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    groups: dict[str, set[str]] = {}
    for role, word in pairs:
        groups.setdefault(role, set()).add(word)
    return {role: frozenset(words) for role, words in groups.items()}
