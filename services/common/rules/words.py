"""Text as words that compare: without case, accents, possessives and plural endings, each with its place in the text.

The same steps as the index takes, so that what an alert finds a search finds too; only verbs are not stemmed here.
Words divide as in Unicode Standard Annex 29, as far as news needs it.
"""

import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from services.common.rules.english import plurals

# Chinese and Japanese have no spaces: each character is a word, and a phrase is several in a row.
_IDEOGRAPHS: Final = r"\u3040-\u309f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
# Marks that belong to the letter before them, and characters nobody sees (soft hyphen, joiners).
_MARKS: Final = (
    r"\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    r"\u00ad\u200c\u200d\u2060"
)
_LETTERS: Final = rf"(?:[^\W_{_IDEOGRAPHS}]++[{_MARKS}]*+)++"
_APOSTROPHE: Final = r"['\u2019\u02bc\uff07]"
_CAPITAL: Final = r"[A-Z\u00c0-\u00d6\u00d8-\u00de\u0404\u0406\u0407\u0410-\u042f\u0490]"

# An ideograph; initials (U.S., U.S, D.P.R.K.'s); any other word (O'Brien, 10,000, M1989).
WORD: Final = re.compile(
    rf"""
    [{_IDEOGRAPHS}]
    | (?<!\w) (?:{_CAPITAL}\.)+ (?:{_CAPITAL}(?!\w) | (?<=\.{_CAPITAL}\.)) (?:{_APOSTROPHE}[sS](?!\w))?
    | {_LETTERS} (?: (?: {_APOSTROPHE}(?=[^\W\d_]) | (?<=\d)[.,](?=\d) ) {_LETTERS} )*
    """,
    re.VERBOSE,
)
_POSSESSIVE: Final = re.compile(rf"{_APOSTROPHE}[sS]$")
_INITIALS: Final = re.compile(r"(?<=[^\W\d_])\.")
# Letters of the Latin script that are no base letter with a mark; the others Unicode takes apart.
_WRITTEN_OUT: Final = str.maketrans(
    {
        "ı": "i", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "ŋ": "n",
        "æ": "ae", "œ": "oe", "þ": "th", "ʼ": "'", "’": "'", "＇": "'",
    }
)  # fmt: skip
# The first that fits a word: its ending, the shortest word it goes for, letters to cut, letters to put.
_ENDINGS: Final = (
    ("ss", 2, 0, ""),
    ("us", 2, 0, ""),
    ("ies", 5, 3, "y"),
    ("oes", 6, 2, ""),
    ("sses", 5, 2, ""),
    ("shes", 5, 2, ""),
    ("ches", 5, 2, ""),
    ("xes", 5, 2, ""),
    ("s", 4, 1, ""),
)
# What is typed in a hurry: "u.s." means U.S. (in an article, "p.m." must not become PM), and "us" the country.
_TYPED_INITIALS: Final = re.compile(r"(?<!\w)(?:[^\W\d_]\.){2,}|(?<!\w)[^\W\d_]\.[^\W\d_](?!\w)")
_TYPED_AMERICA: Final = re.compile(r"(?<!\w)us(?!\w)", re.IGNORECASE)


MOST_FORMS: Final = 1 << 17
"""Some 20 MB."""
LONGEST_REMEMBERED: Final = 40
"""Characters between two spaces; in Chinese and Japanese there may be a whole paragraph."""


BREAKS: Final = frozenset("\n\f")
"""What is its own form where it stands between spaces: no phrase goes over it."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text, ``text[start:end]``, and the form it is compared by."""

    start: int
    end: int
    form: str


def words(text: str) -> Iterator[Word]:
    """The words of a text, in order."""
    for found in WORD.finditer(text):
        yield Word(found.start(), found.end(), form(found.group()))


def typed(phrase: str) -> tuple[str, ...]:
    """The forms of the words of a phrase that a person typed."""
    phrase = _TYPED_INITIALS.sub(lambda initials: initials.group().upper(), phrase)
    return tuple(form(word) for word in WORD.findall(_TYPED_AMERICA.sub("US", phrase)))


def forms_of(written: Iterable[str]) -> list[str]:
    """The forms of what stands between spaces: of no word, of one, or of several with a space between each two; a break
    stays what it is.
    """
    return list(map(_FORMS.__getitem__, written))


class _Forms(dict[str, str]):
    """The forms of what stands between two spaces, such as ``“KN-23s,``: no word goes over a space, and most come
    again. When they are too many all are forgotten: to know which was not used for long takes longer than to find it.
    """

    def __missing__(self, written: str) -> str:
        forms = written if written in BREAKS else " ".join(form(word) for word in WORD.findall(written))
        forms = sys.intern(forms)  # one object for what is alike: memory is waited for longer than it is worked on
        if len(written) <= LONGEST_REMEMBERED:
            if len(self) >= MOST_FORMS:
                self.clear()
            self[forms if forms == written else written] = forms
        return forms


_FORMS: Final = _Forms()


@lru_cache(maxsize=1 << 16)
def form(word: str) -> str:
    """What a word is compared by: "Zelenskyy’s" and "ZELENSKYY" share one, so do "U.S." and "US", "armies" and "Army".

    A form is for comparing, not for reading. It holds no space.
    """
    word = _INITIALS.sub("", _POSSESSIVE.sub("", word))
    return "usa" if word == "US" else _singular(_fold(word))


def _fold(word: str) -> str:
    """Lower case; Latin letters without their marks. Other scripts keep theirs (й is not и)."""
    folded = unicodedata.normalize("NFKC", word).casefold().translate(_WRITTEN_OUT).replace(" ", "")
    return folded if folded.isascii() else "".join(_base(letter) for letter in unicodedata.normalize("NFC", folded))


def _base(letter: str) -> str:
    if unicodedata.category(letter) in {"Mn", "Cf"}:
        return ""
    base = unicodedata.normalize("NFD", letter)[0]
    return base if base.isascii() else letter


def _singular(word: str) -> str:
    """A light stem: plural nouns only (after D. Harman, "How effective is suffixing?", 1991, minding -es more)."""
    if known := plurals().get(word):
        return known
    if word.endswith("s") and word[-2:-1].isdigit():  # F-16s, T-72s
        return word[:-1]
    for ending, shortest, cut, put in _ENDINGS:
        if len(word) >= shortest and word.endswith(ending):
            return word[: len(word) - cut] + put
    return word
