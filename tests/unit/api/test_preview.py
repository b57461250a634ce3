"""What a rule would have matched: the counts, the days, the examples, and what a preview cannot tell."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.api.preview import CHANGED, SHOWN, Preview, preview
from services.common.messages import Claim, Rule, TaggedArticle
from services.common.rules.deciding import compile_rule, match
from services.common.rules.reading import Reading
from services.indexer.document import document
from tests.builders import MOMENT, a_claim, a_tagged_article

NOW = MOMENT + timedelta(hours=12)


def article(slug: str, text: str, *claims: Claim, days_ago: int = 0) -> TaggedArticle:
    return a_tagged_article(slug, text=text, claims=claims, published_at=MOMENT - timedelta(days=days_ago))


def tried(*articles: TaggedArticle | tuple[TaggedArticle, str], copies: Any = "count", **rule: Any) -> Preview:
    documents = [
        document(one, one.article.id) if isinstance(one, TaggedArticle) else document(*one) for one in articles
    ]
    return preview(Rule.model_validate(rule), copies, documents, len(documents), NOW)


def counts(found: Preview) -> dict[date, tuple[int, int]]:
    return {day.day: (day.alerts, day.copies) for day in found.days if day.alerts or day.copies}


def test_alerts_are_counted_by_day_and_shown_with_their_reason() -> None:
    found = tried(
        article("old", "Ten howitzers came.", days_ago=2),
        article("new", "More howitzers came."),
        article("peace", "All quiet."),
        any=["howitzer"],
    )
    today = MOMENT.date()
    assert counts(found) == {today - timedelta(days=2): (1, 0), today: (1, 0)}
    assert (found.alerts, found.copies, found.exact, found.tried, found.candidates) == (2, 0, True, 3, 3)
    assert (found.days[0].day, found.days[-1].day, len(found.days)) == (today - timedelta(days=30), today, 31)
    assert [one.url.rpartition("/")[2] for one in found.examples] == ["new", "old"]
    assert found.examples[0].matches[0].because == "any: howitzer"
    assert found.note is None


@pytest.mark.parametrize(
    ("copies", "alerts", "counted"),
    [("count", 1, 1), ("each", 2, 0)],
)
def test_copies_of_a_story_are_counted_into_its_first_alert(copies: str, alerts: int, counted: int) -> None:
    first, second = article("a", "Howitzers came.", days_ago=1), article("b", "Howitzers came.")
    found = tried((second, "story"), (first, "story"), copies=copies, any=["howitzer"])
    assert (found.alerts, found.copies) == (alerts, counted)
    assert found.examples[-1].url == first.article.url
    assert found.examples[-1].copies == counted


def troops(slug: str, number: int, days_ago: int) -> TaggedArticle:
    claim = a_claim(f"{number:,} troops", sentence=f"{number:,} troops came.")
    return article(slug, claim.sentence, claim, days_ago=days_ago)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"unit": ["soldier"], "min": 12_000}, ["figures: 12,000 troops", "figures: 15,000 troops"]),
        ({"when": "first", "unit": ["troop"], "min": 12_000}, ["figures: the first: 15,000 troops"]),
        (
            {"when": "moved", "unit": ["troop"], "by": 20},
            [
                "figures: fell by 20 % (20 % or more): 15,000 troops → 12,000 troops",
                "figures: rose by 50 % (20 % or more): 10,000 troops → 15,000 troops",
            ],
        ),
        ({"when": "changed"}, []),
    ],
)
def test_figures_are_compared_with_those_before(rule: dict[str, Any], expected: list[str]) -> None:
    found = tried(troops("c", 12_000, 0), troops("a", 10_000, 2), troops("b", 15_000, 1), figures=rule)
    assert [one.figures[0].because for one in found.examples] == expected


def test_it_says_what_it_cannot_tell() -> None:
    assert tried(figures={"when": "changed"}).note == CHANGED
    assert tried(figures={"when": "changed"}).exact is False
    few = preview(Rule(any=("tank",)), "count", [], 5, NOW)
    assert (few.exact, few.tried, few.candidates) == (False, 0, 5)


def test_only_the_newest_are_shown() -> None:
    found = tried(*(article(f"{number:02}", "Howitzers.", days_ago=number) for number in range(20)), any=["howitzer"])
    assert found.alerts == 20
    assert [one.url.rpartition("/")[2] for one in found.examples] == [f"{number:02}" for number in range(SHOWN)]


WORDS = st.lists(st.sampled_from(["tank", "tanks", "red", "blue"]), min_size=1, max_size=4).map(" ".join)


@given(st.lists(WORDS, max_size=6), WORDS, st.booleans())
def test_it_agrees_with_what_raises_alerts(texts: list[str], phrase: str, without: bool) -> None:
    rule = Rule(any=(phrase,), none=("blue red",) if without and phrase != "blue red" else ())
    articles = [article(str(number), text) for number, text in enumerate(texts)]
    compiled = compile_rule(rule)
    expected = {one.article.url for one in articles if match(compiled, Reading(one))}
    found = preview(rule, "each", [document(one, "s") for one in articles], len(articles), NOW)
    assert {one.url for one in found.examples} == expected
    assert found.alerts == len(expected)
