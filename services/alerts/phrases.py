"""Very many phrases looked for in one pass: Aho–Corasick automata, in sizes, so that one more phrase costs little.

Source: A. Aho, M. Corasick, "Efficient string matching" (1975); sizes as in P. O'Neil et al., "The log-structured
merge-tree" (1996): what is new goes to a small automaton, which is merged into the next larger one when it is full.
"""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from typing import Final

from ahocorasick_rs import AhoCorasick, Implementation

SIZES: Final = (500, 20_000)
"""The most phrases of each automaton but the last: about 2 ms and 0.1 s to make anew; 200,000 phrases take 1.5 s."""


class Phrases:
    """A set of phrases, each an exact piece of what is searched."""

    def __init__(self, sizes: tuple[int, ...] = SIZES) -> None:
        self._sizes = sizes
        self._wanted: set[str] = set()
        self._held: set[str] = set()
        self._phrases: list[list[str]] = [[] for _ in (*sizes, None)]
        self._automata: list[AhoCorasick | None] = [None for _ in self._phrases]

    def change(self, added: Iterable[str], removed: Iterable[str] = ()) -> None:
        """Look for these too, and no longer for those. What was removed is left out when its automaton is next made."""
        self._wanted.difference_update(removed)
        self._wanted.update(added := list(dict.fromkeys(added)))
        if new := [phrase for phrase in added if phrase not in self._held]:
            self._held.update(new)
            self._add(new)

    @property
    def sought(self) -> AbstractSet[str]:
        """What is looked for, and what was until its automaton is next made."""
        return self._held

    def found(self, content: str) -> dict[str, list[int]]:
        """Every phrase of those sought that stands in the content, and where each time: the index of its first
        character.
        """
        found: dict[str, list[int]] = {}
        for phrases, automaton in zip(self._phrases, self._automata, strict=True):
            if automaton:
                starts: dict[int, list[int]] = {}
                for hit, start, _ in automaton.find_matches_as_indexes(content, overlapping=True):
                    starts.setdefault(hit, []).append(start)
                found |= {phrases[hit]: at for hit, at in starts.items()}
        return found

    def _add(self, phrases: list[str]) -> None:
        for number, size in enumerate((*self._sizes, None)):
            before = self._phrases[number]
            kept = [phrase for phrase in before if phrase in self._wanted]
            self._held.difference_update(phrase for phrase in before if phrase not in self._wanted)
            phrases = [*kept, *phrases]
            if size is None or len(phrases) <= size:
                self._phrases[number] = phrases
                # Patterns are not kept a second time; the contiguous form is the smallest that is quick.
                self._automata[number] = AhoCorasick(
                    phrases, store_patterns=False, implementation=Implementation.ContiguousNFA
                )
                return
            self._phrases[number], self._automata[number] = [], None
