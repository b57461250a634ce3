"""Units that count the same in the words of different outlets: a series of troops is one of soldiers too."""

from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from services.common.errors import ConfigurationError


def alike(units: Iterable[str]) -> tuple[str, ...]:
    """The units, and all that count the same, each once, sorted."""
    groups = _groups()
    return tuple(sorted({same for unit in units for same in groups.get(unit, (unit,))}))


@cache
def _groups() -> dict[str, tuple[str, ...]]:
    return read_groups(files("services.common.series").joinpath("alike_units.txt").read_text("utf-8"))


def read_groups(text: str) -> dict[str, tuple[str, ...]]:
    """Unit → its group, from the table as a person edits it.

    Raises:
        ConfigurationError: a unit stands in two groups; the sentence names the line.
    """
    groups: dict[str, tuple[str, ...]] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith("#"):
            continue
        group = tuple(line.split())
        for unit in group:
            if unit in groups:
                raise ConfigurationError(f"alike_units.txt, line {number}: {unit!r} stands in another line already.")
            groups[unit] = group
    return groups
