"""What comes of one attempt, and what follows from it. Pure.

Source: Standard Webhooks 1.0.0, "Deliverability and reliability": backoff with jitter over a day, 410 Gone disables.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.common.messages import Attempt, Delivery

FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(hours=6)
FACTOR = 4
JITTER = 0.2
"""A wait is up to so much longer or shorter, so that what failed together does not come again together."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an attempt."""

    ok: bool
    said: str
    """In words, for a person: what was answered, or why nothing was."""
    status: int | None = None
    wait: timedelta | None = None
    """For how long the receiver asks to be left alone."""
    gone: bool = False
    """The receiver says that nothing will ever be taken there."""
    ours: bool = False
    """What failed is on our side (the mail server is away): it is not held against the receiver."""


@dataclass(frozen=True, slots=True)
class Following:
    """What follows from an attempt."""

    delivery: Delivery
    """With the attempt in it."""
    disable: str | None = None
    """Why the endpoint is to be disabled, if it is."""


def wait_after(failures: int, chance: float) -> timedelta:
    """How long to wait after so many failed attempts (from 1): 5 s, 20 s, 80 s … up to 6 h, each with jitter.

    ``chance`` is between 0 and 1.
    """
    wait = FIRST_WAIT
    for _ in range(failures - 1):
        wait = min(wait * FACTOR, LONGEST_WAIT)
    return wait * (1 - JITTER + 2 * JITTER * chance)


def following(
    delivery: Delivery, outcome: Outcome, began: datetime, now: datetime, patience: timedelta, chance: float
) -> Following:
    """What follows from an attempt that ``began`` then: settled, tried again later, or given up after ``patience``."""
    attempt = Attempt(
        at=began,
        ok=outcome.ok,
        status=outcome.status,
        said=outcome.said,
        seconds=round(max(0.0, (now - began).total_seconds()), 3),
    )
    attempts = (*delivery.attempts, attempt)
    tried = delivery.model_copy(update={"attempts": attempts})
    if outcome.ok:
        return Following(settled(tried, "delivered"))
    if delivery.kind == "test":
        return Following(settled(tried, "failed", outcome.said))
    if outcome.gone:
        return Following(settled(tried, "failed", outcome.said), f"It was disabled: {outcome.said}")
    until = attempts[0].at + patience
    if now >= until:
        note = f"Given up after {len(attempts)} attempts in {hours(patience)}; the last: {outcome.said}"
        disable = None if outcome.ours else f"It was disabled: nothing was taken for {hours(patience)}; {outcome.said}"
        return Following(settled(tried, "failed", note), disable)
    wait = max(wait_after(len(attempts), chance), outcome.wait or timedelta())
    return Following(tried.model_copy(update={"due_at": min(now + wait, max(until, now + FIRST_WAIT))}))


def settled(delivery: Delivery, status: str, note: str | None = None) -> Delivery:
    """A delivery that is done with: what was to be sent is not kept with it."""
    return delivery.model_copy(update={"status": status, "note": note, "alert": None})


def hours(span: timedelta) -> str:
    """``24 hours``."""
    number = span.total_seconds() / 3600
    return f"{number:g} hour{'' if number == 1 else 's'}"
