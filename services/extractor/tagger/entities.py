"""Who and what a text speaks of: the model's names, corrected and linked by the tables."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace

from services.common.messages import Entity, Mention
from services.extractor.knowledge import Knowledge
from services.extractor.knowledge.names import WORD, slug
from services.extractor.tagger.gazetteer import Found, find_names
from services.extractor.tagger.mentions import acronyms, settle, surnames, unknown, who
from services.extractor.tagger.pipeline import Paragraph
from services.extractor.tagger.seats import is_government
from services.extractor.tagger.spans import Spans

_KINDS = {"PERSON": "person", "ORG": "organisation", "GPE": "place", "LOC": "place", "FAC": "place"}
DEMONYMS = frozenset({"adjective", "people"})
_EDGES = ' \t\u00a0.,;:!?()[]{}"“”„«»‘*–—-_|/\\'
_POSSESSIVE = re.compile(r"['’]s?$")
_THE = re.compile(r"^(?:the|a|an)\s+", re.IGNORECASE)


class Entities:
    """The mentions of a text in order, none overlapping, and what they are."""

    def __init__(self, mentions: Iterable[Found]) -> None:
        self.mentions = tuple(mentions)
        self._starts = [mention.start for mention in self.mentions]

    def within(self, start: int, end: int) -> tuple[Found, ...]:
        """The mentions that lie wholly inside a span."""
        first, last = bisect_left(self._starts, start), bisect_left(self._starts, end)
        return tuple(mention for mention in self.mentions[first:last] if mention.end <= end)

    def touching(self, start: int, end: int) -> tuple[Found, ...]:
        """The mentions that share a character with a span."""
        first = max(0, bisect_right(self._starts, start) - 1)
        return tuple(one for one in self.mentions[first : bisect_left(self._starts, end)] if one.end > start)

    def at(self, char: int) -> Found | None:
        """The mention that covers a character, or None."""
        before = bisect_right(self._starts, char) - 1
        return self.mentions[before] if before >= 0 and char < self.mentions[before].end else None

    def collected(self, text: str, known: Knowledge) -> tuple[Entity, ...]:
        """One entity per id with all its mentions, in the order they are first named."""
        spans: dict[str, list[Found]] = {}
        for mention in self.mentions:
            spans.setdefault(mention.id, []).append(mention)
        return tuple(_entity(text, group, known) for group in spans.values())


def find_entities(text: str, title: str, paragraphs: Sequence[Paragraph], known: Knowledge) -> Entities:
    """All mentions in a text, linked. ``title`` is context only."""
    listed = settle(text, title, find_names(text, known), known)
    merged = _merge(text, listed, [name for part in paragraphs for name in _model_names(text, part, known)], known)
    starts = [part.start for part in paragraphs]
    merged = [_as_seat(text, name, _paragraph_of(name, paragraphs, starts), known) for name in merged]
    return Entities(_link(text, merged, paragraphs, known))


def find_listed_entities(text: str, title: str, known: Knowledge) -> Entities:
    """Only what the tables name, for a language without a model; a capital is then always the city where it is one."""
    listed = settle(text, title, find_names(text, known), known)
    return Entities(name for name in listed if name.manner != "seat")


def _entity(text: str, group: list[Found], known: Knowledge) -> Entity:
    first = group[0]
    table = known.names.entities.get(first.id)
    return Entity(
        id=first.id,
        type=first.type,
        name=table.name if table else first.name,
        mentions=tuple(_mention(text, one) for one in group if one.manner not in DEMONYMS),
        demonyms=tuple(_mention(text, one) for one in group if one.manner in DEMONYMS),
        location=table.location if table else None,
    )


def _mention(text: str, found: Found) -> Mention:
    return Mention(start=found.start, end=found.end, text=text[found.start : found.end])


def _model_names(text: str, part: Paragraph, known: Knowledge) -> Iterable[Found]:
    for name in part.doc.ents:
        kind = _KINDS.get(name.label_)
        if kind is None:
            continue
        start, end = _trim(text, part.start + name.start_char, part.start + name.end_char, kind, known)
        written = text[start:end]
        if _is_name(written, known) and (mention := unknown(start, end, written, kind)):
            yield mention


def _trim(text: str, start: int, end: int, kind: str, known: Knowledge) -> tuple[int, int]:
    """The span without articles, titles, quotes and possessives at its edges."""
    while True:
        written = text[start:end]
        stripped = written.strip(_EDGES)
        if match := _POSSESSIVE.search(stripped):
            stripped = stripped[: match.start()]
        if match := _THE.match(stripped):
            stripped = stripped[match.end() :]
        elif kind == "person":
            title = next((title for title in known.titles if stripped.startswith(f"{title} ")), "")
            stripped = stripped[len(title) :].lstrip() if title else stripped
        if stripped == written or not stripped:
            return start, end
        start += written.index(stripped)
        end = start + len(stripped)


def _is_name(written: str, known: Knowledge) -> bool:
    words = WORD.findall(written)
    if not words or written in known.boilerplate or not any(word[0].isupper() for word in words):
        return False
    if any(char in written for char in "\n@#<>=") or len(written) > 80 or all(len(word) == 1 for word in words):
        return False
    return not (words[-1].isdigit() and len(words) == 1) and not any(word.isdigit() and len(word) > 3 for word in words)


def _merge(text: str, listed: Sequence[Found], proposed: Sequence[Found], known: Knowledge) -> list[Found]:
    """The tables' names, and the model's where the tables are silent or the model's is a longer name around them."""
    by_table = Entities(listed)
    given_up: set[Found] = set()
    added = []
    for name in proposed:
        inside = by_table.touching(name.start, name.end)
        if not inside or _is_longer_name(text, name, inside, known):
            given_up.update(inside)
            added.append(name)
    kept = [name for name in listed if name not in given_up]
    return sorted([*kept, *added], key=lambda name: name.start)


