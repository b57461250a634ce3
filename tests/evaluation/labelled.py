"""The labelled set: passages with what a careful reader finds in them. The format is told in docs/evaluation.md."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from services.common.errors import ConfigurationError
from services.common.messages import ENTITY_ID, Category, EntityType, Modality, Qualifier

FOLDER = Path(__file__).parents[1] / "data" / "labelled"
Half = Literal["tuning", "held_out"]
HALVES: tuple[Half, ...] = get_args(Half)
NONE = "none"
_NUMBERED = re.compile(r"(?P<theme>[a-z]+(?:-[a-z]+)*)-(?P<number>\d+)")
_SAID = re.compile(r"(?P<text>.+?)(?: = (?P<entity>\S+))?(?: via (?P<via>.+))?")
_BOUND = re.compile(r"-?\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Span:
    """Characters of the passage's text."""

    start: int
    end: int

    def overlaps(self, other: "Span") -> bool:
        """Whether they share a character."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Said:
    """Who a figure is put down to: the speaker's words, their entity, the outlet they were quoted through."""

    text: str
    entity: str | None = None
    via: str | None = None


@dataclass(frozen=True, slots=True)
class Days:
    """The days a figure is about; None is an open end."""

    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class GoldMention:
    """One naming of an entity. Any of the spans is right: readers differ on "western Kursk" and "Kursk".

    ``demonym``: an adjective or a people that names a country, "North Korean" soldiers.
    """

    entity: str
    type: str
    spans: tuple[Span, ...]
    demonym: bool = False


