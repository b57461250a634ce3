"""A sample alert: what a receiver gets, without waiting for the news. Its article is nowhere."""

from datetime import datetime
from typing import Final

from services.common.identity import alert_id, article_id
from services.common.messages import Alert, Match, Source, Subscription

URL: Final = "https://northwire.example/sample"
SENTENCE: Final = "This is a sample: at least 12 howitzers were counted at the station on Thursday."


def sample_alert(subscription: Subscription, now: datetime) -> Alert:
    """A sample of what a subscription raises. Pure."""
    rule = subscription.rule
    asked = next(iter((*rule.any, *rule.all)), "howitzers")
    start = SENTENCE.index("howitzers")
    match = Match(
        field="text", start=start, end=start + len("howitzers"), text="howitzers", sentence=SENTENCE,
        because=f"any: {asked}",
    )  # fmt: skip
    return Alert(
        id=alert_id(subscription.id, article_id(URL)),
        subscription_id=subscription.id,
        subscription_name=subscription.name,
        article_id=article_id(URL),
        revision=1,
        url=URL,
        title="A sample of an alert",
        source=Source(id="northwire", name="Northwire", domain="northwire.example"),
        published_at=now,
        matches=(match,),
        created_at=now,
    )
