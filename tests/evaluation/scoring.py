"""How well an answer fits the gold: precision, recall and F1 by what is asked. Pure."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import product

from services.common.messages import Claim, Entity
from tests.evaluation.labelled import Days, GoldClaim, GoldMention, Passage, Said, Span

TOLERANCE = 0.005
"""By which a value may differ, as a share of it: a third is 33.3 or 33.33."""
CLAIM_ROWS = (
    "value", "value+unit", "value+qualifier", "value+category", "value+item", "value+item+actor", "modality",
)  # fmt: skip
PRESENCE_ROWS = (
    "action",
    "actor",
    "place",
    "attribution",
    "quoted through",
    "as_of",
    "not asserted",
    "implicit",
    "each",
)
_LEADING = re.compile(r"^(?:the|a|an|its|his|her|their|our|all|another|some)\s+")
_QUOTES = re.compile(r"[“”\"‘«»]")


@dataclass(slots=True)
class Score:
    """Right answers, answers given, answers wanted."""

    hits: int = 0
    given: int = 0
    wanted: int = 0

    @property
    def precision(self) -> float:
        """Of the answers given, how many are right. Nothing given is nothing wrong."""
        return self.hits / self.given if self.given else 1.0

    @property
    def recall(self) -> float:
        """Of the answers wanted, how many were given."""
        return self.hits / self.wanted if self.wanted else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        both = self.given + self.wanted
        return 2 * self.hits / both if both else 1.0

    def add(self, other: "Score") -> None:
        """Take in the counts of another."""
        self.hits += other.hits
        self.given += other.given
        self.wanted += other.wanted


@dataclass(slots=True)
class Miss:
    """One answer that does not fit: what was asked, the gold, and what was said instead."""

    row: str
    passage: str
    gold: str
    given: str


@dataclass(slots=True)
class Scores:
    """All rows of one half, and what was missed."""

    rows: dict[str, Score] = field(default_factory=dict)
    misses: list[Miss] = field(default_factory=list)

    def row(self, name: str) -> Score:
        """The score of a row."""
        return self.rows.setdefault(name, Score())


def plain(words: str) -> str:
    """Words without what readers do not mind: capitals, quotation marks, a leading article or possessive."""
    bare = " ".join(_QUOTES.sub("", words).replace("’", "'").casefold().split())
    return _LEADING.sub("", bare)


def same_value(one: float | None, other: float | None) -> bool:
    """Whether two ends are the same; an open end is only like another."""
    if one is None or other is None:
        return one is other
    return abs(one - other) <= TOLERANCE * max(abs(one), abs(other))


def align(gold: Sequence[GoldClaim], given: Sequence[Claim]) -> dict[int, int]:
    """Which given claim answers which gold one: their words overlap, each at most once, those of one value first."""
    pairs = []
    for (at, want), (index, got) in product(enumerate(gold), enumerate(given)):
        shared = min(want.span.end, got.end) - max(want.span.start, got.start)
        if shared > 0:
            fits = same_value(want.low, got.low) and same_value(want.high, got.high)
            pairs.append((not fits, -shared, at, index))
    taken: dict[int, int] = {}
    used: set[int] = set()
    for _, _, at, index in sorted(pairs):
        if at not in taken and index not in used:
            taken[at] = index
            used.add(index)
    return taken


def score_entities(scores: Scores, passage: Passage, entities: Iterable[Entity]) -> None:
    """Strict: the span is one of the right ones, and the type is right; linking asks for the id of those found."""
    answers = list(entities)
    names = {(one.start, one.end): entity for entity in answers for one in entity.mentions}
    demonyms = {(one.start, one.end): entity for entity in answers for one in entity.demonyms}
    _score_mentions(scores, passage, [one for one in passage.mentions if not one.demonym], names, "entities")
    _score_mentions(scores, passage, [one for one in passage.mentions if one.demonym], demonyms, "demonyms")


def _score_mentions(
    scores: Scores, passage: Passage, gold: Sequence[GoldMention], given: dict[tuple[int, int], Entity], row: str
) -> None:
    matched: set[tuple[int, int]] = set()
    for want in gold:
        found = _found(want, given)
        hit = found is not None
        for name in _rows(row, want.type):
            scores.row(name).add(Score(int(hit), int(hit), 1))
        words = passage.text[want.spans[0].start : want.spans[0].end]
        if found is None:
            near = _nearest(want, given, passage)
            scores.misses.append(Miss(f"{row} missed", passage.id, f"{words} ({want.type})", near))
            continue
        matched.add(found)
        right = given[found].id == want.entity
        scores.row("linking").add(Score(int(right), 1, 1))
        if not right:
            scores.misses.append(Miss("linking", passage.id, f"{words}: {want.entity}", given[found].id))
    for (start, end), entity in given.items():
        if (start, end) in matched or any(span.overlaps(Span(start, end)) for span in passage.optional_mentions):
            continue
        for name in _rows(row, entity.type):
            scores.row(name).given += 1
        scores.misses.append(Miss(f"{row} too many", passage.id, "-", f"{passage.text[start:end]} ({entity.type})"))


def _rows(row: str, kind: str) -> tuple[str, ...]:
    return (row, f"{row}: {kind}") if row == "entities" else (row,)


def _found(want: GoldMention, given: dict[tuple[int, int], Entity]) -> tuple[int, int] | None:
    for span in want.spans:
        entity = given.get((span.start, span.end))
        if entity is not None and entity.type == want.type:
            return (span.start, span.end)
    return None


def _nearest(want: GoldMention, given: dict[tuple[int, int], Entity], passage: Passage) -> str:
    near = [(s, e) for s, e in given if any(Span(s, e).overlaps(span) for span in want.spans)]
    return "; ".join(f"{passage.text[s:e]} ({given[s, e].type})" for s, e in near) or "-"


def score_claims(scores: Scores, passage: Passage, claims: Sequence[Claim]) -> None:
    """Every row about figures. A row with a plus needs all of its parts right at once."""
    pairs = align(passage.claims, claims)
    used = set(pairs.values())
    for at, want in enumerate(passage.claims):
        got = claims[pairs[at]] if at in pairs else None
        _score_pair(scores, passage, want, got)
    for index, got in enumerate(claims):
        if index in used or any(span.overlaps(Span(got.start, got.end)) for span in passage.optional_claims):
            continue
        for row in CLAIM_ROWS:
            scores.row(row).given += 1
        for row in PRESENCE_ROWS:
            scores.row(row).given += _said(row, got)
        scores.misses.append(Miss("figure too many", passage.id, "-", f"{got.text} = {_range(got.low, got.high)}"))


def _score_pair(scores: Scores, passage: Passage, want: GoldClaim, got: Claim | None) -> None:
    right = _right(want, got)
    for row in CLAIM_ROWS:
        scores.row(row).add(Score(int(right[row]), int(got is not None), 1))
        if got is None and row == "value":
            scores.misses.append(Miss("figure missed", passage.id, want.text, "-"))
        if got is not None and not right[row] and (row in {"value", "modality"} or right["value"]):
            scores.misses.append(Miss(row, passage.id, *_shown(row, want, got)))
    for row in PRESENCE_ROWS:
        wanted, hit = _wanted(row, want), got is not None and _fits(row, want, got)
        said = got is not None and _said(row, got)
        if not said and not wanted:
            continue
        hit = hit and said
        scores.row(row).add(Score(int(hit), int(said), int(wanted or hit)))
        if not hit and got is not None:
            scores.misses.append(Miss(row, passage.id, *_shown(row, want, got)))


def _right(want: GoldClaim, got: Claim | None) -> dict[str, bool]:
    if got is None:
        return dict.fromkeys(CLAIM_ROWS, False)
    value = same_value(want.low, got.low) and same_value(want.high, got.high)
    item = plain(got.item) in {plain(one) for one in want.item}
    return {
        "value": value,
        "value+unit": value and got.unit.casefold() in {one.casefold() for one in want.unit},
        "value+qualifier": value and got.qualifier in want.qualifier,
        "value+category": value and got.category in want.category,
        "value+item": value and item,
        "value+item+actor": value and item and got.actor in want.actor,
        "modality": got.modality in want.modality,
    }


_ASKED: dict[str, Callable[[GoldClaim], Sequence[object]]] = {
    "action": lambda want: want.action,
    "actor": lambda want: want.actor,
    "place": lambda want: want.place,
    "attribution": lambda want: want.attributed_to,
    "quoted through": lambda want: [said.via if said else None for said in want.attributed_to],
    "as_of": lambda want: want.as_of,
    "not asserted": lambda want: [None if one == "asserted" else one for one in want.modality],
    "implicit": lambda want: [want.implicit or None],
    "each": lambda want: [want.each or None],
}
_SAYS: dict[str, Callable[[Claim], object]] = {
    "action": lambda got: got.action,
    "actor": lambda got: got.actor,
    "place": lambda got: got.place,
    "attribution": lambda got: got.attributed_to,
    "quoted through": lambda got: got.attributed_to.via if got.attributed_to else None,
    "as_of": lambda got: Days(got.as_of.from_, got.as_of.to) if got.as_of else None,
    "not asserted": lambda got: None if got.modality == "asserted" else got.modality,
    "implicit": lambda got: got.implicit or None,
    "each": lambda got: got.each or None,
}


def _wanted(row: str, want: GoldClaim) -> bool:
    """Whether the gold asks for an answer; where "none" is among the right ones, silence is right too."""
    return None not in _ASKED[row](want)


def _said(row: str, got: Claim) -> bool:
    return _SAYS[row](got) is not None


def _fits(row: str, want: GoldClaim, got: Claim) -> bool:
    answer = _SAYS[row](got)
    if row == "attribution":
        said = got.attributed_to
        return said is not None and any(
            one and _same_speaker(one, said.text, said.entity) for one in want.attributed_to
        )
    if row == "quoted through":
        return isinstance(answer, str) and plain(answer) in {plain(str(one)) for one in _ASKED[row](want) if one}
    return answer in _ASKED[row](want)


def _same_speaker(want: Said, text: str, entity: str | None) -> bool:
    return (want.entity is not None and entity == want.entity) or plain(text) == plain(want.text)


def _range(low: float | None, high: float | None) -> str:
    ends = ["" if end is None else f"{end:g}" for end in (low, high)]
    return ends[0] if low == high else "..".join(ends)


def _shown(row: str, want: GoldClaim, got: Claim) -> tuple[str, str]:
    """The gold and the answer, as the errors list prints them."""
    words = f"[{want.text}] "
    if row == "value":
        return words + _range(want.low, want.high), f"{got.text} = {_range(got.low, got.high)}"
    if row == "modality":
        return words + " | ".join(want.modality), got.modality
    if row in _ASKED:
        asked = " | ".join(_words(one) for one in _ASKED[row](want))
        return words + asked, _words(_SAYS[row](got))
    part = row.partition("+")[2]
    if part == "item+actor":
        return words + f"{' | '.join(want.item)}, {' | '.join(map(str, want.actor))}", f"{got.item}, {got.actor}"
    return words + " | ".join(getattr(want, part)), str(getattr(got, part))


def _words(answer: object) -> str:
    if answer is None:
        return "none"
    if isinstance(answer, Days):
        return f"{answer.first or ''}..{answer.last or ''}"
    text = getattr(answer, "text", None)
    if text is not None:
        entity, via = getattr(answer, "entity", None), getattr(answer, "via", None)
        return f"{text}{f' = {entity}' if entity else ''}{f' via {via}' if via else ''}"
    return str(answer)
