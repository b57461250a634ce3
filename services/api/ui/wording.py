"""What the pages say in words: a figure's bounds, who says it, how firmly; dates; counts."""

from datetime import date, datetime
from typing import Final

from services.common.messages import Claim

MODALITIES: Final = {
    "asserted": "said as a fact",
    "estimated": "an estimate",
    "planned": "planned",
    "possible": "possible",
    "denied": "denied",
}


def bounds(claim: Claim) -> str:
    """What the figure's number is, or between which it lies: "more than 12,000", "2,000 to 3,000", "about 50"."""
    low, high = claim.low, claim.high
    if low is None and high is None:
        number = "a number not given"
    elif low is None:
        number = f"{'less than' if claim.qualifier == 'less_than' else 'at most'} {plain(high or 0)}"
    elif high is None:
        number = f"{'more than' if claim.qualifier == 'more_than' else 'at least'} {plain(low)}"
    elif low == high:
        number = f"about {plain(low)}" if claim.qualifier == "approximate" else plain(low)
    else:
        number = f"{plain(low)} to {plain(high)}"
    return f"{number} each" if claim.each else number


def plain(number: float) -> str:
    """A number with thousands set apart, and no more decimals than it has."""
    return f"{number:,.0f}" if number == int(number) else f"{number:,.10g}"


def speaker(claim: Claim) -> str:
    """Who the figure is put down to, and through whom; empty where the article says it itself."""
    said = claim.attributed_to
    if said is None:
        return ""
    return f"{said.text}, via {said.via}" if said.via else said.text


def about(claim: Claim) -> str:
    """The days that the figure is about; empty where that is not said."""
    if claim.as_of is None:
        return ""
    first, last = claim.as_of.from_, claim.as_of.to
    if first and last:
        return day(first) if first == last else f"{day(first)} to {day(last)}"
    return f"since {day(first)}" if first else f"until {day(last)}" if last else ""


def note(claim: Claim) -> str:
    """All that is known of a figure, in a line."""
    parts = [f"{bounds(claim)} · {claim.unit}", speaker(claim), MODALITIES[claim.modality], about(claim)]
    return " · ".join(part for part in parts if part)


def day(moment: date) -> str:
    """17 Nov 2024."""
    return f"{moment.day} {moment:%b %Y}"


def minute(moment: datetime) -> str:
    """17 Nov 2024, 09:30 UTC."""
    return f"{day(moment)}, {moment:%H:%M} UTC"


def counted(number: int, one: str, many: str = "") -> str:
    """1 article, 2 articles, 12,000 articles; ``many`` where it is not made with an s."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"
