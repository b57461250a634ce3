"""Words as they are compared: what is one word, and what stays two."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.rules.english import abbreviations, openers, plurals
from services.common.rules.words import form, words


def forms(text: str) -> list[str]:
    return [word.form for word in words(text)]


@pytest.mark.parametrize(
    "same",
    [
        # case, accents, possessives
        ("Kursk", "KURSK", "kursk", "Kursk's", "Kursk’s"),
        ("Erdoğan", "Erdogan", "ERDOĞAN", "Erdog\u0306an"),
        ("İstanbul", "Istanbul", "istanbul"),
        ("Kılıçdaroğlu", "Kilicdaroglu"),
        ("Łódź", "Lodz"),
        ("O'Brien", "O’Brien", "O’Brien’s"),
        ("straße", "strasse", "STRASSE"),
        ("how\u00aditzer", "howitzer"),
        ("ﬁre", "fire"),
        # initials
        ("U.S.", "US", "U.S", "U.S.'s", "USA"),
        ("D.P.R.K.", "DPRK", "D.P.R.K.’s"),
        # plurals
        ("howitzer", "howitzers", "Howitzers’", "howitzer's"),
        ("army", "armies"),
        ("loss", "losses"),
        ("crash", "crashes"),
        ("launch", "launches"),
        ("box", "boxes"),
        ("force", "forces"),
        ("vehicle", "vehicles"),
        ("torpedo", "torpedoes"),
        ("Houthi", "Houthis"),
        ("militia", "militias"),
        ("sortie", "sorties"),
        ("cache", "caches"),
        ("spokesman", "spokesmen"),
        ("child", "children"),
        ("F-16", "F-16s"),
        ("1990", "1990s"),
        # what only looks like a plural goes unharmed
        ("bus", "buses"),
        ("gas", "gases"),
        ("virus", "viruses"),
    ],
)
def test_one_word(same: tuple[str, ...]) -> None:
    assert len({tuple(forms(word)) for word in same}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hama", "Hamas"),
        ("new", "news"),
        ("arm", "arms"),
        ("corp", "corps"),
        ("office", "officer"),
        ("Ukraine", "Ukrainian"),
        ("10,000", "10000"),
        ("3.5", "35"),
        ("M1978", "M1989"),
        ("мой", "мои"),
        ("КНДР", "КНР"),
        ("kill", "killed"),
        ("as", "a"),
        ("us", "u"),
        ("us", "US"),
    ],
)
def test_two_words(one: str, other: str) -> None:
    assert forms(one) != forms(other)


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("KN-23 missiles", ["KN", "23", "missiles"]),
        ("U.S.-made F-16s.", ["U.S.", "made", "F", "16s"]),
        ("J. Smith of the U.S. The end.The", ["J", "Smith", "of", "the", "U.S.", "The", "end", "The"]),
        ("soldiers’ “10,000” and 3.5 km.", ["soldiers", "10,000", "and", "3.5", "km"]),
        ("Kim’s; O’Brien's", ["Kim’s", "O’Brien's"]),
        ("cafe\u0301s 🚀 naïve", ["cafe\u0301s", "naïve"]),
        ("朝鮮の兵士", list("朝鮮の兵士")),
        ("북한 군인", ["북한", "군인"]),
        ("в Курской области", ["в", "Курской", "области"]),
        ("a_b __ --", ["a", "b"]),
        ("", []),
    ],
)
def test_where_words_are(text: str, spans: list[str]) -> None:
    assert [text[word.start : word.end] for word in words(text)] == spans


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_words_lie_in_order_and_none_is_empty(text: str) -> None:
    found = list(words(text))
    assert all(word.form and word.start < word.end <= len(text) for word in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
    # A phrase that has a letter or a digit has a word: what the check of a rule lets through can be looked for.
    assert found or not any(character.isalnum() for character in text)


@given(st.from_regex(r"[a-z]{1,12}", fullmatch=True))
def test_case_and_possessive_never_matter(word: str) -> None:
    assert form(word) == form(word.upper()) == form(word.title() + "’s")


def test_the_lists_are_in_the_form_they_are_asked_by() -> None:
    assert all(plural == plural.lower() for plural in plurals())
    assert not [word for word in abbreviations() if word.endswith(".")]
    assert not [word for word in openers() if not word[0].isupper()]
