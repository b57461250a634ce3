"""Who and what a text speaks of: the model's names, corrected and linked by the tables."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from services.common.messages import Entity, Mention
from services.extractor.knowledge import Knowledge
from services.extractor.knowledge.gazetteer import towns
from services.extractor.knowledge.names import slug
from services.extractor.tagger.candidates import Listed, candidates
from services.extractor.tagger.clubs import as_club, is_about_sport
from services.extractor.tagger.foreign import find_towns
from services.extractor.tagger.gazetteer import Found, find_names
from services.extractor.tagger.kinds import Kinds
from services.extractor.tagger.mentions import FullName, said_again, settle, short_forms, surnames, unknown, who
from services.extractor.tagger.namesakes import told_apart
from services.extractor.tagger.pipeline import Paragraph
from services.extractor.tagger.seats import is_government
from services.extractor.tagger.spans import Spans
from services.extractor.tagger.whereabouts import Whereabouts

DEMONYMS = frozenset({"adjective", "people"})


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
    where_listed = _listed(listed)
    possible = [one for part in paragraphs for one in candidates(text, part, where_listed, known)]
    kinds = Kinds(text, listed, known, towns()).decide(possible)
    where = Whereabouts(listed, known, towns())
    proposed = [
        where.placed(text, name)
        for one, kind in kinds.items()
        if (name := unknown(one.start, one.end, text[one.start : one.end], kind)) is not None
    ]
    merged = told_apart(text, _merge(text, listed, proposed, known), where, known)
    starts = [part.start for part in paragraphs]
    sport = is_about_sport(text, known)
    parts = [paragraphs[bisect_right(starts, name.start) - 1] for name in merged]
    settled = [_as_what(text, name, part, known, sport=sport) for name, part in zip(merged, parts, strict=True)]
    return Entities(_plain(text, _link(text, settled, paragraphs, known)))


def _listed(listed: Sequence[Found]) -> Listed:
    exact = frozenset((name.start, name.end) for name in listed)
    places = [name for name in listed if name.type in {"country", "place"} and name.manner not in DEMONYMS]
    part_of_longer = {(name.start, name.end) for name in places}
    return Listed(exact, Spans(exact - part_of_longer), Spans(exact))


def find_listed_entities(text: str, title: str, language: str, known: Knowledge) -> Entities:
    """Only what the tables name, and towns, for a language without a model; a capital is then always the city."""
    named = settle(text, title, find_names(text, known), known)
    listed = [name for name in named if name.manner != "seat"]
    return Entities(sorted([*listed, *find_towns(text, language, listed, known)], key=lambda name: name.start))


def _entity(text: str, group: list[Found], known: Knowledge) -> Entity:
    first = group[0]
    table = known.names.entities.get(first.id)
    return Entity(
        id=first.id,
        type=first.type,
        name=table.name if table else first.name,
        mentions=tuple(_mention(text, one) for one in group if one.manner not in DEMONYMS),
        demonyms=tuple(_mention(text, one) for one in group if one.manner in DEMONYMS),
        location=table.location if table else first.location,
    )


def _mention(text: str, found: Found) -> Mention:
    return Mention(start=found.start, end=found.end, text=text[found.start : found.end])


def _merge(text: str, listed: Sequence[Found], proposed: Sequence[Found], known: Knowledge) -> list[Found]:
    """The tables' names, and others where the tables are silent or the other is a longer name around theirs."""
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
    """ "Bank of England" around England, "Paris Hilton" around Paris, "Maher al-Assad" around al-Assad."""
    if any(other.start < name.start or other.end > name.end for other in inside):
        return False
    written = text[name.start : name.end]
    words = re.split(r"[ -]", written)
    kinds = {other.type for other in inside}
    if name.type == "person":
        only = inside[0]
        given = words[0] in known.given_names and not text[only.start : only.end].startswith(words[0])
        return (
            len(inside) == 1
            and (
                given
                or (only.type == "person" and only.end == name.end and len(words) == 2)
                or kinds <= {"country", "place"}
            )
            and only.manner == "name"
            and 1 < len(words) <= 4
        )
    if kinds & {"weapon", "military_unit", "person"}:
        return False
    if name.type == "place":
        first, last = known.name_words["first"].get(words[0]), known.name_words["last"].get(words[-1])
        fits = (first and first.kind == "place") or (last and last.kind == "place")
        return bool(fits) and kinds <= {"country", "place"} and all(other.manner not in DEMONYMS for other in inside)
    whole = name.start == inside[0].start or name.end == inside[-1].end or len(inside) == 1
    owner = any(text[other.end : other.end + 3] in {"'s ", "’s "} for other in inside)
    return len(words) > 1 and whole and not owner