@dataclass(frozen=True, slots=True)
class GoldClaim:
    """One figure. Where several answers are listed, any of them is right; None among them is "nothing"."""

    text: str
    span: Span
    low: float | None
    high: float | None
    qualifier: tuple[str, ...]
    category: tuple[str, ...]
    item: tuple[str, ...]
    unit: tuple[str, ...]
    implicit: bool
    each: bool
    action: tuple[str | None, ...]
    actor: tuple[str | None, ...]
    place: tuple[str | None, ...]
    attributed_to: tuple[Said | None, ...]
    modality: tuple[str, ...]
    as_of: tuple[Days | None, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many people the whole passage reports killed and captured."""

    killed: int
    captured: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A text with its gold. What lies in the optional spans counts neither for nor against."""

    id: str
    theme: str
    half: Half
    text: str
    published_at: datetime
    mentions: tuple[GoldMention, ...]
    optional_mentions: tuple[Span, ...]
    claims: tuple[GoldClaim, ...]
    optional_claims: tuple[Span, ...]
    counts: Counts | None


def half_of(passage_id: str) -> Half:
    """The rule of the split: a passage with an odd number is for tuning, one with an even number is held out."""
    return "tuning" if int(passage_id.rpartition("-")[2]) % 2 else "held_out"


def load(folder: Path = FOLDER) -> tuple[Passage, ...]:
    """Both halves, in the order of their file names.

    Raises:
        ConfigurationError: a file cannot be used; the sentence names file, passage and what is wrong.
    """
    passages: dict[str, Passage] = {}
    for half in HALVES:
        for path in sorted((folder / half).glob("*.yaml")):
            for passage in _read(path, half):
                if passage.id in passages:
                    raise ConfigurationError(f"{half}/{path.name}: the id {passage.id} is taken; number it anew.")
                passages[passage.id] = passage
    if not passages:
        raise ConfigurationError(f"There are no labelled passages in {folder}/tuning and {folder}/held_out.")
    return tuple(passages.values())


def _alternatives(value: Any) -> Any:
    """ "kill | wound" means that both are right."""
    return tuple(part.strip() for part in value.split("|")) if isinstance(value, str) else value


Alternatives = Annotated[tuple[str, ...], BeforeValidator(_alternatives)]


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Claim(_Row):
    text: str
    value: int | float | str
    qualifier: Annotated[tuple[Qualifier, ...], BeforeValidator(_alternatives)] = ()
    category: Annotated[tuple[Category, ...], BeforeValidator(_alternatives)]
    item: Alternatives
    unit: Alternatives
    implicit: bool = False
    each: bool = False
    action: Alternatives = (NONE,)
    actor: Alternatives = (NONE,)
    place: Alternatives = (NONE,)
    attributed_to: Alternatives = (NONE,)
    modality: Annotated[tuple[Modality, ...], BeforeValidator(_alternatives)] = ("asserted",)
    as_of: Annotated[tuple[str, ...], BeforeValidator(_alternatives)] = (NONE,)


class _Counts(_Row):
    killed: int = Field(ge=0)
    captured: int = Field(ge=0)


class _Passage(_Row):
    id: str
    text: str
    published: date | None = None
    entities: dict[str, str | tuple[str, ...]] = Field(default_factory=dict)
    demonyms: dict[str, str | tuple[str, ...]] = Field(default_factory=dict)
    optional_entities: tuple[str, ...] = ()
    claims: tuple[_Claim, ...]
    optional: tuple[str, ...] = ()
    counts: _Counts | None = None


class _File(_Row):
    published: date
    passages: tuple[_Passage, ...]


class _Wrong(Exception):  # noqa: N818 - never leaves this module
    """What is wrong with a passage, in words."""


def _read(path: Path, half: Half) -> Iterator[Passage]:
    name = f"{half}/{path.name}"
    try:
        file = _File.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except yaml.YAMLError as error:
        raise ConfigurationError(f"{name} is not YAML: {' '.join(str(error).split())}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ConfigurationError(f"{name}: {where}: {first['msg']}") from error
    for row in file.passages:
        try:
            yield _passage(row, path.stem, half, file.published)
        except _Wrong as error:
            raise ConfigurationError(f"{name}: {row.id}: {error}") from error


def _passage(row: _Passage, theme: str, half: Half, published: date) -> Passage:
    numbered = _NUMBERED.fullmatch(row.id)
    if numbered is None or numbered["theme"] != theme:
        raise _Wrong(f"the id must be the file's name and a number, such as {theme}-07.")
    if half_of(row.id) != half:
        raise _Wrong(f"an {'odd' if half == 'held_out' else 'even'} number belongs in {half_of(row.id)}/{theme}.yaml.")
    day = row.published or published
    return Passage(
        id=row.id,
        theme=theme,
        half=half,
        text=row.text,
        published_at=datetime(day.year, day.month, day.day, 12, tzinfo=UTC),
        mentions=tuple(_mentions(row)),
        optional_mentions=tuple(span for form in row.optional_entities for span in _every(row.text, form)),
        claims=tuple(_claims(row)),
        optional_claims=tuple(span for words in row.optional for span in _every(row.text, words)),
        counts=Counts(row.counts.killed, row.counts.captured) if row.counts else None,
    )


def _mentions(row: _Passage) -> list[GoldMention]:
    found: list[GoldMention] = []
    written_as = [(*pair, False) for pair in row.entities.items()] + [(*pair, True) for pair in row.demonyms.items()]
    for entity, written, demonym in written_as:
        if not re.fullmatch(ENTITY_ID, entity):
            raise _Wrong(f"{entity!r} is no entity id; one of {', '.join(get_args(EntityType))}, a slash and a name.")
        forms = (written,) if isinstance(written, str) else written
        for form in forms:
            found += _named(row.text, entity, form, demonym=demonym)
    kept = [one for one in found if not any(_inside(one, other) for other in found if other is not one)]
    for one in kept:
        for other in kept:
            if one is not other and one.spans[0].overlaps(other.spans[0]):
                words = row.text[one.spans[0].start : one.spans[0].end]
                raise _Wrong(f"{words!r} is marked as {one.entity} and, overlapping it, as {other.entity}.")
    return sorted(kept, key=lambda one: one.spans[0].start)


def _named(text: str, entity: str, form: str, *, demonym: bool) -> Iterator[GoldMention]:
    """Every occurrence of the form, or the n-th for "form@n". After a bar stand other boundaries that are right too."""
    first, *others = (part.strip() for part in form.split(" | "))
    words, _, nth = first.rpartition("@") if re.search(r"@\d+$", first) else (first, "", "")
    spans = _every(text, words)
    if nth:
        if int(nth) > len(spans):
            raise _Wrong(f"{words!r} occurs {len(spans)} times, so there is no {first!r}.")
        spans = [spans[int(nth) - 1]]
    for span in spans:
        also = [near for other in others for near in _every(text, other) if near.overlaps(span)]
        yield GoldMention(entity, entity.partition("/")[0], (span, *also), demonym)


def _inside(one: GoldMention, other: GoldMention) -> bool:
    """ "Kursk" in "Kursk region" is no mention of its own."""
    (inner, outer) = one.spans[0], other.spans[0]
    return outer.start <= inner.start and inner.end <= outer.end and (inner.end - inner.start < outer.end - outer.start)


def _every(text: str, words: str) -> list[Span]:
    """Where the words stand, as whole words.

    Raises:
        _Wrong: nowhere.
    """
    pattern = rf"(?<!\w){re.escape(words)}(?!\w)" if words[-1:].isalnum() else rf"(?<!\w){re.escape(words)}"
    spans = [Span(*match.span()) for match in re.finditer(pattern, text)]
    if not spans:
        raise _Wrong(f"{words!r} is not in the text.")
    return spans


def _claims(row: _Passage) -> Iterator[GoldClaim]:
    """In the order of the text: each is looked for after the beginning of the one before."""
    at = -1
    for claim in row.claims:
        begin = row.text.find(claim.text, at + 1)
        if begin < 0:
            raise _Wrong(f"{claim.text!r} is not in the text after the claim before it; list claims in its order.")
        at = begin
        low, high = _value(claim)
        yield GoldClaim(
            text=claim.text,
            span=Span(begin, begin + len(claim.text)),
            low=low,
            high=high,
            qualifier=claim.qualifier or (_plain_qualifier(claim, low, high),),
            category=claim.category,
            item=claim.item,
            unit=claim.unit,
            implicit=claim.implicit,
            each=claim.each,
            action=_lasting(claim, _or_none(claim.action)),
            actor=_lasting(claim, _ids(claim.actor)),
            place=_lasting(claim, _ids(claim.place)),
            attributed_to=tuple(_said(words) for words in claim.attributed_to),
            modality=claim.modality,
            as_of=tuple(_days(words) for words in claim.as_of),
        )


def _value(claim: _Claim) -> tuple[float | None, float | None]:
    """ "50", "3000.." (at least), "..500" (at most), "2000..3000"."""
    written = str(claim.value)
    low, dots, high = written.partition("..")
    bounds = [float(part) if _BOUND.fullmatch(part) else None for part in (low, high)]
    bad = any(part and bound is None for part, bound in zip((low, high), bounds, strict=True))
    if bad or bounds == [None, None]:
        raise _Wrong(f"{claim.text!r}: the value {written!r} is none of 50, 3000.., ..500, 2000..3000.")
    return (bounds[0], bounds[1]) if dots else (bounds[0], bounds[0])


def _plain_qualifier(claim: _Claim, low: float | None, high: float | None) -> str:
    if low is None or high is None:
        raise _Wrong(f"{claim.text!r}: an open end needs a qualifier, such as at_least, more_than or vague.")
    return "exact" if low == high else "range"


def _or_none(words: Iterable[str]) -> tuple[str | None, ...]:
    return tuple(None if word == NONE else word for word in words)


def _lasting(claim: _Claim, answers: tuple[str | None, ...]) -> tuple[str | None, ...]:
    """ "fought for two days": what lasts need not be somebody's deed somewhere."""
    return (*answers, None) if "duration" in claim.category and None not in answers else answers


def _ids(words: Iterable[str]) -> tuple[str | None, ...]:
    for word in words:
        if word != NONE and not re.fullmatch(ENTITY_ID, word):
            raise _Wrong(f"{word!r} is no entity id, nor {NONE!r}.")
    return _or_none(words)


def _said(words: str) -> Said | None:
    if words == NONE:
        return None
    match = _SAID.fullmatch(words)
    if match is None or (match["entity"] and not re.fullmatch(ENTITY_ID, match["entity"])):
        raise _Wrong(f"{words!r} is not of the form: words = person/some-id via Outlet.")
    return Said(match["text"], match["entity"], match["via"])


def _days(words: str) -> Days | None:
    if words == NONE:
        return None
    first, dots, last = words.partition("..")
    try:
        days = Days(*(date.fromisoformat(part) if part else None for part in (first, last)))
    except ValueError as error:
        raise _Wrong(f"as_of {words!r}: {error}") from error
    if not dots or days == Days(None, None):
        raise _Wrong(f"as_of {words!r} is none of 2024-10-01..2024-10-31, 2024-10-01.., ..2024-10-31.")
    return days
