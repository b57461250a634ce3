"""The newest messages of each owner, in memory: bounded for each owner, and over all of them."""

from collections import OrderedDict
from collections.abc import Callable
from typing import TypeVar

from services.common.compacted import Table
from services.common.errors import PermanentError
from services.common.events import from_value
from services.common.messages import Message

M = TypeVar("M", bound=Message)


class Recent(Table[M]):
    """A topic's newest messages by owner. A message that comes again, changed, keeps its place; they are kept as the
    bytes they came as.
    """

    def __init__(
        self,
        model: type[M],
        owner: Callable[[M], str],
        identity: Callable[[M], str],
        *,
        each: int,
        most: int,
        kept: Callable[[M, M | None], M] = lambda message, _held: message,
    ) -> None:
        """Keep ``each`` messages of an owner at most, and ``most`` in all; ``kept`` makes of a message, and of the one
        that is held under its identity, what is kept.
        """
        super().__init__(model)
        self._model = model
        self._owner = owner
        self._identity = identity
        self._each = each
        self._most = most
        self._kept = kept
        self._of: dict[str, OrderedDict[str, bytes]] = {}
        self._order: OrderedDict[tuple[str, str], None] = OrderedDict()

    def newest(self, owner: str, most: int | None = None) -> list[M]:
        """The messages of an owner, the newest first."""
        values = list(self._of.get(owner, {}).values())[::-1]
        return [from_value(self._model, value) for value in values[:most]]

    def after(self, owner: str, identity: str | None) -> list[M]:
        """The messages of an owner that came after one of them, the oldest first; all, where that is not known."""
        held = self._of.get(owner, OrderedDict())
        names = list(held)
        if identity is not None and identity in held:
            names = names[names.index(identity) + 1 :]
        return [from_value(self._model, held[name]) for name in names]

    def last(self, owner: str) -> str | None:
        """The identity of the newest message of an owner."""
        return next(reversed(self._of.get(owner, OrderedDict())), None)

    def apply(self, key: bytes | None, value: bytes | None) -> str | None:  # noqa: ARG002 - the table's parameters
        """Take one record in; returns why not, where it is malformed (it is then passed over)."""
        try:
            if value is not None:
                self._take(from_value(self._model, value))
        except PermanentError as error:
            return str(error)
        return None

    def _take(self, message: M) -> None:
        owner, identity = self._owner(message), self._identity(message)
        held = self._of.setdefault(owner, OrderedDict())
        before = from_value(self._model, held[identity]) if identity in held else None
        held[identity] = self._kept(message, before).model_dump_json().encode()
        self._order[(owner, identity)] = None
        while len(held) > self._each:
            oldest, _ = held.popitem(last=False)
            self._order.pop((owner, oldest), None)
        while len(self._order) > self._most:
            (whose, oldest), _ = self._order.popitem(last=False)
            self._of[whose].pop(oldest, None)
            if not self._of[whose]:
                del self._of[whose]
