"""The topics: their names, what they carry, and what they promise. Nothing else moves data between services."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from services.common.messages import (
    Alert,
    ApiKey,
    Article,
    DeadLetter,
    Deletion,
    Delivery,
    Endpoint,
    FeedPing,
    FoundPage,
    MatchedArticle,
    Message,
    Subscription,
    TaggedArticle,
)

DAY_MS = 86_400_000
MAX_MESSAGE_BYTES = 8 * 1024 * 1024
"""The largest message a topic takes; an article is refused by the fetcher long before."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A Kafka topic: ``event_type`` is the CloudEvents type of its messages, ``key`` what the message key is."""

    name: str
    model: type[Message]
    event_type: str
    key: str
    identity: Callable[[Any], tuple[str, ...]]
    """What makes two of its messages the same event, however often it is sent: the CloudEvents id is made of it."""
    description: str
    partitions: int
    compacted: bool = False
    """Whether only the newest message of each key is kept."""
    retention_ms: int = -1
    """How long a message is kept; -1 is for ever (``news.articles.v1`` is what all else is rebuilt from)."""

    def config(self) -> dict[str, str]:
        """The topic's Kafka configuration (Kafka documentation, "Topic configs")."""
        policies = {"compact": self.compacted, "delete": not self.compacted or self.retention_ms >= 0}
        return {
            "cleanup.policy": ",".join(policy for policy, holds in policies.items() if holds),
            "retention.ms": str(self.retention_ms),
            "max.message.bytes": str(MAX_MESSAGE_BYTES),
        }


ARTICLES = Topic(
    name="news.articles.v1",
    model=Article,
    event_type="sitrep.article.v1",
    key="article.id",
    identity=lambda article: (article.id, str(article.revision)),
    description="Every article, and every later revision of it, as it was found. Kept for ever.",
    partitions=6,
)
TAGGED = Topic(
    name="news.tagged.v1",
    model=TaggedArticle,
    event_type="sitrep.tagged.v1",
    key="article.id",
    identity=lambda tagged: (tagged.article.id, str(tagged.article.revision), tagged.tagger.version),
    description="The same articles with their entities, claims and signature. Kept for ever.",
    partitions=6,
)
ALERTS = Topic(
    name="news.alerts.v1",
    model=Alert,
    event_type="sitrep.alert.v1",
    key="article.id, of a copy that of the article it is a copy of",
    identity=lambda alert: (alert.id, *((alert.article_id,) if alert.copy_number else ())),
    description="One message for each match of one subscription by one article. Kept for 30 days.",
    partitions=6,
    retention_ms=30 * DAY_MS,
)
MATCHED = Topic(
    name="news.matched.v1",
    model=MatchedArticle,
    event_type="sitrep.matched.v1",
    key="article.id",
    identity=lambda matched: (matched.article_id, str(matched.revision)),
    description="Articles in one order, with the rules each fires and its figures: what alerts are made of, and what"
    " they are compared with. For the alerts service itself. Kept for 31 days.",
    partitions=1,
    retention_ms=31 * DAY_MS,
)
SUBSCRIPTIONS = Topic(
    name="news.subscriptions.v1",
    model=Subscription,
    event_type="sitrep.subscription.v1",
    key="subscription.id",
    identity=lambda subscription: (subscription.id, subscription.updated_at.isoformat()),
    description="The newest state of every subscription; an empty message removes one. Compacted.",
    partitions=1,
    compacted=True,
)
ENDPOINTS = Topic(
    name="news.endpoints.v1",
    model=Endpoint,
    event_type="sitrep.endpoint.v1",
    key="subscription.id/channel",
    identity=lambda endpoint: (endpoint.subscription_id, endpoint.channel, endpoint.model_dump_json()),
    description="The newest state of every webhook and mailbox that alerts are sent to. Compacted.",
    partitions=1,
    compacted=True,
)
DELIVERIES = Topic(
    name="news.deliveries.v1",
    model=Delivery,
    event_type="sitrep.delivery.v1",
    key="delivery.id",
    identity=lambda delivery: (delivery.id, delivery.status, str(len(delivery.attempts))),
    description="What is to be delivered, and what came of each attempt. Compacted, and kept for 30 days. "
    "All of one subscription are in one partition.",
    partitions=6,
    compacted=True,
    retention_ms=30 * DAY_MS,
)
DEAD_LETTERS = Topic(
    name="news.deadletter.v1",
    model=DeadLetter,
    event_type="sitrep.deadletter.v1",
    key="the key of the message that failed",
    identity=lambda letter: (letter.id, *((letter.settled.how,) if letter.settled else ())),
    description="Messages that can never be processed, with the reason, and what was done about them. Kept for ever.",
    partitions=1,
)

PINGS = Topic(
    name="news.pings.v1",
    model=FeedPing,
    event_type="sitrep.feedping.v1",
    key="the feed's address",
    identity=lambda ping: (ping.feed, ping.event, ping.received_at.isoformat()),
    description="What hubs say of feeds that are subscribed to (WebSub): above all, that one has changed. Kept a day.",
    partitions=1,
    retention_ms=DAY_MS,
)

FOUND = Topic(
    name="news.found.v1",
    model=FoundPage,
    event_type="sitrep.foundpage.v1",
    key="the page's host",
    identity=lambda found: (found.url, found.found_at.isoformat()),
    description="Pages that one fetcher found and another one asks, where several share the work. Kept a week.",
    partitions=1,
    retention_ms=7 * DAY_MS,
)

DELETIONS = Topic(
    name="news.deletions.v1",
    model=Deletion,
    event_type="sitrep.deletion.v1",
    key="article.id",
    identity=lambda deletion: (deletion.article_id,),
    description="Every article that was deleted on request, and why. Compacted; nothing is ever removed from it.",
    partitions=1,
    compacted=True,
)

KEYS = Topic(
    name="news.keys.v1",
    model=ApiKey,
    event_type="sitrep.apikey.v1",
    key="key.id",
    identity=lambda key: (key.id, str(key.revoked_at)),
    description="The newest state of every API key: what it permits, and its digest, never the key itself. Compacted.",
    partitions=1,
    compacted=True,
)

ALL_TOPICS = (
    ARTICLES,
    TAGGED,
    MATCHED,
    ALERTS,
    SUBSCRIPTIONS,
    ENDPOINTS,
    DELIVERIES,
    DEAD_LETTERS,
    PINGS,
    FOUND,
    DELETIONS,
    KEYS,
)
