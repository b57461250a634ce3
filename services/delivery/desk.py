"""What is still to be delivered, by receiver, in memory: made from ``news.deliveries.v1``, and from nothing else.

A receiver is one channel of one subscription. It has a few attempts in flight at once; while it fails only one, and
between two of them it is left alone, so that a thousand alerts for a receiver that is away are not a thousand requests.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from services.common.messages import Channel, Delivery
from services.delivery.outcome import Following

AT_ONCE: Final = 4
"""Attempts in flight to one receiver."""
LONGEST_REST: Final = timedelta(minutes=5)
"""For how long a receiver that failed is left alone with what is new, at most."""
REST_OF_OURS: Final = timedelta(seconds=5)
"""For how long a receiver waits after an attempt that was broken off on our side."""
REMEMBERED: Final = 10_000
"""Settled deliveries of a partition that are known again when they are planned once more."""
MOST_IN_LETTER: Final = 100
"""Alerts in one daily letter."""

ReceiverKey = tuple[str, Channel]
Job = tuple[Delivery, ...]
"""What one attempt delivers: one delivery, or all that a daily letter has in it."""


@dataclass(slots=True)
class Receiver:
    """One channel of one subscription."""

    pending: dict[str, Delivery] = field(default_factory=dict)
    busy: set[str] = field(default_factory=set)
    attempts: int = 0
    """In flight."""
    failing: bool = False
    rests_until: datetime | None = None

    def next_job(self, now: datetime, *, together: bool) -> Job | None:
        """What to try now, the oldest first; None where nothing is due or enough is in flight."""
        if self.attempts >= (1 if self.failing or together else AT_ONCE):
            return None
        due = sorted(
            (each for each in self.pending.values() if each.due_at <= now and each.id not in self.busy),
            key=lambda each: each.created_at,  # so that what has waited longest is tried to the end, and decides
        )
        if not due or (self._rests(now) and due[0].kind != "test"):
            return None
        if not together or due[0].kind != "alert":
            return (due[0],)
        return tuple(each for each in due if each.kind == "alert")[:MOST_IN_LETTER]

    def _rests(self, now: datetime) -> bool:
        return self.rests_until is not None and now < self.rests_until


class Desk:
    """The pending deliveries of one partition."""

    def __init__(self) -> None:
        self.receivers: dict[ReceiverKey, Receiver] = {}
        self._settled: OrderedDict[str, bytes] = OrderedDict()

    @property
    def pending(self) -> int:
        """How many deliveries are pending."""
        return sum(len(receiver.pending) for receiver in self.receivers.values())

    def take(self, delivery: Delivery, value: bytes) -> bytes | None:
        """Take in a delivery as it stands in the topic, with the bytes that it stands there as.

        Returns the bytes that it has to stand as again: it was planned once more after it had been settled.
        """
        receiver = self.receivers.setdefault((delivery.subscription_id, delivery.channel), Receiver())
        if delivery.status != "pending":
            receiver.pending.pop(delivery.id, None)
            self._remember(delivery.id, value)
            return None
        if delivery.id in self._settled:
            return None if delivery.attempts else self._settled[delivery.id]
        held = receiver.pending.get(delivery.id)
        if held is None or len(delivery.attempts) >= len(held.attempts):
            receiver.pending[delivery.id] = delivery
        return None

    def sweep(self) -> None:
        """Forget receivers of whom nothing is known that matters."""
        idle = [key for key, each in self.receivers.items() if not each.pending and not each.attempts]
        for key in idle:
            if not self.receivers[key].failing:
                del self.receivers[key]

    def remove(self, delivery: str) -> None:
        """A delivery is no more in the topic."""
        for receiver in self.receivers.values():
            receiver.pending.pop(delivery, None)

    def begin(self, key: ReceiverKey, job: Job) -> None:
        """An attempt begins."""
        receiver = self.receivers[key]
        receiver.attempts += 1
        receiver.busy.update(delivery.id for delivery in job)

    def end(self, key: ReceiverKey, job: Job, came: Sequence[Following], now: datetime) -> None:
        """An attempt has ended, and what came of it is in the topic. No ``came``: it is tried again as it was."""
        receiver = self.receivers[key]
        receiver.attempts -= 1
        receiver.busy.difference_update(delivery.id for delivery in job)
        if not came:
            receiver.rests_until = now + REST_OF_OURS
        for following in came:
            delivery = following.delivery
            if delivery.status == "pending":
                receiver.pending[delivery.id] = delivery
            else:
                receiver.pending.pop(delivery.id, None)
                self._remember(delivery.id, delivery.model_dump_json().encode())
            if delivery.kind == "alert" and delivery.attempts and delivery.status != "dropped":
                self._judge(receiver, delivery, now)

    def _judge(self, receiver: Receiver, delivery: Delivery, now: datetime) -> None:
        """Whether the receiver can be trusted with more."""
        if not delivery.attempts[-1].ok:
            receiver.failing = True
            receiver.rests_until = min(delivery.due_at, now + LONGEST_REST) if delivery.status == "pending" else now
            return
        if receiver.failing:  # it is back: what waited for another try waits no longer
            for waiting in receiver.pending.values():
                if waiting.attempts:
                    receiver.pending[waiting.id] = waiting.model_copy(update={"due_at": min(waiting.due_at, now)})
        receiver.failing, receiver.rests_until = False, None

    def _remember(self, delivery: str, value: bytes) -> None:
        self._settled[delivery] = value
        self._settled.move_to_end(delivery)
        while len(self._settled) > REMEMBERED:
            self._settled.popitem(last=False)
