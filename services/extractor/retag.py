"""Articles tagged again after an improvement of the tagger: ``sitrep retag``.

What is to be done is found in the topics themselves: an article of which ``news.tagged.v1`` holds the newest revision
from this version of the tagger is done with. So a run that was killed is just run again, and one may run beside the
extractor: which of two taggings stays in the index is decided by revision and time, not by which of them came last.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import structlog

from services.common.deadletters import DeadLetterLimit, Received
from services.common.deletions import read_deletions
from services.common.errors import PermanentError
from services.common.events import from_value
from services.common.identity import digest
from services.common.kafka import ensure_topics, everything_in, producer
from services.common.messages import Article, Claim, Message, TaggedArticle
from services.common.runtime import Process
from services.common.topics import ARTICLES, DEAD_LETTERS, DELETIONS, TAGGED
from services.extractor.agents import BATCH_PER_WORKER
from services.extractor.extraction import Extraction, Taggers
from services.extractor.settings import ExtractorSettings
from services.extractor.tagger import tagger
from services.extractor.workers import tagging

log = structlog.get_logger()

M = TypeVar("M", bound=Message)
Take = Callable[[Sequence[Received]], Awaitable[None]]
IsDue = Callable[[Received], bool]
Told = Callable[["Retagged"], None]
CLIENT = "sitrep-retag"


@dataclass(frozen=True, slots=True)
class Choice:
    """Which articles: published since then (or found, where that is not known), by one of these sources; else all."""

    since: datetime | None = None
    sources: frozenset[str] = frozenset()

    def takes(self, article: Article) -> bool:
        """Whether the article is among them."""
        at = article.published_at or article.fetched_at
        return (self.since is None or at >= self.since) and (not self.sources or article.source.id in self.sources)


@dataclass(slots=True)
class Retagged:
    """How far a run has come, and what came of it."""

    read: int = 0
    """Messages of ``news.articles.v1`` that were gone through, of ``total``."""
    total: int = 0
    tagged: int = 0
    up_to_date: int = 0
    """Articles that this version had tagged before."""
    given_up: int = 0
    """Articles that went to the dead letters (or would, in a dry run)."""
    stay: int = 0
    """Figures that are the same as before; these four are counted in a dry run only."""
    change: int = 0
    """Figures with the words they had, of which something else is said now."""
    appear: int = 0
    vanish: int = 0
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What the topics say before anything is tagged."""

    newest: Mapping[str, int]
    """Revision of each article that has several."""
    deleted: frozenset[str]
    done: frozenset[str]
    """Event ids of what this version has tagged."""
    held: Mapping[str, Mapping[str, str]]
    """In a dry run: digests of the claims of each article by their ids, as they were tagged last."""
    total: int

    def state(self, article: Article, version: str) -> str:
        """Whether an article is ``due``, ``done``, or ``gone``: deleted, or a revision that is no longer the newest."""
        if article.id in self.deleted or article.revision < self.newest.get(article.id, 0):
            return "gone"
        return "done" if digest(TAGGED.name, article.id, str(article.revision), version) in self.done else "due"


async def retag(
    settings: ExtractorSettings, choice: Choice, process: Process, *, dry_run: bool = False, told: Told = lambda _: None
) -> Retagged:
    """Tag again what this version of the tagger has not tagged yet, newest revisions only, until all is done.

    Memory grows with what is done already (about 150 bytes an article), and in a dry run with all figures.

    Raises:
        TransientError: Kafka is away.
        PermanentError: the model cannot be loaded, or more would go to the dead letters than is sound.
    """
    await ensure_topics(settings, [ARTICLES, TAGGED, DEAD_LETTERS, DELETIONS])
    async with contextlib.AsyncExitStack() as stack:
        workers = await stack.enter_async_context(tagging(settings))  # they load while the topics are read
        sender = await stack.enter_async_context(producer(settings, CLIENT))
        found = await look_through(settings, dry_run=dry_run)
        await workers.ready()
        extraction = Extraction(workers, sender, process, DeadLetterLimit(settings.dead_letter_limit), again=True)
        sofar = Retagged(total=found.total)
        take = _comparing(workers, found.held, sofar) if dry_run else _sending(extraction, process, sofar)
        is_due = _due(found, choice, tagger().version, sofar)
        records = await stack.enter_async_context(contextlib.aclosing(everything_in(settings, ARTICLES)))
        most = settings.extractor_workers * BATCH_PER_WORKER
        await _go_through(records, is_due, take, most, process, lambda: told(sofar))
        sofar.stopped = process.stop.is_set()
        return sofar


