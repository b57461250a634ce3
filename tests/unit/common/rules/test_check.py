"""Which rules are refused, and in what words."""

from typing import Any

import pytest

from services.common.errors import PermanentError
from services.common.messages import Rule
from services.common.rules.check import check_rule


@pytest.mark.parametrize(
    "rule",
    [
        {"any": ["howitzers"]},
        {"all": ["North Korea"], "none": ["football"]},
        {"any": ["a", "b"], "none": ["b"]},
        {"entities": ["country/north-korea"]},
        {"sources": ["kyiv-independent"]},
        {"languages": ["en", "uk", "und"]},
        {"any": ["朝鮮", "№ 5", "½"]},
        {"any": ["x" * 200] * 200},
        {"figures": {"unit": ["troop"], "min": 12_000}},
        {"figures": {"when": "first", "actor": ["country/north-korea"], "max": 0}},
        {"figures": {"when": "moved", "item": "Koksan howitzers", "by": 20}},
        {"figures": {"when": "new", "category": ["casualties"]}},
        {"figures": {"when": "changed"}},
    ],
)
def test_accepted(rule: dict[str, Any]) -> None:
    check_rule(Rule(**rule))


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ({}, "the rule is empty; give it phrases (any, all), entities, figures, sources or languages"),
        ({"none": ["football"]}, "the rule only says what must not be there; say also what to look for"),
        ({"any": [""]}, "any: the phrase '' has no letter or digit to look for"),
        ({"all": ["ok", " … "]}, "all: the phrase ' … ' has no letter or digit to look for"),
        ({"any": ["ok"], "none": ["_"]}, "none: the phrase '_' has no letter or digit to look for"),
        ({"any": ["x" * 201]}, f"any: the phrase '{'x' * 40}'… has 201 characters; the most is 200"),
        ({"sources": ["a"] * 201}, "sources has 201 entries; the most is 200"),
        ({"sources": [" "]}, "sources: an id of a source is empty"),
        ({"languages": ["English"]}, "languages: 'English' is not an ISO 639 code in lower case such as 'en' or 'uk'"),
        (
            {"figures": {}},
            "figures: every figure would do; say which: unit, item, category, actor, place, speaker, min, max …",
        ),
        ({"figures": {"unit": ["a"] * 201}}, "figures: unit has 201 entries; the most is 200"),
        (
            {"figures": {"unit": [" "]}},
            "figures: unit: ' ' is no word to look for; write a singular such as 'soldier'",
        ),
        ({"figures": {"item": "…"}}, "figures: item: the phrase '…' has no letter or digit to look for"),
        (
            {"figures": {"when": "moved", "unit": ["troop"]}},
            "figures: moved: say by how many per cent at least, such as by: 20",
        ),
        (
            {"figures": {"when": "moved", "actor": ["country/russia"], "by": 20}},
            "figures: moved: a series is of one thing; give unit, item or category at least",
        ),
        (
            {"figures": {"when": "new", "min": 5}},
            "figures: new: a series is of one thing; give unit, item or category at least",
        ),
        (
            {"figures": {"unit": ["troop"], "by": 20}},
            "figures: by is asked for where when is moved, and when is stated",
        ),
        (
            {"figures": {"unit": ["troop"], "min": 10, "max": 5}},
            "figures: min is 10 and max is 5, so that the rule can never fire",
        ),
        (
            {"all": ["Tank"], "none": ["tank "]},
            "the phrase 'Tank' is in both all and none, so that the rule can never fire",
        ),
        ({"any": ["tank"], "none": ["Tank"]}, "every phrase of any is also in none, so that the rule can never fire"),
    ],
)
def test_refused(rule: dict[str, Any], sentence: str) -> None:
    with pytest.raises(PermanentError) as refused:
        check_rule(Rule(**rule))
    assert str(refused.value) == sentence
