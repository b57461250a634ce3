"""The routes of subscriptions."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Self
from uuid import uuid4

from fastapi import Body, FastAPI, Path, Response
from pydantic import ConfigDict, Field, StrictBool, model_validator
from pydantic_core import PydanticSerializationError

from services.api.problems import ProblemError, Wrong, invalid_request, problem_answers
from services.api.responses import SubscriptionList
from services.api.subscription_store import SubscriptionStore
from services.common.errors import PermanentError
from services.common.messages import Message, Rule, Subscription
from services.common.rules.check import check_rule


class GivenRule(Rule):
    """What to look for. Every part that is given must hold; an empty part asks for nothing."""

    model_config = ConfigDict(extra="forbid")  # a misspelled part would ask for nothing, and match everything


class GivenSubscription(Message):
    """A subscription as it is written: the id and the times are ours."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=200, examples=["North Korean artillery"])
    """What people call it."""
    rule: GivenRule
    active: StrictBool = True
    """An inactive one is kept and matches nothing."""

    @model_validator(mode="after")
    def _is_text(self) -> Self:
        """JSON can hold half of a surrogate pair, which cannot be written again."""
        try:
            self.model_dump_json()
        except PydanticSerializationError:
            raise ValueError("a text holds half of a surrogate pair, which is no character") from None
        return self


SubscriptionId = Annotated[str, Path(min_length=1, max_length=100, description="The subscription's id.")]


def add_subscription_routes(app: FastAPI, store: SubscriptionStore, examples: Mapping[str, Any]) -> None:
    """``/v1/subscriptions``: write, list, read, replace, remove."""
    given = Body(openapi_examples={"howitzers": {"value": examples["given_subscription"]}})
    one = {"content": {"application/json": {"example": examples["subscription"]}}}
    many = {"content": {"application/json": {"example": {"total": 1, "items": [examples["subscription"]]}}}}
    location = {"Location": {"description": "Where the subscription is.", "schema": {"type": "string"}}}

    def existing(subscription: str) -> Subscription:
        found = store.get(subscription)
        if found is None:
            raise ProblemError("not-found", f"There is no subscription {subscription}.")
        return found

    @app.post(
        "/v1/subscriptions",
        tags=["subscriptions"],
        summary="Subscribe",
        operation_id="createSubscription",
        status_code=201,
        responses={
            201: {"description": "It is kept.", "headers": location, **one},
            **problem_answers("invalid-request", "invalid-rule", "too-large", "unavailable"),
        },
    )
    async def create_subscription(given: Annotated[GivenSubscription, given], response: Response) -> Subscription:
        """Save a rule. From now on every article that it matches raises an alert."""
        now = datetime.now(UTC)
        created = Subscription(
            id=uuid4().hex,
            name=given.name,
            rule=_checked(given.rule),
            active=given.active,
            created_at=now,
            updated_at=now,
        )
        await store.put(created)
        response.headers["Location"] = f"/v1/subscriptions/{created.id}"
        return created

    @app.get(
        "/v1/subscriptions",
        tags=["subscriptions"],
        summary="List subscriptions",
        operation_id="listSubscriptions",
        responses={200: {"description": "All of them, the oldest first.", **many}, **problem_answers("unavailable")},
    )
    async def list_subscriptions() -> SubscriptionList:
        """Every subscription, active or not."""
        subscriptions = store.all()
        return SubscriptionList(total=len(subscriptions), items=subscriptions)

    @app.get(
        "/v1/subscriptions/{subscription_id}",
        tags=["subscriptions"],
        summary="Read one subscription",
        operation_id="getSubscription",
        responses={
            200: {"description": "The subscription.", **one},
            **problem_answers("not-found", "invalid-request", "unavailable"),
        },
    )
    async def get_subscription(subscription_id: SubscriptionId) -> Subscription:
        """One subscription as it is now."""
        return existing(subscription_id)

    @app.put(
        "/v1/subscriptions/{subscription_id}",
        tags=["subscriptions"],
        summary="Change a subscription",
        operation_id="replaceSubscription",
        responses={
            200: {"description": "It is changed.", **one},
            **problem_answers("not-found", "invalid-request", "invalid-rule", "too-large", "unavailable"),
        },
    )
    async def replace_subscription(
        subscription_id: SubscriptionId, given: Annotated[GivenSubscription, given]
    ) -> Subscription:
        """Replace name, rule and whether it is active; what is left out becomes its default."""
        changed = existing(subscription_id).model_copy(
            update={
                "name": given.name,
                "rule": _checked(given.rule),
                "active": given.active,
                "updated_at": datetime.now(UTC),
            }
        )
        await store.put(changed)
        return changed

    @app.delete(
        "/v1/subscriptions/{subscription_id}",
        tags=["subscriptions"],
        summary="Unsubscribe",
        operation_id="deleteSubscription",
        status_code=204,
        responses={
            204: {"description": "It is gone."},
            **problem_answers("not-found", "invalid-request", "unavailable"),
        },
    )
    async def delete_subscription(subscription_id: SubscriptionId) -> None:
        """Remove a subscription. Alerts it raised before stay."""
        await store.remove(existing(subscription_id).id)


def _checked(rule: Rule) -> Rule:
    """The rule as it is kept.

    Raises:
        ProblemError: it can never match, or would match everything; each part that is wrong is named.
    """
    try:
        check_rule(rule)
    except PermanentError as error:
        raise invalid_request([Wrong(where="body.rule", what=str(error))], "invalid-rule") from None
    return Rule(**rule.model_dump())
