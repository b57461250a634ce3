"""Work grows with the text and not with its square, on text that no editor would print."""

import sys
from time import process_time
from types import FrameType

import pytest

from services.extractor import tag

SMALL, TIMES = 2_000, 4
MOST = 2.5
"""A text four times as long may cost this much more than four times the work; with its square it would be four."""
LONG = 50_000
PATTERNS = {
    "digits": "1234567890",
    "numbers": "12 345 1,000 7.5 ",
    "brackets": "((((([[[[",
    "closing": "))))]]]] ",
    "no spaces": "abcdefghij",
    "commas": "one,two,three,",
    "quotes": "“said ‘that “",
    "figures": "5 tanks and 6 guns, ",
    "names": "Kyiv Moscow Seoul ",
    "said": "he said that she said that ",
    "of them": "20 of them. ",
    "lines": "5\n",
    "ranges": "5-10-15-",
    "money": "$5bn€6m£7",
}


def made(pattern: str, length: int) -> str:
    return (pattern * (length // len(pattern) + 1))[:length]


def calls(text: str) -> int:
    """How many Python functions are called to tag a text: a measure that no other work on the machine changes."""
    count = 0

    def seen(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(seen)
    try:
        tag(text)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("pattern", PATTERNS.values(), ids=PATTERNS)
def test_calls_grow_with_the_text(pattern: str) -> None:
    tag(made(pattern, 200))
    few, many = calls(made(pattern, SMALL)), calls(made(pattern, SMALL * TIMES))
    assert many <= few * TIMES * MOST


@pytest.fixture(scope="module")
def real() -> float:
    """Processor seconds for a page of that length in real lines."""
    began = process_time()
    tag("They sent 50 howitzers to Kursk Oblast, Kirby said.\n" * (LONG // 52))
    return process_time() - began


@pytest.mark.parametrize("pattern", ["1234567890", "((((([[[[", "abcdefghij", "12 345 1,000 7.5 "])
def test_a_page_without_an_end_costs_like_one_with_lines(real: float, pattern: str) -> None:
    """Regular expressions call no functions: here it is processor time, beside real lines, and generous."""
    text = made(pattern, LONG)
    began = process_time()
    tag(text)
    assert process_time() - began < real * 10
