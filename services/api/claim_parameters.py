"""The parameters of searches for figures, as they stand in the URL, and the question they ask."""

from typing import Self

from pydantic import Field, model_validator

from services.api.claims_query import ClaimSearch, Sort
from services.api.cursor import LONGEST
from services.api.parameters import MOST_VALUES, Published, Word, once
from services.api.series.summary import Step
from services.common.claim_filter import ClaimFilter
from services.common.messages import Category, EntityId, Modality, Qualifier


class _Figures(Published):
    """What is asked of figures."""

    q: str = Field(default="", max_length=200, examples=["Kursk"])
    """Words that must all stand in the figure's sentence."""
    item: str = Field(default="", max_length=200, examples=["Koksan howitzers"])
    """Words that must all stand in what is counted."""
    category: tuple[Category, ...] = Field(default=(), max_length=MOST_VALUES)
    """Of one of these categories."""
    unit: tuple[Word, ...] = Field(default=(), max_length=MOST_VALUES, examples=[["troop"]])
    """That count one of these, as a singular such as `soldier`."""
    action: tuple[Word, ...] = Field(default=(), max_length=MOST_VALUES)
    """Of those to whom one of these was done, such as `send`."""
    actor: tuple[EntityId, ...] = Field(default=(), max_length=MOST_VALUES)
    """About one of these, by entity id."""
    place: tuple[EntityId, ...] = Field(default=(), max_length=MOST_VALUES)
    """About one of these places, by entity id."""
    speaker: tuple[EntityId, ...] = Field(default=(), max_length=MOST_VALUES)
    """That one of these put forward, by entity id."""
    modality: tuple[Modality, ...] = Field(default=(), max_length=MOST_VALUES)
    """Put forward so firmly."""
    qualifier: tuple[Qualifier, ...] = Field(default=(), max_length=MOST_VALUES)
    """Qualified so."""
    min: float | None = Field(default=None, allow_inf_nan=False)
    """That may be this number or more."""
    max: float | None = Field(default=None, allow_inf_nan=False)
    """That may be this number or less."""


class ClaimParameters(_Figures):
    """Every parameter of ``GET /v1/claims``."""

    sort: Sort = "newest"
    """`greatest` and `least` go by the number said."""
    cursor: str | None = Field(default=None, max_length=LONGEST)
    """The `next` of the page before; the other parameters must be the same."""


class SeriesParameters(_Figures):
    """Every parameter of ``GET /v1/claims/series``."""

    interval: Step | None = None
    """How long the intervals are; without it, as short as the whole time allows."""

    @model_validator(mode="after")
    def _of_one_thing(self) -> Self:
        if not (self.unit or self.item.strip() or self.category):
            raise ValueError("a series is of one thing: give `unit`, `item` or `category` at least")
        return self


def claim_search(parameters: ClaimParameters | SeriesParameters) -> ClaimSearch:
    """The question that the parameters ask."""
    return ClaimSearch(
        q=parameters.q,
        item=parameters.item,
        claim=ClaimFilter(
            category=once(parameters.category),
            unit=once(parameters.unit),
            action=once(parameters.action),
            actor=once(parameters.actor),
            place=once(parameters.place),
            speaker=once(parameters.speaker),
            modality=once(parameters.modality),
            qualifier=once(parameters.qualifier),
            least=parameters.min,
            most=parameters.max,
        ),
        sources=once(parameters.source),
        languages=once(parameters.language),
        stories=once(parameters.story),
        after=parameters.after,
        before=parameters.before,
        sort=parameters.sort if isinstance(parameters, ClaimParameters) else "newest",
    )
