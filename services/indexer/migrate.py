"""The generation that this version of Sitrep builds: made when missing, refused when it is not understood."""

import structlog
from elasticsearch import AsyncElasticsearch, BadRequestError

from services.common.elastic import ARTICLES_ALIAS, two_kinds_of_failure
from services.common.errors import ConfigurationError
from services.indexer.generations import FIRST, Behind, Generation, behind, generation_of
from services.indexer.mappings import INDICES, MAPPING_VERSION, Index
from services.indexer.mappings.analysis import synonyms_digest

log = structlog.get_logger()


async def ensure_indices(client: AsyncElasticsearch) -> Generation:
    """The generation that is to be written, its indices made where they are missing. Safe from many processes at once.

    It is the one that serves, if that is of our mapping version. Where an older one serves, ours is built beside it,
    and ``sitrep reindex`` lets it serve once it has caught up. Where none does, ours does.

    Raises:
        ConfigurationError: something else is behind an alias; the sentence says what, and what to do.
        TransientError: Elasticsearch is away.
        PermanentError: it refuses an index.
    """
    serving = {index.alias: await behind(client, index.alias) for index in INDICES}
    for alias, there in serving.items():
        for found in there:
            _check(alias, found)
    articles = serving[ARTICLES_ALIAS]
    ours = [generation_of(ARTICLES_ALIAS, found) for found in articles if found.version == MAPPING_VERSION]
    generation = ours[0] if ours else FIRST
    older = [found.index for found in articles if found.version != MAPPING_VERSION]
    if older:
        log.warning("built_beside", serving=older, building=generation.suffix, next="sitrep reindex")
    for index in INDICES:
        await make(client, index, generation, serve=not older and not serving[index.alias])
    return generation


async def make(client: AsyncElasticsearch, index: Index, generation: Generation, *, serve: bool) -> None:
    """Make an index of a generation with its aliases in one step, so that nobody sees one without the other."""
    name = generation.index(index.alias)
    aliases = [generation.written(index.alias), *([index.alias] if serve else [])]
    with two_kinds_of_failure():
        try:
            await client.indices.create(
                index=name,
                settings=index.settings(),
                mappings=index.mappings(),
                aliases={alias: {} for alias in aliases},
            )
        except BadRequestError as error:
            if error.error != "resource_already_exists_exception":
                raise
            # Another indexer was quicker, or somebody took an alias away: giving it (again) is right in both cases.
            await client.indices.update_aliases(actions=[{"add": {"index": name, "alias": alias}} for alias in aliases])
        else:
            log.info("index_created", index=name, aliases=aliases, mapping_version=MAPPING_VERSION)


def _check(alias: str, found: Behind) -> None:
    index, version = found.index, found.version
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
            f"knows versions up to {MAPPING_VERSION}. Run the newer Sitrep that made it, or let the generation before "
            f"it serve again: that Sitrep's `sitrep reindex --back`."
        )
    if version == MAPPING_VERSION and found.meta.get("synonyms") != synonyms_digest():
        log.warning(
            "other_synonyms", index=index, reason="names that mean the same were changed after it was made",
            next="sitrep reindex --again",
        )  # fmt: skip
