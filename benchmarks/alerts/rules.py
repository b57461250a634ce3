"""Rules as people write them, over the made-up press of the indexer's benchmark; the same number, the same rule.

Most name something that is hardly ever in the news: of so many articles as are published in a month, a rule of a person
who has tuned it fires for a handful. With 100,000 rules that is some ten alerts for every article.
"""

from collections.abc import Iterator
from functools import cache
from random import Random
from typing import Any, Final

from benchmarks.indexer.articles import START, tagged_article, vocabulary
from services.common.messages import Rule, Subscription

TAKEN_FROM: Final = 2_000
"""Articles whose phrases are asked for."""
IN_THE_NEWS: Final = 0.1
"""The share of phrases that are taken from an article."""
RARE: Final = 5_000
"""The rank of a word from which on it is a name, rather than a word of the language."""
_SHAPES: Final = ("any", "any", "any", "any", "all", "all", "none", "entity", "figures", "source")


def subscriptions(count: int) -> Iterator[Subscription]:
    """So many subscriptions: four in ten any of some phrases, two all of two, the rest with conditions beside them."""
    texts = [tagged_article(number).article.text.split() for number in range(TAKEN_FROM)]
    for number in range(count):
        rule = Rule.model_validate(_rule(Random(number), texts))
        yield Subscription(id=f"{number:032x}", name=f"Rule {number}", rule=rule, created_at=START, updated_at=START)


def _rule(chance: Random, texts: list[list[str]]) -> dict[str, Any]:
    def phrase() -> str:
        return _phrase(chance, texts)

    match chance.choice(_SHAPES):
        case "any":
            return {"any": [phrase() for _ in range(chance.randint(1, 4))]}
        case "all":
            return {"all": [phrase(), phrase()]}
        case "none":
            return {"any": [phrase(), phrase()], "none": [phrase()]}
        case "entity":
            return {"any": [phrase()], "entities": [chance.choice(("country/russia", "country/north-korea"))]}
        case "figures":
            unit = chance.choice(("soldier", "shell", "tank"))
            return {"any": [phrase()], "figures": {"unit": [unit], "min": chance.randint(1, 20_000), "bounds": "said"}}
        case _:
            return {"any": [phrase(), phrase()], "sources": [f"outlet{chance.randrange(50)}"]}


@cache
def _names() -> dict[str, None]:
    """Words that are rare however they came about."""
    known, _ = vocabulary()
    common = set(known[:RARE])
    return dict.fromkeys(word for word in known[RARE:] if word not in common)


@cache
def _listed_names() -> tuple[str, ...]:
    return tuple(_names())


def _phrase(chance: Random, texts: list[list[str]]) -> str:
    """A name with what follows it in an article; or a name, alone or beside a word of the language."""
    name = chance.choice(_listed_names())
    if chance.random() < IN_THE_NEWS:
        words = chance.choice(texts)
        at = next((at for at in range(chance.randrange(200), len(words) - 2) if words[at] in _names()), 0)
        return " ".join(words[at : at + 3]).strip(".")
    known, weights = vocabulary()
    match chance.randrange(3):
        case 0:
            return f"{name}sk"
        case 1:
            return f"{chance.choices(known, cum_weights=weights)[0]} {name}"
        case _:
            return f"{name} {chance.choice(_listed_names())}"
