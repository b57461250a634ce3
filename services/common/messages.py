"""The contracts: what crosses a wire between services, as frozen models.

JSON Schemas and the AsyncAPI document are generated from here (``services.common.schemas``). A new optional field
is a compatible change; anything else needs a new version of the topic. Readers ignore fields they do not know.
"""

from datetime import UTC, date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

ARTICLE_ID = r"^[0-9a-f]{32}$"
ENTITY_ID = r"^(person|organisation|country|place|military_unit|weapon)/[^\s/]+$"


def _in_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


UtcDatetime = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""A moment with a time zone, kept in UTC; a naive time is refused."""

ArticleId = Annotated[str, StringConstraints(pattern=ARTICLE_ID)]
EntityId = Annotated[str, StringConstraints(pattern=ENTITY_ID)]
EntityType = Literal["person", "organisation", "country", "place", "military_unit", "weapon"]
Qualifier = Literal[
    "exact", "approximate", "more_than", "at_least", "less_than", "at_most", "range", "vague"
]  # fmt: skip
Category = Literal[
    "personnel", "casualties", "equipment", "munitions", "money", "territory",
    "distance", "duration", "share", "measure", "other",
]  # fmt: skip
ArticleKind = Literal["article", "live_blog", "paywalled"]
ArticleField = Literal["title", "text", "authors", "published_at", "description", "image_url", "language", "kind"]
Channel = Literal["webhook", "email"]
Pace = Literal["immediate", "daily"]
EndpointState = Literal["unconfirmed", "active", "disabled", "unsubscribed"]
DeliveryKind = Literal["alert", "test", "confirmation"]
DeliveryStatus = Literal["pending", "delivered", "failed", "dropped"]
Modality = Literal["asserted", "estimated", "planned", "possible", "denied"]
Scope = Literal["read", "write", "admin"]


class Message(BaseModel):
    """Something that crosses a wire: frozen, unknown fields ignored, bytes as base64."""

    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        ser_json_bytes="base64",
        val_json_bytes="base64",
        validate_by_name=True,
        validate_by_alias=True,
        serialize_by_alias=True,
        allow_inf_nan=False,
        use_attribute_docstrings=True,
    )


class Source(Message):
    """An outlet we follow, as an article names it."""

    id: str = Field(min_length=1, max_length=100)
    name: str
    domain: str


class Change(Message):
    """What a revision changed."""

    fields: tuple[ArticleField, ...] = ()
    """The fields that differ from the earlier revision; empty where it is not known which."""
    previous_content_hash: str
    """The ``content_hash`` of the revision before."""


class Article(Message):
    """A page's main text with its metadata. The same canonical URL is the same article."""

    id: ArticleId
    """The first 128 bits of SHA-256 of the canonical URL, in hexadecimal."""
    revision: int = Field(ge=1)
    """1 when first seen; a changed text is the next revision."""
    url: str
    """The canonical URL."""
    source: Source
    title: str
    authors: tuple[str, ...] = ()
    published_at: UtcDatetime | None = None
    modified_at: UtcDatetime | None = None
    fetched_at: UtcDatetime
    language: str = "und"
    """ISO 639-1, or ``und`` where it could not be told."""
    text: str
    description: str | None = None
    image_url: str | None = None
    content_hash: str
    """SHA-256 of what a reader sees (title and text), in hexadecimal."""
    archive: str | None = None
    """Where the page is kept, or null: ``file.warc.gz#offset,length``, in bytes."""
    kind: ArticleKind = "article"
    """``live_blog``: a page that grows while something happens; ``paywalled``: only the beginning of an article."""
    change: Change | None = None
    """What this revision changed; null for the first."""


class Mention(Message):
    """One span of ``article.text`` that names an entity: ``text == article.text[start:end]``."""

    start: int = Field(ge=0)
    end: int = Field(gt=0)
    text: str


class Location(Message):
    """Where a place is: degrees (WGS 84) and an ISO 3166-1 alpha-2 country."""

    lat: float = Field(ge=-90, le=90)
    lon: float = Field(ge=-180, le=180)
    country: str | None = None


class Entity(Message):
    """Who or what an article speaks of, with one id however it is spelled."""

    id: EntityId
    type: EntityType
    name: str
    """The canonical name."""
    mentions: tuple[Mention, ...] = ()
    """Where it is named, without titles and articles."""
    demonyms: tuple[Mention, ...] = ()
    """Where an adjective or its people name it: "North Korean" soldiers, the "Russians". Not names of a place."""
    location: Location | None = None


