"""The addresses that are due, by host; the hosts stand in a line, so that none waits long where work is full. Pure."""

from collections import deque
from collections.abc import Iterable, Iterator

from services.fetcher.remembered import Address


class Waiting:
    """A queue for each host, and the hosts in the order of their turns: who had one goes to the end."""

    def __init__(self) -> None:
        self._queues: dict[str, deque[Address]] = {}

    def renew(self, due: Iterable[Address]) -> None:
        """These are due now and no others, those of a host in this order. Hosts that stood in line keep their places;
        others come before them, as they may never have had a turn.
        """
        new: dict[str, deque[Address]] = {}
        for address in due:
            new.setdefault(address.host, deque()).append(address)
        stood = [host for host in self._queues if host in new]
        for host in stood:
            new[host] = new.pop(host)
        self._queues = new

    def __iter__(self) -> Iterator[str]:
        """The hosts that something is due of, whose turn it is first; turns may be taken meanwhile."""
        return iter([host for host, queue in self._queues.items() if queue])

    def __contains__(self, host: str) -> bool:
        """Whether something is due of a host."""
        return bool(self._queues.get(host))

    def __bool__(self) -> bool:
        return any(self._queues.values())

    def take(self, host: str) -> Address:
        """A host's turn: its next address."""
        queue = self._queues[host] = self._queues.pop(host)
        return queue.popleft()
