"""``make bench-indexer``: articles a second, beside the client library's bulk helper writing the same documents.

Both begin with bytes in memory. The indexer has messages as Kafka hands them over: it reads and checks them, makes the
documents of article, claims and text, finds copies, writes, and looks at what it wrote again. The helper has those
documents ready, as JSON: it reads them and writes them under the same ids into indices with the same mapping, and does
nothing else. They take turns, so that whatever else the machine does falls on both.
"""

import argparse
import asyncio
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from time import monotonic, process_time
from typing import Any, Final

import psutil
from elasticsearch import AsyncElasticsearch, Elasticsearch
from elasticsearch.helpers import parallel_bulk
from pydantic_core import from_json, to_json
from rich.console import Console
from rich.table import Table

from benchmarks.indexer.articles import tagged_articles
from deploy.local.engines import engine_folder, local_engines
from deploy.local.settings import LocalSettings
from services.common.compacted import Table as Followed
from services.common.deadletters import DeadLetterLimit
from services.common.health import Health
from services.common.logs import configure_logs
from services.common.messages import Deletion, TaggedArticle
from services.common.metrics import Metrics
from services.common.runtime import Process
from services.common.settings import Settings
from services.indexer.document import claim_documents, document, revision_document, revision_name
from services.indexer.mappings import INDICES
from services.indexer.migrate import ensure_indices
from services.indexer.settings import IndexerSettings
from services.indexer.stage import Indexer
from services.indexer.story import story_document, text_of

TURN: Final = 2_500
"""Articles that one writes before the other's turn."""
WARM_UP: Final = 2_500
BARE: Final = "bare-"
"""What the helper's indices begin with."""
TARGET: Final = 0.9


@dataclass(frozen=True, slots=True)
class Message:
    """A record of the topic."""

    value: bytes
    offset: int
    topic: str = "news.tagged.v1"
    partition: int = 0
    key: bytes | None = None
    headers: tuple[tuple[str, bytes], ...] = ()


@dataclass(slots=True)
class Turn:
    """What one turn took: articles, seconds, the processor seconds of this process and of Elasticsearch, and this
    process's memory after it in MB.
    """

    articles: int
    seconds: float
    processor: float
    engine: float
    memory: float


@dataclass(slots=True)
class Turns:
    """All turns of one side."""

    turns: list[Turn] = field(default_factory=list)

    def rate(self) -> float:
        """Articles a second."""
        return sum(turn.articles for turn in self.turns) / sum(turn.seconds for turn in self.turns)


async def main(articles: int, *, alone: bool) -> None:
    """Measure and print."""
    console = Console()
    configure_logs("bench", Settings(log_level="error"))
    with engine_folder("sitrep-bench-") as folder:
        async with local_engines(folder / "engines", LocalSettings(engine_jit="full")) as engines:
            # As many bytes are sent as the machine can take; neither side waits for the other's engine to cool down.
            asynchronous = AsyncElasticsearch(engines.elasticsearch_url, request_timeout=60)
            synchronous = Elasticsearch(engines.elasticsearch_url, request_timeout=60)
            try:
                await measure(asynchronous, synchronous, articles, alone=alone, console=console)
            finally:
                await asynchronous.close()
                synchronous.close()


async def measure(
    asynchronous: AsyncElasticsearch, synchronous: Elasticsearch, articles: int, *, alone: bool, console: Console
) -> None:
    """Turn by turn, then the tables."""
    generation = await ensure_indices(asynchronous)
    for index in INDICES:
        await asynchronous.indices.create(
            index=BARE + index.alias, settings=index.settings(), mappings=index.mappings()
        )
    ours, bare = Turns(), Turns()
    metrics = Metrics()
    process = Process("bench", metrics, Health(metrics), asyncio.Event())
    settings = IndexerSettings()
    nobody: Any = None
    indexer = Indexer(
        asynchronous,
        generation.names,
        Followed(Deletion),
        nobody,
        process,
        DeadLetterLimit(1),
        settings.indexer_bulk_bytes,
    )
    for first in range(-WARM_UP, articles, TURN):
        made = [*tagged_articles(first + WARM_UP, TURN)]
        messages = [Message(one.model_dump_json().encode(), first + nth) for nth, one in enumerate(made)]
        documents = [] if alone else [*documents_of(made)]
        del made
        mine = await timed(asynchronous, len(messages), write_ours(indexer, messages, settings))
        said = f"{first + TURN:>7,} articles: {len(messages) / mine.seconds:.0f} a second"
        if first >= 0:
            ours.turns.append(mine)
        if not alone:
            theirs = await timed(asynchronous, len(messages), asyncio.to_thread(write_bare, synchronous, documents))
            said += f", the helper {len(messages) / theirs.seconds:.0f}"
            if first >= 0:
                bare.turns.append(theirs)
        console.print(said, style="dim")
    console.print(cost_table(ours))
    if not alone:
        console.print(comparison(ours, bare))


