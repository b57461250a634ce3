"""A tagged article as the documents Elasticsearch keeps: the article's own, its revision's, one for each claim."""

from collections.abc import Iterable, Iterator
from typing import Any, Final, get_args

from services.common.messages import AsOf, Claim, EntityType, TaggedArticle
from services.indexer.versions import document_version

_ENTITY_TYPES: Final[tuple[EntityType, ...]] = get_args(EntityType)


def document(tagged: TaggedArticle, story: str) -> dict[str, Any]:
    """The document of an article, ready for JSON: field for field what ``mappings.ARTICLES`` describes.

    It holds the message (the article's fields at the top, then ``entities``, ``claims``, ``tagger`` and ``tagged_at``;
    the signature is in the stories index) and what is searched besides: ``dated_at``, ``story``, ``names`` and
    ids by entity type, ``locations``, ``claim_units``, ``claim_categories``, ``claim_actions``; in each claim,
    ``value`` and ``days``.
    """
    written = tagged.model_dump(mode="json", exclude={"signature"})
    return {
        **written["article"],
        "dated_at": _dated_at(tagged),
        "story": story,
        "entities": written["entities"],
        "names": {kind: names for kind in _ENTITY_TYPES if (names := _names(tagged, kind))},
        **{kind: _once(entity.id for entity in tagged.entities if entity.type == kind) for kind in _ENTITY_TYPES},
        "locations": [
            {"lat": entity.location.lat, "lon": entity.location.lon} for entity in tagged.entities if entity.location
        ],
        "claims": [kept | _ranges(claim) for kept, claim in zip(written["claims"], tagged.claims, strict=True)],
        "claim_units": _once(claim.unit for claim in tagged.claims if claim.unit),
        "claim_categories": _once(claim.category for claim in tagged.claims),
        "claim_actions": _once(claim.action for claim in tagged.claims if claim.action),
        "tagger": written["tagger"],
        "tagged_at": tagged.tagged_at.isoformat(),
        "again": tagged.again,
        "cut_at": tagged.cut_at,
    }


def claim_documents(tagged: TaggedArticle, story: str) -> Iterator[dict[str, Any]]:
    """The documents of an article's claims, each with an ``id``: field for field what ``mappings.CLAIMS`` describes."""
    article = tagged.article
    beside = {
        "article": {
            "id": article.id,
            "revision": article.revision,
            "version": document_version(tagged),
            "title": article.title,
            "url": article.url,
            "kind": article.kind,
        },
        "source": article.source.model_dump(mode="json"),
        "language": article.language,
        "story": story,
        "published_at": article.published_at.isoformat() if article.published_at else None,
        "fetched_at": article.fetched_at.isoformat(),
        "dated_at": _dated_at(tagged),
    }
    for claim in tagged.claims:
        yield {**claim.model_dump(mode="json"), **_ranges(claim), **beside}


def revision_document(tagged: TaggedArticle) -> dict[str, Any]:
    """The document of a revision as it is: field for field what ``mappings.REVISION`` describes."""
    article = tagged.article
    content = article.model_dump(mode="json", exclude={"id", "revision", "source", "url"})
    return {
        "article": article.id,
        "revision": article.revision,
        "fetched_at": article.fetched_at.isoformat(),
        "content": {**content, "claims": [claim.model_dump(mode="json") for claim in tagged.claims]},
    }


def revision_name(tagged: TaggedArticle) -> str:
    """The id of that document."""
    return f"{tagged.article.id}-{tagged.article.revision}"


def _names(tagged: TaggedArticle, kind: EntityType) -> list[str]:
    """Every name that the article's entities of a type have in it, canonical or as written."""
    return _once(
        name
        for entity in tagged.entities
        if entity.type == kind
        for name in (entity.name, *(mention.text for mention in (*entity.mentions, *entity.demonyms)))
    )


def _dated_at(tagged: TaggedArticle) -> str:
    return (tagged.article.published_at or tagged.article.fetched_at).isoformat()


def _ranges(claim: Claim) -> dict[str, Any]:
    """What a claim's document has besides the claim."""
    value = _range(claim.low, claim.high)
    days = _days(claim.as_of) if claim.as_of else {}
    return ({"value": value} if value else {}) | ({"days": days} if days else {})


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
