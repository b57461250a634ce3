"""Errors as people and programs read them: problem details in JSON. Every error of the API leaves through here.

Source: RFC 9457, with the extension member ``errors``: what is wrong, and where.
"""

import json
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any, Final, Literal
from uuid import uuid4

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match

from services.common.messages import Message

log = structlog.get_logger()

MEDIA_TYPE: Final = "application/problem+json"

Kind = Literal[
    "not-found", "method-not-allowed", "changed-meanwhile", "invalid-request", "invalid-rule", "invalid-cursor",
    "expired-cursor",
    "too-large", "unauthorized", "forbidden", "too-many-requests", "too-slow", "not-set-up", "unavailable", "internal",
]  # fmt: skip

KINDS: Final[dict[Kind, tuple[int, str]]] = {
    "not-found": (404, "Not found"),
    "method-not-allowed": (405, "Method not allowed"),
    "changed-meanwhile": (412, "It has changed meanwhile"),
    "invalid-request": (422, "The request cannot be used"),
    "invalid-rule": (422, "The rule cannot be used"),
    "invalid-cursor": (400, "The cursor cannot be used"),
    "expired-cursor": (410, "The cursor has expired"),
    "too-large": (413, "The request is too large"),
    "unauthorized": (401, "An API key is needed"),
    "forbidden": (403, "The API key does not permit this"),
    "not-set-up": (501, "Not set up here"),
    "too-many-requests": (429, "Too many requests"),
    "too-slow": (408, "The request came too slowly"),
    "unavailable": (503, "Temporarily unavailable"),
    "internal": (500, "Something went wrong on our side"),
}


class Wrong(Message):
    """One thing that is wrong with a request."""

    where: str = Field(examples=["query.limit"])
    """The place: ``query.limit``, ``body.rule.any.0``."""
    what: str = Field(examples=["Input should be less than or equal to 100"])
    """What is wrong there."""


class Problem(Message):
    """What went wrong (RFC 9457)."""

    type: str = Field(examples=["urn:sitrep:problem:invalid-request"])
    """Which kind of problem; a program decides by this."""
    title: str = Field(examples=["The request cannot be used"])
    """The kind in words, the same each time."""
    status: int = Field(examples=[422])
    """The HTTP status."""
    detail: str = Field(examples=["query.limit: Input should be less than or equal to 100"])
    """This problem in words: what, where, what to do."""
    instance: str | None = Field(default=None, examples=["urn:uuid:7d3c1f5e-8a34-4b0e-9c57-0d6f2a6f9d11"])
    """This one occurrence; the log of the service has the same."""
    errors: tuple[Wrong, ...] | None = None
    """Everything that is wrong with the request, where that can be said in parts."""