def _as_what(text: str, name: Found, part: Paragraph, known: Knowledge, *, sport: bool) -> Found:
    """A capital as its government or as the city; a city as its club."""
    written = text[name.start : name.end]
    entity = known.names.entities.get(name.id)
    if name.type == "place" and sport and (entity is None or entity.kind in {"city", "town"}):
        return as_club(text, name, part, known)
    country = known.names.seats.get(written)
    if country is None or (name.location is not None and entity is None) or name.type not in {"country", "place"}:
        return name
    token = part.token_at(name.end - 1)
    if token is not None and is_government(token, known):
        return replace(name, id=country, type="country", name=known.names.entities[country].name, manner="seat")
    if name.manner == "seat":
        return replace(name, id=f"place/{slug(written)}", type="place", name=written, manner="name")
    return name


def _plain(text: str, names: Iterable[Found]) -> Iterable[Found]:
    """Places without a common noun after the name: the mention in "Kursk region" is Kursk; the id tells the region."""
    for name in names:
        end = name.end
        while (
            name.type in {"place", "weapon"}
            and (gap := text.rfind(" ", name.start, end)) > 0
            and text[gap + 1 : end].islower()
        ):
            end = gap
        yield replace(name, end=end)


def _link(text: str, merged: Sequence[Found], paragraphs: Sequence[Paragraph], known: Knowledge) -> list[Found]:
    """Family names after full names, short forms after long ones, and names said again where they were passed over."""
    names = surnames(merged, known)
    shorts = short_forms(text, merged, known)
    first = {name.id: name.start for name in reversed(merged)}
    linked = [_linked(text, name, names, shorts, first, known) for name in merged]
    covered = Spans((name.start, name.end) for name in linked)
    for part in paragraphs:
        for token in part.doc:
            written = token.text
            if token.pos_ != "PROPN" or not (written in names or written in shorts or f"the {written}" in shorts):
                continue
            start = part.start + token.idx
            end = start + len(written)
            meant = who(written, start, names) or _long_form(text, start, written, shorts)
            if meant and not covered.overlap(start, end):
                linked.append(Found(start, end, meant.id, meant.type, meant.name))
                covered.add(start, end)
    linked += said_again(text, linked, covered, known)
    return sorted(linked, key=lambda name: name.start)


def _linked(
    text: str,
    name: Found,
    names: Mapping[str, Sequence[FullName]],
    shorts: Mapping[str, Found],
    first: Mapping[str, int],
    known: Knowledge,
) -> Found:
    written = text[name.start : name.end]
    if name.id not in known.names.entities or written.isupper():
        long = _long_form(text, name.start, written, shorts)
        if long is not None and long.id != name.id:
            return replace(name, id=long.id, type=long.type, name=long.name)
    person = who(written, name.start, names)
    bare = name.type == "person" or name.id.endswith(f"/{slug(written)}")
    if person and bare and name.id != person.id and not _keeps_surname(name, person, first, known):
        return replace(name, id=person.id, type="person", name=person.name, location=None)
    return name


def _keeps_surname(name: Found, other: FullName, first: Mapping[str, int], known: Knowledge) -> bool:
    """Whether a surname goes on meaning the listed person: the article named him before an unlisted relative."""
    listed = name.type == "person" and name.id in known.names.entities
    return listed and other.id not in known.names.entities and first[name.id] < other.start


def _long_form(text: str, start: int, written: str, shorts: Mapping[str, Found]) -> Found | None:
    """What a short form stands for here; only what was named before."""
    after_the = shorts.get(f"the {written}") if text[max(0, start - 4) : start].lower() == "the " else None
    long = shorts.get(written, after_the)
    return long if long is not None and long.start < start else None
