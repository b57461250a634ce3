"""The parameters of a search, as they stand in the URL, and the question they ask."""

import contextlib
from datetime import UTC, date, datetime, time
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema

from services.api import text_query
from services.api.cursor import LONGEST
from services.api.query import FACETS, ArticleSearch, FacetName, Sort
from services.common.claim_filter import ClaimFilter
from services.common.messages import Category, EntityId, Modality

MOST_VALUES = 50
"""How many values one filter takes."""


def _moment(given: Any) -> datetime:
    """A day is its first moment in UTC; a time without a zone is UTC."""
    with contextlib.suppress(ValueError, TypeError):
        return datetime.combine(date.fromisoformat(given), time(), UTC)
    try:
        moment = datetime.fromisoformat(given)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, TypeError, OverflowError):
        raise ValueError("not a date; write a day as 2024-11-01, or a time as 2024-11-01T06:30:00Z") from None


Moment = Annotated[
    datetime,
    BeforeValidator(_moment),
    WithJsonSchema({"anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}]}),
]


def _understood(q: str) -> str:
    text_query.text_query(q)
    return q


Typed = Annotated[str, AfterValidator(_understood)]
Word = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Published(BaseModel):
    """What is asked of where and when something was published; a parameter that does not exist is refused, not
    ignored.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    source: tuple[Word, ...] = Field(default=(), max_length=MOST_VALUES)
    """Only from these sources, by id, such as `northwire`."""
    language: tuple[Word, ...] = Field(default=(), max_length=MOST_VALUES)
    """Only in these languages (ISO 639-1; `und` where it could not be told)."""
    story: tuple[Word, ...] = Field(default=(), max_length=MOST_VALUES)
    """Only of these stories; an earlier name of one leads on to it."""
    after: Moment | None = None
    """Published on or after this day or time (UTC): `2024-10-01`, `2024-10-01T06:30:00Z`."""
    before: Moment | None = None
    """Published before this day or time (UTC); the day itself is not included."""


class SearchParameters(Published):
    """Every parameter of ``GET /v1/articles``."""

    q: Typed = Field(
        default="", max_length=text_query.LONGEST, examples=["howitzers", 'place:Kursk "North Korean" -drone*']
    )
    """Words to look for in title, text and the names of entities, however these are spelled. All must occur;
    `"a phrase"`, `this OR that`, `-without`, `(group)`, `prefix*`, and fields: `source:` `person:` `organisation:`
    `country:` `place:` `military_unit:` `weapon:` (a name or an id), `unit:` `category:` `action:` of a figure,
    `title:` `text:` `author:` `lang:` `after:2024-11-01` `before:` `on:`."""
    entity: tuple[EntityId, ...] = Field(default=(), max_length=MOST_VALUES)
    """Only with these entities, by id, such as `country/north-korea`: alternatives within a type, while each type must
    be met."""
    claim_category: tuple[Category, ...] = Field(default=(), max_length=MOST_VALUES, alias="claim.category")
    """Only with a figure of one of these categories. Everything that is said of `claim` must hold of one figure."""
    claim_unit: tuple[Word, ...] = Field(default=(), max_length=MOST_VALUES, alias="claim.unit")
    """Only with a figure that counts one of these, as a singular such as `soldier`."""
    claim_action: tuple[Word, ...] = Field(default=(), max_length=MOST_VALUES, alias="claim.action")
    """Only with a figure of those to whom one of these was done, such as `send`."""
    claim_actor: tuple[EntityId, ...] = Field(default=(), max_length=MOST_VALUES, alias="claim.actor")
    """Only with a figure about one of these, by entity id."""
    claim_place: tuple[EntityId, ...] = Field(default=(), max_length=MOST_VALUES, alias="claim.place")
    """Only with a figure about one of these places, by entity id."""
    claim_speaker: tuple[EntityId, ...] = Field(default=(), max_length=MOST_VALUES, alias="claim.speaker")
    """Only with a figure that one of these put forward, by entity id."""
    claim_modality: tuple[Modality, ...] = Field(default=(), max_length=len(get_args(Modality)), alias="claim.modality")
    """Only with a figure put forward so firmly."""
    claim_min: float | None = Field(default=None, allow_inf_nan=False, alias="claim.min")
    """Only with a figure that may be this number or more."""
    claim_max: float | None = Field(default=None, allow_inf_nan=False, alias="claim.max")
    """Only with a figure that may be this number or less."""
    sort: Sort | None = None
    """Without it: `relevance` where words are looked for, else `newest`."""
    facets: tuple[Literal[FacetName, "none"], ...] = Field(default=(), max_length=len(FACETS))
    """Which facets to count; without it, all on the first page and none on later ones; `none` for none."""
    facet_q: str = Field(default="", max_length=100, examples=["zelensky"])
    """Only values of the facets with these words in their names: `facets=person&facet_q=kim`."""
    collapse: Literal["story", "none"] = "story"
    """`story` folds an article's copies and near-copies into the one of them that comes first, with their count;
    `none` lists every article."""
    significant: bool = False
    """Also find the words that set the result apart from all other articles."""
    cursor: str | None = Field(default=None, max_length=LONGEST)
    """The `next` of the page before; the other parameters must be the same."""


def article_search(parameters: SearchParameters, limit: int) -> ArticleSearch:
    """The question that the parameters ask."""
    return ArticleSearch(
        q=parameters.q,
        sources=once(parameters.source),
        entities=once(parameters.entity),
        languages=once(parameters.language),
        stories=once(parameters.story),
        claim=ClaimFilter(
            category=once(parameters.claim_category),
            unit=once(parameters.claim_unit),
            action=once(parameters.claim_action),
            actor=once(parameters.claim_actor),
            place=once(parameters.claim_place),
            speaker=once(parameters.claim_speaker),
            modality=once(parameters.claim_modality),
            least=parameters.claim_min,
            most=parameters.claim_max,
        ),
        after=parameters.after,
        before=parameters.before,
        sort=parameters.sort,
        limit=limit,
        folded=parameters.collapse == "story",
        facets=_facets(parameters),
        facet_q=parameters.facet_q,
        significant=parameters.significant,
    )


def _facets(parameters: SearchParameters) -> tuple[FacetName, ...]:
    if not parameters.facets:
        return () if parameters.cursor else FACETS
    return tuple(facet for facet in FACETS if facet in parameters.facets)


def once(values: tuple[str, ...]) -> tuple[str, ...]:
    """Each value once, in one order, so that the same question is the same however it was written."""
    return tuple(sorted(set(values)))
