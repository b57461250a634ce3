"""Sources as OPML, the form in which feed readers exchange what they follow. Pure: text in, values out, and back.

Source: OPML 2.0 (opml.org/spec2.opml). What ``sources.yaml`` says beyond OPML is kept in attributes of a namespace of
our own, which other readers pass over: what was exported and is imported again is the same.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from itertools import takewhile
from typing import Any

from lxml import etree  # type: ignore[import-untyped]  # it ships no types

from services.common.errors import PermanentError
from services.fetcher.adding import domain_of, id_from
from services.fetcher.entries import absolute
from services.fetcher.half_pairs import without_half_pairs
from services.fetcher.languages import primary_language
from services.fetcher.markup import readable
from services.fetcher.plain import without_markup
from services.fetcher.sniffing import what_is
from services.fetcher.sources import Source

NAMESPACE = "urn:sitrep:sources"
OURS = f"{{{NAMESPACE}}}"
DEEPEST = 50
MOST = 20_000
LARGEST = 20_000_000
"""Bytes of a file."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an OPML file holds that is not followed yet."""

    sources: tuple[dict[str, Any], ...]
    """The fields of each, as ``sources.yaml`` has them."""
    skipped: tuple[str, ...]
    """A sentence for each outline that was passed over."""


@dataclass(frozen=True, slots=True)
class _Feed:
    url: str
    title: str
    home: str
    """The domain of the outlet."""
    sitemap: bool
    attributes: dict[str, str]
    """Those of our own namespace, of the outline or the one around it."""
    language: str | None


def opml_from_sources(
    sources: Iterable[Source], *, title: str = "Sitrep: sources", at: datetime | None = None
) -> bytes:
    """An OPML 2.0 document: an outline for each source, and within it one for each of its feeds and sitemaps."""
    root = etree.Element("opml", {"version": "2.0"}, nsmap={"sitrep": NAMESPACE})
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = title
    if at:
        etree.SubElement(head, "dateCreated").text = format_datetime(at, usegmt=True)
    body = etree.SubElement(root, "body")
    for source in sources:
        name = readable(source.name.encode("utf-8", "ignore")).decode()
        language = {"language": source.language} if source.language else {}
        own = {"id": source.id, "domain": source.domain, "every": _every(source.every), **language}
        own |= {"allow_private": "true"} if source.allow_private else {}
        around = etree.SubElement(body, "outline", {"text": name, **{f"{OURS}{key}": own[key] for key in own}})
        for url in source.feeds:
            home = f"https://{source.domain}/"
            feed = {"type": "rss", "text": name, "xmlUrl": url, "htmlUrl": home, **language}
            etree.SubElement(around, "outline", feed)
        for url in source.sitemaps:
            etree.SubElement(around, "outline", {"type": "sitemap", "text": f"{name} (sitemap)", "url": url})
    whole: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True)
    return whole


def _every(every: timedelta) -> str:
    return f"{every.total_seconds():f}".rstrip("0").rstrip(".") + "s"


def sources_from_opml(body: bytes, known: Sequence[Source] = (), *, file: str = "the file") -> Imported:
    """The sources of an OPML document, those that are ``known`` left out.

    Feeds of one outlet (by ``htmlUrl``, else by the feed's own host) become one source, wherever in the outlines they
    stand. A document that declares entities is refused.

    Raises:
        PermanentError: it is no OPML; the sentence says what it is instead.
    """
    skipped: list[str] = []
    taken = {url: source.name for source in known for url in (*source.feeds, *source.sitemaps)}
    groups: dict[tuple[str, ...], list[_Feed]] = {}
    for feed in _feeds(_body(body, file), skipped):
        if feed.url in taken:
            skipped.append(f"{feed.title} ({feed.url}): it is followed already, by {taken[feed.url]}.")
            continue
        taken[feed.url] = feed.title
        ours = (feed.attributes["id"], feed.attributes.get("name", "")) if "id" in feed.attributes else ()
        groups.setdefault(("id", *ours) if ours else ("domain", feed.home), []).append(feed)
    ids = {source.id for source in known}
    made = []
    for feeds in groups.values():
        fields = _fields(feeds, ids)
        ids.add(fields["id"])
        made.append(fields)
    return Imported(tuple(made), tuple(skipped))


