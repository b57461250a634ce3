"""Many subscriptions at once: the index never hides a rule that fires, and never decides one it need not."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.alerts import matcher as matcher_module
from services.alerts.matcher import Matcher
from services.alerts.rules import compile_rule, match, read
from services.common.errors import PermanentError
from services.common.messages import Entity, Rule, Source, Subscription
from services.common.rules_check import check_rule
from tests.builders import MOMENT, a_tagged_article

WORDS = ["tank", "tanks", "red", "blue", "square"]


def a_subscription(name: str, rule: Rule, *, active: bool = True) -> Subscription:
    return Subscription(id=name, name=name, rule=rule, active=active, created_at=MOMENT, updated_at=MOMENT)


def matched(matcher: Matcher, **article: Any) -> list[str]:
    return [subscription.id for subscription, _ in matcher.matches(a_tagged_article(**article))]


PHRASES = st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=2).map(" ".join), max_size=3).map(tuple)
ENTITIES = st.lists(st.sampled_from(["country/a", "person/b"]), max_size=2, unique=True).map(tuple)
RULES = st.builds(
    Rule,
    any=PHRASES,
    all=PHRASES,
    none=PHRASES,
    entities=ENTITIES,
    sources=st.sampled_from([(), ("outlet",), ("other",)]),
    languages=st.sampled_from([(), ("en",), ("uk",)]),
)


def sound(rule: Rule) -> bool:
    try:
        check_rule(rule)
    except PermanentError:
        return False
    return True


@given(st.lists(RULES, max_size=8), st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join), ENTITIES)
def test_it_decides_as_if_every_rule_were_tried(rules: list[Rule], text: str, ids: tuple[str, ...]) -> None:
    subscriptions = [a_subscription(str(number), rule) for number, rule in enumerate(rules)]
    entities = tuple(Entity.model_validate({"id": name, "type": name.split("/")[0], "name": name}) for name in ids)
    tagged = a_tagged_article(title="red", text=text, entities=entities)
    matcher = Matcher()
    matcher.replace(subscriptions)
    reading = read(tagged)
    expected = {
        one.id: found
        for one in subscriptions
        if sound(one.rule) and (found := match(compile_rule(one), reading)) is not None
    }
    fired = list(matcher.matches(tagged))
    assert {subscription.id: matches for subscription, matches in fired} == expected
    assert len(fired) == len(expected), "each subscription is decided once"


def test_only_rules_the_article_touches_are_decided(monkeypatch: pytest.MonkeyPatch) -> None:
    decided = []

    def counting(compiled: Any, reading: Any) -> Any:
        decided.append(compiled.subscription.id)
        return match(compiled, reading)

    monkeypatch.setattr(matcher_module, "match", counting)
    matcher = Matcher()
    matcher.replace(a_subscription(str(number), Rule(any=(f"word{number}",))) for number in range(1000))
    assert matched(matcher, title="", text="word7 and word8") == ["7", "8"]
    assert decided == ["7", "8"]


def test_what_is_replaced_holds_from_then_on() -> None:
    matcher = Matcher()
    assert matched(matcher, text="red tanks") == []
    red = a_subscription("red", Rule(any=("red",)))
    tank = a_subscription("tank", Rule(any=("tank",)))
    matcher.replace([red, tank])
    assert matched(matcher, text="red tanks") == ["red", "tank"]
    matcher.replace([red, tank.model_copy(update={"active": False})])
    assert matched(matcher, text="red tanks") == ["red"]
    matcher.replace([red.model_copy(update={"rule": Rule(any=("blue",))})])
    assert matched(matcher, text="red tanks") == []
    assert matched(matcher, text="blue tanks") == ["red"]


def test_a_bad_rule_harms_no_other() -> None:
    matcher = Matcher()
    matcher.replace([a_subscription("bad", Rule()), a_subscription("red", Rule(any=("red",)))])
    assert matched(matcher, text="red", source=Source(id="x", name="X", domain="x.example")) == ["red"]
