"""Stories as rows: the articles of one story are folded into the one of them that comes first, exactly (ADR 0015).

Elasticsearch folds the first page itself; it cannot read on from there in another order than by story. So a later page
is checked: a row stays if it comes first of all articles of its story that the search finds. The number of rows is that
of the articles less those that are folded away, which takes only the stories found more than once to count; the
engine's own count of different values would be an estimate.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from services.api.query import ArticleSearch, Json, Page, all_of

TWICE: Final = "twice"
MOST: Final = 50_000
"""Stories of several articles that are counted in one request; Elasticsearch takes 65,536 buckets at the most."""
LISTED: Final = 2_000
"""Stories of several articles that are told with a search: if it finds no more, nothing else need be asked."""
UNREAD: Final = f"-aggregations.{TWICE}.stories.buckets"
"""What of the answer is not to be sent: all those stories, of which only the sums are wanted."""
SPARE: Final = 5
"""One in so many rows is read besides, as some will be folded."""


@dataclass(frozen=True, slots=True)
class First:
    """The article of a story that comes first, and how many of it the search finds."""

    article: str
    count: int


def twice(search: ArticleSearch, *, part: int = 0, parts: int = 1) -> Json:
    """The aggregation that counts the stories found more than once, and their articles; or of one part of them."""
    some: Json = {"include": {"partition": part, "num_partitions": parts}} if parts > 1 else {}
    # One shard: what it has twice is what there is twice.
    stories = {"field": "story", "size": MOST, "min_doc_count": 2, "shard_min_doc_count": 2, **some}
    return {
        "filter": all_of(search.narrowed()),
        "aggs": {
            "stories": {"terms": stories},
            "listed": {"terms": {**stories, "size": LISTED}},
            "sums": {"stats_bucket": {"buckets_path": "stories._count"}},
        },
    }


def folded_away(counted: Mapping[str, Any]) -> int:
    """How many articles are folded away, by the answer to ``twice``."""
    sums = counted["sums"]
    return int(sums["sum"] - sums["count"]) if sums["count"] else 0


def all_counts(counted: Mapping[str, Any]) -> dict[str, int] | None:
    """The articles of each story found more than once, by the answer to ``twice``; None where those are too many."""
    if counted["sums"]["count"] > LISTED:
        return None
    return {bucket["key"]: bucket["doc_count"] for bucket in counted["listed"]["buckets"]}


def is_partial(counted: Mapping[str, Any]) -> bool:
    """Whether there may be more stories than one request counts."""
    return bool(counted["sums"]["count"] >= MOST)


def read_at_once(rows: int, page: Page | None) -> int:
    """How many articles to read for so many rows: Elasticsearch folds the first page, of later ones some are spare."""
    return rows if page is None or not page.after else rows + max(2, rows // SPARE)


def firsts(answer: Mapping[str, Any]) -> dict[str, First]:
    """Which article comes first of each story, by the answer to ``first_body``."""
    counts = {bucket["key"]: bucket["doc_count"] for bucket in answer["aggregations"]["stories"]["buckets"]}
    return {
        story: First(hit["_id"], counts[story]) for hit in answer["hits"]["hits"] for story in hit["fields"]["story"]
    }


def stories_of(hits: Iterable[Mapping[str, Any]]) -> list[str]:
    """The stories of these articles, each once."""
    return sorted({hit["_source"]["story"] for hit in hits})


def folded_rows(hits: Iterable[Json], counts: Mapping[str, int]) -> list[Json]:
    """The rows of a first page, which Elasticsearch has folded, given how many articles each story has if not one."""
    return [{**hit, "copies": counts.get(hit["_source"]["story"], 1) - 1} for hit in hits]


def rows(hits: Sequence[Json], first: Mapping[str, First]) -> list[Json]:
    """Of these articles, those that come first of their story; each with the count of those folded into it."""
    return [
        {**hit, "copies": first[story].count - 1}
        for hit in hits
        if first[story := hit["_source"]["story"]].article == hit["_id"]
    ]
