"""Words beside a number that say how exactly it is meant: "at least", "nearly", "or more"."""

from collections.abc import Callable, Sequence

from services.common.messages import Qualifier
from services.extractor.knowledge import Knowledge
from services.extractor.tagger.lexer import Token

_BOUNDS: tuple[Qualifier, ...] = ("at_least", "more_than", "at_most", "less_than")
_PREPOSITIONS = frozenset({"over", "under", "above", "below"})
_NOT_A_PREPOSITION_AFTER = frozenset(
    {"for", "well", "just", "lasted", "took", "in", "is", "was", "of", "to", "slightly"}
)
_IN_THE_AIR = frozenset(
    {"downed", "down", "intercepted", "destroyed", "flew", "flying", "flown", "hovered", "spotted", "neutralized",
     "neutralised", "suppressed", "drones", "missiles", "uavs", "targets", "circled", "victory", "spread"}
)  # fmt: skip


class Qualifiers:
    """Reads the qualifiers of one text."""

    def __init__(self, text: str, tokens: Sequence[Token], known: Knowledge) -> None:
        self._text = text
        self._tokens = tokens
        self._known = known

    def before(self, first: int, *, duration: Callable[[], bool]) -> tuple[int, list[Qualifier]]:
        """Those before the number that begins at token ``first``: the first token with them, and what they say.

        ``duration`` tells whether the number is one of hours, days or years: "over two days" is no qualifier then.
        """
        said: list[Qualifier] = []
        while len(said) < 3 and (found := self._one_before(first, duration)) is not None:
            first, qualifier = found
            said.append(qualifier)
        return first, said

    def any_before(self, first: int) -> bool:
        """Whether there is one before this token."""
        return self._one_before(first, lambda: False) is not None

    def after(self, last: int) -> tuple[list[Qualifier], int]:
        """The one after the number that ends at token ``last``, and the last token with it."""
        for width in (3, 2, 1):
            end = last + width
            if end < len(self._tokens) and self._gap(last + 1) <= 1:
                qualifier = self._known.qualifiers_after.get(self._phrase(last + 1, end))
                if qualifier:
                    return [qualifier], end
        return [], last

    def skip(self, at: int) -> int:
        """The token after a qualifier that begins here: "to *as many as* 3,000"."""
        for width in (3, 2, 1):
            last = at + width - 1
            if last < len(self._tokens) and self._phrase(at, last) in self._known.qualifiers_before:
                return at + width
        return at

    def _one_before(self, first: int, duration: Callable[[], bool]) -> tuple[int, Qualifier] | None:
        for width in (4, 3, 2, 1):
            start = first - width
            if start < 0 or self._gap(first) > 2:
                continue
            if "\n" in self._text[self._tokens[start].start : self._tokens[first].start]:
                continue
            phrase = self._phrase(start, first - 1)
            qualifier = self._known.qualifiers_before.get(phrase)
            if not qualifier or (phrase in _PREPOSITIONS and self._tells_how_long(start) and duration()):
                continue
            if not self._tells_where(start):
                return start, qualifier
        return None

    def _tells_how_long(self, at: int) -> bool:
        """ "over two days" tells how long, "for over two days" how long at least."""
        return at == 0 or self._tokens[at - 1].lower not in _NOT_A_PREPOSITION_AFTER

    def _tells_where(self, at: int) -> bool:
        """ "drones were downed over three regions"."""
        return self._phrase(at, at) == "over" and at > 0 and self._tokens[at - 1].lower in _IN_THE_AIR

    def _phrase(self, first: int, last: int) -> str:
        return " ".join(self._text[self._tokens[first].start : self._tokens[last].end].lower().split())

    def _gap(self, at: int) -> int:
        return self._tokens[at].start - self._tokens[at - 1].end if 0 < at < len(self._tokens) else 9


def effective(said: list[Qualifier]) -> Qualifier:
    """The one that counts: a bound before an approximation, the outermost first."""
    for qualifier in reversed(said):
        if qualifier in _BOUNDS:
            return qualifier
    return "approximate" if "approximate" in said else "exact"