async def timed(client: AsyncElasticsearch, articles: int, work: Any) -> Turn:
    """How long work takes."""
    engine = await engine_seconds(client)
    began, used = monotonic(), process_time()
    await work
    seconds, processor = monotonic() - began, process_time() - used
    memory = psutil.Process().memory_info().rss / 1e6
    return Turn(articles, seconds, processor, await engine_seconds(client) - engine, memory)


async def engine_seconds(client: AsyncElasticsearch) -> float:
    """The processor seconds that Elasticsearch has used until now."""
    answer = await client.nodes.stats(metric="process")
    return float(sum(node["process"]["cpu"]["total_in_millis"] for node in answer["nodes"].values())) / 1000


async def write_ours(indexer: Indexer, messages: Sequence[Message], settings: IndexerSettings) -> None:
    """Index messages in batches, as many at a time as the service does."""
    batches = iter(
        [
            messages[at : at + settings.indexer_batch_records]
            for at in range(0, len(messages), settings.indexer_batch_records)
        ]
    )

    async def worker() -> None:
        for batch in batches:
            await indexer.take(batch)

    await asyncio.gather(*(worker() for _ in range(settings.indexer_in_flight)))


def write_bare(client: Elasticsearch, documents: Sequence[tuple[str, str, bytes]]) -> None:
    """Write documents with the library's helper."""
    actions = ({"_index": BARE + alias, "_id": name, "_source": from_json(body)} for alias, name, body in documents)
    for done, answer in parallel_bulk(client, actions, thread_count=4, chunk_size=500):
        if not done:
            raise RuntimeError(str(answer))


def documents_of(made: Sequence[TaggedArticle]) -> Iterator[tuple[str, str, bytes]]:
    """What the indexer writes of these: index, id and JSON, in the same order."""
    articles, claims, stories, revisions = (index.alias for index in INDICES)
    for one in made:
        text = text_of(one)
        yield stories, text.id, to_json(story_document(text, text.id))
        yield revisions, revision_name(one), to_json(revision_document(one))
        yield articles, one.article.id, to_json(document(one, text.id))
        for claim in claim_documents(one, text.id):
            yield claims, claim["id"], to_json(claim)


def cost_table(ours: Turns) -> Table:
    """Cost for an article as the indices grow, and memory."""
    table = Table(title="The indexer as its indices grow", title_justify="left")
    for column in ("articles", "ms an article", "processor: here", "Elasticsearch", "memory, MB"):
        table.add_column(column, justify="right")
    written = list(itertools.accumulate(turn.articles for turn in ours.turns))
    marks = [mark for mark in (10_000, 50_000, 100_000, 200_000) if mark <= written[-1]] or [written[-1]]
    for mark in marks:
        at = next(nth for nth, count in enumerate(written) if count >= mark)
        last = ours.turns[max(0, at - 3) : at + 1]
        count = sum(turn.articles for turn in last)
        table.add_row(
            f"{mark:,}",
            f"{1000 * sum(turn.seconds for turn in last) / count:.2f}",
            f"{1000 * sum(turn.processor for turn in last) / count:.2f}",
            f"{1000 * sum(turn.engine for turn in last) / count:.2f}",
            f"{last[-1].memory:.0f}",
        )
    return table


def comparison(ours: Turns, bare: Turns) -> Table:
    """Both sides, and the ratio."""
    table = Table(title="Articles a second, with their claims and texts", title_justify="left")
    for column in ("", "articles/s", "processor ms an article: here", "Elasticsearch", "beside the helper"):
        table.add_column(column, justify="right" if column else "left")
    for name, side in (("Sitrep's indexer", ours), ("helpers.parallel_bulk", bare)):
        count = sum(turn.articles for turn in side.turns)
        processor = 1000 * sum(turn.processor for turn in side.turns) / count
        engine = 1000 * sum(turn.engine for turn in side.turns) / count
        table.add_row(
            name, f"{side.rate():.0f}", f"{processor:.2f}", f"{engine:.2f}", f"{side.rate() / bare.rate():.0%}"
        )
    table.add_row("target", "", "", "", f"{TARGET:.0%}")
    return table


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Measure the indexer on this machine.")
    parser.add_argument("--articles", type=int, default=50_000, help="how many articles are indexed")
    parser.add_argument("--alone", action="store_true", help="without the helper's turns: for large numbers")
    given = parser.parse_args()
    asyncio.run(main(given.articles, alone=given.alone))
