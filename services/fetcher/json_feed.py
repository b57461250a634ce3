"""JSON Feed from bytes to entries. Pure: nothing is fetched or opened.

Source: jsonfeed.org, versions 1.0 and 1.1. What is not as the specification has it is read where it can be.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from services.fetcher.charsets import text_of
from services.fetcher.dates import read_moment
from services.fetcher.entries import LONGEST_SUMMARY, Dropped, Entry, Feed, absolute, each_once
from services.fetcher.failures import NotAFeed
from services.fetcher.languages import primary_language
from services.fetcher.plain import one_line, without_markup
from services.fetcher.sniffing import what_is

VERSION = re.compile(r"https?://(?:www\.)?jsonfeed\.org/version/(\d+(?:\.\d+)?)")
START = re.compile(rb"(?:\xef\xbb\xbf)?\s*[{\[]")


def looks_like_json(body: bytes) -> bool:
    """Whether a body begins as JSON does; no feed in XML begins so."""
    return START.match(body) is not None


def read_json_feed(body: bytes, url: str) -> Feed:
    """A JSON Feed with its entries, and with what had to be left out.

    Raises:
        NotAFeed: the body is not JSON, or JSON of another kind; the sentence says which.
    """
    try:
        written = json.loads(text_of(body))
    except (ValueError, RecursionError) as error:
        said = str(error) if isinstance(error, json.JSONDecodeError) else type(error).__name__
        raise NotAFeed(f"{url} is {what_is(body)} that cannot be read ({said}), not a feed.") from error
    if not isinstance(written, dict) or not isinstance(written.get("items"), list):
        raise NotAFeed(f"{url} is JSON, but not a JSON Feed: it has no list of items.")
    if not VERSION.match(_text(written, "version")):
        raise NotAFeed(f"{url} is JSON, but not a JSON Feed: its version is no address of jsonfeed.org.")
    language = primary_language(_text(written, "language"))
    entries: list[Entry] = []
    dropped: list[Dropped] = []
    for item in written["items"]:
        read = _entry(item, url, language) if isinstance(item, dict) else Dropped("(untitled)", "it is no object")
        (entries if isinstance(read, Entry) else dropped).append(read)  # type: ignore[arg-type]  # told apart here
    return Feed(
        "json feed",
        without_markup(_text(written, "title")) or None,
        language,
        each_once(entries),
        dropped=tuple(dropped),
        hubs=tuple(_hubs(written, url)),
        own_address=absolute(_text(written, "feed_url"), url),
    )


def _entry(item: Mapping[str, Any], url: str, language: str | None) -> Entry | Dropped:
    headline = without_markup(_text(item, "title"))
    names = ("url", "external_url", *(("id",) if "://" in _text(item, "id") else ()))  # many an id is the address
    written = [found for name in names if (found := _text(item, name).strip())]
    link = next((whole for each in written if (whole := absolute(each, url))), None)
    if link is None:
        reason = f"its link cannot be fetched: {written[0][:200]}" if written else "it has no link"
        return Dropped(headline or _text(item, "id") or "(untitled)", reason)
    summary = _text(item, "summary") or _text(item, "content_text") or _text(item, "content_html")
    return Entry(
        url=link,
        title=headline or None,
        published_at=read_moment(_text(item, "date_published")),
        updated_at=read_moment(_text(item, "date_modified")),
        summary=without_markup(summary)[:LONGEST_SUMMARY] or None,
        id=_text(item, "id") or None,
        authors=tuple(_authors(item)),
        language=primary_language(_text(item, "language")) or language,
    )


def _authors(item: Mapping[str, Any]) -> Iterator[str]:
    """Version 1.1 lists authors, 1.0 has one."""
    listed = item.get("authors")
    for author in listed if isinstance(listed, list) and listed else [item.get("author")]:
        if isinstance(author, dict) and (name := one_line(_text(author, "name"))):
            yield name


def _hubs(written: Mapping[str, Any], url: str) -> Iterator[str]:
    listed = written.get("hubs")
    for hub in listed if isinstance(listed, list) else ():
        if isinstance(hub, dict) and _text(hub, "type").lower() == "websub":
            found = absolute(_text(hub, "url"), url)
            if found:
                yield found


def _text(item: Mapping[str, Any], name: str) -> str:
    """A field as text; an id is a number in some feeds, as version 1 allows readers to accept."""
    found = item.get(name)
    if isinstance(found, str):
        return found
    return str(found) if name == "id" and isinstance(found, int | float) and not isinstance(found, bool) else ""
