"""A new generation built from the topic while the old one serves, and then served instead; and the way back."""

import asyncio
import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from time import monotonic
from typing import Any, Final

import structlog
from aiokafka import TopicPartition
from aiokafka.errors import KafkaError
from elasticsearch import AsyncElasticsearch

from services.common.elastic import ARTICLES_ALIAS, elastic, two_kinds_of_failure
from services.common.errors import ConfigurationError, TransientError
from services.common.kafka import ensure_topics
from services.common.lag import Places, onlooker, places
from services.common.lag import behind as behind_topic
from services.common.retry import Stopped, until_it_works
from services.common.runtime import Process
from services.common.topics import DEAD_LETTERS, TAGGED
from services.indexer.app import index_into
from services.indexer.generations import ALIASES, FIRST, Generation, behind, generation_of, group_of
from services.indexer.mappings import INDICES, MAPPING_VERSION
from services.indexer.migrate import ensure_indices, make
from services.indexer.settings import IndexerSettings

log = structlog.get_logger()

LOOK: Final = 0.2
"""Seconds between two looks at how far it is."""
SHORT: Final = 1.0
"""Seconds from a message to its being settled, or a little more."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a build is, in messages of the topic."""

    generation: str
    total: int
    left: int


Told = Callable[[Progress], None]


async def reindex(settings: IndexerSettings, process: Process, *, again: bool, told: Told) -> Generation:
    """Build the generation of this mapping version until it has all that is in the topic, then let it serve.

    Killed at any time, it goes on where it was. Indexers of this version that run meanwhile build the same generation,
    and share the work. ``again``: build the version that serves already anew.

    Raises:
        ConfigurationError: there is nothing to do, or something else is behind an alias.
        Stopped: the process was asked to stop.
        PermanentError: more dead letters than is sound.
    """
    patiently = partial(until_it_works, health=process.health, stop=process.stop)
    async with elastic(settings) as client:
        await patiently(partial(ensure_topics, settings, [TAGGED, DEAD_LETTERS]), part="kafka")
        generation = await patiently(partial(_to_build, client, again), part="elasticsearch")
        ended = asyncio.Event()
        building = asyncio.create_task(index_into(settings, replace(process, stop=ended), client, generation))
        try:
            await _until_caught_up(settings, process, client, generation, building, told)
        finally:
            ended.set()
            await asyncio.wait({building})
        if process.stop.is_set():
            raise Stopped
        building.result()
    return generation


async def back(settings: IndexerSettings) -> Generation:
    """Let the generation serve again that served before this one.

    Raises:
        ConfigurationError: there is none, or it is gone.
        TransientError: Elasticsearch is away.
    """
    async with elastic(settings) as client:
        serving = await behind(client, ARTICLES_ALIAS)
        replaced = serving[0].meta.get("replaced") if serving else None
        if not replaced:
            raise ConfigurationError("What serves now has replaced nothing: there is no way back.")
        there = await behind(client, replaced)
        if not there:
            raise ConfigurationError(f"{replaced} is not there any more: restore it from a snapshot to go back to it.")
        before = generation_of(ARTICLES_ALIAS, there[0])
        await _serve(client, before)
        return before


async def _to_build(client: AsyncElasticsearch, again: bool) -> Generation:
    serving = await behind(client, ARTICLES_ALIAS)
    current = await ensure_indices(client)
    if not any(found.version == MAPPING_VERSION for found in serving):
        if not serving:
            raise ConfigurationError("Nothing served yet: start the indexer, and it builds the index from the topic.")
        return current
    if not again:
        raise ConfigurationError(
            f"{current.index(ARTICLES_ALIAS)} serves, and has the mapping of this Sitrep (version {MAPPING_VERSION}). "
            "sitrep reindex --again builds it anew from the topic."
        )
    number = 0
    while True:
        number += 1
        generation = Generation(f"{FIRST.suffix}.{number}")
        there = await behind(client, generation.index(ARTICLES_ALIAS))
        if not there or "replaced" not in there[0].meta:  # it never served: an earlier build that was interrupted
            break
    for index in INDICES:
        await make(client, index, generation, serve=False)
    return generation


async def _until_caught_up(
    settings: IndexerSettings,
    process: Process,
    client: AsyncElasticsearch,
    generation: Generation,
    building: "asyncio.Task[None]",
    told: Told,
) -> None:
    """Watch a build until it is as close to the topic's end as it will come, and let it serve at that moment."""
    kafka = onlooker(settings, await group_of(client, generation))
    chase = Chase()
    try:
        await kafka.start()
        while not building.done() and not process.stop.is_set():
            try:
                there = await places(kafka, TAGGED)
            except KafkaError as error:
                log.warning("waiting", part="kafka", reason=repr(error))
            else:
                total = sum(place.end - place.first for place in there.values())
                told(Progress(generation.suffix, total, behind_topic(there)))
                if chase.caught(there, monotonic()) and await _could_serve(process, client, generation):
                    return
            await asyncio.sleep(LOOK)
    finally:
        await kafka.stop()


@dataclass(slots=True)
class Chase:
    """Whether a build has caught up with a topic that goes on growing.

    It chases the end as it was when it began; when it is there, the end as it is then. The less is left, the shorter
    each round; it has caught up when a round takes no longer than a message does anyway.
    """

    _end: dict[TopicPartition, int] = field(default_factory=dict)
    _began: float = 0.0
    _took: float = math.inf
    """Seconds, the round before."""

    def caught(self, there: Places, now: float) -> bool:
        """Whether it has caught up, by where it is now (``now`` in seconds)."""
        if behind_topic(there) == 0:
            return True
        if not self._end:
            self._end, self._began = {partition: place.end for partition, place in there.items()}, now
            return False
        if any(there[partition].settled < end for partition, end in self._end.items()):
            return False
        took = now - self._began
        done = took <= SHORT or took >= self._took * 0.8
        self._end, self._took = {}, took
        return done


async def _could_serve(process: Process, client: AsyncElasticsearch, generation: Generation) -> bool:
    try:
        await _serve(client, generation)
    except TransientError as error:
        process.health.waiting_for("elasticsearch", str(error))
        return False
    return True


async def _serve(client: AsyncElasticsearch, generation: Generation) -> None:
    """Move all aliases at once to a generation that is complete, and write down in it what it replaces.

    Raises:
        TransientError: Elasticsearch is away; nothing has moved, or all has.
    """
    before = await behind(client, ARTICLES_ALIAS)
    actions: list[dict[str, Any]] = []
    for alias in ALIASES:
        actions += [{"remove": {"index": found.index, "alias": alias}} for found in await behind(client, alias)]
        if await behind(client, generation.index(alias)):  # an old version may have had fewer
            actions.append({"add": {"index": generation.index(alias), "alias": alias}})
    [ours] = await behind(client, generation.index(ARTICLES_ALIAS))
    with two_kinds_of_failure():
        await client.indices.refresh(index=",".join(action["add"]["index"] for action in actions if "add" in action))
        if before and before[0].index != ours.index and "replaced" not in ours.meta:
            await client.indices.put_mapping(index=ours.index, meta={**ours.meta, "replaced": before[0].index})
        await client.indices.update_aliases(actions=actions)
    log.info("serves", generation=generation.suffix, before=[found.index for found in before])
