"""Tagged articles of a made-up press: as long and as varied as real ones, one in ten a copy of an earlier one.

The same number always gives the same article.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random
from typing import Final

from services.common.identity import article_id, claim_id, content_hash
from services.common.messages import Article, Attribution, Claim, Entity, Mention, Source, TaggedArticle, Tagger
from services.common.signature import signature

START: Final = datetime(2024, 11, 1, tzinfo=UTC)
WORDS: Final = 30_000
"""Different words; how often each comes falls with its rank, as in any language."""
SENTENCES: Final = (15, 40)
NAMED: Final = 3_000
"""Names of each type of entity; a few are in the news all the time, most hardly ever, as words are."""
DIFFERENT: Final = 50_000
"""Sentences."""
COPIES: Final = 10
"""One in so many is a copy, with some words changed."""
RECENT: Final = 500
"""What is copied is at most so many articles old."""
_SYLLABLES: Final = [left + right for left in "bdfgklmnprstvz" for right in ("a", "e", "i", "o", "u", "an", "er", "in")]
_COUNTED: Final = (
    ("soldiers", "soldier", "personnel"),
    ("shells", "shell", "munitions"),
    ("tanks", "tank", "equipment"),
)


@cache
def vocabulary() -> tuple[list[str], list[float]]:
    """Every word, the most frequent first, and their cumulated weights."""
    chance = Random(0)
    words = ["".join(chance.choices(_SYLLABLES, k=chance.randint(1, 4))) for _ in range(WORDS)]
    weights = [1 / (rank + 3) for rank in range(WORDS)]
    total = 0.0
    return words, [total := total + weight for weight in weights]


def tagged_articles(first: int, count: int) -> Iterator[TaggedArticle]:
    """So many articles, from the one with this number on."""
    for number in range(first, first + count):
        yield tagged_article(number)


def original(number: int) -> int:
    """The number of the article that this one is a copy of, or its own."""
    if number % COPIES == COPIES - 1 and number > RECENT:
        return number - Random(number).randint(1, RECENT) // COPIES * COPIES - 1
    return number


def tagged_article(number: int, *, signed: bool = True) -> TaggedArticle:
    """The article with this number; with the signature of its text, which takes half of the time."""
    chance = Random(number)
    sentences = _sentences(original(number))
    if original(number) != number:
        sentences[-1] = "This report was shortened."
    text = "\n".join(" ".join(sentences[at : at + 3]) for at in range(0, len(sentences), 3))
    url = f"https://outlet{number % 50}.example/{number}"
    title = f"{sentences[0][:60]} ({number})"
    published = START + timedelta(seconds=20 * number)
    return TaggedArticle(
        article=Article(
            id=article_id(url),
            revision=1,
            url=url,
            source=Source(
                id=f"outlet{number % 50}", name=f"Outlet {number % 50}", domain=f"outlet{number % 50}.example"
            ),
            title=title,
            authors=("Ann Oakhall",),
            published_at=published,
            fetched_at=published + timedelta(minutes=3),
            language="en",
            text=text,
            description=sentences[1],
            content_hash=content_hash(title, text),
        ),
        entities=tuple(_entities(text, chance)),
        claims=tuple(_claims(article_id(url), text, sentences)),
        signature=signature(text) if signed else (),
        tagger=Tagger(version="1", model="benchmark"),
        tagged_at=published + timedelta(minutes=4),
    )


def _sentences(number: int) -> list[str]:
    chance = Random(-1 - number)
    return chance.sample(said(), k=chance.randint(*SENTENCES))


@cache
def said() -> list[str]:
    """Every sentence of this press. Two articles rarely have more than one in common."""
    chance = Random(1)
    words, weights = vocabulary()
    sentences = []
    for nth in range(DIFFERENT):
        some = chance.choices(words, cum_weights=weights, k=chance.randint(8, 25))
        if nth % 5 == 2:
            counted, _, _ = chance.choice(_COUNTED)
            some[2:2] = [f"{chance.randint(2, 9000):,}", counted]
        sentences.append(f"{' '.join(some).capitalize()}.")
    return sentences


def _entities(text: str, chance: Random) -> Iterator[Entity]:
    known, weights = vocabulary()
    for kind in ("person", "country", "place", "organisation", "weapon", "place", "person"):
        name = chance.choices(known[:NAMED], cum_weights=weights[:NAMED])[0]
        at = text.find(name)
        mentions = (Mention(start=at, end=at + len(name), text=name),) if at >= 0 else ()
        yield Entity.model_validate(
            {"id": f"{kind}/{name}", "type": kind, "name": name.title(), "mentions": mentions}
            | ({"location": {"lat": 50.0, "lon": 36.0, "country": "UA"}} if kind == "place" else {})
        )


def _claims(article: str, text: str, sentences: list[str]) -> Iterator[Claim]:
    for sentence in sentences:
        parts = sentence.split()
        for counted, unit, category in _COUNTED:
            if counted in parts[:6]:
                figure = f"{parts[parts.index(counted) - 1]} {counted}"
                value = float(parts[parts.index(counted) - 1].replace(",", ""))
                at = text.find(figure)
                yield Claim.model_validate(
                    {
                        "id": claim_id(article, sentence, figure, 0),
                        "text": figure,
                        "start": at,
                        "end": at + len(figure),
                        "sentence": sentence,
                        "low": value,
                        "high": value,
                        "qualifier": "exact",
                        "category": category,
                        "item": counted,
                        "unit": unit,
                        "action": "lose",
                        "actor": "country/northland",
                        "attributed_to": Attribution(text="a spokesman"),
                    }
                )
