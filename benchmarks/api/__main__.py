"""``make bench-api``: a search with facets and highlights through the API, beside the same query body sent straight to
Elasticsearch, in one run.

The API is a process of its own (uvicorn on loopback). The same client asks both sides for the same questions in turn,
so that whatever else the machine does falls on both. What the API does besides is part of its time: it opens a point in
time, asks which article of each story comes first, looks up names, makes its answer and compresses it. What it gains is
part of it too: it asks in two requests at once, and those for counts are remembered by Elasticsearch (ADR 0016). When
answers are counted by the second, questions come again and nothing is indexed, so that it gains more than it would.
"""

import argparse
import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from statistics import median, quantiles
from time import monotonic, perf_counter
from typing import Any, Final

import httpx
from elasticsearch import AsyncElasticsearch
from pydantic_core import to_json
from rich.console import Console
from rich.table import Table

from benchmarks.api.filling import fill
from benchmarks.indexer.articles import said, vocabulary
from deploy.local.engines import engine_folder, local_engines
from deploy.local.settings import LocalSettings
from services.api.article_query import search_body
from services.api.folding import UNREAD
from services.api.parameters import SearchParameters, article_search
from services.api.query import Page
from services.common.elastic import ARTICLES_ALIAS
from services.common.kafka import ensure_topics
from services.common.logs import configure_logs
from services.common.settings import KafkaSettings, Settings
from services.common.topics import ALL_TOPICS
from services.indexer.migrate import ensure_indices
from tests.ports import free_ports
from tests.waiting import until

PAGE: Final = 20
WARM_UP: Final = 60
AT_ONCE: Final = 8
MOST_MORE: Final = 0.15
LEAST_MORE: Final = 5.0
"""Milliseconds. The API may take so much more, or 15 %, whichever is more."""

Question = dict[str, Any]
Ask = Callable[[Question], Awaitable[None]]


@dataclass(slots=True)
class Side:
    """One way to ask, and what it took."""

    name: str
    ask: Ask
    seconds: list[float] = field(default_factory=list)
    rate: float = 0.0

    async def timed(self, question: Question) -> None:
        """Ask once, alone."""
        began = perf_counter()
        await self.ask(question)
        self.seconds.append(perf_counter() - began)

    @property
    def p50(self) -> float:
        """Milliseconds."""
        return 1000 * median(self.seconds)

    @property
    def p99(self) -> float:
        """Milliseconds."""
        return 1000 * quantiles(self.seconds, n=100)[98]


async def main(articles: int, questions: int, seconds: float) -> None:
    """Fill, measure and print."""
    console = Console()
    configure_logs("bench", Settings(log_level="error"))
    with engine_folder("sitrep-bench-") as folder:
        async with local_engines(folder / "engines", LocalSettings(engine_jit="full")) as engines:
            client = AsyncElasticsearch(engines.elasticsearch_url, request_timeout=600)
            try:
                await ensure_indices(client)
                began = monotonic()
                await fill(client, articles)
                console.print(f"{articles:,} articles in {monotonic() - began:.0f} s", style="dim")
            finally:
                await client.close()
            await ensure_topics(KafkaSettings(kafka_bootstrap=engines.kafka_bootstrap), ALL_TOPICS)
            async with an_api(engines.elasticsearch_url, engines.kafka_bootstrap) as api:
                await measure(api, engines.elasticsearch_url, articles, questions, seconds, console)


async def measure(api: str, elasticsearch: str, articles: int, count: int, seconds: float, console: Console) -> None:
    """Ask one after the other, then several at once."""
    asked = [*_questions(count + WARM_UP)]
    async with httpx.AsyncClient(trust_env=False, timeout=30, limits=httpx.Limits(max_connections=AT_ONCE)) as http:
        sides = (Side("Elasticsearch", straight(http, elasticsearch, asked)), Side("the API", through(http, api)))
        for nth, question in enumerate(asked):
            for side in sides if nth % 2 else sides[::-1]:
                await side.timed(question)
        for side in sides:
            del side.seconds[:WARM_UP]
        for side in sides:
            side.rate = await rate(side, asked, seconds)
    console.print(comparison(sides[0], sides[1], articles))


def straight(http: httpx.AsyncClient, elasticsearch: str, asked: Sequence[Question]) -> Ask:
    """Send the body that the API makes of a question to Elasticsearch; it is made before."""
    address = f"{elasticsearch}/{ARTICLES_ALIAS}/_search?filter_path={UNREAD}"
    bodies = {to_json(question): _body(question) for question in asked}

    async def ask(question: Question) -> None:
        body = bodies[to_json(question)]
        answer = await http.post(address, content=body, headers={"Content-Type": "application/json"})
        answer.raise_for_status()

    return ask


