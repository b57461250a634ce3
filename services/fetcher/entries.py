"""Entries: what a feed or a sitemap says of an article before its page is fetched."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urldefrag, urljoin, urlsplit

from services.common.identity import canonical_url

LONGEST_URL = 2_000
LONGEST_SUMMARY = 2_000
BREAKS = re.compile(r"[\t\r\n]")
"""What browsers take out of an address (WHATWG URL Standard, "basic URL parser"); a space within one is %20."""
HOST = re.compile(r"[\w.:-]+")


@dataclass(frozen=True, slots=True)
class Entry:
    """One article as a feed or sitemap announces it. Moments are in UTC."""

    url: str
    """Absolute, http or https, without a fragment."""
    title: str | None = None
    published_at: datetime | None = None
    updated_at: datetime | None = None
    """When the outlet says it last changed the article."""
    summary: str | None = None
    id: str | None = None
    """The outlet's own id of the entry (RSS guid, Atom id)."""
    authors: tuple[str, ...] = ()
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Dropped:
    """An entry that cannot be followed, and why, in a sentence."""

    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed or sitemap, read."""

    kind: str
    """Such as ``rss20``, ``atom10``, ``json feed``, ``news sitemap``, ``sitemap``, ``sitemap index``."""
    title: str | None = None
    language: str | None = None
    entries: tuple[Entry, ...] = ()
    children: tuple[Entry, ...] = ()
    """The sitemaps a sitemap index lists."""
    dropped: tuple[Dropped, ...] = ()
    malformed: str | None = None
    """What is wrong with its form, where it could be read nevertheless."""
    period: timedelta | None = None
    """How often it says that it publishes (see ``intervals``)."""
    hubs: tuple[str, ...] = ()
    """Where one can subscribe to it (WebSub)."""
    own_address: str | None = None
    """The address it gives itself (``rel="self"``): what one subscribes to at a hub."""


def absolute(address: str | None, base: str) -> str | None:
    """An address as written, resolved against where it was written; None where it is not one we can fetch."""
    if not address or not address.strip():
        return None
    written = BREAKS.sub("", address.strip()).replace(" ", "%20")
    try:
        whole = urldefrag(urljoin(base, written)).url
        canonical_url(whole)
    except ValueError:
        return None
    return whole if len(whole) <= LONGEST_URL and HOST.fullmatch(urlsplit(whole).hostname or "") else None


def each_once(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The first entry for each address."""
    found: dict[str, Entry] = {}
    for entry in entries:
        found.setdefault(entry.url, entry)
    return tuple(found.values())
