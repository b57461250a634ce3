"""Millimetres of a gun: "122 mm and 152 mm shells", "a 155mm Caesar". A calibre is never a figure."""

from collections.abc import Sequence

from services.extractor.knowledge import Knowledge
from services.extractor.tagger.lexer import Token

_MILLIMETRES = frozenset({"mm", "millimetre", "millimetres", "millimeter", "millimeters"})
_CALIBRE = frozenset({"calibre", "caliber", "cal", "calibres", "calibers"})
_AHEAD = 7
_ENDS = frozenset(
    {".", ";", ":", "(", "of", "thick", "wide", "long", "deep", "in", "at", "per", "fell", "rain", "rainfall", "snow"}
)
_GUNS = frozenset({"equipment", "munitions"})


def is_calibre(value: float, tokens: Sequence[Token], last: int, known: Knowledge) -> bool:
    """Whether a number of millimetres that ends at token ``last`` is the calibre of the weapon beside it."""
    if tokens[last].lower not in _MILLIMETRES:
        return False
    if any(tokens[at].lower in _CALIBRE for at in range(max(0, last - 4), min(last + 4, len(tokens)))):
        return True
    if f"{value:g}" not in known.number_context["calibre"]:
        return False
    for at in range(last + 1, min(last + 1 + _AHEAD, len(tokens))):
        token = tokens[at]
        if token.lower in _ENDS:
            return False
        noun = known.nouns.get(token.lower)
        if noun is not None and noun.category in _GUNS:
            return True
    follows = tokens[last + 1] if last + 1 < len(tokens) else None
    return follows is not None and follows.kind == "word" and follows.text[0].isupper()
