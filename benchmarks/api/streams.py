"""``make bench-streams``: how long a search takes beside two thousand slow clients of ``/v1/stream``, beside as many of
a bare server that sends them as much and does nothing else, and beside none.

The api is a process of its own over local engines. Articles are published at the same rate throughout; every client
follows every article and takes a tenth of what it is sent; one that is let go comes again. Searches are asked one after
the other, with facets and highlights, once the clients' connections are full. From turn to turn they differ by more
than the clients cost (Elasticsearch merges, the index grows), so there are many, and the three come in each order as
often.
"""

import argparse
import asyncio
import itertools
import os
import random
import statistics
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Final

import httpx
from elasticsearch.helpers import async_bulk
from rich.console import Console
from rich.table import Table

from benchmarks.indexer.articles import tagged_articles
from deploy.local.engines import engine_folder, local_engines
from services.common.elastic import ARTICLES_ALIAS, elastic
from services.common.events import to_record
from services.common.kafka import ensure_topics, producer, send
from services.common.messages import TaggedArticle
from services.common.settings import ElasticsearchSettings, KafkaSettings
from services.common.topics import ALL_TOPICS, TAGGED
from services.indexer.document import document
from services.indexer.migrate import ensure_indices
from services.indexer.story import story_id

PORT: Final = 18_499
BARE_PORT: Final = 18_498
RATE: Final = 10
"""Articles published a second."""
EVENT: Final = 4_096
"""Bytes of an article on the stream, about."""
NONE: Final = "none"
BARE: Final = "bare server"
OURS: Final = "/v1/stream"
WARM_UP: Final = 30.0
"""Seconds of searching before the first turn: until then Elasticsearch puts together what it was filled with."""
FILLING: Final = 8.0
"""Seconds before each turn: as many as it takes until the slow clients' connections are full."""


@dataclass(slots=True)
class Turn:
    """What one turn measured: whose clients were there, and milliseconds of each search."""

    whose: str
    times: list[float] = field(default_factory=list)
    dropped: int = 0

    def quantile(self, share: float) -> float:
        """Milliseconds."""
        return sorted(self.times)[min(len(self.times) - 1, int(len(self.times) * share))]


async def index(client: Any, articles: list[TaggedArticle]) -> None:
    """Articles as the indexer writes them, searchable at the next refresh."""
    rows = (
        {"_index": ARTICLES_ALIAS, "_id": tagged.article.id, **document(tagged, story_id(tagged))}
        for tagged in articles
    )
    await async_bulk(client, rows)


async def publishing(engines: Any, first: int, stop: asyncio.Event) -> None:
    """New articles, at the same rate, until it is enough."""
    number = first
    async with (
        elastic(ElasticsearchSettings(elasticsearch_url=engines.elasticsearch_url)) as client,
        producer(KafkaSettings(kafka_bootstrap=engines.kafka_bootstrap), "bench") as sending,
    ):
        while not stop.is_set():
            articles = list(tagged_articles(number, RATE))
            await index(client, articles)
            await send(sending, [to_record(TAGGED, each.article.id, each, "bench") for each in articles])
            number += RATE
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), 1)


async def searching(http: httpx.AsyncClient, words: list[str], seconds: float, turn: Turn) -> None:
    """One search after the other."""
    until = monotonic() + seconds
    while monotonic() < until:
        began = monotonic()
        answer = await http.get("/v1/articles", params={"q": random.choice(words)})
        answer.raise_for_status()
        turn.times.append((monotonic() - began) * 1000)


async def streams(http: httpx.AsyncClient) -> int:
    """How many follow now, as the api counts them."""
    lines = (await http.get("/metrics")).text.splitlines()
    return next(
        (int(float(line.split()[-1])) for line in lines if line.startswith('sitrep_api_streams{kind="live"}')), 0
    )