async def look_through(settings: ExtractorSettings, *, dry_run: bool) -> Found:
    """Read what there is: revisions and deletions, and what was tagged."""
    newest: dict[str, int] = {}
    deleted = set(await read_deletions(everything_in(settings, DELETIONS)))
    total = 0
    async for record in everything_in(settings, ARTICLES):
        total += 1
        if not record.value:
            deleted.add((record.key or b"").decode("utf-8", "replace"))
        elif (article := _readable(Article, record)) is not None and article.revision > 1:
            newest[article.id] = max(article.revision, newest.get(article.id, 0))
    done, held = await _tagged_before(settings, dry_run=dry_run)
    return Found(newest, frozenset(deleted), done, held, total)


async def _tagged_before(
    settings: ExtractorSettings, *, dry_run: bool
) -> tuple[frozenset[str], dict[str, dict[str, str]]]:
    done: set[str] = set()
    held: dict[str, dict[str, str]] = {}
    order: dict[str, tuple[int, datetime]] = {}
    ours = tagger().version.encode()
    async for record in everything_in(settings, TAGGED):
        if record.value and ours in record.value:  # a hint that spares memory: the id itself is exact
            done.update(value.decode() for name, value in record.headers if name == "ce_id")
        if not dry_run or (tagged := _readable(TaggedArticle, record)) is None:
            continue
        place = (tagged.article.revision, tagged.tagged_at)
        if place >= order.get(tagged.article.id, place):
            order[tagged.article.id] = place
            held[tagged.article.id] = claim_digests(tagged.claims)
    return frozenset(done), held


def claim_digests(claims: Sequence[Claim]) -> dict[str, str]:
    """What claims say, by id. Where they stand is left out: a sentence that moved says what it said."""
    return {claim.id: digest(claim.model_dump_json(exclude={"start", "end"})) for claim in claims}


async def _go_through(
    records: AsyncIterator[Received],
    is_due: IsDue,
    take: Take,
    most: int,
    process: Process,
    told: Callable[[], None],
) -> None:
    """Hand what is due to ``take`` in batches of ``most``, until there is no more or the process is to stop."""
    batch: list[Received] = []
    async for record in records:
        if process.stop.is_set():
            return
        if is_due(record):
            batch.append(record)
        if len(batch) == most:
            await take(batch)
            batch = []
            told()
    if batch and not process.stop.is_set():
        await take(batch)
    told()


def _due(found: Found, choice: Choice, version: str, sofar: Retagged) -> IsDue:
    def is_due(record: Received) -> bool:
        sofar.read += 1
        if not record.value:
            return False
        article = _readable(Article, record)
        if article is None or not choice.takes(article):
            return False  # what cannot be read went to the dead letters when the extractor came upon it
        state = found.state(article, version)
        sofar.up_to_date += state == "done"
        return state == "due"

    return is_due


def _sending(extraction: Extraction, process: Process, sofar: Retagged) -> Take:
    async def take(records: Sequence[Received]) -> None:
        before = _given_up(process)
        await extraction.take(records)
        given_up = _given_up(process) - before
        sofar.given_up += given_up
        sofar.tagged += len(records) - given_up

    return take


def _given_up(process: Process) -> int:
    labels = {"stage": process.service, "outcome": "dead_letter"}
    return int(process.metrics.registry.get_sample_value("sitrep_messages_total", labels) or 0)


def _comparing(taggers: Taggers, held: Mapping[str, Mapping[str, str]], sofar: Retagged) -> Take:
    """Tag and send nothing: count which figures would be the same, say something else, be new, and be gone."""

    async def claims_of(record: Received) -> tuple[str, dict[str, str]] | None:
        try:
            tagged = await taggers.tag(from_value(Article, record.value))
        except PermanentError as error:
            log.warning("would_be_given_up", partition=record.partition, offset=record.offset, reason=str(error))
            return None
        return tagged.article.id, claim_digests(tagged.claims)

    async def take(records: Sequence[Received]) -> None:
        for answer in await asyncio.gather(*(claims_of(record) for record in records)):
            if answer is None:
                sofar.given_up += 1
                continue
            article, now = answer
            sofar.tagged += 1
            before = held.get(article, {})
            both = now.keys() & before.keys()
            same = sum(now[claim] == before[claim] for claim in both)
            sofar.stay += same
            sofar.change += len(both) - same
            sofar.appear += len(now.keys() - before.keys())
            sofar.vanish += len(before.keys() - now.keys())

    return take


def _readable(model: type[M], record: Received) -> M | None:
    try:
        return from_value(model, record.value)
    except PermanentError:
        return None
