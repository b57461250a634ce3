"""Figures against earlier ones, as tables: what was said before, what is said now, and what fires."""

import sqlite3
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.common.identity import article_id
from services.common.messages import Claim, FigureMatch, FigureRule, MatchedArticle, Source
from services.common.rules.earlier import Earlier
from services.common.rules.figures import Asked
from tests.builders import MOMENT, a_claim

NK, RU = "country/north-korea", "country/russia"
DAYS = 30


def matched(slug: str, *claims: Claim, revision: int = 1, at: datetime = MOMENT, **fields: Any) -> MatchedArticle:
    given: dict[str, Any] = {
        "article_id": article_id(f"https://outlet.example/{slug}"),
        "revision": revision,
        "url": f"https://outlet.example/{slug}",
        "title": slug.title(),
        "source": Source(id="outlet", name="The Outlet", domain="outlet.example"),
        "published_at": at,
        "fetched_at": at,
        "claims": claims,
        "text": " ".join(claim.sentence for claim in claims),
        "matched_at": at,
    }
    return MatchedArticle(**{**given, **fields})


def earlier(*articles: MatchedArticle) -> Earlier:
    known = Earlier(sqlite3.connect(":memory:"), days=DAYS)
    for article in articles:
        known.take(article)
    return known


def fires(known: Earlier, article: MatchedArticle, **rule: Any) -> list[FigureMatch]:
    asked = FigureRule.model_validate(rule)
    return list(known.judge(asked, article, Asked.by(asked).among(article.claims)))


def troops(number: int, **fields: Any) -> Claim:
    fields = {"actor": NK, "action": "send", **fields}
    return a_claim(f"{number:,} troops", sentence=f"{number:,} troops were sent.", **fields)


@pytest.mark.parametrize(
    ("before", "now", "rule", "fired"),
    [
        # it need only be stated
        ([10_000], 12_000, {"when": "stated", "min": 12_000}, True),
        ([12_000], 12_000, {"when": "stated", "min": 12_000}, True),
        ([], 11_000, {"when": "stated", "min": 12_000}, False),
        # the first that the rule means
        ([], 12_000, {"when": "first", "min": 12_000}, True),
        ([10_000, 11_000], 12_000, {"when": "first", "min": 12_000}, True),
        ([15_000], 12_000, {"when": "first", "min": 12_000}, False),
        ([12_000], 12_000, {"when": "first", "min": 12_000, "max": 12_000}, False),
        ([12_000], 12_000, {"when": "first", "unit": ["shell"]}, False),
        # a number that nobody has said
        ([10_000, 11_000], 12_000, {"when": "new"}, True),
        ([10_000, 12_000, 11_000], 12_000, {"when": "new"}, False),
        # far from the last one
        ([], 12_000, {"when": "moved", "by": 20}, False),
        ([10_000], 12_000, {"when": "moved", "by": 20}, True),
        ([10_000], 11_999, {"when": "moved", "by": 20}, False),
        ([10_000], 8_000, {"when": "moved", "by": 20}, True),
        ([10_000, 11_500], 12_000, {"when": "moved", "by": 20}, False),
        ([12_000, 8_000], 12_000, {"when": "moved", "by": 20}, True),
        ([10_000], 12_000, {"when": "moved", "by": 20, "min": 12_000}, True),
    ],
)
def test_one_figure_after_others(before: list[int], now: int, rule: dict[str, Any], fired: bool) -> None:
    known = earlier(
        *(matched(f"before-{at}", troops(number), at=MOMENT + timedelta(hours=at)) for at, number in enumerate(before))
    )
    assert bool(fires(known, matched("now", troops(now), at=MOMENT + timedelta(hours=9)), **rule)) is fired


@pytest.mark.parametrize("when", ["first", "new"])
@pytest.mark.parametrize(
    ("before", "counts"),
    [
        (troops(12_000), True),
        (troops(12_000, unit="soldier", item="soldiers"), True),
        (troops(12_000, actor=RU), False),
        (troops(12_000, unit="shell", item="shells"), False),
        (troops(12_000, modality="denied"), False),
        (troops(12_000, category="casualties"), False),
    ],
)
def test_what_counts_as_said_before(when: str, before: Claim, counts: bool) -> None:
    rule = {"when": when, "unit": ["troop"], "actor": [NK], "category": ["personnel"]}
    assert bool(fires(earlier(matched("a", before)), matched("b", troops(12_000)), **rule)) is not counts


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (troops(10_000, action="kill"), troops(20_000)),  # of another scope
        (troops(10_000), troops(20_000, modality="planned")),
        (troops(10_000, each=True), troops(20_000)),
        (troops(10_000, actor=RU), troops(20_000)),
        (troops(10_000, modality="denied"), troops(20_000)),
        (troops(1_000, qualifier="vague", high=None), troops(20_000)),
        (troops(10_000), troops(1_000, qualifier="vague", high=None)),
        (troops(10_000), troops(20_000, low=None, high=None)),
    ],
)
def test_what_does_not_compare_has_not_moved(before: Claim, now: Claim) -> None:
    rule = {"when": "moved", "unit": ["troop"], "actor": [NK], "by": 20}
    assert fires(earlier(matched("a", before)), matched("b", now), **rule) == []


