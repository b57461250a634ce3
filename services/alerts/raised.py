"""Which alerts were raised lately, so that the next revision of an article does not raise them again."""

from collections import OrderedDict
from collections.abc import Iterable
from typing import Final

REMEMBERED: Final = 200_000
"""Ids of alerts, about 30 MB."""


class Raised:
    """The ids of the newest alerts. What is forgotten, or was raised by a process before this one, may be raised
    again, under the same id: a reader who counts ids counts each once.
    """

    def __init__(self, most: int = REMEMBERED) -> None:
        self._most = most
        self._ids: OrderedDict[str, None] = OrderedDict()

    def __contains__(self, alert: str) -> bool:
        return alert in self._ids

    def add(self, alerts: Iterable[str]) -> None:
        """Remember alerts that Kafka has acknowledged."""
        for alert in alerts:
            self._ids[alert] = None
            self._ids.move_to_end(alert)
        while len(self._ids) > self._most:
            self._ids.popitem(last=False)
