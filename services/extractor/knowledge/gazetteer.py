"""The towns and villages of the world (gazetteer.tsv): for names that places.tsv lacks."""

import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import NamedTuple

from services.common.errors import ConfigurationError

_SIGNS = str.maketrans({"'": None, "’": None, "‘": None, "`": None, "ʼ": None, "-": " "})
SHORTEST = 3
"""Letters of a name; shorter ones ("Of", "Po") are words."""


class Town(NamedTuple):
    """A populated place: degrees (WGS 84), ISO 3166-1 alpha-2, people (0: not known)."""

    name: str
    lat: float
    lon: float
    country: str
    population: int


@cache
def towns() -> Mapping[str, tuple[Town, ...]]:
    """The gazetteer that comes with the package, read at the first call (half a second, 50 MB)."""
    return load_gazetteer(files("services.extractor.knowledge"))


def load_gazetteer(folder: Traversable) -> Mapping[str, tuple[Town, ...]]:
    """Towns by each of their spellings, as ``folded`` gives them, the most populous first.

    Raises:
        ConfigurationError: the file is not what `make gazetteer` writes; the sentence names file and line.
    """
    towns: dict[str, list[Town]] = {}
    lines = folder.joinpath("gazetteer.tsv").read_text("utf-8").splitlines()
    for at, line in enumerate(lines, 1):
        if line.startswith(("#", "name\t")):
            continue
        try:
            name, lat, lon, country, population, others = line.split("\t")
            town = Town(name, float(lat), float(lon), country, int(population))
        except ValueError as error:
            raise ConfigurationError(
                f"gazetteer.tsv, line {at}: {error}. The file is written by `make gazetteer`; corrections go into "
                "places.tsv."
            ) from error
        for spelling in {folded(name), *map(folded, filter(None, others.split(";")))}:
            if len(spelling) >= SHORTEST:
                towns.setdefault(spelling, []).append(town)
    return {name: tuple(sorted(group, key=lambda town: -town.population)) for name, group in towns.items()}


def folded(name: str) -> str:
    """A name however it is accented and hyphenated: "Al Bāb" and "al-Bab" are both "al bab"."""
    if not name.isascii():
        decomposed = unicodedata.normalize("NFKD", name)
        name = "".join(char for char in decomposed if not unicodedata.combining(char))
    return name.translate(_SIGNS).casefold()
