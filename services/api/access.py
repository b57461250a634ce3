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
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Final, Protocol

from fastapi import Depends, Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Send
from starlette.types import Scope as Connection

from services.api.problems import ProblemError, problem_answers, problem_response
from services.api.rates import Buckets, Taken, neighbourhood
from services.common.keys import LONGEST
from services.common.messages import ApiKey, Scope
from services.common.metrics import Metrics
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


def still_admitted(request: Request) -> Callable[[], bool]:
    """Whether a long answer may go on: asked again and again, as a key may be revoked meanwhile."""
    asked: Callable[[], bool] = request.state.still_admitted
    return asked


AsCaller = Annotated[Caller, Depends(caller)]


class Keys(Protocol):
    """Where keys are looked up."""

    def find(self, token: str) -> ApiKey | None:
        """The key that this is, if it holds; a ``ProblemError`` (503) where that cannot be said now."""
        ...


@dataclass(frozen=True, slots=True)
class Rates:
    """Requests a minute: with a key, and from an address without one. 0 is no limit."""

    key: int
    anonymous: int


class Admission:
    """The layer that lets a request in, and says to what is behind it who asks (``scope["state"]["caller"]``)."""

    def __init__(self, app: ASGIApp, *, keys: Keys, anonymous_read: bool, rates: Rates, metrics: Metrics) -> None:
        self._app = app
        self._keys = keys
        self._anonymous = Caller(scopes=frozenset({"read"} if anonymous_read else ()))
        self._rates = rates
        self._buckets = Buckets()
        self._metrics = metrics

    async def __call__(self, scope: Connection, receive: Receive, send: Send) -> None:
        needed = needs(scope["method"], scope["path"]) if scope["type"] == "http" else None
        if needed is None:
            scope.setdefault("state", {})["caller"] = Caller()
            await self._app(scope, receive, send)
            return
        taken: Taken | None = None

        async def sending(message: Message) -> None:
            if taken and message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(taken.headers)
            await send(message)

        try:
            authorization = Headers(scope=scope).get("authorization")
            asking, refused = self._asking(authorization)
            taken = self._taken(asking, scope)
            _permit(asking, needed, taken, refused, browsed=not scope["path"].startswith("/v1/"))
        except ProblemError as error:
            await problem_response(error)(scope, receive, sending)
            return
        if asking.key:
            self._metrics.key_requests.labels(asking.key).inc()
        still = partial(self._still, asking, needed, authorization)
        scope.setdefault("state", {}).update(caller=asking, still_admitted=still)
        await self._app(scope, receive, sending)

    def _still(self, asking: Caller, needed: Scope, authorization: str | None) -> bool:
        now, refused = self._asking(authorization)
        return refused is None and now.key == asking.key and needed in now.scopes

    def _asking(self, authorization: str | None) -> tuple[Caller, ProblemError | None]:
        """Who asks; and what to answer to who sends a key that does not hold, once they were counted."""
        try:
            return self._identified(authorization), None
        except ProblemError as error:
            return Caller(), error

    def _taken(self, asking: Caller, scope: Connection) -> Taken | None:
        if asking.key:
            return self._buckets.take(asking.key, self._rates.key) if self._rates.key else None
        address = neighbourhood(scope["client"][0]) if scope.get("client") else "nobody"
        return self._buckets.take(f"@{address}", self._rates.anonymous) if self._rates.anonymous else None

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


def _permit(asking: Caller, needed: Scope, taken: Taken | None, refused: ProblemError | None, *, browsed: bool) -> None:
    """Let them pass, or raise what they are answered."""
    if taken and not taken.granted:
        detail = f"{taken.per_minute} requests a minute are served; ask again in {taken.seconds} s."
        raise ProblemError("too-many-requests", detail)
    if refused:
        raise refused
    if needed in asking.scopes:
        return
    if asking.key is None:
        raise unauthorized(f"This needs an API key. {HOW}", browsed=browsed)
    raise ProblemError(
        "forbidden",
        f"This needs a key with the scope `{needed}`, sent as Bearer; here it has "
        f"{', '.join(sorted(asking.scopes)) or 'none'}.",
        headers={"WWW-Authenticate": f'Bearer {REALM}, error="insufficient_scope", scope="{needed}"'},
    )


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
                answers = problem_answers("unauthorized", "forbidden", "too-many-requests")
                operation["responses"] |= {str(status): answer for status, answer in answers.items()}
