"""Subscriptions as their owners see and change them; nobody else does, but a key with the scope ``admin``."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from fastapi import Response

from services.api.access import Caller
from services.api.etag import strong_tag, wanted
from services.api.given_subscription import (
    GivenSubscription,
    KeptSubscription,
    SubscriptionList,
    UnreadableSubscription,
    checked,
    kept,
)
from services.api.known import Known
from services.api.problems import ProblemError
from services.api.subscription_store import SubscriptionStore
from services.common.messages import Subscription


class OwnedSubscriptions:
    """What the routes do. Each raises a ``ProblemError`` where it cannot be done."""

    def __init__(self, store: SubscriptionStore, known: Known) -> None:
        self._store = store
        self._known = known

    def listed(self, caller: Caller) -> SubscriptionList:
        """The caller's."""
        items = tuple(kept(each) for each in self._store.all() if caller.sees(each.owner))
        unreadable = self._store.unreadable().items() if "admin" in caller.scopes else ()
        return SubscriptionList(
            total=len(items),
            items=items,
            unreadable=tuple(UnreadableSubscription(id=name, reason=reason) for name, reason in unreadable),
        )

    def existing(self, name: str, caller: Caller) -> Subscription:
        """One of the caller's."""
        found = self._store.get(name)
        if found is None or not caller.sees(found.owner):
            raise ProblemError("not-found", f"There is no subscription {name}.")
        return found

    async def create(self, given: GivenSubscription, caller: Caller) -> Subscription:
        """A new one."""
        now = datetime.now(UTC)
        created = Subscription(
            id=uuid4().hex,
            owner=caller.key,
            created_at=now,
            updated_at=now,
            **await self._parts(_given(given), before=None),
        )
        await self._store.put(created)
        return created

    async def change(
        self, name: str, caller: Caller, if_match: str | None, parts: Mapping[str, Any] | GivenSubscription
    ) -> Subscription:
        """Change these parts of what is there now, if that is what the caller has read."""
        parts = _given(parts) if isinstance(parts, GivenSubscription) else parts
        async with self._store.writing():
            before = self._current(name, caller, if_match)
            update = {**await self._parts(parts, before), "updated_at": datetime.now(UTC)}
            changed = before.model_copy(update=update)
            await self._store.put(changed)
        return changed

    async def remove(self, name: str, caller: Caller, if_match: str | None) -> None:
        """Remove what is there now, if that is what the caller has read."""
        async with self._store.writing():
            if name not in self._store.unreadable() or "admin" not in caller.scopes:
                self._current(name, caller, if_match)
            await self._store.remove(name)

    def _current(self, name: str, caller: Caller, if_match: str | None) -> Subscription:
        found = self.existing(name, caller)
        if not wanted(if_match, tag_of(kept(found))):
            detail = "It is not as it was when you read it; read it again, and change that."
            raise ProblemError("changed-meanwhile", detail)
        return found

    async def _parts(self, parts: Mapping[str, Any], before: Subscription | None) -> dict[str, Any]:
        """The parts as they are kept: a rule is checked; what it asked for already may have become unknown."""
        if "rule" not in parts:
            return dict(parts)
        rule = checked(parts["rule"])
        if before is None or rule != before.rule:
            await self._known.check(rule)
        return {**parts, "rule": rule}


def answered(subscription: Subscription, response: Response) -> KeptSubscription:
    """As it is answered, with its tag."""
    answer = kept(subscription)
    response.headers["ETag"] = tag_of(answer)
    return answer


def tag_of(subscription: KeptSubscription) -> str:
    """Changes when the subscription does."""
    return strong_tag(subscription.model_dump_json().encode())


def _given(given: GivenSubscription) -> dict[str, Any]:
    return {part: getattr(given, part) for part in type(given).model_fields}
