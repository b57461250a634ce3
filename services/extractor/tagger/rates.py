"""What a sum is paid or a measure counted for: "$45 *a barrel*", "2 t *per hectare*", "9 tons of ice *a year*"."""

from collections.abc import Sequence

from services.extractor.knowledge import Knowledge
from services.extractor.tagger.lexer import Token

_ARTICLES = frozenset({"a", "an", "each", "every"})
_MOST_BETWEEN = 4
_NAMED = {
    "capita": "person",
    "annum": "year",
    "diem": "day",
    "people": "person",
    "head": "person",
    "pound": "lb",
    "pop": "item",
    "piece": "item",
}


class RateReader:
    """Reads the rates in one text."""

    def __init__(self, text: str, tokens: Sequence[Token], known: Knowledge) -> None:
        self._text = text
        self._tokens = tokens
        self._known = known

    def after(self, at: int) -> tuple[str, int] | None:
        """The rate that begins at token ``at``: what it is for (``barrel``, ``MWh``) and its last token, or None."""
        word = self._lower(at)
        if word in {"per", "/"} or (word == "-" and self._lower(at + 1) == "per"):
            return self._for(at + 1 if word != "-" else at + 2, any_word=True)
        if word == "-" and self._lower(at + 1) in _ARTICLES and self._lower(at + 2) == "-":
            return self._for(at + 3, any_word=False)
        return self._for(at + 1, any_word=False) if word in _ARTICLES else None

    def later(self, at: int) -> tuple[str, int] | None:
        """A rate after what is measured: "150 billion tonnes *of ice* a year"."""
        if self._lower(at) != "of":
            return None
        for ahead in range(at + 2, min(at + 2 + _MOST_BETWEEN, len(self._tokens))):
            if self._tokens[ahead - 1].kind != "word":
                return None
            if self._lower(ahead) in _ARTICLES | {"per"} and (rate := self.after(ahead)) is not None:
                return rate if self._is_time(ahead + 1) or self._lower(ahead) == "per" else None
        return None

    def _for(self, at: int, *, any_word: bool) -> tuple[str, int] | None:
        for width in (3, 2, 1):
            last = at + width - 1
            if last >= len(self._tokens):
                continue
            written = " ".join(self._text[self._tokens[at].start : self._tokens[last].end].split())
            measure = self._known.measures.get(written) or self._known.measures.get(written.lower())
            if measure and measure.factor == 1.0 and self._is_rate(last, any_word=any_word):
                return measure.unit, last
        if not (at < len(self._tokens) and self._tokens[at].kind == "word"):
            return None
        word = self._lower(at)
        if not self._is_rate(at, any_word=any_word) or not (any_word or word in self._known.number_context["rate_of"]):
            return None
        return self._name(word, at)

    def _name(self, word: str, at: int) -> tuple[str, int]:
        if word in self._known.measures:
            return self._tokens[at].lower, at
        currency = self._known.currencies.get(word)
        noun = self._known.nouns.get(word)
        if word in _NAMED:
            return _NAMED[word], at
        return currency.code if currency else noun.lemma if noun else word, at

    def _is_rate(self, last: int, *, any_word: bool) -> bool:
        return any_word or self._lower(last + 1) not in self._known.number_context["not_a_rate"]

    def _is_time(self, at: int) -> bool:
        measure = self._known.measures.get(self._lower(at))
        return measure is not None and measure.category == "duration"

    def _lower(self, at: int) -> str:
        return self._tokens[at].lower if 0 <= at < len(self._tokens) else ""
