"""A tagged article as the document Elasticsearch keeps, and the version that decides which one stays."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Final, get_args

from services.common.errors import PermanentError
from services.common.messages import AsOf, Claim, EntityType, TaggedArticle

TIME_BITS: Final = 42
"""Milliseconds since 1970 fit until the year 2109."""
REVISION_BITS: Final = 63 - TIME_BITS
"""What a signed 64-bit long leaves for the revision: two million of them."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_ENTITY_TYPES: Final[tuple[EntityType, ...]] = get_args(EntityType)


def document(tagged: TaggedArticle) -> dict[str, Any]:
    """The document of an article, ready for JSON: field for field what ``mappings.MAPPINGS`` describes.

    It holds the whole message (the article's fields at the top, then ``entities``, ``claims``, ``signature``,
    ``tagger`` and ``tagged_at``) and what is searched besides: ``dated_at``, ``entity_names``, one facet for each
    entity type, ``locations``, ``claim_units``, ``claim_categories``, ``claim_actions``; in each claim, ``value``
    and ``days``.
    """
    article = tagged.article
    return {
        **article.model_dump(mode="json"),
        "dated_at": (article.published_at or article.fetched_at).isoformat(),
        "entities": [entity.model_dump(mode="json") for entity in tagged.entities],
        "entity_names": _once(
            name
            for entity in tagged.entities
            for name in (entity.name, *(mention.text for mention in (*entity.mentions, *entity.demonyms)))
        ),
        **{kind: _once(entity.id for entity in tagged.entities if entity.type == kind) for kind in _ENTITY_TYPES},
        "locations": [
            {"lat": entity.location.lat, "lon": entity.location.lon} for entity in tagged.entities if entity.location
        ],
        "claims": [_claim(claim) for claim in tagged.claims],
        "claim_units": _once(claim.unit for claim in tagged.claims),
        "claim_categories": _once(claim.category for claim in tagged.claims),
        "claim_actions": _once(claim.action for claim in tagged.claims if claim.action),
        "signature": list(tagged.signature),
        "tagger": tagged.tagger.model_dump(mode="json"),
        "tagged_at": tagged.tagged_at.isoformat(),
    }


def document_version(tagged: TaggedArticle) -> int:
    """The external version of the document: greater wins, whatever the order in which they arrive.

    A later revision beats an earlier one; of one revision, the one tagged later (in milliseconds) wins. Always
    positive, and within a signed 64-bit long.

    Raises:
        PermanentError: the revision or the time is beyond what fits; such a version would hide all that follow.
    """
    revision = tagged.article.revision
    milliseconds = (tagged.tagged_at - _EPOCH) // timedelta(milliseconds=1)
    if revision >= 1 << REVISION_BITS:
        raise PermanentError(f"article.revision is {revision}, beyond the {(1 << REVISION_BITS) - 1} the index orders")
    if not 0 <= milliseconds < 1 << TIME_BITS:
        raise PermanentError(f"tagged_at is {tagged.tagged_at.isoformat()}, outside of the years 1970 to 2109")
    return revision << TIME_BITS | milliseconds


def _claim(claim: Claim) -> dict[str, Any]:
    kept = claim.model_dump(mode="json")
    if value := _range(claim.low, claim.high):
        kept["value"] = value
    if claim.as_of and (days := _days(claim.as_of)):
        kept["days"] = days
    return kept


def _days(as_of: AsOf) -> dict[str, str]:
    days = _range(as_of.from_, as_of.to)
    return {end: day.isoformat() for end, day in days.items()}


def _range(low: Any, high: Any) -> dict[str, Any]:
    """A range as Elasticsearch takes it; none where both ends are open, or where they are the wrong way round (the
    engine would refuse the whole article for it).
    """
    if low is not None and high is not None and low > high:
        return {}
    return {end: value for end, value in (("gte", low), ("lte", high)) if value is not None}


def _once(values: Iterable[str]) -> list[str]:
    """Each value once, sorted, so that the same article always gives the same document."""
    return sorted(set(values))
