"""Generations of the indices: one set of them, built from the topic and served as a whole.

Which generation serves is said by the aliases that the api asks; an indexer writes to the one it builds, by aliases
that only that generation has. So two versions of Sitrep can each keep their own up to date, and what serves can be
moved, and moved back, without a write going wrong (ADR 0009).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from elasticsearch import AsyncElasticsearch, NotFoundError

from services.common.elastic import (
    ARTICLES_ALIAS,
    CLAIMS_ALIAS,
    REVISIONS_ALIAS,
    STORIES_ALIAS,
    two_kinds_of_failure,
)
from services.common.errors import ConfigurationError
from services.indexer.mappings import MAPPING_VERSION

ALIASES: Final = (ARTICLES_ALIAS, CLAIMS_ALIAS, STORIES_ALIAS, REVISIONS_ALIAS)


@dataclass(frozen=True, slots=True)
class Names:
    """The aliases under which an indexer writes and reads what it builds."""

    articles: str
    claims: str
    stories: str
    revisions: str


@dataclass(frozen=True, slots=True)
class Generation:
    """One set of indices: ``v2``, or ``v2.1`` where the same mapping version was built anew."""

    suffix: str

    def index(self, alias: str) -> str:
        """Its index for what is served under an alias."""
        return f"{alias}-{self.suffix}"

    def written(self, alias: str) -> str:
        """The alias by which that index is written; no other generation's has it."""
        return f"{self.index(alias)}-write"

    @property
    def names(self) -> Names:
        """What its indexer writes to."""
        return Names(*(self.written(alias) for alias in ALIASES))


FIRST: Final = Generation(f"v{MAPPING_VERSION}")
"""The first generation of this mapping version."""


@dataclass(frozen=True, slots=True)
class Behind:
    """An index behind an alias, with the ``_meta`` of its mapping."""

    index: str
    meta: Mapping[str, Any]

    @property
    def version(self) -> object:
        """Its mapping version; not a number where Sitrep did not make it."""
        return self.meta.get("version")


async def behind(client: AsyncElasticsearch, name: str) -> list[Behind]:
    """The indices behind an alias, or the index of that name; none where there is neither.

    Raises:
        TransientError: Elasticsearch is away.
    """
    with two_kinds_of_failure():
        try:
            answer = await client.indices.get_mapping(index=name)
        except NotFoundError:
            return []
    return [Behind(index, found["mappings"].get("_meta", {})) for index, found in answer.items()]


def generation_of(alias: str, found: Behind) -> Generation:
    """The generation that an index behind an alias is of.

    Raises:
        ConfigurationError: it has no name of ours, so its fellows cannot be told.
    """
    if not found.index.startswith(f"{alias}-"):
        raise ConfigurationError(
            f"The index {found.index!r} behind the alias {alias!r} has no name of Sitrep's, such as "
            f"{alias}-v{MAPPING_VERSION}: clone it under such a name, and move the alias there."
        )
    return Generation(found.index.removeprefix(f"{alias}-"))


async def serving(client: AsyncElasticsearch) -> Generation | None:
    """The generation that serves, if it is of this mapping version.

    Raises:
        TransientError: Elasticsearch is away.
        ConfigurationError: its index has no name of ours.
    """
    for found in await behind(client, ARTICLES_ALIAS):
        if found.version == MAPPING_VERSION:
            return generation_of(ARTICLES_ALIAS, found)
    return None


async def group_of(client: AsyncElasticsearch, generation: Generation) -> str:
    """The consumer group that builds a generation.

    It has the articles index's own id in its name, not what that is called: an index that was made anew, or came back
    from a snapshot, is filled from the beginning of the topic, whatever was read for another one of that name.

    Raises:
        TransientError: Elasticsearch is away, or the index is.
    """
    with two_kinds_of_failure():
        answer = await client.indices.get_settings(index=generation.index(ARTICLES_ALIAS))
    [settings] = answer.values()
    return f"sitrep-indexer-{settings['settings']['index']['uuid']}"
