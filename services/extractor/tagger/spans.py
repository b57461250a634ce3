"""Stretches of a text, found by where they are, however many there are."""

from bisect import bisect_left
from collections.abc import Iterable


class Spans:
    """A set of stretches; those given that overlap or touch are joined."""

    def __init__(self, spans: Iterable[tuple[int, int]] = ()) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        for start, end in sorted(spans):
            if self._ends and start <= self._ends[-1]:
                self._ends[-1] = max(end, self._ends[-1])
            else:
                self._starts.append(start)
                self._ends.append(end)

    def overlap(self, start: int, end: int) -> bool:
        """Whether any of them shares a character with this stretch."""
        before = bisect_left(self._starts, end) - 1
        return before >= 0 and self._ends[before] > start

    def add(self, start: int, end: int) -> bool:
        """Take in a stretch, unless it overlaps another; returns whether it was taken."""
        if self.overlap(start, end):
            return False
        at = bisect_left(self._starts, start)
        self._starts.insert(at, start)
        self._ends.insert(at, end)
        return True