class Attribution(Message):
    """Who a figure is put down to."""

    text: str
    """The speaker, in the article's words."""
    entity: EntityId | None = None
    via: str | None = None
    """The outlet the speaker was quoted through."""


class AsOf(Message):
    """The days a figure is about, both ends included; null is an open end."""

    from_: date | None = Field(default=None, alias="from")
    to: date | None = None


class Claim(Message):
    """One figure an article puts forward: a quantity of something, said by someone."""

    id: str
    """Deterministic: the same words in the same sentence of the same article keep their id."""
    text: str
    """The figure's own words: ``article.text[start:end]``."""
    start: int = Field(ge=0)
    end: int = Field(gt=0)
    sentence: str
    low: float | None = None
    """Lower bound in plain units; null is an open end."""
    high: float | None = None
    """Upper bound in plain units; null is an open end."""
    qualifier: Qualifier
    category: Category
    item: str
    """The head noun phrase: "Koksan self-propelled howitzers"."""
    unit: str
    """The item's head, singular lemma: ``howitzer``, ``troop``, ``km``, ``USD``."""
    implicit: bool = False
    """True where no number is written: "a soldier was killed" is 1."""
    each: bool = False
    """True where the figure holds for each of several: "two units of 6,000 soldiers each"."""
    action: str | None = None
    """Lemma of what is done: ``deploy``, ``send``, ``kill``, ``capture`` …"""
    actor: EntityId | None = None
    place: EntityId | None = None
    attributed_to: Attribution | None = None
    modality: Modality = "asserted"
    as_of: AsOf | None = None


class Tagger(Message):
    """What tagged an article."""

    version: str
    model: str


class TaggedArticle(Message):
    """An article with what it speaks of and every figure it puts forward."""

    article: Article
    entities: tuple[Entity, ...] = ()
    claims: tuple[Claim, ...] = ()
    signature: tuple[int, ...] = ()
    """MinHash of the text, for near-copies; empty for a text too short to compare."""
    tagger: Tagger
    tagged_at: UtcDatetime
    again: bool = False
    """True where an article was only tagged anew, after an improvement: nothing was published, so no alert is due."""
    cut_at: int | None = Field(default=None, ge=0)
    """How many characters of the text were read, where it is too long to be read whole."""


FigureEvent = Literal["stated", "first", "new", "moved", "changed"]


class FigureRule(Message):
    """Which figures a subscription looks for. One and the same claim must meet every part that is given."""

    when: FigureEvent = "stated"
    """``stated``: whenever an article puts such a figure forward; ``first``: when nobody has put one forward lately;
    ``new``: when nobody has said that number lately; ``moved``: when it differs by ``by`` per cent or more from the
    last one of its series; ``changed``: when a later revision of an article has another number there, or none."""
    category: tuple[Category, ...] = ()
    unit: tuple[str, ...] = ()
    """What is counted, as singular lemmas; units that count the same (troop, soldier) are taken together."""
    item: str = ""
    """Words that must all stand in what is counted: "Koksan howitzers"."""
    action: tuple[str, ...] = ()
    actor: tuple[EntityId, ...] = ()
    place: tuple[EntityId, ...] = ()
    speaker: tuple[EntityId, ...] = ()
    """Who put it forward."""
    modality: tuple[Modality, ...] = ()
    qualifier: tuple[Qualifier, ...] = ()
    min: float | None = Field(default=None, strict=True)
    """A figure that may be this number or more: "up to 15,000" may be 12,000."""
    max: float | None = Field(default=None, strict=True)
    """A figure that may be this number or less."""
    bounds: Literal["possible", "said"] = "possible"
    """``said``: it is the number said that counts for ``min`` and ``max``, so that "dozens" are not 12,000."""
    by: float | None = Field(default=None, gt=0, strict=True)
    """For ``moved``: the least difference, in per cent of the earlier figure."""


class Rule(Message):
    """What a subscription looks for. Every part that is given must hold; an empty part asks for nothing."""

    any: tuple[str, ...] = ()
    """Phrases of which at least one must be there."""
    all: tuple[str, ...] = ()
    """Phrases that must all be there."""
    none: tuple[str, ...] = ()
    """Phrases that must not be there."""
    entities: tuple[EntityId, ...] = ()
    """Entities of which at least one must be mentioned."""
    sources: tuple[str, ...] = ()
    """Ids of sources, one of which must have published it."""
    languages: tuple[str, ...] = ()
    """Languages, one of which it must be in."""
    figures: FigureRule | None = None
    """A figure that it must put forward."""


