"""One number with its unit: "$60bn", "30-kilometre", "5%", "12-member", or a plain count."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from services.extractor.knowledge import Currency, Knowledge, Measure
from services.extractor.tagger.lexer import Token
from services.extractor.tagger.not_figures import HYPHENS
from services.extractor.tagger.numerals import Number, NumberReader
from services.extractor.tagger.qualifiers import Qualifiers

Kind = Literal["count", "money", "share", "measure"]
_STARTS = frozenset({"a", "an", "several", "few", "many", "couple", "half"})
_AFTER_A_THIRD = frozenset(
    {"of", "more", "less", "fewer", "higher", "lower", "from", "in", "since", "to", "are", "is", "were", "was", "have"}
)
_AFTER_HALF = frozenset({"of", "the", "a", "an", "its", "their", "his", "her", "our", "all", "as", "that", "this"})
_METRES_NEXT = frozenset(
    {"away", "from", "long", "wide", "high", "deep", "tall", "north", "south", "east", "west", "of"}
)


@dataclass(frozen=True, slots=True)
class Part:
    """One number with its unit, before ranges and qualifiers. Tokens ``first`` to ``last``."""

    number: Number
    first: int
    last: int
    value: float
    kind: Kind = "count"
    unit: str | None = None
    category: str | None = None
    factor: float = 1.0
    noun: str | None = None


class PartReader:
    """Reads the numbers of one text, each with its unit."""

    def __init__(self, text: str, tokens: Sequence[Token], known: Knowledge, qualifiers: Qualifiers) -> None:
        self._text = text
        self._tokens = tokens
        self._known = known
        self._qualifiers = qualifiers
        self._numbers = NumberReader(tokens, known.numerals)

    def may_begin(self, at: int) -> bool:
        """Whether a number may begin at this token: a quick look before a real one."""
        token = self._tokens[at]
        if token.kind == "number":
            return True
        if token.kind == "word":
            return token.lower in self._known.numerals or token.lower in _STARTS
        return False

    def read(self, at: int) -> Part | None:
        """The number that begins at this token with its unit, or None. A sign of money before it is part of it."""
        number = self._numbers.read(at)
        if number is None:
            return None
        if (money := self._money_before(number)) is not None:
            first, code = money
            return Part(number, first, number.last, number.value, "money", code, "money")
        if (letter := self._letter(number)) is not None:
            return letter
        plain = Part(number, number.first, number.last, number.value)
        with_unit = self._with_unit(plain)
        if with_unit is None and number.fraction:
            return self._fraction(plain)
        return with_unit or plain

    def _money_before(self, number: Number) -> tuple[int, str] | None:
        """The sign or code before a number: $60bn, US$ 5m, USD 5 million; returns its first token and the currency."""
        at = number.first - 1
        if at < 0 or self._gap(number.first) > 1:
            return None
        for width in (2, 1):
            first = at - width + 1
            if first < 0:
                continue
            written = self._text[self._tokens[first].start : self._tokens[at].end]
            currency = self._known.currencies.get(written)
            if currency and currency.kind in {"symbol", "code"}:
                return first, currency.code
        return None

    def _letter(self, number: Number) -> Part | None:
        """ "300m" of road is in metres, "1.6m people" are a million; "5t" are tonnes unless it is money."""
        glued = self._lower(number.last) if number.last == number.first + 1 else ""
        if glued not in {"m", "t"} or self._tokens[number.first].kind != "number":
            return None
        value = self._tokens[number.first].value
        if glued == "t":
            return Part(number, number.first, number.last, value, "measure", "tonne", "measure")
        following = self._tokens[number.last + 1] if number.last + 1 < len(self._tokens) else None
        if following is None or following.kind == "sign" or following.lower in _METRES_NEXT:
            return Part(number, number.first, number.last, value, "measure", "m", "distance")
        return None

    def _with_unit(self, part: Part) -> Part | None:
        """The number with the unit after it: 30 km, 30-km, 5%, 60 million euros; None where there is none."""
        at = part.last + 1
        hyphen = self._lower(at) in HYPHENS and self._gap(at) == 0 and self._gap(at + 1) == 0
        if hyphen:
            at += 1
        elif self._gap(at) > 1:
            return None
        if part.number.fraction and self._lower(at) in {"a", "an"}:
            at += 1
        for width in (4, 3, 2, 1):
            last = at + width - 1
            if last >= len(self._tokens):
                continue
            written = " ".join(self._text[self._tokens[at].start : self._tokens[last].end].split())
            if unit := self._unit(written, hyphen=hyphen):
                return self._joined(part, unit, last)
        if hyphen:
            return self._hyphened(part, at)
        return None

    def _unit(self, written: str, *, hyphen: bool) -> Measure | Currency | None:
        if hyphen and written.lower() == "pound":
            return self._known.measures["lb"]
        measure = self._known.measures.get(written) or self._known.measures.get(written.lower())
        if measure and not (written.isupper() and len(written) < 3 and written not in self._known.measures):
            return measure
        currency = self._known.currencies.get(written) or self._known.currencies.get(written.lower())
        return currency if currency and currency.kind != "symbol" else None

    def _joined(self, part: Part, unit: Measure | Currency, last: int) -> Part:
        if isinstance(unit, Currency):
            return replace(part, last=last, kind="money", unit=unit.code, category="money")
        kind: Kind = "share" if unit.category == "share" else "measure"
        return replace(part, last=last, kind=kind, unit=unit.unit, category=unit.category, factor=unit.factor)

    def _hyphened(self, part: Part, at: int) -> Part | None:
        """ "a 12-member team", "a 10,000-strong force"; anything else joined so is no figure ("ten-fold")."""
        word = self._lower(at)
        noun = self._known.nouns.get(word)
        if word == "strong":
            return replace(part, last=at, noun="person", category="personnel")
        if noun and noun.category != "other":
            return replace(part, last=at, noun=noun.lemma, category=noun.category)
        return None

    def _fraction(self, part: Part) -> Part | None:
        """A part of a whole as a percentage, where it is one: "a third of", not "a third country"."""
        number = part.number
        follows = self._lower(number.last + 1)
        at_end = number.last + 1 >= len(self._tokens) or self._tokens[number.last + 1].kind == "sign"
        if number.value == 0.5 and number.first == number.last:
            if follows not in _AFTER_HALF and not self._qualifiers.any_before(number.first):
                return None
        elif not (self._lower(number.last).endswith("s") or at_end or follows in _AFTER_A_THIRD):
            return None
        if follows in HYPHENS and self._gap(number.last + 1) == 0:
            return None
        return replace(part, kind="share", unit="%", category="share", value=round(number.value * 100, 1))

    def _lower(self, at: int) -> str:
        return self._tokens[at].lower if 0 <= at < len(self._tokens) else ""

    def _gap(self, at: int) -> int:
        """Characters between a token and the one before it."""
        return self._tokens[at].start - self._tokens[at - 1].end if 0 < at < len(self._tokens) else 9
