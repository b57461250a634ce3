"""What a rule may ask for: what is listed, what an article has had, and any place."""

from collections.abc import Iterable
from typing import Any

import pytest

from services.api.known import Known, listed
from services.api.problems import ProblemError
from services.common.messages import Rule


class Seen:
    """An index whose articles had these."""

    def __init__(self, *names: str) -> None:
        self.names = set(names)
        self.asked = 0

    async def seen(self, entities: Iterable[str], units: Iterable[str]) -> set[str]:
        self.asked += 1
        return self.names & {*entities, *units}


@pytest.mark.parametrize(
    "rule",
    [
        {"any": ["anything at all"]},
        {"entities": ["country/north-korea", "person/jane-roe"]},
        {"entities": ["place/nowhere-yet"]},
        {"figures": {"unit": ["troop", "samovar"]}},
        {"figures": {"unit": ["km"], "actor": ["country/russia"], "speaker": ["person/jane-roe"]}},
    ],
)
async def test_accepted(rule: dict[str, Any]) -> None:
    await Known(Seen("person/jane-roe", "samovar")).check(Rule.model_validate(rule))


@pytest.mark.parametrize(
    ("rule", "where", "what"),
    [
        (
            {"entities": ["country/north-corea"]},
            "body.rule.entities",
            "no article has named 'country/north-corea', and it is not known. Did you mean country/north-korea",
        ),
        (
            {"figures": {"when": "first", "speaker": ["person/xqzv-wkjh"]}},
            "body.rule.figures.speaker",
            "no article has named 'person/xqzv-wkjh', and it is not known. A name that is not known yet goes into",
        ),
        (
            {"figures": {"unit": ["soldiers"]}},
            "body.rule.figures.unit",
            "no figure has counted 'soldiers', and it is not known; units are singulars. Did you mean soldier",
        ),
    ],
)
async def test_refused(rule: dict[str, Any], where: str, what: str) -> None:
    with pytest.raises(ProblemError) as refused:
        await Known(Seen()).check(Rule.model_validate(rule))
    (wrong,) = refused.value.errors
    assert (refused.value.kind, wrong.where) == ("invalid-rule", where)
    assert wrong.what.startswith(what)


async def test_the_index_is_asked_only_where_the_lists_do_not_say() -> None:
    seen = Seen()
    await Known(seen).check(Rule.model_validate({"entities": ["country/russia"], "figures": {"unit": ["troop"]}}))
    assert seen.asked == 0


def test_the_lists() -> None:
    assert {"country/ukraine", "person/volodymyr-zelenskyy"} <= listed("entity")
    assert {"troop", "shell", "km", "USD"} <= listed("unit")