class Subscription(Message):
    """A saved rule, and where to deliver what it matches."""

    id: str = Field(min_length=1, max_length=100)
    name: str = Field(min_length=1, max_length=200)
    rule: Rule
    active: bool = True
    copies: Literal["count", "each"] = "count"
    """What becomes of further copies of an article: counted into its alert, or an alert for each."""
    owner: str | None = None
    """The id of the API key that it belongs to; null where it was made without one."""
    created_at: UtcDatetime
    updated_at: UtcDatetime


class ApiKey(Message):
    """What is kept of an API key: never the key itself."""

    id: str = Field(pattern=r"^[0-9a-f]{16}$")
    """The beginning of ``digest``: what people and logs call the key, and what it owns is marked with."""
    name: str = Field(min_length=1, max_length=200)
    """Whose it is, or what for."""
    scopes: tuple[Scope, ...] = Field(min_length=1)
    """What it permits. ``write`` comes with ``read``, ``admin`` with both: it sees and changes what other keys own."""
    digest: str = Field(pattern=r"^[0-9a-f]{64}$")
    """SHA-256 of the key, in hexadecimal."""
    created_at: UtcDatetime
    expires_at: UtcDatetime | None = None
    """From when on it permits nothing; null is never."""
    revoked_at: UtcDatetime | None = None
    """Since when it permits nothing; null while it holds."""


class Match(Message):
    """Words of an article that made a rule fire."""

    field: Literal["title", "text"]
    start: int = Field(ge=0)
    end: int = Field(gt=0)
    text: str
    sentence: str
    because: str
    """The part of the rule, in words: ``any: howitzers``."""


class EarlierFigure(Message):
    """A figure that was put forward before, and where."""

    claim: Claim
    article_id: ArticleId
    revision: int = Field(ge=1)
    url: str
    title: str
    source: Source
    published_at: UtcDatetime | None = None


class FigureMatch(Message):
    """A figure that made a rule fire, and the one it is compared with."""

    claim: Claim | None = None
    """The figure as the article has it; null where a revision no longer has it."""
    before: EarlierFigure | None = None
    """The figure before: of the series (``moved``), or of the article's earlier revision (``changed``)."""
    moved_by: float | None = None
    """How far it is from the one before, in per cent of that; less than 0 where it fell."""
    because: str
    """The part of the rule, in words, with both numbers: ``figures: rose by 25 % (20 % or more): 8,000 → 10,000``."""


class Alert(Message):
    """One match of one subscription by one article."""

    id: str
    """Deterministic: the same subscription and article give the same id; a copy has the id of the alert it counts
    into, and each change of a figure one of its own."""
    subscription_id: str
    subscription_name: str
    article_id: ArticleId
    revision: int = Field(ge=1)
    url: str
    title: str
    source: Source
    published_at: UtcDatetime | None = None
    matches: tuple[Match, ...] = ()
    figures: tuple[FigureMatch, ...] = ()
    copy_number: int = Field(default=0, ge=0)
    """0 for an alert. n for the n-th further copy of the article it was raised for, which is counted into the alert of
    the same id and is no alert of its own; this message then names the copy."""
    copy_of: ArticleId | None = None
    """Of a copy, the article that the alert was raised for."""
    created_at: UtcDatetime


class FiredRule(Message):
    """A subscription whose rule an article fires, as far as the article alone can say."""

    subscription_id: str
    subscription_name: str
    copies: Literal["count", "each"] = "count"
    figures: FigureRule | None = None
    """What is still to be asked of its figures, where that depends on earlier ones."""
    stated: tuple[str, ...] = ()
    """The ids of its claims that the rule asks for."""
    matches: tuple[Match, ...] = ()


class MatchedArticle(Message):
    """What alerts need to know of an article: the rules it fires, its figures, and what its copies are found by.

    Its topic has one partition: the order of these messages decides which of several articles was the first.
    """

    article_id: ArticleId
    revision: int = Field(ge=1)
    url: str
    title: str
    source: Source
    published_at: UtcDatetime | None = None
    fetched_at: UtcDatetime
    signature: tuple[int, ...] = ()
    """MinHash of the text; empty for one that is too short to be called a copy, or that fires nothing."""
    claims: tuple[Claim, ...] = ()
    text: str | None = None
    """The text, of a later revision whose figures are compared with those of the one before."""
    fired: tuple[FiredRule, ...] = ()
    again: bool = False
    """True where it was only tagged anew: its figures are found otherwise, and nothing was published."""
    matched_at: UtcDatetime


