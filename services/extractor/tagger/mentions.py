"""Mentions on their way to entities: spans with the id they name, and what the article itself teaches about names."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from services.common.messages import EntityType
from services.extractor.knowledge import Knowledge
from services.extractor.knowledge.names import WORD, slug
from services.extractor.tagger.gazetteer import Found
from services.extractor.tagger.spans import Spans

_FAMILY_NAME_FIRST = frozenset({"KP", "KR", "CN", "VN"})
SHORTEST_AGAIN = 4
"""Characters of a name that is looked for again; shorter ones may be anything."""
_RUN = re.compile(r"[\w-]+")
_ACRONYM = re.compile(r"['’”\"]?s? \(\W?([A-Z][A-Za-z]?[A-Z]{1,6})\W?\)")


@dataclass(frozen=True, slots=True)
class FullName:
    """A person as named in full, and where first."""

    id: str
    name: str
    start: int
    type: EntityType = "person"


def surnames(found: Iterable[Found], known: Knowledge) -> dict[str, list[FullName]]:
    """For each family name that the article gives together with a first name: who it is."""
    names: dict[str, list[FullName]] = {}
    for mention in found:
        if mention.type != "person":
            continue
        words = [match[0] for match in WORD.finditer(mention.name)]
        if len(words) < 2:
            continue
        table = known.names.entities.get(mention.id)
        first = table is not None and table.country in _FAMILY_NAME_FIRST
        surname = words[0] if first else mention.name.split()[-1]
        people = names.setdefault(surname, [])
        if all(person.id != mention.id for person in people):
            people.append(FullName(mention.id, mention.name, mention.start))
    return names


def who(surname: str, at: int, names: Mapping[str, Sequence[FullName]]) -> FullName | None:
    """The person a bare family name means at this place: whoever of that name was named in full last before it."""
    before = [person for person in names.get(surname, ()) if person.start < at]
    return max(before, key=lambda person: person.start, default=None)


def short_forms(text: str, found: Iterable[Found], known: Knowledge) -> dict[str, Found]:
    """How the article goes on to call what it has named at length: "(SBGS)", "FAO", "Halden" for Halden Systems."""
    introduced: dict[str, Found] = {}
    for mention in found:
        if mention.type not in {"organisation", "military_unit"}:
            continue
        words = WORD.findall(mention.name)
        match = _ACRONYM.match(text, mention.end)
        if match and _initials(match[1], mention.name):
            introduced.setdefault(match[1], mention)
        if len(words) > 2:
            introduced.setdefault("".join(word[0] for word in words if word[0].isupper()), mention)
        if len(words) > 1 and mention.type == "organisation" and _is_telling(words[0], known):
            introduced.setdefault(words[0], mention)
        if len(words) > 1:
            for word in known.name_words["last"].keys() & set(words):
                introduced.setdefault(f"the {word}", mention)
    return introduced


def _is_telling(word: str, known: Knowledge) -> bool:
    """Whether the first word of an organisation's name may stand for it: not "Russian", "Bank", "David", "National"."""
    common = any(word in table for table in known.name_words.values()) or word in known.given_names
    return len(word) > 3 and not common and word not in known.names.forms and word not in known.capitalised


def _initials(short: str, name: str) -> bool:
    letters = [word[0].upper() for word in WORD.findall(name)]
    capitals = [letter for letter in short if letter.isupper()]
    return len(capitals) >= 2 and not Counter(capitals) - Counter(letters)


def said_again(text: str, found: Sequence[Found], covered: Spans, known: Knowledge) -> list[Found]:
    """Names that no table lists, wherever else the article has them word for word."""
    wanted: dict[str, Found] = {}
    for name in found:
        written = text[name.start : name.end]
        if name.id not in known.names.entities and len(written) >= SHORTEST_AGAIN:
            wanted.setdefault(written, name)
    again: list[Found] = []
    for written, starts in _places(text, wanted).items():
        spans = ((start, start + len(written)) for start in starts)
        again += [replace(wanted[written], start=start, end=end) for start, end in spans if covered.add(start, end)]
    return again


def _places(text: str, names: Iterable[str]) -> dict[str, list[int]]:
    """Where each of the names stands as words of its own: the text is gone through once, however many they are."""
    places: dict[str, list[int]] = {name: [] for name in names}
    lengths: defaultdict[str, set[int]] = defaultdict(set)
    for name in places:
        if match := _RUN.match(name):
            lengths[match[0]].add(len(name))
    for match in _RUN.finditer(text):
        for length in lengths.get(match[0], ()):
            starts = places.get(text[match.start() : match.start() + length])
            if starts is not None and not _RUN.match(text, match.start() + length):
                starts.append(match.start())
    return places


def settle(text: str, title: str, found: Sequence[Found], known: Knowledge) -> list[Found]:
    """Names that may mean several things take the meaning that the article's other words speak for."""
    whole = f"{title}\n{text}"
    chosen: dict[str, str] = {}
    settled = []
    for mention in found:
        written = text[mention.start : mention.end]
        senses = known.names.senses.get(written)
        if not senses:
            settled.append(mention)
            continue
        if written not in chosen:
            scores = {sense.entity: sum(whole.count(cue) for cue in sense.cues) for sense in senses}
            default = next(sense.entity for sense in senses if sense.default)
            best = max(scores, key=lambda entity: (scores[entity], entity == default))
            chosen[written] = best
        entity = known.names.entities[chosen[written]]
        settled.append(replace(mention, id=entity.id, type=entity.type, name=entity.name))
    return settled


def unknown(start: int, end: int, written: str, kind: str) -> Found | None:
    """A mention of something no table names, with an id made of its words; None where nothing is left to make it of."""
    if not (made := slug(written)):
        return None
    return Found(start, end, f"{kind}/{made}", kind, " ".join(written.split()))  # type: ignore[arg-type]  # an EntityType
