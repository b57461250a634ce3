"""Small valid messages for tests; every field can be given."""

from datetime import UTC, datetime
from typing import Any

from services.common.identity import alert_id, article_id, claim_id, content_hash
from services.common.messages import Alert, Article, Claim, Entity, Match, Source, TaggedArticle, Tagger

MOMENT = datetime(2024, 11, 17, 9, 30, tzinfo=UTC)


def an_article(slug: str = "a", **fields: Any) -> Article:
    url = f"https://outlet.example/{slug}"
    text = fields.pop("text", "More than 12,000 troops have been sent to Kursk, Kyiv says.")
    title = fields.pop("title", "Troops sent to Kursk")
    given: dict[str, Any] = {
        "id": article_id(url),
        "revision": 1,
        "url": url,
        "source": Source(id="outlet", name="The Outlet", domain="outlet.example"),
        "title": title,
        "text": text,
        "published_at": MOMENT,
        "fetched_at": MOMENT,
        "language": "en",
        "content_hash": content_hash(title, text),
    }
    return Article(**{**given, **fields})


def a_tagged_article(
    slug: str = "a", *, entities: tuple[Entity, ...] = (), claims: tuple[Claim, ...] = (), **fields: Any
) -> TaggedArticle:
    tagged_at = fields.pop("tagged_at", MOMENT)
    return TaggedArticle(
        article=an_article(slug, **fields),
        entities=entities,
        claims=claims,
        tagger=Tagger(version="1", model="test"),
        tagged_at=tagged_at,
    )


def a_claim(text: str = "12,000 troops", number: float | None = None, **fields: Any) -> Claim:
    """A figure in a sentence of its own; its number is read from the text where it is not given."""
    number = float(text.split(maxsplit=1)[0].replace(",", "")) if number is None else number
    sentence = fields.pop("sentence", f"{text}.")
    given: dict[str, Any] = {
        "id": claim_id("a", sentence, text, 0),
        "text": text,
        "start": 0,
        "end": len(text),
        "sentence": sentence,
        "low": number,
        "high": number,
        "qualifier": "exact",
        "category": "personnel",
        "item": text.split(maxsplit=1)[-1],
        "unit": "troop",
    }
    return Claim(**{**given, **fields})


def an_alert(subscription: str = "tanks", slug: str = "a", **fields: Any) -> Alert:
    article = an_article(slug)
    given: dict[str, Any] = {
        "id": alert_id(subscription, article.id),
        "subscription_id": subscription,
        "subscription_name": f"About {subscription}",
        "article_id": article.id,
        "revision": 1,
        "url": article.url,
        "title": article.title,
        "source": article.source,
        "published_at": MOMENT,
        "matches": (
            Match(
                field="text",
                start=0,
                end=23,
                text="More than 12,000 troops",
                sentence="More than 12,000 troops have been sent to Kursk, Kyiv says.",
                because="any: troops",
            ),
        ),
        "created_at": MOMENT,
    }
    return Alert(**{**given, **fields})