def _is_longer_name(text: str, name: Found, inside: Sequence[Found], known: Knowledge) -> bool:
    """ "Bank of England" around England, "Paris Hilton" around Paris; never around a person, weapon or unit."""
    if any(other.start < name.start or other.end > name.end for other in inside):
        return False
    if any(other.type not in {"country", "place"} for other in inside) or name.type == "place":
        return False
    written = text[name.start : name.end]
    words = WORD.findall(written)
    if name.type == "organisation":
        return len(words) > 1 and bool({words[-1], words[0]} & known.organisation_words)
    rest = [word for word in words if not any(word in text[other.start : other.end] for other in inside)]
    return bool(rest) and len(inside) == 1 and inside[0].manner == "name" and len(words) == 2 and rest[0].istitle()


def _paragraph_of(name: Found, paragraphs: Sequence[Paragraph], starts: Sequence[int]) -> Paragraph | None:
    at = bisect_right(starts, name.start) - 1
    return paragraphs[at] if at >= 0 else None


def _as_seat(text: str, name: Found, part: Paragraph | None, known: Knowledge) -> Found:
    """A capital as its government or as the city."""
    written = text[name.start : name.end]
    country = known.names.seats.get(written)
    if country is None or name.type not in {"country", "place"}:
        return name
    token = part.token_at(name.end - 1) if part else None
    if token is not None and is_government(token, known):
        return replace(name, id=country, type="country", name=known.names.entities[country].name, manner="seat")
    if name.manner == "seat":
        return replace(name, id=f"place/{slug(written)}", type="place", name=written, manner="name")
    return name


def _link(text: str, merged: Sequence[Found], paragraphs: Sequence[Paragraph], known: Knowledge) -> list[Found]:
    """Family names after full names, and short forms after long ones."""
    names = surnames(merged, known)
    shorts = acronyms(text, merged)
    linked = [_linked(text, name, names, shorts) for name in merged]
    covered = Spans((name.start, name.end) for name in linked)
    for part in paragraphs:
        for token in part.doc:
            if token.pos_ != "PROPN" or token.text not in names:
                continue
            start = part.start + token.idx
            end = start + len(token.text)
            person = who(token.text, start, names)
            if person and not covered.overlap(start, end):
                linked.append(Found(start, end, person.id, "person", person.name))
    return sorted(linked, key=lambda name: name.start)


def _linked(text: str, name: Found, names: dict, shorts: dict[str, Found]) -> Found:  # type: ignore[type-arg]
    written = text[name.start : name.end]
    if written in shorts and name.id != shorts[written].id and name.start > shorts[written].start:
        long = shorts[written]
        return replace(name, id=long.id, type=long.type, name=long.name)
    person = who(written, name.start, names)
    if person and name.id.endswith(f"/{slug(written)}") and name.id != person.id:
        return replace(name, id=person.id, type="person", name=person.name)
    return name
