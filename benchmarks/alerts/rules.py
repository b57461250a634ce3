"""Rules as people write them, over the made-up press of the indexer's benchmark; the same number, the same rule."""

from collections.abc import Iterator
from random import Random
from typing import Any, Final

from benchmarks.indexer.articles import START, tagged_article
from services.common.messages import Rule, Subscription

TAKEN_FROM: Final = 2_000
"""Articles whose words and phrases are asked for, so that rules fire as those do of people who know their press."""
LONGEST: Final = 3
"""Words of a phrase."""
_SHAPES: Final = ("any", "any", "any", "any", "all", "all", "none", "entity", "figures", "source")


def subscriptions(count: int) -> Iterator[Subscription]:
    """So many subscriptions: four in ten any of some phrases, two all of two, the rest with conditions beside them."""
    texts = [tagged_article(number).article.text.split() for number in range(TAKEN_FROM)]
    for number in range(count):
        rule = Rule.model_validate(_rule(Random(number), texts))
        yield Subscription(id=f"{number:032x}", name=f"Rule {number}", rule=rule, created_at=START, updated_at=START)


def _rule(chance: Random, texts: list[list[str]]) -> dict[str, Any]:
    def phrase() -> str:
        words = chance.choice(texts)
        length = chance.randint(1, LONGEST)
        at = chance.randrange(len(words) - length)
        found = " ".join(words[at : at + length]).strip(".,")
        # Nobody asks to be told of every article: a single word that is asked for is a rare one, as names are.
        return found if length > 1 or len(found) > 6 else f"{found} {chance.choice(texts)[at % 100].strip('.,')}"

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
            return {
                "any": [phrase()],
                "figures": {"unit": [unit], "min": chance.randint(100, 20_000), "bounds": "said"},
            }
        case _:
            return {"any": [phrase(), phrase()], "sources": [f"outlet{chance.randrange(50)}"]}
