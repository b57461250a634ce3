"""The indices behind the aliases: made when missing, refused when this version does not understand them."""

from typing import Any

import structlog
from elasticsearch import AsyncElasticsearch, BadRequestError, NotFoundError

from services.common.elastic import two_kinds_of_failure
from services.common.errors import ConfigurationError
from services.indexer.mappings import INDICES, MAPPING_VERSION, Index
from services.indexer.mappings.analysis import synonyms_digest

log = structlog.get_logger()


async def ensure_indices(client: AsyncElasticsearch) -> None:
    """See to it that each alias points at an index of our mapping version. Safe from many processes at once.

    Raises:
        ConfigurationError: something else is behind an alias; the sentence says what, and what to do.
        TransientError: Elasticsearch is away.
        PermanentError: it refuses an index.
    """
    for index in INDICES:
        await _ensure(client, index)


async def _ensure(client: AsyncElasticsearch, index: Index) -> None:
    with two_kinds_of_failure():
        behind = await _mappings(client, index.alias)
        if not behind:
            await _create(client, index)
            behind = await _mappings(client, index.alias)
    for name, mapping in behind.items():
        made_by = mapping.get("_meta", {})
        _check(index.alias, name, made_by.get("version"))
        if made_by.get("synonyms") != synonyms_digest():
            log.warning("other_synonyms", index=name, reason="names that mean the same were changed after it was made")


async def _mappings(client: AsyncElasticsearch, name: str) -> dict[str, dict[str, Any]]:
    try:
        answer = await client.indices.get_mapping(index=name)
    except NotFoundError:
        return {}
    return {index: found["mappings"] for index, found in answer.items()}


async def _create(client: AsyncElasticsearch, index: Index) -> None:
    """Index and alias in one step, so that nobody sees one without the other."""
    try:
        await client.indices.create(
            index=index.name, settings=index.settings(), mappings=index.mappings(), aliases={index.alias: {}}
        )
    except BadRequestError as error:
        if error.error != "resource_already_exists_exception":
            raise
        # Another indexer was quicker, or somebody took the alias away: giving it (again) is right in both cases.
        await client.indices.put_alias(index=index.name, name=index.alias)
    else:
        log.info("index_created", index=index.name, alias=index.alias, mapping_version=MAPPING_VERSION)


def _check(alias: str, index: str, version: object) -> None:
    if index == alias:
        raise ConfigurationError(
            f"{alias!r} is an index, but Sitrep needs the name for an alias: move its documents if they are "
            f"wanted, delete it, and start the indexer again."
        )
    if not isinstance(version, int):
        raise ConfigurationError(
            f"The index {index!r} behind the alias {alias!r} was not made by Sitrep (its mapping has no "
            f"_meta.version): point the alias elsewhere, or remove it, and start the indexer again."
        )
    if version > MAPPING_VERSION:
        raise ConfigurationError(
            f"The index {index!r} behind the alias {alias!r} has mapping version {version}; this indexer "
            f"knows versions up to {MAPPING_VERSION}. Run the newer Sitrep that made it, or point the alias at an "
            f"index of version {MAPPING_VERSION}."
        )
    if version < MAPPING_VERSION:
        raise ConfigurationError(
            f"The index {index!r} behind the alias {alias!r} has mapping version {version}; this indexer "
            f"writes version {MAPPING_VERSION}. Point the alias at an index of that version, or remove the alias "
            f"and let the indexer build a new index from the topic."
        )
