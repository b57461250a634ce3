"""``GET /v1/stream``: new matches of a search as server-sent events.

Source: WHATWG HTML, section 9.2 (Server-sent events).
"""

import contextlib
import json
from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import replace
from typing import Annotated, Any, Final

from fastapi import FastAPI, Header, Query, Request, Response
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from services.api.access import still_admitted
from services.api.following import Follower
from services.api.live import Live
from services.api.live_reading import event, heartbeat
from services.api.parameters import SearchParameters, article_search
from services.api.problems import ProblemError, Wrong, invalid_request, problem_answers

QUIET: Final = 15.0
"""Seconds after which a stream without news gives a sign of life."""
AGAIN_MS: Final = 3_000
"""After how many milliseconds a client comes again when the stream ended."""
EVENT_STREAM: Final = "text/event-stream"


def add_stream_route(app: FastAPI, live: Live, examples: Mapping[str, Any]) -> None:
    """``GET /v1/stream``."""
    example = event("article", json.dumps(examples["articles"]["items"][0]), [12, 7, 9, 3, 15, 8]).decode()

    @app.get(
        "/v1/stream",
        tags=["articles"],
        summary="Follow a search",
        operation_id="streamArticles",
        response_class=Response,
        responses={
            200: {
                "description": "Events, until the client hangs up.",
                "content": {EVENT_STREAM: {"schema": {"type": "string"}, "example": example}},
            },
            **problem_answers("invalid-cursor", "expired-cursor", "invalid-request", "unavailable"),
        },
    )
    async def stream_articles(
        parameters: Annotated[SearchParameters, Query()],
        request: Request,
        last_event_id: Annotated[
            str | None,
            Header(max_length=200, description="The id of the last event that came: the stream goes on after it."),
        ] = None,
    ) -> Response:
        """New articles that a search finds, as server-sent events, as soon as the search finds them.

        The parameters are those of `/v1/articles`; order, facets and folding have no meaning here. `event: article` has
        an article as in a list, and comes again for each revision that the search finds; `event: deleted` names one
        that was deleted on request, whether the search had found it or not. A client that was away sends the last id as
        `Last-Event-ID` (browsers do so by themselves) and is given what it missed. One that falls so far
        behind that what comes next for it is kept no more is let go, and comes again in the same way.
        """
        if parameters.cursor is not None:
            raise invalid_request([Wrong(where="query.cursor", what="a stream has no pages; leave it out")])
        search = replace(
            article_search(parameters, 0), sort="newest", folded=False, facets=(), facet_q="", significant=False
        )
        stack = contextlib.AsyncExitStack()
        follower, start, joined = await stack.enter_async_context(live.followed(search, last_event_id))
        return _Events(_events(live, follower, start, joined, still_admitted(request)), stack)


class _Events(StreamingResponse):
    """A stream that its follower is let go with, however it ends."""

    def __init__(self, content: AsyncGenerator[bytes, None], stack: contextlib.AsyncExitStack) -> None:
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        super().__init__(content, media_type=EVENT_STREAM, headers=headers)
        self._content = content
        self._stack = stack

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self._content.aclose()
            await self._stack.aclose()


async def _events(
    live: Live, follower: Follower, start: list[int], joined: list[int], admitted: Callable[[], bool]
) -> AsyncGenerator[bytes, None]:
    yield f"retry: {AGAIN_MS}\n".encode() + heartbeat(start)
    if start != joined:
        try:
            async for missed in live.missed(follower.search, start, joined):
                yield missed
        except ProblemError as error:
            yield f": {error.detail} Come again with Last-Event-ID.\n\n".encode()
            return
    while not follower.ended:
        waiting = await follower.taken(QUIET)
        if not admitted():
            yield b": The API key holds no more.\n\n"
            return
        if follower.too_slow:
            yield b": Events come faster than they are taken. Come again with Last-Event-ID.\n\n"
            return
        yield waiting or heartbeat(follower.positions)
