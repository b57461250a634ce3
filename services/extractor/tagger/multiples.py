"""So many times and so many out of so many: "more than doubled", "twice the size", "one in five"."""

from collections.abc import Sequence

from services.extractor.tagger.lexer import Token
from services.extractor.tagger.numerals import Number, NumberReader
from services.extractor.tagger.qualifiers import Qualifiers

_NOT_ALWAYS = frozenset(
    {"double", "doubles", "triple", "triples", "treble", "quadruple", "quadruples", "halve", "halves"}
)
_SIZE = frozenset(
    {"the", "that", "what", "its", "their", "his", "her", "this", "last", "those", "in", "from", "since", "by", "over",
     "as", "again", "between", "every", "to", "."}
)  # fmt: skip
_MAY = frozenset(
    {"to", "will", "would", "could", "can", "may", "might", "should", "must", "than", "nearly", "almost", "about",
     "has", "have", "had", "roughly"}
)  # fmt: skip
_WHOLES = frozenset(
    {2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 12.0, 15.0, 20.0, 25.0, 50.0, 100.0, 1000.0, 10000.0}
)
_ROUND = frozenset({3, 4, 5, 10, 20, 100, 1000})
_NO_WHOLE = frozenset(
    {"days", "weeks", "months", "years", "hours", "minutes", "seconds", "games", "matches", "attacks", "seasons",
     "starts", "decades", "attempts", "cities", "countries", "regions", "places", "quarters", "%", "percent", "per"}
)  # fmt: skip


class MultipleReader:
    """Tells, for one text, which words of multiplication are figures."""

    def __init__(self, tokens: Sequence[Token], numbers: NumberReader, qualifiers: Qualifiers) -> None:
        self._tokens = tokens
        self._numbers = numbers
        self._qualifiers = qualifiers

    def holds(self, at: int) -> bool:
        """ "doubled to 40" and "double the price", but not "doubled down" or "a double agent"."""
        word, before, after = (self._lower(at + step) for step in (0, -1, 1))
        if after in {"down", "up", "-", "‑"} or before == "or":
            return False
        if word in _NOT_ALWAYS:
            return (after in _SIZE and before not in {"the", "a"}) or before in _MAY
        return not (word == "twice" and before in {"think", "thought", "once"})

    def one_in_five(self, number: Number) -> Number | None:
        """ "one in five", "nine out of 10": a share, whose value is the part; None where it is something else."""
        at, out_of = number.last + 1, False
        if self._lower(at) == "out" and self._lower(at + 1) == "of":
            at, out_of = at + 2, True
        elif self._lower(at) in {"in", "of"}:
            every = self._lower(at + 1) == "every"
            if self._lower(at) == "of" and not every:
                return None
            at += 2 if every else 1
        elif number.value == 1 and self._lower(at + 1) == "in" and self._tokens[at].kind == "word":
            at += 2  # one child in eight
        else:
            return None
        whole = self._numbers.read(at) if at < len(self._tokens) and self._starts_number(at) else None
        if whole is None or whole.vague or whole.fraction or whole.multiple or not 0 < number.value < whole.value:
            return None
        if whole.value not in (_WHOLES if number.value == 1 and not out_of else _ROUND):
            return None
        if number.value != int(number.value) or number.vague or self._lower(whole.last + 1) in _NO_WHOLE:
            return None
        return Number(number.first, whole.last, number.value / whole.value)

    def _starts_number(self, at: int) -> bool:
        return self._tokens[at].kind != "sign"

    def _lower(self, at: int) -> str:
        return self._tokens[at].lower if 0 <= at < len(self._tokens) else ""
