"""The links of a page: the same search with a value more or less. Pure: what is in the address, and an address out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

Pairs = Sequence[tuple[str, str]]

NOT_KEPT = frozenset({"cursor"})
"""Where in the results one is: another search begins at its first page."""


@dataclass(frozen=True, slots=True)
class Links:
    """What the address of a page asks for, as pairs in their order, without empty ones."""

    pairs: Pairs
    path: str = "/"

    def with_value(self, name: str, value: str) -> str:
        """The same search narrowed to one more value."""
        return self._address([*self._others(name, value), (name, value)])

    def without(self, name: str, value: str | None = None) -> str:
        """The same search without a value, or without any of that name."""
        return self._address(self._others(name, value))

    def replaced(self, name: str, value: str) -> str:
        """The same search with one value of that name instead of those it has."""
        return self._address([*self._others(name, None), (name, value)])

    def hidden(self, *names: str) -> list[tuple[str, str]]:
        """What a form has to carry along beside its own fields, which are named."""
        return [(name, value) for name, value in self.pairs if name not in {*names, *NOT_KEPT}]

    def at(self, path: str) -> str:
        """The same search at another path: as a feed, or in the API."""
        return _address(path, self._kept())

    def _others(self, name: str, value: str | None) -> list[tuple[str, str]]:
        return [pair for pair in self._kept() if pair[0] != name or (value is not None and pair[1] != value)]

    def _kept(self) -> list[tuple[str, str]]:
        return [pair for pair in self.pairs if pair[0] not in NOT_KEPT]

    def _address(self, pairs: Iterable[tuple[str, str]]) -> str:
        return _address(self.path, pairs)


def links(pairs: Iterable[tuple[str, str]], path: str = "/") -> Links:
    """The links of a page whose address has these pairs; a form sends its empty fields too, which mean nothing."""
    return Links(tuple((name, value) for name, value in pairs if value.strip()), path)


def _address(path: str, pairs: Iterable[tuple[str, str]]) -> str:
    query = urlencode(list(pairs))
    return f"{path}?{query}" if query else path
