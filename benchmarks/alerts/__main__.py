"""``make bench-alerts``: every article against 100,000 subscriptions, beside the same rules as Elasticsearch queries.

Ours is timed with all that matching takes of an article that is a message in memory: reading its words, finding the
phrases, deciding the rules they touch. Elasticsearch has a batch of articles indexed and is asked each rule as a query
(the one that a preview asks, with what must not be there), many in one request: this is what alerting by polling would
be. Its percolator, which keeps the queries, is not in the build that comes with Sitrep.
"""

import argparse
import asyncio
import gc
from collections.abc import Sequence
from datetime import timedelta
from statistics import median, quantiles
from time import perf_counter
from typing import Any, Final

import psutil
from elasticsearch import AsyncElasticsearch
from rich.console import Console
from rich.table import Table

from benchmarks.alerts.rules import subscriptions
from benchmarks.indexer.articles import START, tagged_article
from deploy.local.engines import engine_folder, local_engines
from deploy.local.settings import LocalSettings
from services.alerts.matcher import Matcher
from services.api.preview_query import candidates_query
from services.common import cycles
from services.common.logs import configure_logs
from services.common.messages import Subscription, TaggedArticle
from services.common.settings import Settings
from services.indexer.document import document
from services.indexer.mappings import ARTICLES

WARM_UP: Final = 200
BATCH: Final = 200
"""Articles that are asked about at once."""
AT_ONCE: Final = 500
"""Queries in one request."""
ADDED: Final = 1_000
"""Subscriptions that are added one by one."""
MEDIAN_MS: Final = 1.0
MEMORY_MB: Final = 1_000
INDEX: Final = "bench-alerts"


async def main(rules: int, articles: int, asked: int, *, alone: bool) -> None:
    """Measure and print."""
    configure_logs("bench", Settings(log_level="error"))
    cycles.look_seldom()  # as the service does
    console = Console()
    made = [tagged_article(number) for number in range(WARM_UP + articles)]
    before = _memory()
    standing = list(subscriptions(rules + ADDED))
    matcher, loading = Matcher(), perf_counter()
    matcher.change({one.id: one for one in standing[:rules]})
    loading = perf_counter() - loading
    console.print(f"{rules:,} subscriptions made ready in {loading:.1f} s", style="dim")
    times, fired = _timed(matcher, made)
    memory = _memory() - before
    adding = _added(matcher, standing[rules:])
    console.print(_ours(times[WARM_UP:], fired, memory, adding, rules))
    if not alone:
        some = standing[:asked]
        del matcher, standing
        await _beside(console, some, made[:BATCH])


def _timed(matcher: Matcher, articles: Sequence[TaggedArticle]) -> tuple[list[float], int]:
    times, fired = [], 0
    for tagged in articles:
        began = perf_counter()
        fired += sum(1 for _ in matcher.matches(tagged))
        times.append((perf_counter() - began) * 1000)
    return times, fired


def _added(matcher: Matcher, subscriptions: Sequence[Subscription]) -> list[float]:
    times = []
    for subscription in subscriptions:
        began = perf_counter()
        matcher.change({subscription.id: subscription})
        times.append((perf_counter() - began) * 1000)
    return times


