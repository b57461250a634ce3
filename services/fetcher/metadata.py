"""What a page says about its article: in JSON-LD, in meta elements, in its markup. Gathered here, judged elsewhere."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from lxml import etree  # type: ignore[import-untyped]  # it ships no types

from services.fetcher.linked_data import LISTS, article_node, kinds, names, nodes, texts
from services.fetcher.plain import without_markup
from services.fetcher.xpaths import xpath

TITLES = ("og:title", "twitter:title", "parsely-title", "sailthru.title", "dc.title", "citation_title", "headline")
AUTHORS = (
    "author", "article:author", "article:author_name", "og:article:author", "parsely-author", "sailthru.author", "byl",
    "dc.creator", "dcterms.creator", "citation_author", "authors",
)  # fmt: skip
PUBLISHED = (
    "article:published_time", "og:article:published_time", "og:published_time", "article:published", "datepublished",
    "parsely-pub-date", "sailthru.date", "dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date",
    "cxenseparse:recs:publishtime", "publish-date", "publishdate", "publication_date", "pubdate", "date", "ptime",
    "article.published", "originalpublicationdate", "bt:pubdate", "citation_publication_date", "article_date_original",
)  # fmt: skip
MODIFIED = (
    "article:modified_time", "og:article:modified_time", "og:updated_time", "datemodified", "dcterms.modified",
    "last-modified", "lastmod", "utime", "article.updated", "article:modified",
)  # fmt: skip
DESCRIPTIONS = ("og:description", "description", "twitter:description", "dc.description")
IMAGES = ("og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src")
SITES = ("og:site_name", "application-name", "al:android:app_name", "twitter:app:name:iphone")
PROPERTIES = "descendant::*/@itemprop/.. | descendant::body/descendant::*/@property/.."
HOME = ".//a/@href[. = '/']/.. | .//a/@rel[. = 'home']/.."
PUBLISHED_TIME = (
    ".//time[@pubdate or @itemprop='datePublished' or contains(@class, 'publish') or contains(@class, 'entry-date')"
    " or contains(@class, 'posted')]/@datetime"
)

HEADING = (
    ".//h1[ancestor::article or ancestor::main or @itemprop='headline' or contains(@class, 'title')"
    " or contains(@class, 'headline')]"
)
KICKER = re.compile(
    r"kicker|top-?line|over-?line|eyebrow|dachzeile|roofline|rubric|rubrik|visually-hidden|sr-only|screen-reader",
    re.IGNORECASE,
)
"""Classes of what stands in a heading above the title itself."""
NOT_FREE = {"false", "no", "0", "http://schema.org/false", "https://schema.org/false"}
LOCKED = {"locked"}
SEVERAL = 4
LONGEST_SITE = 40
BREAKS = {"br", "p", "div", "li", "h2", "h3", "small"}


@dataclass(frozen=True, slots=True)
class Metadata:
    """As written, likeliest first, nothing cleaned but white space."""

    headings: tuple[str, ...]
    """The texts of the h1 elements."""
    heading: str | None
    """The one that is marked as the article's, if there is one and no other."""
    lesser: tuple[str, ...]
    """The texts of the first lesser headings."""
    titles: tuple[str, ...]
    authors: tuple[tuple[str, ...], ...]
    """Each place where authors are given, with what is written there."""
    published: tuple[str, ...]
    modified: tuple[str, ...]
    languages: tuple[str, ...]
    description: str | None
    images: tuple[str, ...]
    canonical: str | None
    sites: tuple[str, ...]
    """Names of the site, by its own word."""
    logos: tuple[str, ...]
    """What links to the front page are called: often the site's name, often just "Home"."""
    base: str | None
    """What relative addresses are resolved against, where the page says so."""
    is_article: bool
    """The page says that it holds an article."""
    is_list: bool
    """The page says that it is a list of other pages."""
    types: frozenset[str]
    """What the page says it is: types of schema.org and of Open Graph, in small letters."""
    free: bool
    """False where the page says that it is not free to read."""
    amp: bool
    """It is an AMP page."""
    body: str | None
    """The text, where the page gives it a second time for machines."""


