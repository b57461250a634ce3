"""Towns with the name of a capital or of another listed place, by the country said after it: "Tripoli in Lebanon"."""

import re
from collections.abc import Sequence
from dataclasses import replace

from services.extractor.knowledge import Knowledge
from services.extractor.knowledge.gazetteer import Town, folded
from services.extractor.tagger.gazetteer import Found
from services.extractor.tagger.whereabouts import Whereabouts

_IN = re.compile(r",? in (?:the )?")
_COMMA = re.compile(r", ")
_LIST = re.compile(r",? (?:and|or) |, (?:the )?[A-Z][\w’'-]*(?: [A-Z][\w’'-]*)*(?:,| and | or )")
"""What goes on after a country that is one of several: "London, Canada and Australia agreed"."""
LARGE = 100_000
"""People of a town for "in": "they fought Washington in Britain" is not of the English town."""


def told_apart(text: str, names: Sequence[Found], where: Whereabouts, known: Knowledge) -> list[Found]:
    """The names, in order; those of such a town as it, there and wherever the article says it again later."""
    towns: dict[str, Town] = {}
    told = []
    for at, name in enumerate(names):
        written = text[name.start : name.end]
        country = _country(name, written, known)
        if country is None:
            told.append(name)
            continue
        following = names[at + 1] if at + 1 < len(names) else None
        other = _said_after(text, name, following, known)
        if other == country:
            towns.pop(written, None)
        elif other is not None and (town := _town(text, name, written, other, where)) is not None:
            towns[written] = town
        town = towns.get(written)
        told.append(name if town is None else replace(where.found(name.start, name.end, town), name=written))
    return told


def _country(name: Found, written: str, known: Knowledge) -> str | None:
    """ISO 3166-1 alpha-2 of a listed place, or of the country whose capital this is."""
    entity = known.names.entities.get(known.names.seats.get(written, name.id))
    if entity is None or (name.type != "place" and name.manner != "seat"):
        return None
    return entity.country


def _said_after(text: str, name: Found, following: Found | None, known: Knowledge) -> str | None:
    if following is None or following.type != "country" or following.manner != "name":
        return None
    between = text[name.end : following.start]
    if not _IN.fullmatch(between) and (not _COMMA.fullmatch(between) or _LIST.match(text, following.end)):
        return None
    return known.names.entities[following.id].country if following.id in known.names.entities else None


def _town(text: str, name: Found, written: str, country: str, where: Whereabouts) -> Town | None:
    """The largest town of that name there."""
    town = where.in_country(folded(written), country)
    within = text[name.end : name.end + 1] != "," and (town is None or town.population < LARGE)
    return None if within else town
