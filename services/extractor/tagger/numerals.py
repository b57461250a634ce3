"""One number, in digits, words or both: "12,000", "1.6m", "two dozen", "half a million", "hundreds of thousands"."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.extractor.knowledge import Numeral
from services.extractor.tagger.lexer import Token

_SEVERAL = frozenset({"several", "few", "many", "couple"})


@dataclass(frozen=True, slots=True)
class Number:
    """A number read from tokens ``first`` to ``last`` (both included)."""

    first: int
    last: int
    value: float
    vague: bool = False
    """Only a magnitude: "hundreds", "several thousand"; ``value`` is then the least it can mean."""
    scaled: float = 1.0
    """What the last scale word multiplied by, so that "2 to 3 million" can lend it to the 2."""
    digits: bool = False
    """Written as one plain number in digits, with no scale word."""
    fraction: bool = False
    """A part of a whole: "a third" has value 0.333."""
    multiple: bool = False
    """So many times: "doubled", "twice", "tenfold"."""


class NumberReader:
    """Reads numbers at given places of a list of tokens, with the number words it was made with."""

    def __init__(self, tokens: Sequence[Token], numerals: Mapping[str, Numeral]) -> None:
        self._tokens = tokens
        self._words = [numerals.get(token.lower) if token.kind == "word" else None for token in tokens]

    def read(self, at: int) -> Number | None:
        """The longest number that begins at this token, or None."""
        if self._role(at) == "multiple":
            return Number(at, at, self._value(at), multiple=True)
        number = self._vague(at) or self._half(at) or self._fraction(at) or self._plain(at)
        return self._of_a_million(number) if number and number.fraction else number

    def _of_a_million(self, part: Number) -> Number:
        """ "a quarter of a million", "three quarters of a million"."""
        last = part.last + 3
        if (self._lower(last - 2), self._lower(last - 1), self._role(last)) != ("of", "a", "scale"):
            return part
        return Number(part.first, last, round(part.value * self._value(last), 1), scaled=self._value(last))

    def _role(self, at: int) -> str:
        word = self._words[at] if 0 <= at < len(self._words) else None
        return word.role if word else ""

    def _value(self, at: int) -> float:
        word = self._words[at]
        return word.value if word else 0.0

    def _lower(self, at: int) -> str:
        return self._tokens[at].lower if 0 <= at < len(self._tokens) else ""

    def _touches(self, at: int) -> bool:
        """Whether this token is written together with the one before, or with nothing but a hyphen or space between."""
        return 0 < at < len(self._tokens) and self._tokens[at].start - self._tokens[at - 1].end <= 1

    def _vague(self, at: int) -> Number | None:
        """ "hundreds", "tens of thousands", "several hundred", "a few thousand"."""
        role = self._role(at)
        if role == "vague_scale":
            double = self._lower(at + 1) == "of" and self._role(at + 2) == "vague"
            return Number(at, at + 2, 10 * self._value(at + 2), vague=True) if double else None
        return self._magnitude(at) if role == "vague" else self._several(at)

    def _magnitude(self, at: int) -> Number | None:
        if self._lower(at) == "scores" and self._lower(at + 1) not in {"of", "more"}:
            return None
        if self._lower(at + 1) == "of" and self._role(at + 2) == "vague" and self._value(at + 2) > 100:
            return Number(at, at + 2, self._value(at) * self._value(at + 2), vague=True)
        return Number(at, at, self._value(at), vague=True)

    def _several(self, at: int) -> Number | None:
        first = at + 1 if self._lower(at) == "a" else at
        if self._lower(first) not in _SEVERAL:
            return None
        scale = first + 2 if self._lower(first + 1) == "of" else first + 1
        if self._role(scale) not in {"hundred", "dozen", "scale"}:
            return None
        value, last = self._scales(scale - 1, 1.0)
        return Number(at, last, value, vague=True)

    def _fraction(self, at: int) -> Number | None:
        """ "a third", "two-thirds", "three quarters", "half" (but not "half a million")."""
        many = self._value(at) if self._role(at) == "small" else 1.0 if self._lower(at) in {"a", "an"} else 0.0
        if many and self._lower(at) != "zero":
            part = at + 1
            if self._lower(part) == "-" or self._lower(part) == "‑":
                part += 1
            plural = self._lower(part).endswith("s")
            if self._role(part) == "fraction" and (many > 1) == plural and self._value(part) != 0.5:
                return Number(at, part, many * self._value(part), fraction=True)
            if self._lower(at) in {"a", "one"} and self._lower(part) == "half" and self._lower(part + 1) != "-":
                return Number(at, part, 0.5, fraction=True)
        return None

    def _half(self, at: int) -> Number | None:
        """ "half a million", "half a dozen", "a half-dozen"; a lone "half" is a fraction."""
        first = at + 1 if self._lower(at) in {"a", "an"} else at
        if self._lower(first) != "half":
            return None
        scale = first + 1
        if self._lower(scale) in {"a", "an", "-"}:
            scale += 1
        if self._role(scale) in {"hundred", "dozen", "scale"}:
            return Number(at, scale, 0.5 * self._value(scale), scaled=self._value(scale))
        return Number(at, first, 0.5, fraction=True) if first == at else None

    def _plain(self, at: int) -> Number | None:
        token = self._tokens[at]
        if token.kind == "number":
            return self._after_digits(at, token.value)
        if self._lower(at) in {"a", "an"} and self._role(at + 1) in {"hundred", "dozen", "scale"}:
            value, last = self._words_from(at + 1, 1.0)
            return Number(at, last, value, scaled=self._value(at + 1))
        if self._role(at) in {"small", "tens"}:
            value, last = self._words_from(at, None)
            scaled = self._value(last) if self._role(last) in {"hundred", "dozen", "scale"} else 1.0
            return self._and_a_half(Number(at, last, value, scaled=scaled))
        return None

    def _after_digits(self, at: int, value: float) -> Number:
        """Digits, then a letter written against them ("1.6m"), or scale words ("1.6 million", "3 hundred thousand")."""
        after = at + 1
        if self._role(after) in {"letter", "scale"} and self._tokens[after].start == self._tokens[at].end:
            return Number(at, after, value * self._value(after), scaled=self._value(after))
        total, last = self._scales(at, value)
        if last == at:
            if self._tokens[at].fraction:
                return Number(at, at, value, fraction=True)
            return self._and_a_half(Number(at, at, value, digits=True))
        return Number(at, last, total, scaled=total / value if value else 1.0)

    def _scales(self, at: int, value: float) -> tuple[float, int]:
        """Past the scale words after token ``at``: "3 *hundred thousand*", "$2-*million*"."""
        while True:
            step = 2 if self._lower(at + 1) == "-" and self._close(at + 1) else 1
            if self._role(at + step) not in {"hundred", "dozen", "scale"} or not self._close(at + step):
                return value, at
            at += step
            value *= self._value(at)

    def _close(self, at: int) -> bool:
        return self._tokens[at].start - self._tokens[at - 1].end <= 1

    def _and_a_half(self, number: Number) -> Number:
        """ "two and a half" (years, million)."""
        last = number.last
        if (self._lower(last + 1), self._lower(last + 2), self._lower(last + 3)) != ("and", "a", "half"):
            return number
        value, end = self._scales(last + 3, number.value + 0.5)
        return Number(number.first, end, value, scaled=value / (number.value + 0.5))

    def _words_from(self, at: int, start: float | None) -> tuple[float, int]:
        """Number words from here on, as "one hundred and twenty-five thousand"; returns value and last token."""
        total, group, last = 0.0, start, at - 1
        previous = ""
        while True:
            role = self._role(at)
            if role in {"small", "tens"} and self._may_follow(previous, role):
                group = (group or 0.0) + self._value(at)
            elif role in {"hundred", "dozen"} and group is not None and previous not in {"hundred", "dozen"}:
                group *= self._value(at)
            elif role == "scale" and group is not None:
                total, group = total + group * self._value(at), None
            else:
                return total + (group or 0.0), last
            previous, last = role, at
            at = self._next_word(at, previous)

    @staticmethod
    def _may_follow(previous: str, role: str) -> bool:
        if previous == "tens":
            return role == "small"
        return previous in {"", "hundred", "scale"}

    def _next_word(self, at: int, previous: str) -> int:
        """The place where the number may go on: past a hyphen ("twenty-five") or an "and" after a hundred."""
        after = at + 1
        if (
            self._lower(after) in {"-", "‑"}
            and self._touches(after + 1)
            and self._tokens[after].start == self._tokens[at].end
        ):
            return after + 1 if self._role(after + 1) in {"small", "hundred", "scale", "dozen"} else after
        if (
            self._lower(after) == "and"
            and previous in {"hundred", "scale"}
            and self._role(after + 1) in {"small", "tens"}
        ):
            return after + 1
        return after if after < len(self._tokens) and self._close(after) else len(self._tokens)
