"""What the parser is given at once has an end, whatever the text: its work may grow with the square of one piece."""

import pytest

from services.extractor.tagger.pipeline import LONGEST_PARAGRAPH, LONGEST_WORD, _pieces

LONG = 100_000


@pytest.mark.parametrize(
    ("pattern", "most"),
    [
        ("1", LONGEST_WORD),
        ("((([[[", LONGEST_WORD),
        ("5-10-", LONGEST_WORD),
        ("12 345 1,000 7.5 ", LONGEST_PARAGRAPH),
        ("They sent 50 howitzers. ", LONGEST_PARAGRAPH),
    ],
)
def test_a_line_without_an_end_is_cut_into_pieces(pattern: str, most: int) -> None:
    text = (pattern * LONG)[:LONG]
    pieces = list(_pieces(text))
    assert max(end - start for start, end in pieces) <= most
    assert "".join(text[start:end] for start, end in pieces) == text


def test_a_word_that_is_only_long_is_left_whole() -> None:
    text = "see https://outlet.example/" + "a" * 300 + " and 50 howitzers"
    assert list(_pieces(text)) == [(0, len(text))]
