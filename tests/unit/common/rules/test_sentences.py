"""The sentence around some words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.rules.sentences import LONGEST, Sentences


@pytest.mark.parametrize(
    ("text", "words", "sentence"),
    [
        ("One came. Two left. Three stayed.", "Two", "Two left."),
        ("One came. Two left. Three stayed.", "came. Two", "One came. Two left."),
        ("One came. Two left", "left", "Two left"),
        ("Headline\nFirst paragraph. More", "First", "First paragraph."),
        ("He met Gen. Smith on Jan. 20. They left.", "Smith", "He met Gen. Smith on Jan. 20."),
        ("The U.S. National Guard left. So did I. Nobody stayed.", "Guard", "The U.S. National Guard left."),
        ("They are from the U.S. The others are not.", "others", "The others are not."),
        ("They met J. R. Smith. He spoke.", "Smith", "They met J. R. Smith."),
        ("“We lost 500 men.” He wept.", "500", "“We lost 500 men.”"),
        ("He said (twice!) that 3.5 km is far. Then", "km", "He said (twice!) that 3.5 km is far."),
        ("Why? “Because!” Ah.", "Because", "“Because!”"),
        ("vs. weight", "weight", "vs. weight"),
        ("朝鮮軍。一万人！終わり", "一万", "一万人！"),
        ("Відступили. Потім пішли.", "Потім", "Потім пішли."),
    ],
)
def test_the_sentence(text: str, words: str, sentence: str) -> None:
    start = text.index(words)
    assert Sentences(text).around(start, start + len(words)) == sentence


def test_a_very_long_sentence_is_cut_around_the_words() -> None:
    text = "before " * 500 + "here" + " after" * 500
    start = text.index("here")
    found = Sentences(text).around(start, start + 4)
    assert "before here after" in found
    assert len(found) <= LONGEST
    assert found.startswith("before ")
    assert found.endswith(" after")


@given(st.text('aB1 .!?\n"”(', max_size=80), st.data())
def test_it_is_a_slice_of_the_text_that_holds_the_words(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    found = Sentences(text).around(start, end)
    assert found in text
    assert text[start:end].strip() in found
