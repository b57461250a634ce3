"""What a person typed, made ready for the parser."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from luqum.thread import parse

from services.api.typed import DEEPEST, MistakeError, tidied

FIELDS = ("after", "person", "place")


@pytest.mark.parametrize(
    ("typed", "ready"),
    [
        ("  howitzers   kursk ", "howitzers kursk"),
        ('"North Korean troops"', '"North Korean troops"'),
        ("this OR that", "this OR that"),
        ("this or that", "this or that"),
        ("this -that", "this NOT that"),
        ("this NOT that", "this NOT that"),
        ("NOT NOT this", "this"),
        ("+this", "this"),
        ('troops -"North Korea"', 'troops NOT "North Korea"'),
        ("-(one two)", "NOT ( one two )"),
        ("howitz*", "howitz*"),
        ('person:"Kim Jong Un"', 'person:"Kim Jong Un"'),
        ("-place:Kursk", "NOT place:Kursk"),
        ("place: Kursk", "place:Kursk"),
        ("place:(Kursk OR Kyiv)", "place:( Kursk OR Kyiv )"),
    ],
)
def test_what_means_something_stays(typed: str, ready: str) -> None:
    assert tidied(typed, FIELDS) == ready


@pytest.mark.parametrize(
    ("typed", "ready"),
    [
        ('"an unclosed quote', '"an unclosed quote"'),
        ("“curly quotes”", '"curly quotes"'),
        ("this OR", "this"),
        ("OR this", "this"),
        ("this AND OR that", "this OR that"),
        ("Kyiv - Moscow", "Kyiv Moscow"),
        ("(this that", "this that"),
        ("this) that", "this that"),
        ("this () that", "this that"),
        ("this -() that", "this that"),
        ("this -", "this"),
        ('""', ""),
        ("-", ""),
        ("**", ""),
    ],
)
def test_sloppiness_is_mended(typed: str, ready: str) -> None:
    assert tidied(typed, FIELDS) == ready


@pytest.mark.parametrize(
    "typed", ["KN-23", "U.S.-made", "a/b", "[a TO b]", "guns~2", "guns^2", ">5", "10:30", "https://outlet.example/a?b=c",
              "Kyiv: the latest", "a\\b", "5%", "M-1978/1989", "a&&b", "{x}", "it's"],
)  # fmt: skip
def test_what_means_something_only_to_lucene_is_a_plain_character(typed: str) -> None:
    ready = tidied(typed, FIELDS)
    assert ready.replace("\\", "") == typed.replace("\\", "")
    words = [parse(ready)] if " " not in typed else parse(ready).children
    assert {type(word).__name__ for word in words} == {"Word"}


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("troops plaec:Kursk", "character 8: there is no field 'plaec'; there are after, person, place"),
        ('nobody:"x"', "character 1: there is no field 'nobody'"),
        ("troops person:", 'character 8: person: needs a value, such as person:word or person:"two words"'),
        ("person:()", "needs a value"),
        ("person: OR x", "needs a value"),
        ("guns *tzer", r"character 6: a word cannot begin with \*"),
        ("(" * (DEEPEST + 1) + "x", f"character {DEEPEST + 1}: more than {DEEPEST} brackets"),
    ],
)
def test_a_mistake_is_named_with_its_place(typed: str, sentence: str) -> None:
    with pytest.raises(MistakeError, match=sentence):
        tidied(typed, FIELDS)


@given(st.text(alphabet=st.sampled_from('ab "()-+*:\\ORANDT~[]{}^/é“')) | st.text())
def test_whatever_is_typed_the_parser_takes_it_or_a_mistake_is_named(typed: str) -> None:
    with contextlib.suppress(MistakeError):
        ready = tidied(typed, FIELDS)
        assert ready == "" or parse(ready)
