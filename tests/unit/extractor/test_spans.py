"""Every span indexes the exact text, whatever the text is made of."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.extractor import tag

WORDS = st.sampled_from(
    [
        "North Korea", "Russian", "sent", "12,000", "troops", "to", "Kursk", "“Koksan”", "howitzers", "50", "and", "at least", "two",
        "dozen", "$60bn", "%", "Zelenskyy’s", "said", "on Wednesday", ".", ",", "\n", "\n\n", "KN-23", "1.6m", "5–10 km",
        "hundreds of", "95th", "Brigade", "killed", "a soldier", "were", "🙂", "\u00a0", "\u2028", "é", "Київ", "Харків", "بغداد", "Odessa", "الف", "12",
        "(", ")", "\u202e", "\ufeff", "of them", "each", "between", "third", "Ⅳ", "٣", "½", "²",
    ]
)  # fmt: skip
NEWS = st.lists(WORDS, max_size=40).map(" ".join)


def check(text: str, language: str) -> None:
    tagged = tag(text, published_at=datetime(2024, 11, 17, tzinfo=UTC), language=language)
    for claim in tagged.claims:
        assert text[claim.start : claim.end] == claim.text
        assert claim.text
        assert claim.low is None or claim.high is None or claim.low <= claim.high
    for entity in tagged.entities:
        assert entity.mentions or entity.demonyms
        for mention in (*entity.mentions, *entity.demonyms):
            assert text[mention.start : mention.end] == mention.text
    assert len({claim.id for claim in tagged.claims}) == len(tagged.claims)


@settings(max_examples=40)
@given(NEWS, st.sampled_from(["en", "de", "uk", "und"]))
def test_on_broken_news(text: str, language: str) -> None:
    check(text, language)


@settings(max_examples=40)
@given(st.text(max_size=200))
def test_on_any_text(text: str) -> None:
    check(text, "en")


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\n\n",
        "\x00",
        "12",
        "." * 500,
        "1" * 400,
        "a" * 50_000,
        "12,000 troops. " * 400,
    ],
    ids=["empty", "space", "lines", "nul", "number", "stops", "digits", "one long word", "long line"],
)
def test_on_awkward_text(text: str) -> None:
    check(text, "en")


def test_half_a_character_is_read_as_an_unknown_one() -> None:
    [claim] = tag("They sent 50 howitzers \ud83d to Kursk.").claims
    assert claim.text.startswith("50 howitzers")
    claim.model_dump_json()
