"""The routes of subscriptions."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Body, FastAPI, Header, Path, Request, Response

from services.api.access import AsCaller
from services.api.etag import unchanged
from services.api.given_subscription import GivenChange, GivenSubscription, KeptSubscription, SubscriptionList
from services.api.owned import OwnedSubscriptions, answered
from services.api.problems import problem_answers

SubscriptionId = Annotated[str, Path(min_length=1, max_length=100, description="The subscription's id.")]
IfMatch = Annotated[
    str | None, Header(description="The `ETag` that was read: if it has changed since, nothing is done (412).")
]
_TAG = {"ETag": {"description": "Changes when it does; for `If-Match`.", "schema": {"type": "string"}}}
_LOCATION = {"Location": {"description": "Where the subscription is.", "schema": {"type": "string"}}}


def add_subscription_routes(app: FastAPI, owned: OwnedSubscriptions, examples: Mapping[str, Any]) -> None:
    """``/v1/subscriptions``: write, list, read, replace, change, remove."""
    _add_reading(app, owned, examples)
    _add_making(app, owned, examples)
    _add_changing(app, owned, examples)


def _one(examples: Mapping[str, Any]) -> dict[str, Any]:
    return {"content": {"application/json": {"example": examples["subscription"]}}, "headers": _TAG}


def _add_reading(app: FastAPI, owned: OwnedSubscriptions, examples: Mapping[str, Any]) -> None:
    several = {"total": 1, "items": [examples["subscription"]], "unreadable": []}
    many = {"content": {"application/json": {"example": several}}}

    @app.get(
        "/v1/subscriptions",
        tags=["subscriptions"],
        summary="List subscriptions",
        operation_id="listSubscriptions",
        responses={200: {"description": "Yours, the oldest first.", **many}, **problem_answers("unavailable")},
    )
    async def list_subscriptions(caller: AsCaller) -> SubscriptionList:
        """Your subscriptions, active or not; with a key that has the scope `admin` those of everybody."""
        return owned.listed(caller)

    @app.get(
        "/v1/subscriptions/{subscription_id}",
        tags=["subscriptions"],
        summary="Read one subscription",
        operation_id="getSubscription",
        response_model=KeptSubscription,
        responses={
            200: {"description": "The subscription.", **_one(examples)},
            304: {"description": "It is as `If-None-Match` names it."},
            **problem_answers("not-found", "invalid-request", "unavailable"),
        },
    )
    async def get_subscription(
        subscription_id: SubscriptionId, request: Request, response: Response, caller: AsCaller
    ) -> KeptSubscription | Response:
        """One subscription as it is now."""
        found = answered(owned.existing(subscription_id, caller), response)
        tag = response.headers["ETag"]
        if unchanged(request.headers.get("if-none-match"), tag):
            return Response(status_code=304, headers={"ETag": tag})
        return found


def _add_making(app: FastAPI, owned: OwnedSubscriptions, examples: Mapping[str, Any]) -> None:
    given = Body(openapi_examples={"howitzers": {"value": examples["given_subscription"]}})

    @app.post(
        "/v1/subscriptions",
        tags=["subscriptions"],
        summary="Subscribe",
        operation_id="createSubscription",
        status_code=201,
        responses={
            201: {"description": "It is kept.", **_one(examples), "headers": _LOCATION | _TAG},
            **problem_answers("invalid-request", "invalid-rule", "too-large", "unavailable"),
        },
    )
    async def create_subscription(
        given: Annotated[GivenSubscription, given], response: Response, caller: AsCaller
    ) -> KeptSubscription:
        """Save a rule. Every article that comes after this is answered is checked against it.

        `POST /v1/subscriptions/preview` shows what it would have matched.
        """
        created = await owned.create(given, caller)
        response.headers["Location"] = f"/v1/subscriptions/{created.id}"
        return answered(created, response)


def _add_changing(app: FastAPI, owned: OwnedSubscriptions, examples: Mapping[str, Any]) -> None:
    given = Body(openapi_examples={"howitzers": {"value": examples["given_subscription"]}})
    change = Body(openapi_examples={"pause": {"value": {"active": False}}})
    answers = {
        200: {"description": "It is changed.", **_one(examples)},
        **problem_answers(
            "not-found", "changed-meanwhile", "invalid-request", "invalid-rule", "too-large", "unavailable"
        ),
    }

    @app.put(
        "/v1/subscriptions/{subscription_id}",
        tags=["subscriptions"],
        summary="Replace a subscription",
        operation_id="replaceSubscription",
        responses=answers,
    )
    async def replace_subscription(
        subscription_id: SubscriptionId,
        given: Annotated[GivenSubscription, given],
        response: Response,
        caller: AsCaller,
        if_match: IfMatch = None,
    ) -> KeptSubscription:
        """Replace name, rule, whether it is active and what becomes of copies; what is left out becomes its default."""
        return answered(await owned.change(subscription_id, caller, if_match, given), response)

    @app.patch(
        "/v1/subscriptions/{subscription_id}",
        tags=["subscriptions"],
        summary="Change a subscription",
        operation_id="changeSubscription",
        responses=answers,
    )
    async def change_subscription(
        subscription_id: SubscriptionId,
        given: Annotated[GivenChange, change],
        response: Response,
        caller: AsCaller,
        if_match: IfMatch = None,
    ) -> KeptSubscription:
        """Change what is given and leave the rest: `{"active": false}` pauses it. A rule is replaced as a whole."""
        return answered(await owned.change(subscription_id, caller, if_match, given.changed()), response)

    @app.delete(
        "/v1/subscriptions/{subscription_id}",
        tags=["subscriptions"],
        summary="Unsubscribe",
        operation_id="deleteSubscription",
        status_code=204,
        responses={
            204: {"description": "It is gone."},
            **problem_answers("not-found", "changed-meanwhile", "invalid-request", "unavailable"),
        },
    )
    async def delete_subscription(subscription_id: SubscriptionId, caller: AsCaller, if_match: IfMatch = None) -> None:
        """Remove a subscription. Alerts it raised before stay."""
        await owned.remove(subscription_id, caller, if_match)
