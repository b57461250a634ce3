"""The index behind the alias: made when it is missing, refused when this version does not understand it."""

from typing import Any

import structlog
from elasticsearch import AsyncElasticsearch, BadRequestError, NotFoundError

from services.common.elastic import ARTICLES_ALIAS, two_kinds_of_failure
from services.common.errors import ConfigurationError
from services.indexer.mappings import INDEX, MAPPING_VERSION, MAPPINGS, SETTINGS

log = structlog.get_logger()


async def ensure_index(client: AsyncElasticsearch) -> None:
    """See to it that the alias points at an index of our mapping version. Safe from many processes at once.

    Raises:
        ConfigurationError: something else is behind the alias; the sentence says what, and what to do.
        TransientError: Elasticsearch is away.
        PermanentError: it refuses the index.
    """
    with two_kinds_of_failure():
        behind = await _mappings(client, ARTICLES_ALIAS)
        if not behind:
            await _create(client)
            behind = await _mappings(client, ARTICLES_ALIAS)
    for index, mapping in behind.items():
        _check(index, mapping.get("_meta", {}).get("version"))


async def _mappings(client: AsyncElasticsearch, name: str) -> dict[str, dict[str, Any]]:
    try:
        answer = await client.indices.get_mapping(index=name)
    except NotFoundError:
        return {}
    return {index: found["mappings"] for index, found in answer.items()}


async def _create(client: AsyncElasticsearch) -> None:
    """Index and alias in one step, so that nobody sees one without the other."""
    try:
        await client.indices.create(index=INDEX, settings=SETTINGS, mappings=MAPPINGS, aliases={ARTICLES_ALIAS: {}})
    except BadRequestError as error:
        if error.error != "resource_already_exists_exception":
            raise
        # Another indexer was quicker, or somebody took the alias away: giving it (again) is right in both cases.
        await client.indices.put_alias(index=INDEX, name=ARTICLES_ALIAS)
    else:
        log.info("index_created", index=INDEX, alias=ARTICLES_ALIAS, mapping_version=MAPPING_VERSION)


def _check(index: str, version: object) -> None:
    if index == ARTICLES_ALIAS:
        raise ConfigurationError(
            f"{ARTICLES_ALIAS!r} is an index, but Sitrep needs the name for an alias: move its documents if they are "
            f"wanted, delete it, and start the indexer again."
        )
    if not isinstance(version, int):
        raise ConfigurationError(
            f"The index {index!r} behind the alias {ARTICLES_ALIAS!r} was not made by Sitrep (its mapping has no "
            f"_meta.version): point the alias elsewhere, or remove it, and start the indexer again."
        )
    if version > MAPPING_VERSION:
        raise ConfigurationError(
            f"The index {index!r} behind the alias {ARTICLES_ALIAS!r} has mapping version {version}; this indexer "
            f"knows versions up to {MAPPING_VERSION}. Run the newer Sitrep that made it, or point the alias at an "
            f"index of version {MAPPING_VERSION}."
        )
    if version < MAPPING_VERSION:
        raise ConfigurationError(
            f"The index {index!r} behind the alias {ARTICLES_ALIAS!r} has mapping version {version}; this indexer "
            f"writes version {MAPPING_VERSION}. Point the alias at an index of that version, or remove the alias "
            f"and let the indexer build a new index from the topic."
        )
