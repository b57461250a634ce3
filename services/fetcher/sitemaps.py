"""Sitemaps from bytes to entries. Pure: nothing is fetched, and no entity, DTD or schema is ever loaded.

Sources: sitemaps.org protocol 0.9 (XML, text files, indexes, gzip); Google, "Create a news sitemap". Names are matched
whatever the namespace, as outlets get those wrong.
"""

import re
import zlib
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any

from lxml import etree  # type: ignore[import-untyped]  # it ships no types

from services.fetcher.dates import read_moment
from services.fetcher.entries import Dropped, Entry, Feed, absolute, each_once
from services.fetcher.failures import NotAFeed
from services.fetcher.half_pairs import without_half_pairs
from services.fetcher.languages import primary_language
from services.fetcher.plain import one_line
from services.fetcher.sniffing import what_is

GZIP = b"\x1f\x8b"
ROOTS = {"urlset": "sitemap", "sitemapindex": "sitemap index"}
ITEMS = {"sitemap": "url", "sitemap index": "sitemap"}
END = re.compile(rb"</(?:\w+:)?(?:urlset|sitemapindex)\s*>\s*$")
LARGEST = 50_000_000
"""Bytes of a sitemap after decompression: the protocol's own limit."""
MOST = 50_000
"""Addresses in a sitemap, or sitemaps in an index: the protocol's own limit; what is beyond is left out."""
ADDRESS = re.compile(rb"https?://[^\s<>]+")


def entries_from_sitemap(body: bytes, url: str) -> tuple[Entry, ...]:
    """The pages of a plain or news sitemap; of a sitemap index, none (see ``sitemap_from_bytes``).

    Raises:
        NotAFeed: the body is not a sitemap; the sentence says what it is instead.
    """
    return sitemap_from_bytes(body, url).entries


def sitemap_from_bytes(body: bytes, url: str, *, largest: int = LARGEST) -> Feed:
    """A sitemap with its pages, or a sitemap index with its children; the body may be gzipped.

    Raises:
        NotAFeed: the body is not a sitemap; the sentence says what it is instead.
    """
    if body.startswith(GZIP):
        body = _gunzipped(body, url, largest)
    if not body.strip():
        raise NotAFeed(f"The sitemap {url} is empty.")
    if (listed := _text_file(body, url)) is not None:
        return listed
    try:
        return _from_xml(body, url)
    except UnicodeDecodeError:
        return _from_xml(without_half_pairs(body), url)


def _from_xml(body: bytes, url: str) -> Feed:
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, recover=True, remove_comments=True
    )
    try:
        root = etree.parse(BytesIO(body), parser).getroot()
    except etree.XMLSyntaxError as error:
        raise NotAFeed(f"{url} is {what_is(body)}, not a sitemap.") from error
    kind = ROOTS.get(_name(root)) if root is not None else None
    if kind is None:
        raise NotAFeed(f"{url} is {what_is(body)}, not a sitemap.")
    malformed = str(parser.error_log[0].message) if len(parser.error_log) else None
    items = list(_children(root, ITEMS[kind]))
    if malformed and not END.search(body[-100:]):  # the last item of a file that was cut off may itself be cut
        items = items[:-1]
    if len(items) > MOST:
        malformed = malformed or f"it lists {len(items)} addresses, of which the first {MOST} are read"
    found, dropped, news = _entries(items[:MOST], url)
    if kind == "sitemap index":
        return Feed(kind, children=found, dropped=dropped, malformed=malformed)
    return Feed("news sitemap" if news else kind, entries=found, dropped=dropped, malformed=malformed)


def _entries(items: Iterable[Any], url: str) -> tuple[tuple[Entry, ...], tuple[Dropped, ...], bool]:
    """What the items say, those without an address that can be fetched, and whether any is news."""
    entries: list[Entry] = []
    dropped: list[Dropped] = []
    news = False
    for item in items:
        facts = _facts(item)
        news = news or "publication_date" in facts
        link = absolute(facts.get("loc"), url)
        if link is None:
            said = f"its address cannot be fetched: {facts['loc'][:200]}" if facts.get("loc") else "it has no address"
            dropped.append(Dropped(facts.get("title") or "(untitled)", said))
        else:
            entries.append(_entry(link, facts))
    return each_once(entries), tuple(dropped), news


def _text_file(body: bytes, url: str) -> Feed | None:
    """A sitemap that is a text file, one address a line; None where the body is anything else."""
    lines = [line for line in body.removeprefix(b"\xef\xbb\xbf").split(b"\n", MOST)[:MOST] if line.strip()]
    if not lines or not all(ADDRESS.fullmatch(line.strip()) for line in lines):
        return None
    links = [absolute(line.decode("utf-8", "replace"), url) for line in lines]
    return Feed("sitemap", entries=each_once(Entry(link) for link in links if link))


def _entry(link: str, facts: dict[str, str]) -> Entry:
    return Entry(
        url=link,
        title=facts.get("title"),
        published_at=read_moment(facts.get("publication_date")),
        updated_at=read_moment(facts.get("lastmod")),
        language=primary_language(facts.get("language")),
    )


def _facts(item: Any) -> dict[str, str]:
    """The leaves of an item by their local names, the first of each; pictures' and videos' own titles are not its."""
    facts: dict[str, str] = {}
    for leaf in item.iter("{*}*"):
        parent = leaf.getparent()
        if parent is not None and _name(parent) in {"image", "video"}:
            continue
        if (text := one_line(leaf.text or "")) and _name(leaf) not in facts:
            facts[_name(leaf)] = text
    return facts


def _children(root: Any, name: str) -> Iterator[Any]:
    return (child for child in root.iterchildren("{*}*") if _name(child) == name)


def _name(element: Any) -> str:
    return re.sub(r"^\{[^}]*\}", "", str(element.tag))


def _gunzipped(body: bytes, url: str, largest: int) -> bytes:
    """A gzip file's members (RFC 1952), bounded: what is beyond the bound is never decompressed."""
    whole = bytearray()
    while body.startswith(GZIP) and len(whole) <= largest:
        inflating = zlib.decompressobj(wbits=31)
        try:
            whole += inflating.decompress(body, largest + 1 - len(whole))
        except zlib.error as error:
            raise NotAFeed(f"The sitemap {url} is a damaged gzip file: {error}.") from error
        if len(whole) <= largest and not inflating.eof:
            raise NotAFeed(f"The sitemap {url} is a gzip file that ends before its end.")
        body = inflating.unused_data
    if len(whole) > largest:
        raise NotAFeed(f"The sitemap {url} is larger than {largest} bytes once decompressed.")
    return bytes(whole)
