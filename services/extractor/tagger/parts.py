"""One number with its unit: "$60bn", "30-kilometre", "$45 a barrel", "5%", "-5 °C", "12-member", or a plain count."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from services.extractor.knowledge import Currency, Knowledge, Measure
from services.extractor.tagger.calibres import is_calibre
from services.extractor.tagger.letters import LetterReader
from services.extractor.tagger.lexer import Token
from services.extractor.tagger.multiples import MultipleReader
from services.extractor.tagger.not_figures import HYPHENS
from services.extractor.tagger.numerals import Number, NumberReader
from services.extractor.tagger.qualifiers import Qualifiers
from services.extractor.tagger.rates import RateReader

Kind = Literal["count", "money", "share", "measure"]
_STARTS = frozenset({"a", "an", "several", "few", "many", "couple", "half"})
_MINUS = frozenset("-−")  # the minus sign is meant
_AFTER_A_THIRD = frozenset(
    {"of", "more", "less", "fewer", "higher", "lower", "from", "in", "since", "to", "are", "is", "were", "was", "have",
     "has", "say", "said", "by", "on", "this", "last", "over", "the", "as", "during", "between", "their", "its", "and"}
)  # fmt: skip
_BEFORE_A_THIRD_ONE = frozenset(
    {"and", "wounded", "killed", "injured", "wounding", "killing", "injuring", "captured", "hurt", "while", "with",
     "damaged", "destroyed", "had", "has", "won", "scored", "added"}
)  # fmt: skip
_AFTER_HALF = frozenset({"of", "the", "a", "an", "its", "their", "his", "her", "our", "all", "as", "that", "this"})
_INCHES = (frozenset({"in", "inch", "inches", "ins"}), 12)
_OUNCES = (frozenset({"oz", "ounce", "ounces"}), 16)
_SMALLER = {"ft": _INCHES, "foot": _INCHES, "feet": _INCHES, "lb": _OUNCES, "lbs": _OUNCES}
"""The unit that may follow one and be part of the same figure, and how many of it make one."""
_AT_SEA = frozenset({"off", "from", "away", "north", "south", "east", "west", "offshore", "range", "northeast",
                     "northwest", "southeast", "southwest"})  # fmt: skip
_AGO = frozenset({"ago", "earlier"})
_NOT_JOINED = frozenset(
    {"and", "plus", "odd", "something", "way", "off", "time", "times", "gauge", "old", "olds", "ish", "figure",
     "digit", "hit", "fifths", "percent", "upmanship", "style", "tier", "dimensional"}
)  # fmt: skip


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
    rate: str = ""
    """What the unit is counted for, as ``barrel`` in "$45 a barrel"."""
    rate_last: int = -1
    """The last token of a rate that other words part from the unit: "tonnes of ice a year"."""
    calibre: bool = False
    """A gun's, which is never a figure."""