def _body(question: Question) -> bytes:
    """As of a first page, but for the point in time."""
    page = Page("", now=datetime.now(UTC).replace(minute=0, second=0, microsecond=0))
    body = search_body(article_search(SearchParameters.model_validate(question), PAGE), page)
    del body["pit"]
    return to_json(body)


def through(http: httpx.AsyncClient, api: str) -> Ask:
    """Ask the API."""

    async def ask(question: Question) -> None:
        answer = await http.get(f"{api}/v1/articles", params={**question, "limit": PAGE})
        answer.raise_for_status()

    return ask


async def rate(side: Side, asked: Sequence[Question], seconds: float) -> float:
    """Answers a second where several ask at once."""
    until_then, done = monotonic() + seconds, 0

    async def asking(first: int) -> None:
        nonlocal done
        at = first
        while monotonic() < until_then:
            await side.ask(asked[at % len(asked)])
            at += AT_ONCE
            done += 1

    began = monotonic()
    await asyncio.gather(*(asking(first) for first in range(AT_ONCE)))
    return done / (monotonic() - began)


def _questions(count: int) -> list[Question]:
    """What people ask: a word, two words, a phrase, a prefix, a field, a filter; each kind as often."""
    chance = Random(7)
    words, sentences = vocabulary()[0][40:4000], said()
    made: list[Question] = []
    for nth in range(count):
        one, other = chance.choices(words, k=2)
        phrase = " ".join(chance.choice(sentences).rstrip(".").split()[1:3])
        kinds: tuple[Question, ...] = (
            {"q": one},
            {"q": f"{one} {other}"},
            {"q": f"{one} OR {other}", "sort": "newest"},
            {"q": f'"{phrase}"'},
            {"q": one, "source": [f"outlet{chance.randint(0, 49)}"]},
            {"q": f"{one} -{other}", "claim.unit": [chance.choice(("soldier", "tank", "shell"))]},
            {"q": f"{one} after:2024-11-10 before:2024-11-20"},
            {"after": "2024-11-05"},
        )
        made.append(kinds[nth % len(kinds)])
    return made


def comparison(bare: Side, ours: Side, articles: int) -> Table:
    """Both sides, and their ratio."""
    allowed = max(LEAST_MORE, MOST_MORE * bare.p50)
    caption = (
        f"p50: {ours.p50 - bare.p50:+.1f} ms; at most {allowed:+.1f} ms is wanted: "
        f"{'met' if ours.p50 - bare.p50 <= allowed else 'missed'}"
    )
    table = Table(
        title=f"A search with facets and highlights, {articles:,} articles, pages of {PAGE}",
        title_justify="left",
        caption=caption,
        caption_justify="left",
    )
    for column in ("", "p50, ms", "p99, ms", f"answers/s, {AT_ONCE} at once"):
        table.add_column(column, justify="right" if column else "left")
    for side in (bare, ours):
        table.add_row(side.name, f"{side.p50:.1f}", f"{side.p99:.1f}", f"{side.rate:.1f}")
    ratios = (ours.p50 / bare.p50, ours.p99 / bare.p99, ours.rate / bare.rate)
    table.add_row("ratio", *(f"{ratio:.2f}" for ratio in ratios))
    return table


@contextlib.asynccontextmanager
async def an_api(elasticsearch: str, kafka: str) -> AsyncIterator[str]:
    """The service as a process of its own; its address."""
    [port] = free_ports(1)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", "import sys; from services.api.app import main; sys.exit(main())"),
        env={
            "SITREP_API_PORT": str(port),
            "SITREP_API_ANONYMOUS_READ": "true",
            "SITREP_API_RATE_ANONYMOUS": "0",
            "SITREP_KAFKA_BOOTSTRAP": kafka,
            "SITREP_ELASTICSEARCH_URL": elasticsearch,
            "SITREP_LOG_LEVEL": "error",
        },
    )
    address = f"http://127.0.0.1:{port}"

    async def serves() -> bool:
        async with httpx.AsyncClient(trust_env=False) as http:
            with contextlib.suppress(httpx.TransportError):
                return (await http.get(f"{address}/v1/articles?limit=0")).is_success
        return False

    try:
        await until(serves, "the API")
        yield address
    finally:
        process.terminate()
        await process.wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--questions", type=int, default=400)
    parser.add_argument("--seconds", type=float, default=15.0, help="how long several ask at once, each side")
    given = parser.parse_args()
    asyncio.run(main(given.articles, given.questions, given.seconds))
