"""What a figure must be: the one meaning of ``claim.…`` in searches, of the same words for claims, and in rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from services.common.messages import Claim

Json = dict[str, Any]
Part = Literal["category", "unit", "action", "actor", "place", "speaker", "modality", "qualifier"]

FIELDS: Final[Mapping[Part, str]] = {
    "category": "category",
    "unit": "unit",
    "action": "action",
    "actor": "actor",
    "place": "place",
    "speaker": "attributed_to.entity",
    "modality": "modality",
    "qualifier": "qualifier",
}
"""Where each part is kept in a claim."""


@dataclass(frozen=True, slots=True)
class ClaimFilter:
    """Conditions that one and the same claim must meet: each part by one of its values; empty parts ask for nothing.

    ``least`` and ``most`` bound the number, both included: a claim is in if its range may be within them. "More than
    12,000" may be 15,000, and may not be 11,000.
    """

    category: tuple[str, ...] = ()
    unit: tuple[str, ...] = ()
    action: tuple[str, ...] = ()
    actor: tuple[str, ...] = ()
    place: tuple[str, ...] = ()
    speaker: tuple[str, ...] = ()
    modality: tuple[str, ...] = ()
    qualifier: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None

    def chosen(self, part: Part) -> tuple[str, ...]:
        """The values of a part that are asked for."""
        values: tuple[str, ...] = getattr(self, part)
        return values

    def filters(self, *, within: str = "", without: Part | None = None) -> list[Json]:
        """The filters in Elasticsearch's terms, for claims kept under the path ``within``, leaving out one part."""
        filters: list[Json] = [
            {"terms": {within + field: list(chosen)}}
            for part, field in FIELDS.items()
            if part != without and (chosen := self.chosen(part))
        ]
        bounds = {end: value for end, value in (("gte", self.least), ("lte", self.most)) if value is not None}
        if bounds:
            filters.append({"range": {f"{within}value": {**bounds, "relation": "intersects"}}})
        return filters

    def meets(self, claim: Claim | Mapping[str, Any]) -> bool:
        """Whether a claim, as it is kept, is one that is asked for."""
        low, high = _part(claim, "low"), _part(claim, "high")
        return (
            all(_kept(claim, part) in chosen for part in FIELDS if (chosen := self.chosen(part)))
            and (self.least is None or high is None or high >= self.least)
            and (self.most is None or low is None or low <= self.most)
        )


def _kept(claim: Claim | Mapping[str, Any], part: Part) -> Any:
    value: Any = claim
    for step in FIELDS[part].split("."):
        value = None if value is None else _part(value, step)
    return value


def _part(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, Mapping) else getattr(value, name)