def test_an_article_that_tells_of_what_was_has_not_moved_the_series() -> None:
    known = earlier(matched("a", troops(12_000), troops(8_000)))
    assert fires(known, matched("b", troops(12_000)), when="moved", unit=["troop"], by=20) == []


def test_what_is_older_has_moved_nothing() -> None:
    known = earlier(matched("a", troops(10_000)))
    old = matched("b", troops(20_000), published_at=MOMENT - timedelta(days=9))
    assert fires(known, old, when="moved", unit=["troop"], by=20) == []


def test_it_says_what_moved_from_where() -> None:
    known = earlier(matched("a", troops(8_000)))
    (found,) = fires(known, matched("b", troops(10_000)), when="moved", unit=["troop"], by=20)
    assert found.because == "figures: rose by 25 % (20 % or more): 8,000 troops → 10,000 troops"
    assert found.moved_by == 25
    assert found.claim == troops(10_000)
    assert found.before
    assert (found.before.claim, found.before.title, found.before.source.id) == (troops(8_000), "A", "outlet")


def test_it_says_what_a_revision_changed() -> None:
    known = earlier(matched("a", troops(8_000), troops(50)))
    revised = matched("a", troops(10_000), troops(50), revision=2)
    (found,) = fires(known, revised, when="changed")
    assert found.because == "figures: changed from revision 1 to 2: 8,000 troops → 10,000 troops"
    assert found.before
    assert (found.claim, found.before.claim) == (troops(10_000), troops(8_000))
    assert fires(known, revised, when="changed", min=9_000), "what it is now is asked for"
    assert fires(known, revised, when="changed", max=9_000), "what it was is asked for"
    assert fires(known, revised, when="changed", min=20_000) == []
    known.take(revised)
    assert fires(known, revised, when="changed") == [], "a repeat has changed nothing"
    (gone,) = fires(known, matched("a", troops(50), revision=3), when="changed")
    assert (gone.claim, gone.because) == (None, "figures: no longer in revision 3: 10,000 troops")


def test_figures_found_otherwise_by_another_tagger_are_compared_with_from_then_on() -> None:
    known = earlier(matched("a", troops(8_000)), matched("a", troops(9_000), again=True))
    assert fires(known, matched("a", troops(9_000), revision=2), when="changed") == []
    known.take(matched("b", troops(7_000), again=True))
    assert fires(known, matched("c", troops(7_000)), when="new") != [], "an article that was not known is not made so"


def test_what_was_deleted_or_is_long_ago_is_compared_with_nothing() -> None:
    known = earlier(matched("a", troops(12_000)))
    late = matched("b", troops(12_000), at=MOMENT + timedelta(days=DAYS, seconds=1))
    assert fires(known, late, when="first") != []
    assert fires(known, matched("b", troops(12_000)), when="first") == []
    known.forget(matched("a").article_id)
    assert fires(known, matched("b", troops(12_000)), when="first") != []


def test_tidying_changes_no_answer() -> None:
    known = earlier(matched("a", troops(12_000)), matched("b", troops(13_000), at=MOMENT + timedelta(days=20)))
    now = MOMENT + timedelta(days=31)
    known.tidy(now)
    late = matched("c", troops(12_000), troops(13_000), at=now)
    assert [found.claim for found in fires(known, late, when="new")] == [troops(12_000)]


FIGURES = st.builds(
    a_claim,
    st.sampled_from(["5 troops", "10 troops", "20 troops", "10 shells"]),
    unit=st.sampled_from(["troop", "soldier", "shell"]),
    category=st.sampled_from(["personnel", "munitions"]),
    actor=st.sampled_from([None, NK, RU]),
    low=st.sampled_from([None, 5.0, 10.0]),
    high=st.sampled_from([None, 10.0, 20.0]),
    qualifier=st.sampled_from(["exact", "vague"]),
)
RULES = st.builds(
    FigureRule,
    when=st.just("first"),
    unit=st.sampled_from([(), ("troop",), ("shell", "troop")]),
    category=st.sampled_from([(), ("personnel",)]),
    actor=st.sampled_from([(), (NK,), (NK, RU)]),
    item=st.sampled_from(["", "Troops", "shell"]),
    qualifier=st.sampled_from([(), ("exact",)]),
    min=st.sampled_from([None, 8.0, 10.0]),
    max=st.sampled_from([None, 10.0, 15.0]),
    bounds=st.sampled_from(["possible", "said"]),
)


@example([troops(5, low=None, high=None)], troops(5), FigureRule(when="first", bounds="said"))
@given(st.lists(FIGURES, max_size=5), FIGURES, RULES)
def test_what_was_said_before_is_what_the_rule_means(before: list[Claim], now: Claim, rule: FigureRule) -> None:
    known = earlier(*(matched(str(number), claim) for number, claim in enumerate(before)))
    asked = Asked.by(rule)
    expected = asked.meets(now) and not any(asked.meets(claim) for claim in before)
    assert bool(known.judge(rule, matched("now", now), asked.among([now]))) is expected
