"""Four times the text is about four times the work, whatever the text is made of. Calls are counted, not seconds."""

import sys
from collections.abc import Callable, Iterator
from itertools import count, cycle, islice, product
from types import FrameType

import pytest

from services.extractor import tag
from services.extractor.tagger.pipeline import LONGEST_PARAGRAPH
from tests.evaluation.speed import NOW

_SYLLABLES = ("ka", "lo", "mi", "ter", "van", "sho", "bre", "dor", "ul", "nik", "pet", "gra")


def _names() -> Iterator[str]:
    """Names that are all different, in an order that looks like none."""
    made = ["".join(parts).title() for parts in product(_SYLLABLES, repeat=3)]
    return (made[(at * 577) % len(made)] for at in count())


def _news() -> Iterator[str]:
    for number, name in zip(cycle(range(2, 900, 7)), _names()):
        yield (
            f"The army said on Monday that at least {number} soldiers had arrived in {name}. "
            f"{number} of them were killed near {name}, and 50 howitzers were lost, according to {name}'s mayor.\n"
        )


def _digits() -> Iterator[str]:
    return (f"{(number * 7919) % 99_991} " for number in count(1))


def _meetings() -> Iterator[str]:
    names = _names()
    return (f"{next(names)} {next(names)} met {next(names)} {next(names)}. " for _ in count())


def _one_first_name() -> Iterator[str]:
    names = _names()
    return (f"Ivan {next(names)}{next(names).lower()}, {number % 90 + 2}, " for number in count())


def _one_sentence() -> Iterator[str]:
    yield "The ministry said that "
    for number, name in zip(cycle(range(2, 900, 7)), _names()):
        yield f"{number} men who had come from {name} were wounded near {name} in June, and "


def _brackets() -> Iterator[str]:
    return cycle(("(5 [", "“he said: ", "10-"))


TEXTS = (_news, _digits, _meetings, _one_first_name, _one_sentence, _brackets)


def _of(pieces: Callable[[], Iterator[str]], length: int) -> str:
    return "".join(islice(pieces(), length))[:length]


def _calls(text: str) -> int:
    """Calls of functions, ours and the libraries', while a text is tagged."""
    made = 0

    def counted(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal made
        made += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        tag(text, published_at=NOW)
    finally:
        sys.setprofile(before)
    return made


@pytest.mark.parametrize("pieces", TEXTS)
def test_four_times_the_text_is_four_times_the_work(pieces: Callable[[], Iterator[str]]) -> None:
    short, long = (_of(pieces, length) for length in (LONGEST_PARAGRAPH, 4 * LONGEST_PARAGRAPH))
    tag("Two soldiers arrived.")  # what is loaded once is not counted
    assert _calls(long) < 5 * _calls(short)
