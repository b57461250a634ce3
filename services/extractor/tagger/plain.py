"""What is safe to take from a text in a language without a model: listed names, towns, numbers beside a unit."""

from collections import Counter

from services.common.identity import claim_id
from services.common.messages import Claim, Entity
from services.extractor.knowledge import Knowledge
from services.extractor.tagger.entities import find_listed_entities
from services.extractor.tagger.quantities import Quantity, quantities


def tag_plainly(
    text: str, title: str, language: str, known: Knowledge, article_id: str
) -> tuple[tuple[Entity, ...], tuple[Claim, ...]]:
    """Entities by the tables and the gazetteer alone; claims only where a sign says the unit (money, per cent, km)."""
    entities = find_listed_entities(text, title, language, known)
    names = [(name.start, name.end) for name in entities.mentions]
    seen: Counter[tuple[str, str]] = Counter()
    claims = []
    for figure in quantities(text, known, names):
        if figure.kind == "count" or figure.unit is None or not _is_unmistakable(text, figure):
            continue
        line = _line(text, figure.start)
        words = text[figure.start : figure.end]
        claims.append(
            Claim(
                id=claim_id(article_id, line, words, seen[line, words]),
                text=words,
                start=figure.start,
                end=figure.end,
                sentence=line,
                low=figure.low,
                high=figure.high,
                qualifier=figure.qualifier,
                category=figure.category or "measure",
                item=figure.unit,
                unit=figure.unit,
            )
        )
        seen[line, words] += 1
    return entities.collected(text, known), tuple(claims)


def _is_unmistakable(text: str, figure: Quantity) -> bool:
    """Not "1.500" or "1,5", which languages read differently, nor "$60 млн", where a word may be a power of ten."""
    number = text[figure.number_start : figure.number_end]
    before = text[max(0, figure.start - 2) : figure.start]
    after = text[figure.end : figure.end + 2].lstrip(" \u00a0")
    separated = any(char in number for char in ".,'’ \u00a0\u202f") or (
        before[-1:] in {".", ","} and before[:1].isdigit()
    )
    return not separated and not (figure.kind == "money" and after[:1].isalpha())


def _line(text: str, at: int) -> str:
    start = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at)
    return text[start : end if end >= 0 else len(text)].strip()
