"""The figures of a text: numbers with their qualifiers, their ranges and, where the words say so, their unit.

A pure grammar over tokens: no model, no sentence structure. What is counted ("12,000 *soldiers*") is found by the
parse, in ``items.py``; money, shares and measures carry their unit here already.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.common.messages import Qualifier
from services.extractor.knowledge import Knowledge
from services.extractor.tagger.lexer import Token, tokens
from services.extractor.tagger.not_figures import HYPHENS, NotFigures
from services.extractor.tagger.parts import Kind, Part, PartReader
from services.extractor.tagger.qualifiers import Qualifiers, effective

_DOZEN = 12
"""From here on a scale word is lent in words too: "two to three dozen", but not "two to three half-hours"."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A figure. ``text[start:end]`` are its words with qualifier and unit, those of ``number_…`` the bare number's."""

    start: int
    end: int
    number_start: int
    number_end: int
    low: float | None
    high: float | None
    qualifier: Qualifier
    kind: Kind = "count"
    unit: str | None = None
    """Of money (ISO 4217), shares (``%``) and measures (``km``, ``month``); for a count None: the parse tells."""
    category: str | None = None
    noun: str | None = None
    """A counted noun joined by a hyphen: ``member`` in "a 12-member team"."""
    factor: float = 1.0
    """What one of the unit's words is in ``unit``: of a mile 1.609344."""
    rate_end: int = 0
    """Where a rate ends that other words part from the unit: "3 tonnes of ice a year"."""


def quantities(text: str, known: Knowledge, names: Sequence[tuple[int, int]] = ()) -> tuple[Quantity, ...]:
    """Every figure of a text, in order, none inside a span of ``names`` (weapons and units carry numbers)."""
    return _Grammar(text, tokens(text), known, names).all()


class _Grammar:
    def __init__(self, text: str, found: Sequence[Token], known: Knowledge, names: Sequence[tuple[int, int]]) -> None:
        self._text = text
        self._tokens = found
        self._known = known
        self._qualifiers = Qualifiers(text, found, known)
        self._parts = PartReader(text, found, known, self._qualifiers)
        self._not = NotFigures(text, found, names, known)

    def all(self) -> tuple[Quantity, ...]:
        found: list[Quantity] = []
        at = 0
        while at < len(self._tokens):
            part = self._parts.read(at) if self._parts.may_begin(at) else None
            if part is None:
                at += 1
                continue
            if part.calibre:
                while found and self._tied(found[-1], part):
                    found.pop()
            if part.calibre or self._not.holds(
                part.number,
                part.last + 1,
                counts=part.kind == "count",
                first=part.first,
            ):
                at = part.last + 1
                continue
            quantity, at = self._whole(part)
            if quantity:
                found.append(quantity)
        return tuple(_with_units(found, self._text, self._known.number_context["tie"]))

    def _tied(self, quantity: Quantity, part: Part) -> bool:
        """ "122 and 152 mm shells"."""
        between = self._text[quantity.end : self._tokens[part.first].start]
        return quantity.kind == "count" and is_tie(between, self._known.number_context["tie"])

    def _whole(self, part: Part) -> tuple[Quantity | None, int]:
        """The figure a number belongs to, and the token after it. None: "12-fold" and the like."""
        after = part.last + 1
        other, between = self._range_end(part)
        odd = self._qualifiers.after(part.last)[0]  # 2,000-odd, 20-plus
        if other is None and part.kind == "count" and not odd and self._tied_by_hyphen(after):
            return None, after + 2
        first, qualifiers = self._before(part.first)
        last = other.last if other else part.last
        if between is not None:
            first, qualifiers = between, []
        following, last = self._qualifiers.after(last)
        return self._figure(part, other, first, last, [*qualifiers, *following]), last + 1

    def _before(self, first: int) -> tuple[int, list[Qualifier]]:
        return self._qualifiers.before(first, duration=lambda: self._is_duration(first))

    def _is_duration(self, first: int) -> bool:
        part = self._parts.read(self._skip_currency(first))
        return part is not None and part.category == "duration"

    def _tied_by_hyphen(self, at: int) -> bool:
        """A hyphen without spaces ties the number to what follows: "ten-fold", "won 3-2"."""
        return (
            self._lower(at) in HYPHENS - {"—"}
            and self._gap(at) == 0
            and self._gap(at + 1) == 0
            and at + 1 < len(self._tokens)
            and self._tokens[at + 1].kind != "sign"
        )

    def _range_end(self, part: Part) -> tuple[Part | None, int | None]:
        """The second number of a range, and the token "between" where that begins it."""
        if part.number.vague or part.noun:
            return None, None
        join, start = part.last + 1, self._before(part.first)[0]
        word = self._lower(join)
        between = start - 1 if self._lower(start - 1) == "between" and word == "and" else None
        hyphen = word in HYPHENS and self._gap(join) <= 1
        if not (hyphen or word in {"to", "or"} or between is not None):
            return None, None
        at = self._qualifiers.skip(self._skip_currency(join + 1))
        other = self._parts.read(at) if at < len(self._tokens) and self._parts.may_begin(at) else None
        if other is None or not _fit(part, other := _with_money(part, other)):
            return None, None
        if hyphen:
            spans = self._range_by_hyphen(part, other, join)
        else:
            spans = not (word == "to" and self._changes(start)) and not self._not.holds(
                other.number, other.last + 1, counts=other.kind == "count"
            )
        return (other, between) if spans else (None, None)

    def _skip_currency(self, at: int) -> int:
        while (
            at < len(self._tokens)
            and self._tokens[at].text in self._known.currencies
            and (self._known.currencies[self._tokens[at].text].kind == "symbol")
        ):
            at += 1
        return at

    def _range_by_hyphen(self, part: Part, other: Part, join: int) -> bool:
        spaced = self._gap(join) + self._gap(join + 1)
        if spaced not in {0, 2} or (spaced == 2 and self._lower(join) == "-"):
            return False
        years = [self._tokens[at].text for at in (part.number.first, other.number.first)]
        if all(len(year) == 4 and year.isdigit() and 1900 <= int(year) <= 2099 for year in years):
            return False
        return not self._is_score(part, other)

    def _is_score(self, part: Part, other: Part) -> bool:
        """ "won 3-4", "a 1-3 defeat", "4-6, 6-3"."""
        if part.kind != "count" or other.kind != "count":
            return False
        context = self._known.number_context
        if any(self._lower(part.first - back) in context["score_before"] for back in (1, 2)):
            return True
        ahead = self._lower(other.last + 1)
        another = ahead == "," and self._lower(other.last + 3) in HYPHENS and self._gap(other.last + 3) == 0
        return ahead in context["score_after"] or another

    def _changes(self, start: int) -> bool:
        """ "rose from 10,000 to 12,000" puts forward two figures."""
        if self._lower(start - 1) != "from":
            return False
        verbs = self._known.number_context["change_verb"]
        return any(self._lower(start - back) in verbs for back in range(2, 9))

    def _figure(self, part: Part, other: Part | None, first: int, last: int, said: list[Qualifier]) -> Quantity:
        upper = other or part
        unit = upper if upper.unit or upper.noun else part
        low: float | None = _low(part, other) if other else part.value * unit.factor
        high: float | None = upper.value * upper.factor
        qualifier: Qualifier = "range" if other else effective(said)
        if part.number.vague and not other:
            qualifier, high = "vague", None
        elif qualifier in {"at_least", "more_than"}:
            high = None
        elif qualifier in {"at_most", "less_than"}:
            low = None
        return Quantity(
            start=self._tokens[first].start,
            end=self._tokens[last].end,
            number_start=self._tokens[part.number.first].start,
            number_end=self._tokens[upper.number.last].end,
            low=_rounded(low),
            high=_rounded(high),
            qualifier=qualifier,
            kind=unit.kind,
            unit=unit.unit,
            category=unit.category,
            noun=unit.noun,
            factor=unit.factor,
            rate_end=self._tokens[upper.rate_last].end if upper.rate_last >= 0 else 0,
        )

    def _lower(self, at: int) -> str:
        return self._tokens[at].lower if 0 <= at < len(self._tokens) else ""

    def _gap(self, at: int) -> int:
        """Characters between a token and the one before it."""
        return self._tokens[at].start - self._tokens[at - 1].end if 0 < at < len(self._tokens) else 9


