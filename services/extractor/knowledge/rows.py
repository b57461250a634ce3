"""The columns of each knowledge file, and what may stand in them."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from services.common.messages import Category, EntityType, Modality, Qualifier


def _values(cell: Any) -> Any:
    return tuple(value.strip() for value in cell.split(";") if value.strip()) if isinstance(cell, str) else cell


def _or_none(cell: Any) -> Any:
    return None if cell == "" else cell


def _or_one(cell: Any) -> Any:
    return 1.0 if cell == "" else cell


Values = Annotated[tuple[str, ...], BeforeValidator(_values)]
"""A cell of several values separated by semicolons."""
Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
"""The last part of an entity id: small letters, digits and hyphens."""
Text = Annotated[str, Field(min_length=1)]
Country = Annotated[Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None, BeforeValidator(_or_none)]
Number = Annotated[float, Field(allow_inf_nan=False)]


class Row(BaseModel):
    """One line of a table."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class CountryRow(Row):
    """countries.tsv."""

    id: Slug
    name: Text
    iso: Country
    aliases: Values = ()
    adjectives: Values = ()
    people: Values = ()
    seats: Values = ()


class PlaceRow(Row):
    """places.tsv."""

    id: Slug
    name: Text
    kind: Literal["city", "town", "village", "region", "site", "island", "sea", "river", "continent"]
    lat: Annotated[float, Field(ge=-90, le=90)]
    lon: Annotated[float, Field(ge=-180, le=180)]
    country: Country = None
    aliases: Values = ()


class PersonRow(Row):
    """people.tsv."""

    id: Slug
    name: Text
    country: Country = None
    aliases: Values = ()


class OrganisationRow(Row):
    """organisations.tsv."""

    id: Slug
    name: Text
    kind: Literal[
        "media", "international", "alliance", "ngo", "government", "military", "intelligence", "analysts", "company",
        "party", "club", "platform",
    ]  # fmt: skip
    country: Country = None
    aliases: Values = ()


WeaponKind = Literal[
    "howitzer", "rocket_launcher", "missile", "air_defence", "drone", "aircraft", "helicopter", "tank",
    "armoured_vehicle", "rifle", "shotgun", "grenade_launcher", "bomb", "ship",
]  # fmt: skip


class WeaponRow(Row):
    """weapons.tsv."""

    id: Slug
    name: Text
    kind: WeaponKind
    aliases: Values = ()


class DesignationRow(Row):
    """designations.tsv."""

    prefix: Annotated[str, Field(pattern=r"^[A-Za-z0-9]+$")]
    kind: WeaponKind


class MilitaryUnitRow(Row):
    """military_units.tsv."""

    id: Slug
    name: Text
    country: Country = None
    aliases: Values = ()


class UnitWordRow(Row):
    """unit_words.tsv."""

    word: Text
    role: Literal["last", "middle"]


class AmbiguousRow(Row):
    """ambiguous.tsv."""

    name: Text
    entity: Annotated[str, Field(pattern=r"^[a-z_]+/[a-z0-9-]+$")]
    cues: Values = ()
    default: Literal["yes", "no"] = "no"


class SeatRow(Row):
    """seats.tsv."""

    word: Text
    role: Literal["in", "place_noun", "place_verb", "goes_to_government"]


NamedKind = Literal["person", "organisation", "place", "military_unit", "weapon", "other"]
"""What a name that no table lists may name; countries are all listed. ``other`` is none of ours: a storm, a tanker."""


class SportRow(Row):
    """sport.tsv."""

    word: Text
    role: Literal["cue", "before", "after"]


class TitleRow(Row):
    """titles.tsv."""

    title: Text


class NameWordRow(Row):
    """name_words.tsv."""

    word: Text
    where: Literal["first", "last", "inside", "any"]
    kind: NamedKind
    weight: Annotated[int, Field(ge=1, le=4)]


class NameContextRow(Row):
    """name_context.tsv."""

    words: Text
    side: Literal["before", "after", "after ,"]
    kind: NamedKind
    weight: Annotated[int, Field(ge=1, le=4)]


class GivenNameRow(Row):
    """given_names.tsv."""

    name: Text
    role: Literal["given", "family"]


class BoilerplateRow(Row):
    """boilerplate.tsv."""

    words: Text


class CommonWordRow(Row):
    """common_words.tsv."""

    word: Text


class NumberRow(Row):
    """numbers.tsv."""

    word: Text
    value: Number
    role: Literal[
        "small", "tens", "hundred", "dozen", "scale", "letter", "vague", "vague_scale", "multiple", "fraction"
    ]


class QualifierRow(Row):
    """qualifiers.tsv."""

    phrase: Text
    side: Literal["before", "after"]
    qualifier: Qualifier


class MeasureRow(Row):
    """measures.tsv."""

    word: Text
    unit: Text
    factor: Annotated[float, Field(gt=0)]
    category: Category


class CurrencyRow(Row):
    """currencies.tsv."""

    word: Text
    code: Text
    kind: Literal["symbol", "code", "word"]
    factor: Annotated[float, Field(gt=0), BeforeValidator(_or_one)] = 1.0


class NumberContextRow(Row):
    """number_context.tsv."""

    word: Text
    role: Literal[
        "name_before", "idiom", "month", "time_after", "age_before", "age_after", "year_before", "change_verb",
        "score_before", "score_after", "weight_near", "tie", "rate_of", "not_a_rate", "street", "people_under",
        "length_after", "calibre", "just_one", "people_group", "length_before",
        "money_noun",
    ]  # fmt: skip


class NounRow(Row):
    """nouns.tsv."""

    noun: Text
    plural: str = ""
    category: Category
    role: Literal["", "person", "people", "group", "casualty", "container"] = ""


ActionKind = Literal[
    "casualty", "capture", "loss", "attack", "move", "transfer", "make", "fire", "territory", "civil", "money"
]


class ActionRow(Row):
    """actions.tsv."""

    word: Text
    form: Literal["verb", "noun"]
    action: Text
    kind: ActionKind
    of: Literal["", "people", "soldiers"] = ""
    subject: Literal["", "undergoes"] = ""


class ReportingRow(Row):
    """reporting.tsv."""

    word: Text
    role: Literal["say", "hear", "according", "cite", "document", "pronoun"]


class ModalityRow(Row):
    """modality.tsv."""

    word: Text
    modality: Modality


EntityRow = CountryRow | PlaceRow | PersonRow | OrganisationRow | WeaponRow | MilitaryUnitRow
ENTITY_TABLES: dict[str, tuple[EntityType, type[Row]]] = {
    "countries.tsv": ("country", CountryRow),
    "places.tsv": ("place", PlaceRow),
    "people.tsv": ("person", PersonRow),
    "organisations.tsv": ("organisation", OrganisationRow),
    "weapons.tsv": ("weapon", WeaponRow),
    "military_units.tsv": ("military_unit", MilitaryUnitRow),
}
