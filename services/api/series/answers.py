"""What the API answers of figures, as frozen models; and a series as such an answer."""

from collections.abc import Sequence
from datetime import date

from pydantic import Field

from services.api.series.disagreements import Disagreement, Kind, disagreements
from services.api.series.figures import Figure
from services.api.series.independence import independent
from services.api.series.summary import Interval, ScopeSeries, Step, by_scope, step_for
from services.common.messages import ArticleId, Claim, Message, Source, UtcDatetime
from services.common.series.scopes import Extent


class FoundIn(Message):
    """The article that puts a figure forward."""

    id: ArticleId
    title: str
    url: str
    source: Source
    published_at: UtcDatetime | None = None
    """Null where the outlet gives no date."""
    story: str
    """The same for an article and its copies."""


class FoundClaim(Claim):
    """A figure with the article that puts it forward; its words stand there from ``start`` to ``end``."""

    article: FoundIn


class ClaimList(Message):
    """One page of figures."""

    total: int = Field(ge=0)
    """Exactly how many figures walking through all pages returns."""
    items: tuple[FoundClaim, ...]
    next: str | None = None
    """Give it as ``cursor`` for the next page; null on the last one."""


class SeriesInterval(Message):
    """What was said of one stretch of time, ``from`` included and ``to`` not. What is denied counts nowhere."""

    from_: date = Field(alias="from")
    to: date
    low: float | None
    """The least number said."""
    high: float | None
    """The greatest number said."""
    median: float | None
    """Over independent sources, each with the newest figure it has here."""
    figures: int = Field(ge=0)
    independent_sources: int = Field(ge=0)


class ScopeAnswer(Message):
    """Figures that measure the same, in time order: only these can contradict each other."""

    scope: str = Field(examples=["sent"])
    extent: Extent
    """``cumulative``: all there ever were; ``current``: how many there are; ``event``: what happened in that time."""
    expected: bool
    """Whether it is planned or possible rather than reported."""
    each: bool
    """Whether the figures hold for each of several."""
    independent_sources: int = Field(ge=0)
    """Copies of an article count once, and so do outlets that quote the same speaker."""
    figures: tuple[FoundClaim, ...]
    intervals: tuple[SeriesInterval, ...]


class DisagreementAnswer(Message):
    """Two figures that do not say the same, and why."""

    kind: Kind
    """``conflict``: the same thing at the same time, and both cannot hold; ``update``: the same speaker, later;
    ``different_scope``: they measure different things, and do not contradict each other."""
    earlier: str
    """The id of a claim of this series."""
    later: str
    reason: str
    """In words."""


class SeriesAnswer(Message):
    """What sources say of the same thing over time, and where they disagree."""

    total: int = Field(ge=0)
    """How many figures there are; ``figures`` of all scopes together are the newest of them, at most 1,000."""
    interval: Step
    units: tuple[str, ...]
    """The units that were taken to count the same."""
    independent_sources: int = Field(ge=0)
    scopes: tuple[ScopeAnswer, ...]
    """The one with most independent sources first."""
    disagreements: tuple[DisagreementAnswer, ...]


def found_claim(figure: Figure) -> FoundClaim:
    """A figure as the API answers it."""
    found_in = FoundIn(
        id=figure.article_id,
        title=figure.title,
        url=figure.url,
        source=figure.source,
        published_at=figure.published_at,
        story=figure.story,
    )
    return FoundClaim(**figure.claim.model_dump(), article=found_in)


def series_answer(figures: Sequence[Figure], *, total: int, units: Sequence[str], step: Step | None) -> SeriesAnswer:
    """The series of these figures, by scope and interval, with what they disagree on."""
    step = step or step_for(figures)
    return SeriesAnswer(
        total=total,
        interval=step,
        units=tuple(units),
        independent_sources=len(independent(figures)),
        scopes=tuple(_scope(scope) for scope in by_scope(figures, step)),
        disagreements=tuple(_disagreement(found) for found in disagreements(figures)),
    )


def _scope(series: ScopeSeries) -> ScopeAnswer:
    return ScopeAnswer(
        scope=series.scope.name,
        extent=series.scope.extent,
        expected=series.scope.expected,
        each=series.scope.each,
        independent_sources=series.independent_sources,
        figures=tuple(found_claim(figure) for figure in series.figures),
        intervals=tuple(_interval(interval) for interval in series.intervals),
    )


def _interval(interval: Interval) -> SeriesInterval:
    return SeriesInterval(
        from_=interval.start,
        to=interval.end,
        low=interval.low,
        high=interval.high,
        median=interval.median,
        figures=interval.figures,
        independent_sources=interval.independent_sources,
    )


def _disagreement(found: Disagreement) -> DisagreementAnswer:
    return DisagreementAnswer(
        kind=found.kind, earlier=found.earlier.claim.id, later=found.later.claim.id, reason=found.reason
    )
