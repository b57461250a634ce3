"""Who asks, and what they may do. Decided for every request before any of it is read; nothing is open by oversight.

A route that wants to know takes ``AsCaller``::

    async def list_subscriptions(caller: AsCaller) -> SubscriptionList:
        return [each for each in store.all() if caller.sees(each.owner)]

``caller.key`` is what to mark a thing with that is made (None for those who came without a key, where that is
allowed), ``caller.sees(owner)`` whether it may be shown to this caller, or changed by it: it is theirs, or their key is
``admin``.

Reading (GET, HEAD) needs ``read``, all else ``write``: routes need not say so. What is open to everybody is in
``OPEN``. A key comes as ``Authorization: Bearer``; as the password of Basic, which browsers and feed readers can send,
it only reads, since a browser sends that with requests that other sites make it send.

Source: RFC 6750 (Bearer Token Usage); RFC 7617 (Basic); RFC 9110, section 11.
"""

import base64
import binascii
from dataclasses import dataclass
from typing import Annotated, Any, Final, Protocol

from fastapi import Depends, Request
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Send
from starlette.types import Scope as Connection

from services.api.problems import ProblemError, problem_answers, problem_response
from services.common.keys import LONGEST
from services.common.messages import ApiKey, Scope
from services.common.websub import PATH

OPEN: Final = (
    "/healthz",
    "/readyz",
    "/metrics",
    "/docs",
    "/openapi.json",
    "/asyncapi.json",
    "/schemas",
    "/feeds",
    "/confirm",
    "/unsubscribe",
    "/ui",
    PATH,
)
"""Where no key is needed: these paths and what is below them. Hubs sign what they send to ours; the address of a feed
has a key of its own in it, and so has each link in a letter.
"""
READING: Final = frozenset({"GET", "HEAD"})
REALM: Final = 'realm="sitrep"'
HOW: Final = "Send it as `Authorization: Bearer sitrep_…`; `sitrep keys create` makes one."


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: the id of their key, None without one, and what they may do."""

    key: str | None = None
    scopes: frozenset[Scope] = frozenset()

    def sees(self, owner: str | None) -> bool:
        """Whether what ``owner``, a key's id, has made may be shown to this caller, or changed by it."""
        return "admin" in self.scopes or (self.key is not None and self.key == owner)


def caller(request: Request) -> Caller:
    """Who asks, as FastAPI's dependency."""
    asking: Caller = request.state.caller
    return asking


AsCaller = Annotated[Caller, Depends(caller)]


class Keys(Protocol):
    """Where keys are looked up."""

    def find(self, token: str) -> ApiKey | None:
        """The key that this is, if it holds; a ``ProblemError`` (503) where that cannot be said now."""
        ...


class Admission:
    """The layer that lets a request in, and says to what is behind it who asks (``scope["state"]["caller"]``)."""

    def __init__(self, app: ASGIApp, *, keys: Keys, anonymous_read: bool) -> None:
        self._app = app
        self._keys = keys
        self._anonymous = Caller(scopes=frozenset({"read"} if anonymous_read else ()))

    async def __call__(self, scope: Connection, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            try:
                asking = self._admitted(scope)
            except ProblemError as error:
                await problem_response(error)(scope, receive, send)
                return
            scope.setdefault("state", {})["caller"] = asking
        await self._app(scope, receive, send)

    def _admitted(self, scope: Connection) -> Caller:
        needed = needs(scope["method"], scope["path"])
        if needed is None:
            return Caller()
        asking = self._identified(Headers(scope=scope).get("authorization"))
        if needed in asking.scopes:
            return asking
        if asking.key is None:
            raise unauthorized(f"This needs an API key. {HOW}", browsed=not scope["path"].startswith("/v1/"))
        raise ProblemError(
            "forbidden",
            f"This needs a key with the scope `{needed}`, sent as Bearer; here it has "
            f"{', '.join(sorted(asking.scopes)) or 'none'}.",
            headers={"WWW-Authenticate": f'Bearer {REALM}, error="insufficient_scope", scope="{needed}"'},
        )

    def _identified(self, authorization: str | None) -> Caller:
        token, reads_only = sent_key(authorization)
        if token is None:
            return self._anonymous
        key = self._keys.find(token) if len(token) <= LONGEST else None
        if key is None:
            raise unauthorized(
                f"The API key that was sent is not known, or was revoked, or is over. {HOW}", error="invalid_token"
            )
        return Caller(key.id, frozenset(key.scopes) & {"read"} if reads_only else frozenset(key.scopes))


def needs(method: str, path: str) -> Scope | None:
    """What a request needs; None where it is open to everybody."""
    if method == "OPTIONS" or any(path == each or path.startswith(f"{each.rstrip('/')}/") for each in OPEN):
        return None
    return "read" if method in READING else "write"


def sent_key(authorization: str | None) -> tuple[str | None, bool]:
    """The key in an ``Authorization`` header, and whether it came so that it only reads."""
    scheme, _, value = (authorization or "").strip().partition(" ")
    match scheme.lower(), value.strip():
        case "bearer", token if token:
            return token, False
        case "basic", pair:
            try:
                password = base64.b64decode(pair, validate=True).decode().partition(":")[2]
            except (binascii.Error, UnicodeDecodeError):
                return None, False
            return password or None, True
    return None, False


def unauthorized(detail: str, *, error: str | None = None, browsed: bool = False) -> ProblemError:
    """The answer to who has no key; where it is a page, a browser is told that it may ask for one."""
    challenge = f'Bearer {REALM}, error="{error}"' if error else f"Bearer {REALM}"
    return ProblemError(
        "unauthorized",
        detail,
        headers={"WWW-Authenticate": f'{challenge}, Basic {REALM}, charset="UTF-8"' if browsed else challenge},
    )


def describe_access(document: dict[str, Any], *, anonymous_read: bool) -> None:
    """Write into an OpenAPI document what each operation needs, and how those are answered who lack it."""
    document["components"]["securitySchemes"] = {
        "key": {"type": "http", "scheme": "bearer", "description": "An API key, as `sitrep keys create` makes them."}
    }
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if needed := needs(method.upper(), path):
                open_too: list[dict[str, list[str]]] = [{}] if anonymous_read and needed == "read" else []
                operation["security"] = [{"key": [needed]}, *open_too]
                answers = problem_answers("unauthorized", "forbidden")
                operation["responses"] |= {str(status): answer for status, answer in answers.items()}
