"""Copies have the same signature; near-copies nearly; other texts not."""

import pytest

from services.common.signature import PERMUTATIONS, resemblance, signature

TEXT = " ".join(f"word{number} of a report about howitzers moved by rail to the border" for number in range(40))


def test_a_signature_is_128_numbers_of_32_bits() -> None:
    numbers = signature(TEXT)
    assert len(numbers) == PERMUTATIONS
    assert all(0 <= number < 2**32 for number in numbers)


def test_it_is_the_same_in_every_process_and_version() -> None:
    assert signature("The quick, brown fox jumps over the lazy dog!")[:3] == (3745571858, 3298934994, 3190686803)


@pytest.mark.parametrize(
    ("other", "low", "high"),
    [
        (TEXT.upper().replace(" ", ", "), 1.0, 1.0),
        (TEXT + " And one more sentence was added at the end of it.", 0.9, 1.0),
        (TEXT.replace("howitzers", "guns", 4), 0.7, 0.99),
        (" ".join(reversed(TEXT.split())), 0.0, 0.1),
        ("", 0.0, 0.0),
        ("four words are short", 0.0, 0.0),
    ],
)
def test_resemblance(other: str, low: float, high: float) -> None:
    assert low <= resemblance(signature(TEXT), signature(other)) <= high
