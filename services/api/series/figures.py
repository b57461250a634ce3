"""A figure as it stands in a series, and what it leaves room for."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from services.common.messages import Claim, Source
from services.common.rules.figures import middle

ABOUT: Final = 0.10
"""What "around" leaves room for, as a share of the figure, either way."""


LEAST_PLACE: Final = 10.0
"""Of a number that is not a multiple of ten every digit is meant."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One claim of an article, with where and when it was put forward."""

    claim: Claim
    article_id: str
    title: str
    url: str
    source: Source
    story: str
    at: datetime
    """When it was published, or found where the outlet gives no date."""
    published_at: datetime | None = None

    @property
    def day(self) -> date:
        """The day the figure is about: the last it names, else that of the article."""
        named = self.claim.as_of.to if self.claim.as_of else None
        return min(named, self.at.date()) if named else self.at.date()

    @property
    def order(self) -> tuple[date, datetime, str]:
        """Time order; the id decides where times are the same, so that an answer does not depend on the index."""
        return self.day, self.at, self.claim.id

    @property
    def speaker(self) -> str | None:
        """Who said it, the same however it was spelled; None where the outlet says it by itself."""
        attributed = self.claim.attributed_to
        if attributed is None:
            return None
        return attributed.entity or " ".join(attributed.text.casefold().split()).removeprefix("the ")

    @property
    def middle(self) -> float | None:
        """One number for the figure, for a median."""
        return middle(self.claim)


def figure(document: Mapping[str, Any]) -> Figure:
    """The figure of a document of the claims index."""
    article = document["article"]
    published_at = document.get("published_at")
    return Figure(
        claim=Claim.model_validate(document),
        article_id=article["id"],
        title=article["title"],
        url=article["url"],
        source=Source.model_validate(document["source"]),
        story=document["story"],
        at=datetime.fromisoformat(document["dated_at"]),
        published_at=datetime.fromisoformat(published_at) if published_at else None,
    )


def reach(claim: Claim) -> tuple[float, float]:
    """The least and the most that the words leave room for.

    A round number is as precise as its last digit that is not zero, or its second: 12,000 is 11,500 to 12,500, and
    10,000 is 9,500 to 10,500. "Around" leaves a tenth either way, if that is more. An open end is infinite.
    """
    low = -math.inf if claim.low is None else claim.low
    high = math.inf if claim.high is None else claim.high
    room_low, room_high = _room(claim.low), _room(claim.high)
    if claim.qualifier == "approximate":
        room_low = max(room_low, ABOUT * abs(claim.low or 0))
        room_high = max(room_high, ABOUT * abs(claim.high or 0))
    return low - room_low, high + room_high


def meet(one: Claim, other: Claim) -> bool:
    """Whether both can be true of the same thing at the same time."""
    (low, high), (other_low, other_high) = reach(one), reach(other)
    return low <= other_high and other_low <= high


def _room(number: float | None) -> float:
    """Half of the last place of a round number, of which at least two digits are taken to be meant; else nothing."""
    if not number:
        return 0.0
    place = 10.0 ** (math.floor(math.log10(abs(number))) - 1)
    while place >= LEAST_PLACE and number % place:
        place /= 10
    return place / 2 if place >= LEAST_PLACE else 0.0
