"""How long tagging takes, beside bare spaCy with the same model and the same texts: processor time of one core.

Other work on the machine counts little then. Bare spaCy is its whole pipeline as it is shipped, in the three ways to
call it: an article at a time, all articles by ``pipe``, and, as Sitrep does, an article's paragraphs by ``pipe``.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from time import process_time

import spacy

from services.common.messages import Article, Source
from services.extractor.stage import tagged_article
from services.extractor.tagger.pipeline import model
from tests.evaluation.labelled import Passage

SITREP = "Sitrep: entities, claims, signature"
BARE = "bare spaCy, an article at a time"
LENGTH = 3_000
NOW = datetime(2024, 11, 18, tzinfo=UTC)


def articles_of(passages: Sequence[Passage], count: int) -> Iterator[Article]:
    """Articles of usual length, each of other passages in another order; the same in every run."""
    dice = random.Random(7)
    for number in range(count):
        chosen, length = [], 0
        for passage in dice.sample(passages, len(passages)):
            chosen.append(passage.text)
            length += len(passage.text) + 1
            if length >= LENGTH:
                break
        yield Article(
            id=f"{number:032x}",
            revision=1,
            url=f"https://outlet.example/{number}",
            source=Source(id="outlet", name="Outlet", domain="outlet.example"),
            title="News",
            published_at=NOW,
            fetched_at=NOW,
            language="en",
            text="\n".join(chosen),
            content_hash="",
        )


def times(articles: Sequence[Article], rounds: int) -> dict[str, list[float]]:
    """Seconds by way of reading, one for each article and round; articles read together share their time evenly."""
    bare = spacy.load(model().path or "")
    ways: dict[str, Callable[[Article], object]] = {
        SITREP: lambda article: tagged_article(article, NOW),
        BARE: lambda article: bare(article.text),
        "bare spaCy, its paragraphs by pipe": lambda article: list(bare.pipe(article.text.split("\n"))),
    }
    for work in ways.values():
        work(articles[0])
    taken: dict[str, list[float]] = {way: [] for way in ways}
    together: list[float] = []
    for _ in range(rounds):
        for article in articles:
            for way, work in ways.items():
                began = process_time()
                work(article)
                taken[way].append(process_time() - began)
        began = process_time()
        list(bare.pipe([article.text for article in articles]))
        together += [(process_time() - began) / len(articles)] * len(articles)
    return taken | {"bare spaCy, all articles by pipe": together}


def words_in(articles: Sequence[Article]) -> float:
    """Words an article."""
    return sum(len(article.text.split()) for article in articles) / len(articles)
