"""A search, or a subscription's alerts, as a feed: Atom and JSON Feed from the same entries. Pure.

Source: RFC 4287 (Atom); JSON Feed 1.1; RFC 4122 (an article's id has the 128 bits of a UUID).
"""

import html
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import NAMESPACE_URL, UUID, uuid5
from xml.etree.ElementTree import Element, SubElement, tostring

from services.api.responses import FoundArticle
from services.api.series.answers import FoundClaim

ATOM: Final = "http://www.w3.org/2005/Atom"
ATOM_TYPE: Final = "application/atom+xml"
JSON_TYPE: Final = "application/feed+json"
_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MARKS: Final = re.compile(r"</?mark>")
_NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a feed; ``content`` is HTML, everything else plain text."""

    id: str
    url: str
    title: str
    summary: str
    content: str
    published: datetime | None
    updated: datetime
    author: str
    language: str | None = None
    tags: tuple[tuple[str, str], ...] = ()
    """What it speaks of: ids and names."""
    whole: dict[str, Any] | None = None
    """All that is known of it, for programs that read the JSON Feed (its extension ``_sitrep``)."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed: ``url`` is its own address, ``page`` where a person reads on."""

    title: str
    url: str
    page: str
    entries: tuple[Entry, ...]
    id: str = ""
    """A URN; made from the address where there is none."""
    made: datetime = _NEVER
    """When it was as it is without entries."""

    @property
    def updated(self) -> datetime:
        """When anything in it last changed."""
        return max((entry.updated for entry in self.entries), default=self.made)


def article_entry(article: FoundArticle) -> Entry:
    """An article of a search as an entry: the passages found, and the figures shown with it."""
    passages = article.highlights.text
    figures = "".join(f"<li>{html.escape(claim.text)}</li>" for claim in article.claims)
    return Entry(
        id=UUID(hex=article.id).urn,
        url=article.url,
        title=article.title,
        summary=article.description or _plain(passages[0] if passages else ""),
        content="".join(f"<p>{passage}</p>" for passage in passages) + (f"<ul>{figures}</ul>" if figures else ""),
        published=article.published_at,
        updated=article.fetched_at,
        author=article.source.name,
        language=article.language if article.language != "und" else None,
        tags=tuple((entity.id, entity.name) for entity in article.entities),
    )


def claim_entry(claim: FoundClaim, updated: datetime) -> Entry:
    """A figure as an entry."""
    said = f" ({claim.attributed_to.text})" if claim.attributed_to else ""
    return Entry(
        id=uuid5(NAMESPACE_URL, f"sitrep:claim:{claim.id}").urn,
        url=claim.article.url,
        title=f"{claim.text}{said}",
        summary=claim.sentence,
        content=f"<blockquote>{html.escape(claim.sentence)}</blockquote><p>{html.escape(claim.article.title)}</p>",
        published=claim.article.published_at,
        updated=updated,
        author=claim.article.source.name,
        tags=tuple((entity, entity) for entity in (claim.actor, claim.place) if entity),
    )


def feed_id(url: str) -> str:
    """The id of the feed of a search: the same wherever the same is asked."""
    return uuid5(NAMESPACE_URL, url).urn


def atom(feed: Feed) -> bytes:
    """The feed as an Atom document."""
    root = Element("feed", xmlns=ATOM)
    _text(root, "id", feed.id or feed_id(feed.url))
    _text(root, "title", feed.title)
    _text(root, "updated", _moment(feed.updated))
    SubElement(root, "link", rel="self", type=ATOM_TYPE, href=_clean(feed.url))
    SubElement(root, "link", rel="alternate", type="text/html", href=_clean(feed.page))
    _text(root, "generator", "Sitrep")
    for entry in feed.entries:
        item = SubElement(root, "entry")
        if entry.language:
            item.set("xml:lang", entry.language)
        _text(item, "id", entry.id)
        _text(item, "title", entry.title)
        SubElement(item, "link", rel="alternate", href=_clean(entry.url))
        _text(item, "updated", _moment(entry.updated))
        if entry.published:
            _text(item, "published", _moment(entry.published))
        _text(SubElement(item, "author"), "name", entry.author)
        if entry.summary:
            _text(item, "summary", entry.summary)
        _text(item, "content", entry.content, type="html")
        for term, label in entry.tags:
            SubElement(item, "category", term=_clean(term), label=_clean(label))
    document: bytes = tostring(root, encoding="utf-8")
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + document


def json_feed(feed: Feed) -> bytes:
    """The feed as a JSON Feed."""
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.page,
        "feed_url": feed.url,
        "items": [_item(entry) for entry in feed.entries],
    }
    return json.dumps(document, ensure_ascii=False).encode("utf-8", "replace")


def _item(entry: Entry) -> dict[str, Any]:
    item = {
        "id": entry.id,
        "url": entry.url,
        "title": entry.title,
        "summary": entry.summary or None,
        "content_html": entry.content,
        "date_published": _moment(entry.published) if entry.published else None,
        "date_modified": _moment(entry.updated),
        "authors": [{"name": entry.author}],
        "language": entry.language,
        "tags": [name for _, name in entry.tags],
        "_sitrep": entry.whole,
    }
    return {name: value for name, value in item.items() if value is not None}


def _text(parent: Element, name: str, text: str, **attributes: str) -> None:
    SubElement(parent, name, attributes).text = _clean(text)


def _clean(text: str) -> str:
    """Without the characters that XML 1.0 cannot hold."""
    return _NOT_XML.sub("", text)


def _plain(passage: str) -> str:
    return html.unescape(_MARKS.sub("", passage))


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def sorted_entries(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Entries in the order given, each once: readers tell them apart by their ids."""
    return tuple({entry.id: entry for entry in entries}.values())
