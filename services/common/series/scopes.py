"""Scopes: what a figure measures. Only figures of one scope can contradict each other."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final, Literal, cast, get_args

from services.common.errors import ConfigurationError
from services.common.messages import Claim

Extent = Literal["cumulative", "current", "event"]
NO_ACTION: Final = "-"
COLUMNS: Final = ("action", "scope", "extent", "words")


@dataclass(frozen=True, slots=True)
class Scope:
    """What a figure measures: ``name`` with its ``extent``, whether it is expected or reported, whole or for each."""

    name: str
    extent: Extent
    expected: bool = False
    each: bool = False


@dataclass(frozen=True, slots=True)
class ActionScope:
    """A row of ``scopes.tsv``."""

    scope: str
    extent: Extent
    words: str


def scope_of(claim: Claim) -> Scope:
    """The scope of a claim. What is planned or possible is not of one scope with what is reported."""
    row = _row(claim)
    return Scope(row.scope, row.extent, claim.modality in {"planned", "possible"}, claim.each)


def in_words(claim: Claim) -> str:
    """What the figure says of the things counted: "were sent in all", "may be deployed"."""
    words = _row(claim).words
    return f"{words} (only {claim.modality})" if claim.modality in {"planned", "possible"} else words


def _row(claim: Claim) -> ActionScope:
    action = claim.action or NO_ACTION
    return scopes().get(action) or ActionScope(action, "event", f"are counted under “{action}”")


@cache
def scopes() -> Mapping[str, ActionScope]:
    """Action → scope, from ``scopes.tsv``."""
    return read_scopes(files("services.common.series").joinpath("scopes.tsv").read_text("utf-8"))


def read_scopes(text: str) -> Mapping[str, ActionScope]:
    """The table as a person edits it.

    Raises:
        ConfigurationError: a row cannot be used; the sentence names the line.
    """
    read: dict[str, ActionScope] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        row = line.split("\t")
        if not line.strip() or line.startswith("#") or tuple(row) == COLUMNS:
            continue
        if len(row) != len(COLUMNS) or not all(part.strip() for part in row):
            raise ConfigurationError(f"scopes.tsv, line {number}: four columns are needed: {', '.join(COLUMNS)}.")
        action, scope, extent, words = (part.strip() for part in row)
        if extent not in get_args(Extent):
            raise ConfigurationError(
                f"scopes.tsv, line {number}: {extent!r} is no extent; there are {', '.join(get_args(Extent))}."
            )
        if action in read:
            raise ConfigurationError(f"scopes.tsv, line {number}: {action!r} stands above already.")
        read[action] = ActionScope(scope, cast("Extent", extent), words)
    return read
