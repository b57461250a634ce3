"""Clients of a real Elasticsearch that show what it cannot be made to show on demand."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from elasticsearch import ConnectionError as ElasticConnectionError
from hypothesis import strategies as st

MOODS = st.lists(st.sampled_from(["well", "well", "well", "before", "after"]), max_size=30)
"""How the calls of an interrupted client end."""


class Interrupted:
    """An Elasticsearch client whose calls fail where ``moods`` says so: before anything is sent, or after it was done
    but before the answer came. A real engine shows both, but not on demand.
    """

    def __init__(self, client: Any, moods: Iterable[str]) -> None:
        self._client = client
        self._moods = iter(moods)

    def __getattr__(self, name: str) -> Any:
        inner = getattr(self._client, name)
        if name == "indices":
            return Interrupted(inner, self._moods)

        async def call(**given: Any) -> Any:
            mood = next(self._moods, "well")
            if mood == "before":
                raise ElasticConnectionError("interrupted")
            answer = await inner(**given)
            if mood == "after":
                raise ElasticConnectionError("interrupted")
            return answer

        return call


class Busy:
    """An Elasticsearch client whose bulk requests are pushed back for the documents named, once each."""

    def __init__(self, client: Any, once: Iterable[str]) -> None:
        self._client = client
        self._once = set(once)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    async def bulk(self, *, operations: list[Any], **given: Any) -> Any:
        pairs = list(zip(operations[::2], operations[1::2], strict=True))
        names = [next(iter(action.values()))["_id"] for action, _ in pairs]
        busy = self._once & set(names)
        self._once -= busy
        sent = [pair for name, pair in zip(names, pairs, strict=True) if name not in busy]
        passed: Any = {"items": []}
        if sent:
            passed = await self._client.bulk(operations=[part for pair in sent for part in pair], **given)
        answers = iter(passed["items"])
        refused = {"index": {"status": 429, "error": {"type": "es_rejected_execution_exception", "reason": "busy"}}}
        return {"items": [refused if name in busy else next(answers) for name in names]}


class Late:
    """An Elasticsearch client before whose first bulk request something else happens."""

    def __init__(self, client: Any, first: Callable[[], Awaitable[None]]) -> None:
        self._client = client
        self._first: list[Callable[[], Awaitable[None]]] = [first]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    async def bulk(self, **given: Any) -> Any:
        if self._first:
            await self._first.pop()()
        return await self._client.bulk(**given)
