"""Rules against articles: when they fire, and exactly which words did it."""

from typing import Any

import pytest

from services.common.errors import PermanentError
from services.common.messages import Entity, Match, Mention, Rule, Source, TaggedArticle
from services.common.rules.deciding import SHOWN, compile_rule, match
from services.common.rules.reading import Reading
from tests.builders import a_tagged_article

TITLE = "Koksan guns seen in Russia"
TEXT = (
    "Ukraine’s General Staff said on Jan. 20 that 50 howitzers had come from North Korea. "
    "“They are M1978 Koksans,” an officer said.\n"
    "The U.S. could not confirm it. Zelenskyy and Erdoğan spoke by phone at 5 p.m."
)
NORTH_KOREA = Entity(
    id="country/north-korea",
    type="country",
    name="North Korea",
    mentions=(Mention(start=TEXT.index("North Korea"), end=TEXT.index("North Korea") + 11, text="North Korea"),),
)
SILENT = Entity(id="person/nobody", type="person", name="Nobody")
STALE = Entity(id="person/stale", type="person", name="Stale", mentions=(Mention(start=0, end=5, text="Stale"),))
ARTICLE = a_tagged_article(title=TITLE, text=TEXT, entities=(NORTH_KOREA, SILENT, STALE))


def fired(**rule: Any) -> tuple[Match, ...] | None:
    return shown(ARTICLE, **rule)


def shown(article: TaggedArticle, **rule: Any) -> tuple[Match, ...] | None:
    found = match(compile_rule(Rule(**rule)), Reading(article))
    return found.matches if found else None


@pytest.mark.parametrize(
    "rule",
    [
        {"any": ["howitzer"]},
        {"any": ["tank", "HOWITZERS"]},
        {"any": ["Ukraine"]},
        {"any": ["Ukraine's general staff"]},
        {"any": ["Erdogan"]},
        {"any": ["Zelenskyy’s"]},
        {"any": ["US"]},
        {"any": ["the u.s. could"]},
        {"any": ["M1978-Koksan"]},
        {"any": ["Koksan gun"]},
        {"all": ["howitzer", "phone"]},
        {"all": ["howitzer"], "any": ["phone", "fax"]},
        {"any": ["howitzer"], "none": ["tank"]},
        {"entities": ["country/north-korea"]},
        {"entities": ["country/iran", "person/nobody"]},
        {"sources": ["outlet"]},
        {"sources": ["other", "outlet"], "any": ["howitzer"]},
        {"languages": ["en"]},
        {"languages": ["uk", "en"], "entities": ["country/north-korea"], "all": ["officer"]},
    ],
)
def test_rules_that_fire(rule: dict[str, Any]) -> None:
    assert fired(**rule) is not None


@pytest.mark.parametrize(
    "rule",
    [
        {"any": ["tank"]},
        {"any": ["howitz"]},
        {"any": ["office"]},
        {"any": ["PM"]},
        {"any": ["Korea North"]},
        {"any": ["North Korean"]},
        {"any": ["said The"]},  # the end of one paragraph and the beginning of the next
        {"all": ["howitzer", "fax"]},
        {"all": ["howitzer"], "any": ["fax"]},
        {"any": ["howitzer"], "none": ["Koksans"]},
        {"any": ["howitzer"], "none": ["tank", "u.s."]},
        {"entities": ["country/iran"]},
        {"entities": ["country/iran"], "any": ["howitzer"]},
        {"sources": ["other"], "any": ["howitzer"]},
        {"languages": ["uk"], "any": ["howitzer"]},
    ],
)
def test_rules_that_do_not_fire(rule: dict[str, Any]) -> None:
    assert fired(**rule) is None


@pytest.mark.parametrize(
    ("rule", "field", "words", "because", "sentence"),
    [
        (
            {"any": ["howitzer"]},
            "text",
            "howitzers",
            "any: howitzer",
            "Ukraine’s General Staff said on Jan. 20 that 50 howitzers had come from North Korea.",
        ),
        ({"all": ["koksan gun"]}, "title", "Koksan guns", "all: koksan gun", TITLE),
        (
            {"any": ["M1978 Koksan"]},
            "text",
            "M1978 Koksans",
            "any: M1978 Koksan",
            "“They are M1978 Koksans,” an officer said.",
        ),
        ({"any": ["US"]}, "text", "U.S.", "any: US", "The U.S. could not confirm it."),
        ({"any": ["erdogan"]}, "text", "Erdoğan", "any: erdogan", "Zelenskyy and Erdoğan spoke by phone at 5 p.m."),
        (
            {"entities": ["country/north-korea"]},
            "text",
            "North Korea",
            "entities: country/north-korea",
            "Ukraine’s General Staff said on Jan. 20 that 50 howitzers had come from North Korea.",
        ),
    ],
)
def test_the_words_that_fired_it(rule: dict[str, Any], field: str, words: str, because: str, sentence: str) -> None:
    found = fired(**rule)
    assert found
    content = TITLE if field == "title" else TEXT
    start = content.index(words)
    assert found[0].model_dump() == {
        "field": field,
        "start": start,
        "end": start + len(words),
        "text": words,
        "sentence": sentence,
        "because": because,
    }


def test_every_part_that_fired_says_so_in_order() -> None:
    found = fired(all=["officer"], any=["koksan", "fax", "phone"], entities=["country/north-korea", "person/nobody"])
    assert [(one.field, one.text, one.because) for one in found or ()] == [
        ("text", "officer", "all: officer"),
        ("title", "Koksan", "any: koksan"),
        ("text", "Koksans", "any: koksan"),
        ("text", "phone", "any: phone"),
        ("text", "North Korea", "entities: country/north-korea"),
    ]


@pytest.mark.parametrize(
    "rule", [{"sources": ["outlet"]}, {"entities": ["person/nobody"]}, {"entities": ["person/stale"]}]
)
def test_a_rule_may_fire_without_words(rule: dict[str, Any]) -> None:
    assert fired(**rule) == ()


def test_a_word_that_stands_everywhere_is_shown_a_few_times() -> None:
    article = a_tagged_article(title="Shells", text="shells " * 100)
    found = shown(article, any=["shell"])
    assert [(one.field, one.start) for one in found or ()] == [("title", 0), ("text", 0), ("text", 7)]
    assert len(found or ()) == SHOWN


def test_spans_count_characters_whatever_stands_before() -> None:
    text = "🚀 Київ: naïve cafe\u0301 — 朝鮮の兵士が Kılıç’s howitzers"
    article = a_tagged_article(text=text, source=Source(id="x", name="X", domain="x.example"))
    found = shown(article, any=["київ", "café", "朝鮮", "kilic howitzer"])
    assert [one.text for one in found or ()] == ["Київ", "cafe\u0301", "朝鮮", "Kılıç’s howitzers"]
    assert all(text[one.start : one.end] == one.text for one in found or ())


def test_a_rule_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(PermanentError, match="the rule is empty"):
        compile_rule(Rule())
