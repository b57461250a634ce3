"""What the API answers, as frozen models; the OpenAPI document is made from them."""

from pydantic import Field

from services.api.query import FacetName
from services.common.messages import (
    Article,
    ArticleId,
    Claim,
    Entity,
    EntityId,
    EntityType,
    Message,
    Source,
    Tagger,
    UtcDatetime,
)


class Highlights(Message):
    """Where the words were found, as HTML: everything is escaped, and the only tag is ``<mark>``."""

    title: str | None = Field(default=None, examples=["<mark>Howitzers</mark> reach Kursk"])
    """The whole title, where a word was found in it."""
    text: tuple[str, ...] = Field(default=(), examples=[["the first <mark>howitzers</mark> were seen by rail"]])
    """The best passages; the first words of the text where nothing was looked for or found in it."""


class MentionedEntity(Message):
    """Who or what an article speaks of, and how often."""

    id: EntityId = Field(examples=["country/north-korea"])
    type: EntityType = Field(examples=["country"])
    name: str = Field(examples=["North Korea"])
    mentions: int = Field(ge=0, examples=[7])


class FoundArticle(Message):
    """An article in a list. ``GET /v1/articles/{id}`` has all of it."""

    id: ArticleId
    revision: int
    title: str
    """Plain text; as HTML it is in ``highlights``."""
    url: str
    source: Source
    published_at: UtcDatetime | None
    """Null where the outlet gives no date; it is then sorted and filtered by ``fetched_at``."""
    fetched_at: UtcDatetime
    language: str
    description: str | None
    highlights: Highlights
    entities: tuple[MentionedEntity, ...]
    """The most mentioned, up to 20, the most mentioned first."""
    claims: tuple[Claim, ...]
    """Up to 5: those that were asked for and whose sentences hold the words looked for, else the first in the text."""
    claims_total: int
    """How many figures the article puts forward."""
    story: str
    """The same for an article and its copies and near-copies, whoever publishes them."""
    copies: int | None = Field(default=None, examples=[3])
    """How many more articles of its story the search finds, which are folded into this one; null where they are not
    (`collapse=none`).
    """


class FacetValue(Message):
    """One value to narrow a search by."""

    id: str = Field(examples=["country/north-korea"])
    """What to give as the filter."""
    name: str = Field(examples=["North Korea"])
    """What to show to people."""
    count: int = Field(ge=0, examples=[12])
    """How many articles have it, under all filters but those of this facet."""
    chosen: bool = False
    """Whether the search is narrowed to it."""


class Interval(Message):
    """A stretch of time and how many articles it holds."""

    from_: UtcDatetime = Field(alias="from")
    count: int = Field(ge=0)


class Dates(Message):
    """The found articles over time. The counts add up to ``articles``."""

    interval: str = Field(examples=["7d"])
    """How long each stretch is: a number and `h`, `d`, `M` or `y`."""
    intervals: tuple[Interval, ...]


class SignificantWord(Message):
    """A word that is far more frequent in what was found than elsewhere."""

    word: str = Field(examples=["koksan"])
    count: int = Field(ge=0, examples=[14])
    """How many of the best 200 articles have it."""
    score: float
    """How far it stands out; only to compare."""


class ArticleList(Message):
    """One page of a search."""

    total: int = Field(ge=0)
    """Exactly how many items walking through all pages returns: stories, or articles with `collapse=none`."""
    articles: int = Field(ge=0)
    """Exactly how many articles were found, folded or not. Facets and dates count these."""
    items: tuple[FoundArticle, ...]
    facets: dict[FacetName, tuple[FacetValue, ...]]
    """By facet, its most frequent values and the chosen ones. A value of an entity facet is a filter for ``entity``."""
    dates: Dates | None = None
    did_you_mean: str | None = Field(default=None, examples=["howitzers Kursk"])
    """What was typed in another spelling that finds more, where little was found."""
    significant: tuple[SignificantWord, ...] | None = None
    """The words that set the result apart, where they were asked for."""
    next: str | None = None
    """Give it as ``cursor`` for the next page; null on the last one."""


class WholeArticle(Article):
    """An article with everything that was found in it. Positions are in characters (code points) of ``text``."""

    entities: tuple[Entity, ...]
    claims: tuple[Claim, ...]
    tagger: Tagger
    tagged_at: UtcDatetime
    story: str
    """The same for an article and its copies; `GET /v1/stories/{id}` has them."""
    cut_at: int | None = None
    """How many characters of the text were read, where it is too long to be read whole."""
