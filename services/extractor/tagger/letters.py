"""Letters written against digits: "300m" of road but "1.6m" people, "5t", "20p", "12C", "3x", and "4K" screens."""

from collections.abc import Sequence

from services.extractor.knowledge import Currency, Knowledge, Measure
from services.extractor.tagger.lexer import Token
from services.extractor.tagger.numerals import Number

_TEMPERATURES = {"C": "°C", "F": "°F"}
_SCREENS = frozenset({"tv", "video", "resolution", "display", "screen", "camera", "streaming", "content"})
_LINES = frozenset({480.0, 720.0, 1080.0, 1440.0, 2160.0})
_NEAR = 4
_LONGEST_RACE = 1000.0
"""Metres: "in the 200m." is a race or a distance, "to 1.6m." millions."""


class LetterReader:
    """Reads the letters against the numbers of one text."""

    def __init__(self, tokens: Sequence[Token], known: Knowledge) -> None:
        self._tokens = tokens
        self._context = known.number_context

    def read(self, number: Number) -> Measure | Currency | None:
        """The unit that one letter after the number's digits stands for, or None where it stands for none."""
        letter = self._pair(number)
        if letter is None:
            return None
        following = self._at(number.first + 2)
        if letter.text in _TEMPERATURES:
            return Measure(_TEMPERATURES[letter.text], 1.0, "measure")
        return self._unit(number.first, letter, following)

    def _unit(self, at: int, letter: Token, following: Token | None) -> Measure | Currency | None:
        digits = self._tokens[at]
        match letter.lower:
            case "p" if digits.value not in _LINES:
                return Currency("GBP", "word", 0.01)
            case "x" if following is None or following.kind != "number" or following.start > letter.end:
                return Measure("time", 1.0, "measure")
            case "in":
                return Measure("m", 0.0254, "distance")
            case "t":
                return Measure("tonne", 1.0, "measure")
            case "m" if self._is_metres(at, following):
                return Measure("m", 1.0, "distance")
        return None

    def is_screen(self, number: Number) -> bool:
        """ "a 4K display": thousands of nothing."""
        letter, following = self._pair(number), self._at(number.first + 2)
        return (
            letter is not None
            and letter.text == "K"
            and following is not None
            and following.lower.rstrip("s") in _SCREENS
        )

    def _pair(self, number: Number) -> Token | None:
        digits, letter = self._tokens[number.first], self._at(number.first + 1)
        joined = digits.kind == "number" and letter is not None and letter.start == digits.end
        return letter if joined else None

    def _is_metres(self, at: int, following: Token | None) -> bool:
        if following is not None and following.lower in self._context["length_after"] - {"of"}:
            return True
        digits = self._tokens[at]
        near = range(max(0, at - _NEAR), at)
        if any(self._tokens[back].lower in self._context["length_before"] for back in near):
            return True
        if following is None or following.kind == "sign":
            return digits.value.is_integer() and digits.value <= _LONGEST_RACE
        return following.lower == "of" and digits.value.is_integer()

    def _at(self, at: int) -> Token | None:
        return self._tokens[at] if at < len(self._tokens) else None
