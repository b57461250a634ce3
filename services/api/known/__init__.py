"""Whether what a rule asks for is known at all: a misspelled id would wait for ever, and nobody would know why.

An entity or a unit is known if the extractor's knowledge has it (``names.tsv`` and ``units.txt`` are made of that by
``make generate``), or if an article has had it. Places are not looked up: there are too many, and any may be in the
news tomorrow.
"""

from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Final, Literal, Protocol

from services.api.names import load_names
from services.api.problems import Wrong, invalid_request
from services.common.messages import Rule

Kind = Literal["entity", "unit"]
SUGGESTED: Final = 3
LIKENESS: Final = 0.75
"""Of what is suggested, as ``difflib`` measures it."""


class Seen(Protocol):
    """What the articles so far have had."""

    async def seen(self, entities: Iterable[str], units: Iterable[str]) -> set[str]:
        """Those of these that an article has had; a ``ProblemError`` (503) where that cannot be said now."""
        ...


class Known:
    """What is known, and what is asked of the index where that does not say."""

    def __init__(self, index: Seen) -> None:
        self._index = index

    async def check(self, rule: Rule) -> None:
        """Accept a rule that asks only for what is known.

        Raises:
            ProblemError: it asks for something that is not; each is named, with what it may have been meant to be.
        """
        figures = rule.figures
        asked = [("body.rule.entities", entity) for entity in rule.entities]
        if figures:
            for part in ("actor", "place", "speaker"):
                asked += [(f"body.rule.figures.{part}", entity) for entity in getattr(figures, part)]
        entities = [
            (where, name) for where, name in asked if not name.startswith("place/") and name not in listed("entity")
        ]
        units = [
            ("body.rule.figures.unit", unit) for unit in (figures.unit if figures else ()) if unit not in listed("unit")
        ]
        if not entities and not units:
            return
        seen = await self._index.seen([name for _, name in entities], [unit for _, unit in units])
        wrong = [
            *(Wrong(where=where, what=_unknown(name, "entity")) for where, name in entities if name not in seen),
            *(Wrong(where=where, what=_unknown(unit, "unit")) for where, unit in units if unit not in seen),
        ]
        if wrong:
            raise invalid_request(wrong, "invalid-rule")


def _unknown(name: str, kind: Kind) -> str:
    type_, _, bare = name.rpartition("/")
    alike = {one.rpartition("/")[2]: one for one in listed(kind) if one.rpartition("/")[0] == type_}
    near = [alike[one] for one in get_close_matches(bare, alike, SUGGESTED, LIKENESS)]
    meant = f" Did you mean {' or '.join(near)}?" if near else ""
    if kind == "entity":
        return (
            f"no article has named {name!r}, and it is not known.{meant} A name that is not known yet goes into `any`."
        )
    return f"no figure has counted {name!r}, and it is not known; units are singulars.{meant}"


@cache
def listed(kind: Kind) -> frozenset[str]:
    """What is known without an article's having had it."""
    if kind == "entity":
        return frozenset(load_names().ids)
    lines = files("services.api.known").joinpath("units.txt").read_text("utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))