def _low(part: Part, other: Part | None) -> float:
    """The lower end of a range in the unit of the upper: "2 to 3 million" begins at two million."""
    if other is None:
        return part.value * part.factor
    factor = part.factor if part.unit and part.unit == other.unit and part.factor != 1.0 else other.factor
    lent = other.number.scaled
    if (
        part.number.scaled == 1.0
        and lent > 1.0
        and part.number.digits | (lent >= _DOZEN)
        and part.value < other.value / lent
    ):
        return part.value * lent * factor
    return part.value * factor


def _with_money(part: Part, other: Part) -> Part:
    """ "$5-6 million": the sign is written once."""
    if other.kind == "count" and part.kind == "money":
        return replace(other, kind=part.kind, unit=part.unit, category=part.category)
    return other


def _fit(part: Part, other: Part) -> bool:
    """Whether two numbers can be the ends of one range."""
    if other.number.vague or other.number.fraction != part.number.fraction:
        return False
    same_unit = part.kind == "count" or other.unit in {part.unit, f"{part.unit}/{other.rate}"}
    if part.calibre or other.calibre or part.number.multiple or other.number.multiple:
        return False
    return same_unit and _low(part, other) < other.value * other.factor


def _with_units(found: Sequence[Quantity], text: str, ties: frozenset[str]) -> list[Quantity]:
    """Lends the unit of the last number of a list to those before it: "10, 20 and 30 km"."""
    lent = list(found)
    for at in range(len(lent) - 2, -1, -1):
        one, following = lent[at], lent[at + 1]
        if one.kind != "count" or one.noun or one.qualifier == "vague" or following.kind not in {"measure", "share"}:
            continue
        between = text[one.end : following.start]
        if following.unit == "time" or not (is_tie(between, ties) or between.strip() == "to"):
            continue
        factor = following.factor
        lent[at] = replace(
            one,
            low=_rounded(None if one.low is None else one.low * factor),
            high=_rounded(None if one.high is None else one.high * factor),
            kind=following.kind,
            unit=following.unit,
            category=following.category,
        )
    return lent


def is_tie(between: str, ties: frozenset[str]) -> bool:
    """Whether nothing but the words of an enumeration stands between two numbers."""
    words = between.replace(",", " , ").lower().split()
    starts = bool(words) and between[-1].isspace() and words[0] in {",", "and", "or", "&"}
    return starts and all(word in ties for word in words)


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.10g}")
