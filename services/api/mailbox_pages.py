"""The two pages that letters lead to: whether a mailbox wants alerts, and that it wants none any more.

Opening an address changes nothing, as mail programs open every address in a letter: a person presses a button. What a
mail program sends by itself when its "unsubscribe" is pressed is taken too (RFC 8058).
"""

import base64
import hashlib
from datetime import UTC, datetime
from html import escape
from typing import Final, Literal

from fastapi import FastAPI, Response

from services.api.delivery_answers import Delivering
from services.common.endpoints import is_token
from services.common.messages import Endpoint, EndpointState, Subscription

Purpose = Literal["confirm", "unsubscribe"]
PAGES: Final = ("/confirm", "/unsubscribe")
STYLE: Final = "body{font:1.1em/1.5 sans-serif;max-width:34em;margin:4em auto;padding:0 1em}button{font:inherit}"
STYLE_HASH: Final = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
WORDS: Final[dict[Purpose, tuple[str, str, EndpointState, str, str]]] = {
    "confirm": (
        "Do you want the alerts of “{name}” sent to {to}?", "Yes, send them",
        "active", "The alerts of “{name}” will be sent to {to}.", "",
    ),
    "unsubscribe": (
        "Do you want no more alerts of “{name}” at {to}?", "No more",
        "unsubscribed", "No more alerts of “{name}” will be sent to {to}.", "Whoever reads the mailbox wanted no more.",
    ),
}  # fmt: skip
"""By purpose: what is asked, the button, what the mailbox becomes, what is said then, and the note that is kept."""

FROM: Final[dict[Purpose, frozenset[EndpointState]]] = {
    "confirm": frozenset({"unconfirmed"}),
    "unsubscribe": frozenset({"unconfirmed", "active", "disabled"}),
}
VOID: Final = "This address holds no more: the subscription or the mailbox was changed."


def add_mailbox_pages(app: FastAPI, on: Delivering) -> None:
    """``/confirm/{subscription}/{token}`` and ``/unsubscribe/{subscription}/{token}``."""
    for purpose in WORDS:
        _add(app, on, purpose)


def _add(app: FastAPI, on: Delivering, purpose: Purpose) -> None:
    question, button, wanted, done, note = WORDS[purpose]

    @app.get(f"/{purpose}/{{subscription_id}}/{{token}}", include_in_schema=False)
    async def ask(subscription_id: str, token: str) -> Response:
        found = _of_token(on, purpose, subscription_id, token)
        if found is None:
            return _page(VOID, status=404)
        if found[0].state == wanted:
            return _page(_said(done, *found))
        return _page(_said(question, *found), button)

    @app.post(f"/{purpose}/{{subscription_id}}/{{token}}", include_in_schema=False)
    async def answer(subscription_id: str, token: str) -> Response:
        found = _of_token(on, purpose, subscription_id, token)
        if found is None:
            return _page(VOID, status=404)
        endpoint = found[0]
        if endpoint.state in FROM[purpose]:
            change = {"state": wanted, "note": note or None, "since": datetime.now(UTC)}
            await on.store.put(endpoint.model_copy(update=change))
        elif endpoint.state != wanted:
            return _page(f"The mailbox is {endpoint.state} by now; it can be asked for again.", status=409)
        return _page(_said(done, *found))


def _of_token(on: Delivering, purpose: Purpose, subscription: str, token: str) -> tuple[Endpoint, Subscription] | None:
    """The mailbox that a token is for, and its subscription."""
    endpoint, found = on.store.endpoints(subscription).get("email"), on.find(subscription)
    if endpoint is None or found is None or not on.settings.secrets_on:
        return None
    ours = is_token(token, on.settings.delivery_secret, purpose, subscription, endpoint.to)
    return (endpoint, found) if ours else None


def _said(words: str, endpoint: Endpoint, subscription: Subscription) -> str:
    return words.format(name=subscription.name, to=endpoint.to)


def _page(text: str, button: str | None = None, *, status: int = 200) -> Response:
    form = f'<form method="post"><button>{escape(button)}</button></form>' if button else ""
    content = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Sitrep</title><style>{STYLE}</style></head>'
        f"<body><p>{escape(text)}</p>{form}</body></html>"
    )
    return Response(content, status, {"Content-Security-Policy": POLICY, "Cache-Control": "no-store"}, "text/html")
