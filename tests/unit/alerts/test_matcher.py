"""Many subscriptions at once: the index never hides a rule that fires, and never decides one it need not."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.alerts.matcher import Matcher
from services.common.errors import PermanentError
from services.common.messages import Entity, Rule, Source, Subscription, TaggedArticle
from services.common.rules.check import check_rule
from services.common.rules.deciding import CompiledRule, Fired, compile_rule, match
from services.common.rules.reading import Reading
from tests.builders import MOMENT, a_tagged_article

WORDS = ["tank", "tanks", "red", "blue", "square"]


def a_subscription(name: str, rule: Rule, *, active: bool = True) -> Subscription:
    return Subscription(id=name, name=name, rule=rule, active=active, created_at=MOMENT, updated_at=MOMENT)


def standing(*subscriptions: Subscription) -> Matcher:
    matcher = Matcher()
    matcher.change({subscription.id: subscription for subscription in subscriptions})
    return matcher


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
    matcher = standing(*subscriptions)
    reading = Reading(tagged)
    expected = {
        one.id: found
        for one in subscriptions
        if sound(one.rule) and (found := match(compile_rule(one.rule), reading)) is not None
    }
    fired = list(matcher.matches(tagged))
    assert {subscription.id: matches for subscription, matches in fired} == expected
    assert len(fired) == len(expected), "each subscription is decided once"


def test_only_rules_the_article_touches_are_decided() -> None:
    decided = []

    def counting(compiled: CompiledRule, reading: Reading) -> Fired | None:
        decided.append(compiled.rule.any)
        return match(compiled, reading)

    matcher = Matcher(counting)
    matcher.change({str(number): a_subscription(str(number), Rule(any=(f"word{number}",))) for number in range(1000)})
    assert sorted(matched(matcher, title="", text="word7 and word8")) == ["7", "8"]
    assert sorted(decided) == [("word7",), ("word8",)]


def test_what_is_changed_holds_from_then_on() -> None:
    matcher = Matcher()
    assert matched(matcher, text="red tanks") == []
    red = a_subscription("red", Rule(any=("red",)))
    tank = a_subscription("tank", Rule(any=("tank",)))
    matcher.change({"red": red, "tank": tank})
    assert sorted(matched(matcher, text="red tanks")) == ["red", "tank"]
    matcher.change({"tank": tank.model_copy(update={"active": False})})
    assert matched(matcher, text="red tanks") == ["red"]
    matcher.change({"red": red.model_copy(update={"rule": Rule(any=("blue",))}), "tank": tank})
    assert matched(matcher, text="red tanks") == ["tank"]
    assert matched(matcher, text="blue car") == ["red"]
    matcher.change({"tank": None, "red": None, "never": None})
    assert matched(matcher, text="red blue tanks") == []
    assert len(matcher) == 0


CHANGES = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.one_of(st.none(), RULES), st.booleans()), min_size=1, max_size=20
)


@given(CHANGES, st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join))
def test_however_it_came_about_the_same_rules_stand(changes: list[tuple[str, Rule | None, bool]], text: str) -> None:
    piecewise = Matcher()
    kept: dict[str, Subscription | None] = {}
    for name, rule, active in changes:
        kept[name] = a_subscription(name, rule, active=active) if rule else None
        piecewise.change({name: kept[name]})
    at_once = Matcher()
    at_once.change(kept)
    tagged = a_tagged_article(title="red", text=text)
    assert dict(by_id(piecewise, tagged)) == dict(by_id(at_once, tagged))
    assert len(piecewise) == len(at_once)


def by_id(matcher: Matcher, tagged: TaggedArticle) -> list[tuple[str, Fired]]:
    return [(subscription.id, fired) for subscription, fired in matcher.matches(tagged)]


def test_a_bad_rule_harms_no_other() -> None:
    matcher = standing(a_subscription("bad", Rule()), a_subscription("red", Rule(any=("red",))))
    assert matched(matcher, text="red", source=Source(id="x", name="X", domain="x.example")) == ["red"]
