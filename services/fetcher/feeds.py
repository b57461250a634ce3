"""Feeds (RSS 0.9 to 2.0, RSS 1.0, Atom, JSON Feed) from bytes to entries. Pure: nothing is fetched or opened."""

import re
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from typing import Any

import feedparser

from services.fetcher.dates import read_moment
from services.fetcher.entries import LONGEST_SUMMARY, Dropped, Entry, Feed, absolute, each_once
from services.fetcher.failures import NotAFeed
from services.fetcher.intervals import stated_period
from services.fetcher.json_feed import looks_like_json, read_json_feed
from services.fetcher.languages import primary_language
from services.fetcher.plain import without_markup
from services.fetcher.sniffing import what_is

HARMLESS = ("NonXMLContentType", "CharacterEncodingOverride")
_REFERENCE = re.compile(rb"&#([xX][0-9a-fA-F]{1,8}|[0-9]{1,8});")


def entries_from_feed(body: bytes, url: str, *, content_type: str | None = None) -> tuple[Entry, ...]:
    """The entries of a feed, newest as the feed has it, each address once; those without a link are left out.

    ``url`` is where the body came from (links are resolved against it), ``content_type`` its Content-Type header.

    Raises:
        NotAFeed: the body is not a feed; the sentence says what it is instead.
    """
    return feed_from_bytes(body, url, content_type=content_type).entries


def feed_from_bytes(body: bytes, url: str, *, content_type: str | None = None) -> Feed:
    """A feed with its entries, and with what had to be left out.

    Raises:
        NotAFeed: the body is not a feed; the sentence says what it is instead.
    """
    if not body.strip():
        raise NotAFeed(f"The feed {url} is empty.")
    if looks_like_json(body):
        return read_json_feed(body, url)
    headers = {"content-location": url, **({"content-type": content_type} if content_type else {})}
    try:
        parsed = feedparser.parse(BytesIO(_without_half_characters(body)), response_headers=headers)
    except Exception as error:  # its fallback parser raises whatever a hostile document makes it raise
        raise NotAFeed(f"The feed {url} cannot be read: {type(error).__name__}: {error}.") from error
    version = parsed.get("version") or ""
    if not version and not parsed.entries:
        raise NotAFeed(f"{url} is {what_is(body)}, not a feed.")
    return _read(parsed, url, version or "feed")


def _without_half_characters(body: bytes) -> bytes:
    """A reference to a surrogate (``&#xD800;``) names no character (XML 1.0, section 4.1); one loses the whole feed."""
    return _REFERENCE.sub(lambda found: b"&#xFFFD;" if 0xD800 <= _number(found[1]) <= 0xDFFF else found[0], body)


def _number(reference: bytes) -> int:
    return int(reference[1:], 16) if reference[:1] in b"xX" else int(reference)


def _read(parsed: Any, url: str, version: str) -> Feed:
    language = primary_language(_text(parsed.feed, "language"))
    entries: list[Entry] = []
    dropped: list[Dropped] = []
    for raw in parsed.entries:
        headline = without_markup(_text(raw, "title"))
        links = dict.fromkeys(each for each in _links(raw) if each.strip())
        link = next((found for each in links if (found := absolute(each, url))), None)
        if link is None:
            written = ", ".join(links)
            reason = f"its link cannot be fetched: {written[:200]}" if written else "it has no link"
            dropped.append(Dropped(headline or _text(raw, "id") or "(untitled)", reason))
            continue
        entries.append(
            Entry(
                url=link,
                title=headline or None,
                published_at=_moment(raw, ("published", "created")),
                updated_at=_moment(raw, ("updated",)),
                summary=without_markup(_text(raw, "summary"))[:LONGEST_SUMMARY] or None,
                id=_text(raw, "id") or None,
                authors=tuple(_authors(raw)),
                language=primary_language(_text(_mapping(raw, "title_detail"), "language")) or language,
            )
        )
    problem = parsed.get("bozo_exception")
    malformed = str(problem) if parsed.bozo and type(problem).__name__ not in HARMLESS else None
    title = without_markup(_text(parsed.feed, "title")) or None
    return Feed(
        version,
        title,
        language,
        each_once(entries),
        dropped=tuple(dropped),
        malformed=malformed,
        period=stated_period(parsed.feed),
        hubs=tuple(_own_links(parsed.feed, "hub", url)),
        own_address=next(_own_links(parsed.feed, "self", url), None),
    )


def _own_links(feed: Mapping[str, Any], rel: str, url: str) -> Iterator[str]:
    """The feed's own links with a relation, as whole addresses (WebSub, section 4)."""
    for link in feed.get("links") or ():
        if rel in _text(link, "rel").lower().split() and (found := absolute(_text(link, "href"), url)):
            yield found


def _links(raw: Mapping[str, Any]) -> Iterable[str]:
    """What may be the article's address, likeliest first: the outlet's own before that of a feed service."""
    yield _text(raw, "feedburner_origlink")
    yield _text(raw, "link")
    for link in raw.get("links") or ():
        if _text(link, "rel") in {"", "alternate"}:
            yield _text(link, "href")


def _authors(raw: Mapping[str, Any]) -> Iterable[str]:
    for author in raw.get("authors") or ():
        if name := without_markup(_text(author, "name")):
            yield name


def _moment(raw: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    # "in" first: asking for a missing `updated` warns and answers with `published`
    return next((moment for name in names if name in raw and (moment := read_moment(_text(raw, name)))), None)


def _mapping(raw: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = raw.get(name)
    return found if isinstance(found, Mapping) else {}


def _text(raw: Mapping[str, Any], name: str) -> str:
    found = raw.get(name)
    return found if isinstance(found, str) else ""