async def _beside(console: Console, rules: Sequence[Subscription], articles: Sequence[TaggedArticle]) -> None:
    """The same rules and articles, ours and as queries."""
    matcher = Matcher()
    matcher.change({one.id: one for one in rules})
    times, fired = _timed(matcher, articles)
    with engine_folder("sitrep-bench-") as folder:
        async with local_engines(folder / "engines", LocalSettings(engine_jit="full")) as engines:
            client = AsyncElasticsearch(engines.elasticsearch_url, request_timeout=120)
            try:
                indexing, asking, found = await _queried(client, rules, articles)
            finally:
                await client.close()
    table = Table(title=f"{len(rules):,} rules, {len(articles)} articles", title_justify="left")
    for column in ("", "ms an article", "matches", "of ours"):
        table.add_column(column, justify="left" if not column else "right")
    ours = sum(times) / len(articles)
    theirs = asking * 1000 / len(articles)
    table.add_row("Sitrep", f"{ours:.3f}", f"{fired:,}", "1.0")
    table.add_row("Elasticsearch, a query for each rule", f"{theirs:.1f}", f"{found:,}", f"{theirs / ours:.0f}")
    console.print(table)
    console.print(
        f"Asking every rule once took {asking:.1f} s, so {asking:.1f} s is also the least an alert waits; indexing the "
        f"articles, which took {indexing * 1000 / len(articles):.1f} ms each, is not counted. Verbs are stemmed in a "
        "search and not in a rule, so that a search finds more.",
        style="dim",
    )


async def _queried(
    client: AsyncElasticsearch, rules: Sequence[Subscription], articles: Sequence[TaggedArticle]
) -> tuple[float, float, int]:
    """Seconds to index the articles, seconds to ask every rule, and how often one matched."""
    await client.indices.create(index=INDEX, settings=ARTICLES.settings(), mappings=ARTICLES.mappings())
    began = perf_counter()
    operations: list[Any] = []
    for tagged in articles:
        operations += [{"index": {"_id": tagged.article.id}}, document(tagged, tagged.article.id)]
    await client.bulk(operations=operations, index=INDEX, refresh=True)
    indexing = perf_counter() - began
    await _ask(client, rules[:AT_ONCE])  # warm
    began = perf_counter()
    found = 0
    for first in range(0, len(rules), AT_ONCE):
        found += await _ask(client, rules[first : first + AT_ONCE])
    return indexing, perf_counter() - began, found


async def _ask(client: AsyncElasticsearch, rules: Sequence[Subscription]) -> int:
    searches: list[Any] = []
    for one in rules:
        never = [
            {"multi_match": {"query": words, "type": "phrase", "fields": ["title", "text"]}} for words in one.rule.none
        ]
        query = {"bool": {"filter": [candidates_query(one.rule, START, START + timedelta(days=30))], "must_not": never}}
        searches += [{}, {"query": query, "size": 0, "track_total_hits": True}]
    answer = await client.msearch(index=INDEX, searches=searches)
    return sum(each["hits"]["total"]["value"] for each in answer["responses"])


def _ours(times: Sequence[float], fired: int, memory: float, adding: Sequence[float], rules: int) -> Table:
    table = Table(title=f"{rules:,} subscriptions, {len(times):,} articles", title_justify="left")
    for column in ("", "measured", "target"):
        table.add_column(column, justify="left" if not column else "right")
    cuts = quantiles(times, n=100)
    table.add_row("median of an article", f"{median(times):.2f} ms", f"{MEDIAN_MS:g} ms")
    table.add_row("95 of 100 articles", f"{cuts[94]:.2f} ms", "")
    table.add_row("99 of 100 articles", f"{cuts[98]:.2f} ms", "")
    table.add_row("rules that an article fires", f"{fired / (len(times) + WARM_UP):.1f}", "")
    table.add_row("memory, subscriptions included", f"{memory:,.0f} MB", f"{MEMORY_MB:,} MB")
    table.add_row("one more subscription, median", f"{median(adding):.1f} ms", "")
    table.add_row(f"the slowest of {len(adding):,} more", f"{max(adding):.0f} ms", "")
    return table


def _memory() -> float:
    gc.collect()
    return float(psutil.Process().memory_info().rss) / 1e6


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rules", type=int, default=100_000)
    parser.add_argument("--articles", type=int, default=2_000)
    parser.add_argument("--asked", type=int, default=10_000, help="rules that Elasticsearch is asked")
    parser.add_argument("--alone", action="store_true", help="without Elasticsearch")
    chosen = parser.parse_args()
    asyncio.run(main(chosen.rules, chosen.articles, chosen.asked, alone=chosen.alone))
