"""A subscription's newest alerts as a feed. Who has the address can read it; nobody can guess it."""

from collections.abc import Sequence
from html import escape
from typing import Final

from fastapi import FastAPI, Request, Response
from starlette.datastructures import URL

from services.api.delivery_answers import Delivering
from services.api.etag import content_tag, unchanged
from services.api.problems import ProblemError
from services.api.syndication import ATOM_TYPE, JSON_TYPE, Entry, Feed, atom, json_feed
from services.common.endpoints import is_token
from services.common.messages import Alert, Subscription

FEEDS: Final = "/feeds"


def add_feed_routes(app: FastAPI, on: Delivering) -> None:
    """``/feeds/{subscription}/{key}.atom`` and ``.json``."""

    def allowed(subscription_id: str, key: str) -> Subscription:
        settings = on.settings
        known = settings.secrets_on and is_token(key, settings.delivery_secret, "feed", subscription_id)
        subscription = on.find(subscription_id) if known else None
        if subscription is None:
            raise ProblemError("not-found", "There is no such feed.")
        return subscription

    @app.get(f"{FEEDS}/{{subscription_id}}/{{key}}.atom", include_in_schema=False)
    async def as_atom(subscription_id: str, key: str, request: Request) -> Response:
        subscription = allowed(subscription_id, key)
        feed = alert_feed(subscription, on.store.alerts(subscription.id), request.url)
        return _answer(request, atom(feed), ATOM_TYPE)

    @app.get(f"{FEEDS}/{{subscription_id}}/{{key}}.json", include_in_schema=False)
    async def as_json(subscription_id: str, key: str, request: Request) -> Response:
        subscription = allowed(subscription_id, key)
        feed = alert_feed(subscription, on.store.alerts(subscription.id), request.url)
        return _answer(request, json_feed(feed), JSON_TYPE)


def _answer(request: Request, content: bytes, kind: str) -> Response:
    """A feed, or 304 to a reader that has it as it is."""
    tag = content_tag(content)
    headers = {"ETag": tag, "Cache-Control": "private, max-age=60"}
    if unchanged(request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type=kind)


def alert_feed(subscription: Subscription, alerts: Sequence[Alert], address: URL) -> Feed:
    """The feed of a subscription's alerts, the newest first; each entry has the whole alert. Pure."""
    return Feed(
        title=subscription.name,
        url=str(address),
        page=str(address.replace(path="/", query="")),
        entries=tuple(_entry(alert) for alert in alerts),
        id=f"urn:sitrep:subscription:{subscription.id}",
        made=subscription.updated_at,
    )


def _entry(alert: Alert) -> Entry:
    return Entry(
        id=f"urn:sitrep:alert:{alert.id}",
        url=alert.url,
        title=alert.title,
        summary="",
        content=_html(alert),
        published=alert.published_at,
        updated=alert.created_at,
        author=alert.source.name,
        whole=alert.model_dump(mode="json"),
    )


def _html(alert: Alert) -> str:
    reasons = [f"<p>{escape(match.sentence)}<br><small>{escape(match.because)}</small></p>" for match in alert.matches]
    for figure in alert.figures:
        sentence = f"{escape(figure.claim.sentence)}<br>" if figure.claim else ""
        reasons.append(f"<p>{sentence}<small>{escape(figure.because)}</small></p>")
    if alert.copy_number:
        reasons.append(f"<p>{alert.copy_number} further {'copies' if alert.copy_number > 1 else 'copy'}</p>")
    return "".join(reasons)