def page_metadata(tree: Any) -> Metadata:
    """Gather what a page says of itself."""
    meta = _meta(tree)
    found = nodes(tree)
    article = article_node(found)
    props = _itemprops(tree)
    writers = names(article.get("author"), found)
    people = tuple(name for name, types in writers if "organization" not in types)
    desks = tuple(name for name, types in writers if "organization" in types)
    publishers = [name for name, _ in names(article.get("publisher"), found)]
    bylines = (people, *(meta.get(name, ()) for name in AUTHORS), props.get("author", ()), desks)
    return Metadata(
        headings=tuple(_heading(heading) for heading in tree.iter("h1")),
        heading=_heading(marked[0]) if len(marked := xpath(HEADING)(tree)) == 1 else None,
        lesser=tuple(_text(heading) for heading in islice(tree.iter("h2", "h3"), 10)),
        titles=_each(
            texts(article.get("headline")),
            _of(meta, TITLES),
            props.get("headline", ()),
            texts(article.get("name")),
            [_text(title) for title in tree.iterfind(".//head/title")],
        ),
        authors=tuple(place for place in bylines if place),
        published=_each(
            texts(article.get("datePublished")),
            _of(meta, PUBLISHED),
            props.get("datepublished", ()),
            props.get("datecreated", ()),
            _times(tree),
        ),
        modified=_each(texts(article.get("dateModified")), _of(meta, MODIFIED), props.get("datemodified", ())),
        languages=tuple(_languages(tree, meta, texts(article.get("inLanguage")))),
        description=next(iter(_each(_of(meta, DESCRIPTIONS), texts(article.get("description")))), None),
        images=_each(_of(meta, IMAGES), _images(article)),
        canonical=next(iter((*_links(tree, "canonical"), *meta.get("og:url", ()))), None),
        sites=_each(_of(meta, SITES), publishers),
        logos=_each(_logos(tree)),
        base=next((base.get("href") for base in tree.iter("base") if base.get("href")), None),
        is_article=bool(article) or "article" in meta.get("og:type", ()) or bool(meta.get("article:published_time")),
        is_list=not article and any(kinds(node) & LISTS for node in found),
        types=frozenset((*(kind for node in found for kind in kinds(node)), *meta.get("og:type", ()))),
        free=str(article.get("isAccessibleForFree", True)).casefold() not in NOT_FREE
        and not set(meta.get("article:content_tier", ())) & LOCKED,
        amp=any(name in tree.getroottree().getroot().attrib for name in ("amp", "⚡")),
        body=next(iter(texts(article.get("articleBody"))), None),
    )


def _each(*places: Iterable[str]) -> tuple[str, ...]:
    """What is said in several places, in the order of trust, each once."""
    return tuple(dict.fromkeys(clean for place in places for text in place if (clean := " ".join(text.split()))))


def _of(meta: dict[str, tuple[str, ...]], wanted: tuple[str, ...]) -> Iterator[str]:
    return (value for name in wanted for value in meta.get(name, ()))


def _meta(tree: Any) -> dict[str, tuple[str, ...]]:
    """The contents of the meta elements by name, property or http-equiv, in small letters."""
    found: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("http-equiv") or ""
        if content := (element.get("content") or "").strip():
            found.setdefault(name.strip().lower(), []).append(content)
    return {name: tuple(contents) for name, contents in found.items()}


def _itemprops(tree: Any) -> dict[str, tuple[str, ...]]:
    """Microdata and RDFa of the properties we read: their content, datetime or text; a name is inside its author."""
    found: dict[str, list[str]] = {}
    for element in xpath(PROPERTIES)(tree):
        for written in (element.get("itemprop") or element.get("property")).lower().split():
            prop = written.removeprefix("schema:")
            if prop in {"headline", "datepublished", "datecreated", "datemodified", "author"}:
                named = next(iter(xpath(".//*[@itemprop='name']")(element)), element)
                value = named.get("content") or named.get("datetime") or _text(named)
                if value and len(value) < 500:
                    found.setdefault(prop, []).append(value)
    return {prop: tuple(values) for prop, values in found.items()}


def _times(tree: Any) -> list[str]:
    if next(tree.iter("time"), None) is None:
        return []
    return [str(moment) for moment in xpath(PUBLISHED_TIME)(tree)]


def _logos(tree: Any) -> Iterator[str]:
    """What the links to the front page are called, in words or by their picture's alternative text."""
    for link in islice(xpath(HOME)(tree), SEVERAL):
        for name in (_text(link), *xpath(".//img/@alt")(link)):
            if 0 < len(name) <= LONGEST_SITE:
                yield str(name)


def _images(article: Any) -> Iterator[str]:
    pictures = article.get("image")
    for picture in pictures if isinstance(pictures, list) else [pictures]:
        if isinstance(picture, str):
            yield picture
        elif isinstance(picture, dict):
            yield from texts(picture.get("url"))


def _languages(tree: Any, meta: dict[str, tuple[str, ...]], said: list[str]) -> Iterator[str]:
    root = tree.getroottree().getroot()
    yield from (value for name in ("lang", "xml:lang") if (value := root.get(name)))
    yield from (value for name in ("og:locale", "content-language", "language") for value in meta.get(name, ()))
    yield from said


def _links(tree: Any, relation: str) -> Iterator[str]:
    for link in tree.iter("link"):
        if relation in (link.get("rel") or "").lower().split() and (link.get("href") or "").strip():
            yield link.get("href").strip()


def _heading(heading: Any) -> str:
    """A heading's text without the kicker that stands in it, and without what only a screen reader says."""
    whole = _text(heading)
    for part in heading.iter("small", "span", "a", "em", "div", "strong"):
        if part.tag == "small" or KICKER.search(part.get("class") or ""):
            kicker = _text(part)
            rest = whole.removeprefix(kicker) if whole.startswith(kicker) else whole.removesuffix(kicker)
            if len(rest.split()) > len(kicker.split()):
                whole = rest.strip(" :|-–—")
    return whole


def _text(element: Any) -> str:
    """An element's text on one line; a line break within it is a space."""
    pieces: list[str] = []
    for event, part in etree.iterwalk(element, events=("start", "end")):
        if event == "start":
            pieces += (" " if part.tag in BREAKS else "", part.text or "")
        elif part is not element:
            pieces += (" " if part.tag in BREAKS else "", part.tail or "")
    return without_markup("".join(pieces))