@asynccontextmanager
async def an_api(engines: Any) -> AsyncIterator[httpx.AsyncClient]:
    """``sitrep api`` as a process of its own."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "services.cli", "api"),
        env={
            **os.environ,
            "SITREP_API_PORT": str(PORT),
            "SITREP_API_ANONYMOUS_READ": "true",
            "SITREP_API_RATE_ANONYMOUS": "0",
            "SITREP_LOG_LEVEL": "error",
            "SITREP_KAFKA_BOOTSTRAP": engines.kafka_bootstrap,
            "SITREP_ELASTICSEARCH_URL": engines.elasticsearch_url,
        },
    )
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{PORT}", trust_env=False, timeout=60) as http:
            while True:
                with suppress(httpx.TransportError):
                    if (await http.get("/readyz")).status_code == 200:
                        break
                await asyncio.sleep(0.2)
            yield http
    finally:
        process.terminate()
        await process.wait()


@asynccontextmanager
async def a_bare_server() -> AsyncIterator[None]:
    """The peer, as a process of its own."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.api.bare_stream", str(BARE_PORT), str(RATE * EVENT)
    )
    try:
        yield
    finally:
        process.terminate()
        await process.wait()


@asynccontextmanager
async def slow_clients(count: int, port: int, turn: Turn) -> AsyncIterator[None]:
    """So many of them, as a process of their own: what they cost themselves is not to be in the way of who searches."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.api.slow_clients", str(port), str(count)), stdout=asyncio.subprocess.PIPE
    )
    try:
        yield
    finally:
        process.terminate()
        said, _ = await process.communicate()
        turn.dropped = int(said)


async def measured(http: httpx.AsyncClient, words: list[str], whose: str, clients: int, seconds: float) -> Turn:
    """One turn, once all its clients follow and have been sent what they have room for."""
    turn = Turn(whose)
    if whose == NONE:
        await asyncio.sleep(FILLING)
        await searching(http, words, seconds, turn)
        return turn
    async with slow_clients(clients, PORT if whose == OURS else BARE_PORT, turn):
        while whose == OURS and await streams(http) < clients:
            await asyncio.sleep(0.5)
        await asyncio.sleep(FILLING)
        await searching(http, words, seconds, turn)
    while await streams(http) > 0:
        await asyncio.sleep(0.2)
    return turn


async def run(articles: int, clients: int, seconds: float, turns: int) -> list[Turn]:
    """All turns."""
    with engine_folder() as folder:
        async with local_engines(folder / "engines") as engines:
            await ensure_topics(KafkaSettings(kafka_bootstrap=engines.kafka_bootstrap), ALL_TOPICS)
            async with elastic(ElasticsearchSettings(elasticsearch_url=engines.elasticsearch_url)) as client:
                await ensure_indices(client)
                made = list(tagged_articles(0, articles))
                await index(client, made)
                await client.indices.refresh(index=ARTICLES_ALIAS)
            words = sorted({word for each in made[:200] for word in each.article.title.split()[:4]})
            stop = asyncio.Event()
            publish = asyncio.create_task(publishing(engines, articles, stop))
            try:
                async with an_api(engines) as http, a_bare_server():
                    await searching(http, words, WARM_UP, Turn(NONE))
                    orders = itertools.islice(itertools.cycle(itertools.permutations((NONE, BARE, OURS))), turns)
                    return [await measured(http, words, whose, clients, seconds) for order in orders for whose in order]
            finally:
                stop.set()
                await publish


def report(turns: list[Turn], clients: int) -> Table:
    """The table, with the ratios to the turns beside no clients."""
    table = Table(title=f"A search with facets and highlights, beside {clients} clients that take little")
    for column in ("Clients", "Searches", "p50 ms", "p99 ms", "Mean ms", "Let go"):
        table.add_column(column, justify="left" if column == "Clients" else "right")
    alone: tuple[float, ...] | None = None
    for whose in (NONE, BARE, OURS):
        of_this = [turn for turn in turns if turn.whose == whose]
        together = Turn(whose, [each for turn in of_this for each in turn.times])
        figures = (together.quantile(0.5), together.quantile(0.99), statistics.mean(together.times))
        alone = alone or figures
        shown = (f"{each:.1f} {each / of_none:.2f}×" for each, of_none in zip(figures, alone, strict=True))
        table.add_row(whose, str(len(together.times)), *shown, str(sum(turn.dropped for turn in of_this)))
    return table


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=5_000)
    parser.add_argument("--clients", type=int, default=2_000)
    parser.add_argument("--seconds", type=float, default=20, help="of searching in each turn")
    parser.add_argument("--turns", type=int, default=6, help="of each kind; six have every order once")
    given = parser.parse_args()
    turns = asyncio.run(run(given.articles, given.clients, given.seconds, given.turns))
    Console().print(report(turns, given.clients))


if __name__ == "__main__":
    main()