class ProblemError(Exception):
    """Raised where a request cannot be answered; the caller is told ``detail`` and ``errors``, and nothing else."""

    def __init__(
        self, kind: Kind, detail: str, *, errors: Iterable[Wrong] = (), headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail
        self.errors = tuple(errors)
        self.headers = dict(headers or {})


def invalid_request(errors: Iterable[Wrong], kind: Kind = "invalid-request") -> ProblemError:
    """A request that can be mended: everything that is wrong with it."""
    listed = tuple(errors)
    return ProblemError(kind, "; ".join(f"{wrong.where}: {wrong.what}" for wrong in listed), errors=listed)


def unavailable(what: str, *, retry_after: int = 5) -> ProblemError:
    """Something the answer needs is away or slow; worth another try after ``retry_after`` seconds."""
    return ProblemError(
        "unavailable", f"{what} Try again in {retry_after} s.", headers={"Retry-After": str(retry_after)}
    )


def problem_response(error: ProblemError, *, instance: str | None = None) -> Response:
    """The answer that says ``error``."""
    status, title = KINDS[error.kind]
    problem = Problem(
        type=f"urn:sitrep:problem:{error.kind}",
        title=title,
        status=status,
        detail=error.detail,
        instance=instance,
        errors=error.errors or None,
    )
    return _rendered(problem, error.headers)


def internal_error() -> tuple[Response, str]:
    """The answer to a fault of ours, which says nothing about it, and the name under which to log it."""
    instance = f"urn:uuid:{uuid4()}"
    error = ProblemError("internal", "The fault is ours and was logged; name its `instance` when you report it.")
    return problem_response(error, instance=instance), instance


def answer_errors_as_problems(app: FastAPI) -> None:
    """Make every error that a route raises a problem, those of the framework included."""
    app.add_exception_handler(ProblemError, _on_problem)
    app.add_exception_handler(RequestValidationError, _on_invalid_request)
    app.add_exception_handler(HTTPException, _on_http_exception)


def problem_answers(*kinds: Kind) -> dict[int | str, dict[str, Any]]:
    """These problems as an operation's ``responses`` in the OpenAPI document."""
    titles: dict[int, list[str]] = {}
    for kind in kinds:
        status, title = KINDS[kind]
        titles.setdefault(status, []).append(title)
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": "; ".join(each), "content": content} for status, each in titles.items()}


def found_wrong(errors: Iterable[Mapping[str, Any]]) -> tuple[Wrong, ...]:
    """Validation errors as places and sentences."""
    return tuple(_wrong(error) for error in errors)


def _wrong(error: Mapping[str, Any]) -> Wrong:
    place = [str(part) for part in error["loc"]]
    if error["type"] == "json_invalid":
        return Wrong(where=place[0], what=f"not valid JSON at character {place[-1]}: {error['ctx']['error']}")
    return Wrong(where=".".join(place), what=str(error["msg"]).removeprefix("Value error, "))


async def _on_problem(_request: Request, error: Exception) -> Response:
    assert isinstance(error, ProblemError)  # noqa: S101 - registered for this type
    return problem_response(error)


async def _on_invalid_request(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this type
    return problem_response(invalid_request(found_wrong(error.errors())))


async def _on_http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this type
    if error.status_code == 404:
        return problem_response(ProblemError("not-found", f"There is nothing at {request.url.path}; see /docs."))
    if error.status_code == 405:
        allowed = ", ".join(_methods(request))
        detail = f"{request.url.path} does not take {request.method}; it takes {allowed}."
        return problem_response(ProblemError("method-not-allowed", detail, headers={"Allow": allowed}))
    if error.status_code == 400:  # what FastAPI says of a body that is no text, or nested without end
        return problem_response(invalid_request([Wrong(where="body", what="not readable as JSON in UTF-8")]))
    if error.status_code == 408:
        return problem_response(ProblemError("too-slow", str(error.detail), headers={"Connection": "close"}))
    if error.status_code == 413:
        return problem_response(ProblemError("too-large", str(error.detail)))
    status = HTTPStatus(error.status_code)
    problem = Problem(type="about:blank", title=status.phrase, status=status, detail=str(error.detail))
    return _rendered(problem, error.headers)


def _methods(request: Request) -> list[str]:
    """What the path takes, over all routes of its template: each operation is a route of its own. Of the templates that
    fit it, the one with the fewest parameters is the resource's own.
    """
    routes = [route for route in request.app.routes if route.matches(request.scope)[0] is not Match.NONE]
    templates = [getattr(route, "path", "") for route in routes]
    own = min(templates, key=lambda template: template.count("{"), default="")
    same = [route for route, template in zip(routes, templates, strict=True) if template == own]
    return sorted({method for route in same for method in getattr(route, "methods", None) or ()})


def _rendered(problem: Problem, headers: Mapping[str, str] | None) -> Response:
    # ASCII only: what came in, and is said back, may hold half of a surrogate pair.
    content = json.dumps(problem.model_dump(mode="python", exclude_none=True))
    return Response(content, problem.status, dict(headers or {}), MEDIA_TYPE)
