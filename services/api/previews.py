"""The route that tries a rule on what was published lately."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final, Literal

from fastapi import Body, FastAPI
from pydantic import ConfigDict

from services.api.examples import answer_example
from services.api.given_subscription import GivenRule, checked
from services.api.index import SearchIndex
from services.api.known import Known
from services.api.preview import DAYS, Preview, preview
from services.api.preview_query import candidates_query
from services.api.problems import problem_answers
from services.common.messages import Message

MOST: Final = 1_000
"""The most articles that a rule is tried on, the newest."""


class GivenTrial(Message):
    """A rule to be tried."""

    model_config = ConfigDict(extra="forbid")

    rule: GivenRule
    copies: Literal["count", "each"] = "count"


def add_preview_route(app: FastAPI, index: SearchIndex, known: Known, examples: Mapping[str, Any]) -> None:
    """``POST /v1/subscriptions/preview``."""
    trial = {"rule": examples["given_subscription"]["rule"]}

    @app.post(
        "/v1/subscriptions/preview",
        tags=["subscriptions"],
        summary="Try a rule",
        operation_id="previewSubscription",
        responses={
            200: answer_example("What it would have matched.", examples["preview"]),
            **problem_answers("invalid-request", "invalid-rule", "too-large", "unavailable"),
        },
    )
    async def preview_subscription(
        given: Annotated[GivenTrial, Body(openapi_examples={"howitzers": {"value": trial}})],
    ) -> Preview:
        """What a rule would have matched in the last 30 days: how many alerts a day, and the newest, each with its
        reason. Nothing is kept.

        The search engine finds the articles that could match; whether one does is decided by the code that raises
        alerts.
        """
        rule = checked(given.rule)
        await known.check(rule)
        now = datetime.now(UTC)
        total, documents = await index.newest(candidates_query(rule, now - timedelta(days=DAYS), now), MOST)
        return await asyncio.to_thread(preview, rule, given.copies, documents, total, now)
