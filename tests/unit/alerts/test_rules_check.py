"""Which rules are refused, and in what words."""

from typing import Any

import pytest

from services.common.errors import PermanentError
from services.common.messages import Rule
from services.common.rules_check import check_rule


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
    ],
)
def test_accepted(rule: dict[str, Any]) -> None:
    check_rule(Rule(**rule))


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ({}, "the rule is empty; give it phrases (any, all), entities, sources or languages"),
        ({"none": ["football"]}, "the rule only says what must not be there; say also what to look for"),
        ({"any": [""]}, "any: the phrase '' has no letter or digit to look for"),
        ({"all": ["ok", " … "]}, "all: the phrase ' … ' has no letter or digit to look for"),
        ({"any": ["ok"], "none": ["_"]}, "none: the phrase '_' has no letter or digit to look for"),
        ({"any": ["x" * 201]}, f"any: the phrase '{'x' * 40}'… has 201 characters; the most is 200"),
        ({"sources": ["a"] * 201}, "sources has 201 entries; the most is 200"),
        ({"sources": [" "]}, "sources: an id of a source is empty"),
        ({"languages": ["English"]}, "languages: 'English' is not an ISO 639 code in lower case such as 'en' or 'uk'"),
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