class PartReader:
    """Reads the numbers of one text, each with its unit."""

    def __init__(self, text: str, tokens: Sequence[Token], known: Knowledge, qualifiers: Qualifiers) -> None:
        self._text = text
        self._tokens = tokens
        self._known = known
        self._context = known.number_context
        self._qualifiers = qualifiers
        self._numbers = NumberReader(tokens, known.numerals)
        self._rates = RateReader(text, tokens, known)
        self._letters = LetterReader(tokens, known)
        self._multiples = MultipleReader(tokens, self._numbers, qualifiers)

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
            return self._one_unit(at)
        if number.multiple:
            return self._multiple(number) if self._multiples.holds(at) else None
        if (out_of := self._multiples.one_in_five(number)) is not None:
            return Part(out_of, out_of.first, out_of.last, _percent(out_of.value), "share", "%", "share")
        plain = Part(number, number.first, number.last, number.value)
        if self._letters.is_screen(number):
            return replace(plain, calibre=True)
        with_unit = self._money(plain) or self._lettered(plain) or self._magnitude(plain) or self._with_unit(plain)
        if with_unit is None:
            return self._fraction(plain) if number.fraction else plain
        return self._rated(self._negative(with_unit))

    def _lettered(self, part: Part) -> Part | None:
        unit = self._letters.read(part.number)
        return self._joined(replace(part, value=self._tokens[part.first].value), unit, part.first + 1) if unit else None

    def _multiple(self, number: Number) -> Part:
        if number.value < 1:
            return Part(number, number.first, number.last, _percent(number.value), "share", "%", "share")
        return Part(number, number.first, number.last, number.value, "measure", "time", "measure")

    def _one_unit(self, at: int) -> Part | None:
        """ "more than a year", "a mile and a half", "a decade": one of a unit, where the words mean the number."""
        if self._lower(at) not in {"a", "an"}:
            return None
        number = Number(at, at, 1.0)
        part = self._with_unit(Part(number, at, at, 1.0))
        if part is None or part.kind == "count":
            return None
        rest = tuple(self._lower(part.last + step) for step in (1, 2, 3))
        if rest == ("and", "a", "half"):
            return replace(part, value=1.5, last=part.last + 3)
        if part.kind != "measure" or not (part.unit == "decade" or self._qualifiers.any_before(at)):
            return None
        if (
            self._lower(at - 1) == "than"
            and self._lower(at - 2) not in {"more", "less"}
            and rest[0] in {"ago", "earlier"}
        ):
            return None
        return part if rest[0] not in {"after", "before", "later", "earlier"} | HYPHENS else None

    def _magnitude(self, part: Part) -> Part | None:
        """ "of magnitude 6.4", "a magnitude-6.4 quake"."""
        before = part.first - 1
        if self._lower(before) in HYPHENS:
            before -= 1
        if self._lower(before) != "magnitude" or self._tokens[part.number.first].kind != "number":
            return None
        return replace(part, first=before, kind="measure", unit="magnitude", category="measure")

    def _money(self, part: Part) -> Part | None:
        """A sign or code before a number: $60bn, US$ 5m, USD 5 million."""
        at = part.first - 1
        if at < 0 or self._gap(part.first) > 1:
            return None
        for width in (3, 2, 1):
            first = at - width + 1
            if first < 0:
                continue
            written = self._text[self._tokens[first].start : self._tokens[at].end]
            currency = self._known.currencies.get(written)
            if currency and currency.kind in {"symbol", "code"}:
                spaced = self._lower(part.last + 1) == "m" and self._gap(part.last + 1) == 1
                if spaced:  # US$ 5 m
                    part = replace(part, value=part.value * 1e6, last=part.last + 1)
                return self._joined(replace(part, first=first), currency, part.last)
        return None

    def _with_unit(self, part: Part) -> Part | None:
        """The number with the unit after it: 30 km, 30-km, 5%, 60 million euros; None where there is none."""
        at = part.last + 1
        hyphen = self._lower(at) in HYPHENS and self._gap(at) == 0 and self._gap(at + 1) == 0
        if hyphen:
            at += 1
        elif self._gap(at) > 1:
            return None
        if (part.number.vague and self._lower(at) == "of") or (part.number.fraction and self._lower(at) in {"a", "an"}):
            at += 1
        elif part.number.fraction and self._lower(at) == "of" and self._lower(at + 1) in {"a", "an"}:
            at += 2
        for width in (4, 3, 2, 1):
            last = at + width - 1
            if last >= len(self._tokens):
                continue
            written = " ".join(self._text[self._tokens[at].start : self._tokens[last].end].split())
            if unit := self._unit(written, part, last):
                return self._joined(part, unit, last)
        if part.number.fraction and self._lower(at) == "point":
            return replace(part, last=at, kind="share", unit="percentage point", category="share")
        return self._hyphened(part, at) if hyphen else None

    def _unit(self, written: str, part: Part, last: int) -> Measure | Currency | None:
        if written == "nm" and self._lower(last + 1) in _AT_SEA:
            return self._known.measures["NM"]
        if written.lower() in {"pound", "pounds"} and self._is_weight(part, last):
            return self._known.measures["lb"]
        if len(written) == 1 and self._gap(last + 1) == 0 and self._lower(last + 1) in HYPHENS:
            return None  # six F-16s
        measure = self._known.measures.get(written)
        if measure is None and len(written) > 3:
            measure = self._known.measures.get(written.lower())
        if measure:
            return measure
        currency = self._known.currencies.get(written) or self._known.currencies.get(written.lower())
        return currency if currency and currency.kind != "symbol" else None

    def _is_weight(self, part: Part, last: int) -> bool:
        """Whether pounds weigh: "a 500-pound bomb", "weighs 180 pounds", "20 pounds of meat"."""
        if self._lower(part.last + 1) in HYPHENS:
            return True
        near = self._context["weight_near"]
        before = any(self._lower(back) in near for back in range(max(0, part.first - 6), part.first))
        after = self._lower(last + 1) in {"heavier", "lighter", "overweight"}
        return before or after or (self._lower(last + 1) == "of" and self._lower(last + 2) in near)

    def _joined(self, part: Part, unit: Measure | Currency, last: int) -> Part:
        if isinstance(unit, Currency):
            return replace(part, last=last, kind="money", unit=unit.code, category="money", factor=unit.factor)
        kind: Kind = "share" if unit.category == "share" else "measure"
        whole = replace(part, last=last, kind=kind, unit=unit.unit, category=unit.category, factor=unit.factor)
        if self._lower(last) in _SMALLER and last > part.last:
            whole = self._and_smaller(whole)
        return replace(whole, calibre=True) if is_calibre(whole.value, self._tokens, last, self._known) else whole

    def _and_smaller(self, part: Part) -> Part:
        """ "5ft 9in", "six feet two inches", "1lb 3oz"."""
        words, many = _SMALLER[self._lower(part.last)]
        at = part.last + 1
        number = self._numbers.read(at) if at + 1 < len(self._tokens) and self._gap(at) <= 1 else None
        if number is None or number.last + 1 >= len(self._tokens) or not 0 < number.value < many:
            return part
        if self._lower(number.last + 1) not in words:
            return part
        return replace(part, value=part.value + number.value / many, last=number.last + 1)

    def _rated(self, part: Part) -> Part:
        """The part with what it is counted for, if the words say so."""
        if part.kind not in {"money", "measure"} or "/" in (part.unit or "") or part.calibre:
            return part
        if (rate := self._rates.after(part.last + 1)) is not None:
            return replace(part, unit=f"{part.unit}/{rate[0]}", rate=rate[0], last=rate[1])
        if (rate := self._rates.later(part.last + 1)) is not None and part.unit != rate[0]:
            return replace(part, unit=f"{part.unit}/{rate[0]}", rate=rate[0], rate_last=rate[1])
        return part

    def _negative(self, part: Part) -> Part:
        """ "-5 °C", "minus 0.3%"; a dash after a word or a number is none."""
        before = part.first - 1
        if before < 0:
            return part
        sign = self._tokens[before]
        if sign.lower == "minus" and self._lower(before - 1) not in {"or", "/"}:
            return replace(part, first=before, value=-part.value)
        alone = sign.start == 0 or not self._text[sign.start - 1].isalnum()
        if sign.text in _MINUS and sign.end == self._tokens[part.first].start and alone:
            return replace(part, first=before, value=-part.value)
        return part

    def _hyphened(self, part: Part, at: int) -> Part | None:
        """ "a 12-member team", "a 10,000-strong force", "a five-storey house", "a ten-fold rise"."""
        word = self._lower(at)
        noun = self._known.nouns.get(word)
        if word == "strong":
            return replace(part, last=at, noun="person", category="personnel")
        if word == "fold":
            return replace(part, last=at, kind="measure", unit="time", category="measure")
        if noun and noun.category != "other":
            return replace(part, last=at, noun=noun.lemma, category=noun.category)
        plain = word.isalpha() and len(word) > 2 and word not in _NOT_JOINED and word not in self._known.numerals
        if plain and part.value != 1 and not part.number.fraction and self._lower(at + 1) not in HYPHENS:
            return replace(part, last=at, noun=noun.lemma if noun else word, category="other")
        return None

    def _fraction(self, part: Part) -> Part | None:
        """A part of a whole as a percentage, where it is one: "a third of", not "a third country"."""
        number = part.number
        follows = self._lower(number.last + 1)
        at_end = number.last + 1 >= len(self._tokens) or self._tokens[number.last + 1].kind == "sign"
        if number.value == 0.5 and number.first == number.last and self._tokens[number.first].kind == "word":
            if follows not in _AFTER_HALF and not self._qualifiers.any_before(number.first):
                return None
        elif not (self._lower(number.last).endswith("s") or self._tokens[number.last].fraction):
            if not (at_end or follows in _AFTER_A_THIRD):
                return None
            if follows != "of" and self._lower(number.first - 1) in _BEFORE_A_THIRD_ONE:
                return None
        if follows in HYPHENS and self._gap(number.last + 1) == 0:
            return None
        return replace(part, kind="share", unit="%", category="share", value=_percent(part.value))

    def _lower(self, at: int) -> str:
        return self._tokens[at].lower if 0 <= at < len(self._tokens) else ""

    def _gap(self, at: int) -> int:
        """Characters between a token and the one before it."""
        return self._tokens[at].start - self._tokens[at - 1].end if 0 < at < len(self._tokens) else 9


def _percent(value: float) -> float:
    return round(value * 100, 1)
