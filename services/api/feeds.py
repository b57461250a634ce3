"""A subscription's newest alerts as a feed: Atom, and JSON Feed. Who has the address can read it; nobody can guess it.

Sources: RFC 4287 (Atom), RFC 5023 (no editing here); JSON Feed 1.1.
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape
from typing import Any, Final
from xml.etree import ElementTree as ET

from fastapi import FastAPI, Request, Response

from services.api.delivery_answers import Delivering
from services.api.etag import content_tag, unchanged
from services.api.problems import ProblemError
from services.common.endpoints import is_token
from services.common.messages import Alert, Subscription

FEEDS: Final = "/feeds"
ATOM: Final = "http://www.w3.org/2005/Atom"
JSON_FEED: Final = "https://jsonfeed.org/version/1.1"
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


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
    async def atom(subscription_id: str, key: str, request: Request) -> Response:
        subscription = allowed(subscription_id, key)
        content = atom_feed(subscription, on.store.alerts(subscription.id), str(request.url))
        return _answer(request, content, "application/atom+xml")

    @app.get(f"{FEEDS}/{{subscription_id}}/{{key}}.json", include_in_schema=False)
    async def json_feed(subscription_id: str, key: str, request: Request) -> Response:
        subscription = allowed(subscription_id, key)
        content = json.dumps(json_feed_of(subscription, on.store.alerts(subscription.id), str(request.url)))
        return _answer(request, content.encode(), "application/feed+json")


def _answer(request: Request, content: bytes, kind: str) -> Response:
    """A feed, or 304 to a reader that has it as it is."""
    tag = content_tag(content)
    headers = {"ETag": tag, "Cache-Control": "private, max-age=60"}
    if unchanged(request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type=kind)


def atom_feed(subscription: Subscription, alerts: Sequence[Alert], address: str) -> bytes:
    """The feed in Atom, the newest alert first. Pure."""
    ET.register_namespace("", ATOM)
    feed = ET.Element(f"{{{ATOM}}}feed")
    _child(feed, "id", f"urn:sitrep:subscription:{subscription.id}")
    _child(feed, "title", subscription.name)
    _child(feed, "updated", _stamp(max((each.created_at for each in alerts), default=subscription.updated_at)))
    _child(feed, "link", None, rel="self", href=address)
    _child(_child(feed, "author", None), "name", "Sitrep")
    for alert in alerts:
        entry = _child(feed, "entry", None)
        _child(entry, "id", f"urn:sitrep:alert:{alert.id}")
        _child(entry, "title", alert.title)
        _child(entry, "updated", _stamp(alert.created_at))
        if alert.published_at:
            _child(entry, "published", _stamp(alert.published_at))
        _child(entry, "link", None, rel="alternate", href=alert.url)
        _child(_child(entry, "author", None), "name", alert.source.name)
        _child(entry, "content", _html(alert), type="html")
    document: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return document


def json_feed_of(subscription: Subscription, alerts: Sequence[Alert], address: str) -> dict[str, Any]:
    """The feed as a JSON Feed, the newest alert first; each item has the whole alert as ``_sitrep``. Pure."""
    return {
        "version": JSON_FEED,
        "title": subscription.name,
        "feed_url": address,
        "items": [
            {
                "id": alert.id,
                "url": alert.url,
                "title": alert.title,
                "content_html": _html(alert),
                "date_published": _stamp(alert.published_at or alert.created_at),
                "date_modified": _stamp(alert.created_at),
                "authors": [{"name": alert.source.name}],
                "_sitrep": alert.model_dump(mode="json"),
            }
            for alert in alerts
        ],
    }


def _html(alert: Alert) -> str:
    reasons = [f"<p>{escape(match.sentence)}<br><small>{escape(match.because)}</small></p>" for match in alert.matches]
    for figure in alert.figures:
        sentence = f"{escape(figure.claim.sentence)}<br>" if figure.claim else ""
        reasons.append(f"<p>{sentence}<small>{escape(figure.because)}</small></p>")
    if alert.copy_number:
        reasons.append(f"<p>{alert.copy_number} further {'copies' if alert.copy_number > 1 else 'copy'}</p>")
    return "".join(reasons)


def _child(parent: ET.Element, name: str, text: str | None, **attributes: str) -> ET.Element:
    child = ET.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
    child.text = None if text is None else "".join(letter for letter in text if _allowed(letter))
    return child


def _allowed(letter: str) -> bool:
    """Whether XML 1.0 can hold a character (section 2.2)."""
    code = ord(letter)
    return code in {9, 10, 13} or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code >= 0x10000


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