def _body(body: bytes, file: str) -> Any:
    if len(body) > LARGEST:
        raise PermanentError(f"{file} has {len(body)} bytes; an OPML file of more than {LARGEST} is not read.")
    if b"<!ENTITY" in body:
        raise PermanentError(f"{file} declares entities, which OPML has no need of: it is not read.")
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, recover=True, remove_comments=True
    )
    try:
        root = etree.fromstring(without_half_pairs(body), parser) if body.strip() else None
    except (etree.XMLSyntaxError, ValueError) as error:
        raise PermanentError(f"{file} is {what_is(body)}, not an OPML list of feeds.") from error
    if root is None or etree.QName(root).localname.lower() != "opml":
        raise PermanentError(f"{file} is {what_is(body)}, not an OPML list of feeds.")
    found = next((child for child in root if child.tag == "body"), None)
    if found is None:
        raise PermanentError(f"{file} has no <body>, which is where OPML lists feeds.")
    return found


def _feeds(body: Any, skipped: list[str]) -> Iterator[_Feed]:
    """Every outline with an address, with what the outlines around it say; bounded in depth and number."""
    stack: list[tuple[Any, dict[str, str], int]] = [(child, {}, 1) for child in reversed(body.findall("outline"))]
    seen = 0
    while stack:
        outline, around, depth = stack.pop()
        seen += 1
        if seen > MOST or depth > DEEPEST:
            skipped.append(f"Outlines beyond {MOST}, or more than {DEEPEST} inside one another, are not read.")
            return
        title = without_markup(outline.get("title") or outline.get("text") or "")
        own = {name.removeprefix(OURS): value for name, value in outline.attrib.items() if name.startswith(OURS)}
        own = {**own, "name": outline.get("text") or title} if "id" in own else around
        stack += [(child, own, depth + 1) for child in reversed(outline.findall("outline"))]
        sitemap = outline.get("type") == "sitemap"
        written = outline.get("url" if sitemap else "xmlUrl") or outline.get("xmlurl") or ""
        url = absolute(written, "")
        if url is None:
            if written:
                skipped.append(f"{title or '(untitled)'}: its address cannot be fetched: {written[:200]}.")
            continue
        home = domain_of(absolute(outline.get("htmlUrl"), "") or url)
        yield _Feed(url, title or home, home, sitemap, own, primary_language(outline.get("language")))


def _fields(feeds: Sequence[_Feed], ids: set[str]) -> dict[str, Any]:
    own = feeds[0].attributes
    domain = own.get("domain") or feeds[0].home
    listed = {
        "language": own.get("language") or feeds[0].language,
        "feeds": [feed.url for feed in feeds if not feed.sitemap],
        "sitemaps": [feed.url for feed in feeds if feed.sitemap],
        "every": own.get("every"),
        "allow_private": own.get("allow_private") == "true",
    }
    name = own.get("name") or _common_name([feed.title for feed in feeds]) or domain
    wanted = own.get("id", "")
    fields = {"id": wanted if wanted and wanted not in ids else id_from(domain, ids), "name": name, "domain": domain}
    return fields | {key: value for key, value in listed.items() if value}


def _common_name(titles: Sequence[str]) -> str:
    """What the titles of an outlet's feeds begin with: "BBC News" for "BBC News - World" and "BBC News - Africa"."""
    if len(titles) == 1:
        return titles[0]
    columns = takewhile(lambda words: len(set(words)) == 1, zip(*(title.split() for title in titles), strict=False))
    return " ".join(words[0] for words in columns).strip(" -–—:|/·»,")
