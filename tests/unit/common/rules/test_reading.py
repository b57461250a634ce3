"""An article as one line of forms: a phrase stands there just where its words stand in a row, within a paragraph."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.rules.reading import Reading, needle_of
from services.common.rules.words import typed, words
from tests.builders import a_tagged_article

TEXTS = st.text(st.sampled_from("aA sb.’'-\n\r\t\x0b 鮮é1,US"), max_size=40)


def found(reading: Reading, phrase: str) -> list[str]:
    return [reading.field(name)[start:end] for name, start, end in reading.places(needle_of(typed(phrase)))]


@pytest.mark.parametrize(
    ("title", "text", "phrase", "expected"),
    [
        ("Guns", "Guns and guns.\nGun", "gun", ["Guns", "Guns", "guns", "Gun"]),
        ("", "", "gun", []),
        ("The end", "of it", "end of", []),
        ("x", "the end\nof it", "end of", []),
        ("x", "the end \r\n\n of it. The end of it", "end of", ["end of"]),
        ("a a a", "x", "a a", ["a a", "a a"]),
        ("x", "“KN-23s,” he said", "kn 23", ["KN-23s"]),
        ("x", "the U.S.-made F-16s", "us made F-16", ["U.S.-made F-16s"]),
        ("x", "朝鮮の兵士", "鮮の", ["鮮の"]),
        ("x", f"a {'兵' * 50}朝鮮の b", "鮮の", ["鮮の"]),
    ],
)
def test_where_a_phrase_stands(title: str, text: str, phrase: str, expected: list[str]) -> None:
    reading = Reading(a_tagged_article(title=title, text=text))
    assert found(reading, phrase) == expected
    assert reading.has(needle_of(typed(phrase))) is bool(expected)


@given(TEXTS, TEXTS, st.integers(0, 20), st.integers(1, 3))
def test_every_run_of_words_is_found_where_it_stands(title: str, text: str, first: int, length: int) -> None:
    reading = Reading(a_tagged_article(title=title, text=text))
    for name in ("title", "text"):
        field = title if name == "title" else text
        run = list(words(field))[first : first + length]
        if not run or "\n" in field[run[0].start : run[-1].end]:
            continue
        needle = needle_of(tuple(word.form for word in run))
        assert (name, run[0].start, run[-1].end) in list(reading.places(needle))
        for place, start, end in reading.places(needle):
            assert tuple(word.form for word in words(reading.field(place)[start:end])) == tuple(w.form for w in run)