class Endpoint(Message):
    """Where a subscription's alerts are sent: a webhook or a mailbox. Its secret is not in it, and kept nowhere."""

    subscription_id: str = Field(min_length=1, max_length=100)
    channel: Channel
    to: str = Field(min_length=1, max_length=2_000)
    """The webhook's URL, or the mailbox."""
    pace: Pace = "immediate"
    """Mailboxes only: a letter for each alert, or one a day with all of them."""
    state: EndpointState = "active"
    """``unconfirmed``: nobody has said yet that the mailbox is theirs. Only what is ``active`` is sent to."""
    note: str | None = None
    """Why it is in this state, in words, where there is something to say."""
    since: UtcDatetime
    """When it came into this state."""
    secret_number: int = Field(default=1, ge=1)
    """Which of the webhook's secrets is in force: begun with the time (UNIX, ms), each renewal counts one up."""
    secret_since: UtcDatetime | None = None
    """When the secret was last renewed; for a day the one before signs too."""


class Attempt(Message):
    """One try to deliver, and what came of it."""

    at: UtcDatetime
    ok: bool
    status: int | None = None
    """The receiver's answer: an HTTP status, or an SMTP reply code; null where none came."""
    said: str
    """What came of it, in words."""
    seconds: float = Field(ge=0)
    """How long it took."""


class Delivery(Message):
    """One thing to be delivered by one channel, with each attempt so far."""

    id: str
    """Deterministic for an alert: the same alert by the same channel. The receiver sees it as ``webhook-id``."""
    subscription_id: str
    channel: Channel
    kind: DeliveryKind
    to: str
    """Where it goes, or went."""
    title: str
    """What it is about: the article's title."""
    alert_id: str | None = None
    alert: Alert | None = None
    """What is delivered; null once it is settled."""
    status: DeliveryStatus = "pending"
    note: str | None = None
    """Why it failed for good, or was not sent at all."""
    attempts: tuple[Attempt, ...] = ()
    """The oldest first."""
    created_at: UtcDatetime
    due_at: UtcDatetime
    """When it is tried next, while it is pending."""


class FeedPing(Message):
    """What a hub says of a feed (WebSub). It carries nothing of the feed, which is asked for itself."""

    feed: str = Field(min_length=1, max_length=2_000)
    """The feed's own address, as it was subscribed to."""
    received_at: UtcDatetime
    event: Literal["changed", "subscribed", "unsubscribed", "denied"]
    """Whether the feed has changed, or the hub has begun, ended or refused to tell us when it does."""
    lease_seconds: int | None = Field(default=None, ge=1)
    """For how long it tells us, where it has begun to."""
    reason: str | None = None
    """Why it refused."""


class FoundPage(Message):
    """A page that one fetcher found and another one asks, as its host is in that one's hand."""

    url: str = Field(min_length=1, max_length=2_000)
    source: str
    """The id of the source that led to it."""
    found_at: UtcDatetime
    title: str | None = None
    """This and what follows is what the source's feed says of it."""
    published_at: UtcDatetime | None = None
    updated_at: UtcDatetime | None = None
    summary: str | None = None
    authors: tuple[str, ...] = ()
    language: str | None = None


class Deletion(Message):
    """That an article was deleted on request: for good, and everywhere."""

    article_id: ArticleId
    url: str | None = None
    """The article's canonical URL, where it was known."""
    reason: str = Field(min_length=1)
    """Why, in a person's words."""
    deleted_at: UtcDatetime


class Settlement(Message):
    """What a person did about a dead letter."""

    how: Literal["replayed", "dropped"]
    """``replayed``: the message was sent to its topic again; ``dropped``: it was decided that nothing is to be done."""
    at: UtcDatetime
    why: str | None = None


class DeadLetter(Message):
    """A message that can never be processed, kept with its reason."""

    id: str
    """Deterministic: topic, partition and offset of the message."""
    stage: str
    """The service that gave it up."""
    reason: str
    """One sentence: what is wrong, and where."""
    topic: str
    partition: int
    offset: int
    key: bytes | None = None
    value: bytes | None = None
    headers: tuple[tuple[str, bytes], ...] = ()
    failed_at: UtcDatetime
    settled: Settlement | None = None
    """Null when a stage gives a message up. When a person has dealt with it, the letter is written once more with this,
    and without value and headers."""
