"""From a page to its article. Pure: bytes in, an ``Article`` or the reason why there is none out."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from htmldate import find_date
from trafilatura.metadata import extract_author

from services.common.errors import ConfigurationError
from services.common.identity import article_id, canonical_url, content_hash
from services.common.messages import Article, Source
from services.fetcher.addresses import article_address
from services.fetcher.bylines import author_names
from services.fetcher.dates import best_date, day_in_address
from services.fetcher.entries import Entry, absolute
from services.fetcher.failures import NotAnArticle, PageTooLarge
from services.fetcher.given_text import held_against
from services.fetcher.kinds import article_kind, what_instead
from services.fetcher.languages import agreed_language
from services.fetcher.markup import LARGEST, page_tree
from services.fetcher.metadata import Metadata, page_metadata
from services.fetcher.plain import without_markup
from services.fetcher.texts import link_texts, page_text, without_links
from services.fetcher.titles import best_title
from services.fetcher.written_bylines import written_bylines

LONGEST_TEXT = 500_000
"""Characters; no article is longer, but logs and dictionaries are."""
LONGEST_DESCRIPTION = 2_000


def article_from_html(
    html: bytes,
    url: str,
    *,
    source: Source | None = None,
    language: str | None = None,
    fetched_at: datetime | None = None,
    entry: Entry | None = None,
    content_type: str | None = None,
    largest: int = LARGEST,
) -> Article:
    """The article on a page, as its first revision.

    Args:
        html: the page's bytes.
        url: the absolute http or https address the page was at.
        source: the outlet; by default one named after the page's site.
        language: the language the outlet writes in (ISO 639-1), for a page that does not say.
        fetched_at: when the page was fetched, with a time zone; by default now.
        entry: what a feed or sitemap said of it, for what the page does not say.
        content_type: the page's Content-Type header.
        largest: bytes of a page that are read at most.

    Raises:
        NotAnArticle: the page holds no article, or is too large (``PageTooLarge``); the sentence says why.
    """
    now = fetched_at or datetime.now(UTC)
    try:
        canonical_url(url)
    except ValueError as error:
        raise NotAnArticle(f"{error}.") from error
    tree = page_tree(html, url, content_type=content_type, largest=largest)
    try:
        return _article(tree, url, entry or Entry(url), now, source=source, language=language)
    except (NotAnArticle, ConfigurationError):
        raise
    except Exception as error:  # the libraries that read a page raise whatever a hostile page makes them raise
        raise NotAnArticle(f"The page {url} cannot be read: {type(error).__name__}: {error}.") from error


def _article(
    tree: Any, url: str, entry: Entry, now: datetime, *, source: Source | None, language: str | None
) -> Article:
    said = page_metadata(tree)
    address = article_address(url, said.canonical, said.base, amp=said.amp)
    source = source or _source(address, said)
    sites = (source.name, source.domain, source.domain.partition(".")[0], *said.sites, *said.logos)
    title = best_title(said.headings, said.titles, sites, entry.title, said.lesser, said.heading)
    authors = _authors(tree, said, entry, sites)
    text = page_text(tree, url, title=title, authors=authors, sites=(*sites, *said.headings))
    if said.free and said.body:
        text = held_against(text, said.body)
    if len(text) > LONGEST_TEXT:
        raise PageTooLarge(
            f"The page {url} has a text of {len(text)} characters; no article has more than {LONGEST_TEXT}."
        )
    linked = link_texts(tree)
    if instead := what_instead(tree, address, text, said, linked):
        raise NotAnArticle(f"The page {url} is {instead.words}.", instead.kind)
    text = without_links(text, tree, linked)
    title = title or text.partition("\n")[0][:200]
    published = _published(tree, url, said, entry, now)
    modified = best_date(said.modified, now=now) or entry.updated_at
    return Article(
        id=article_id(address),
        revision=1,
        url=address,
        source=source,
        title=title,
        authors=authors,
        published_at=published,
        modified_at=modified if modified and (published is None or modified >= published) else None,
        fetched_at=now,
        language=agreed_language([*said.languages, entry.language, language], f"{title} {text}"),
        text=text,
        description=_description(said, entry),
        image_url=next((image for each in said.images if (image := absolute(each, said.base or url))), None),
        content_hash=content_hash(title, text),
        kind=article_kind(tree, address, text, said),
    )


def _authors(tree: Any, said: Metadata, entry: Entry, sites: tuple[str, ...]) -> tuple[str, ...]:
    """From the first place that names somebody: metadata, bylines, the feed."""
    for place in said.authors:
        if names := author_names(place, sites):
            return names
    for byline in written_bylines(tree):
        if names := author_names([byline], sites):
            return names
    if names := author_names([extract_author(tree) or ""], sites):
        return names
    return author_names(entry.authors, sites)


def _published(tree: Any, url: str, said: Metadata, entry: Entry, now: datetime) -> datetime | None:
    """What the page says, else what the feed says, else the day that htmldate can make out."""
    if moment := best_date(said.published, now=now):
        return moment
    if entry.published_at or entry.updated_at:
        return entry.published_at or entry.updated_at
    if moment := best_date([day_in_address(url) or ""], now=now):
        return moment
    guess = find_date(tree, original_date=True, url=url, max_date=now.strftime("%Y-%m-%d")) or ""
    if guess.endswith("-01-01") and "/01/01" not in url:  # what it makes of "Copyright 2024"
        return None
    return best_date([guess], now=now)


def _description(said: Metadata, entry: Entry) -> str | None:
    text = without_markup(said.description or entry.summary or "")
    return text[:LONGEST_DESCRIPTION] or None


def _source(address: str, said: Metadata) -> Source:
    """A source named after the page's own site, for a page that no listed source led to."""
    host = (urlsplit(address).hostname or "").removeprefix("www.")
    slug = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in host).strip("-") or "unknown"
    return Source(id=slug[:100], name=without_markup(next(iter(said.sites), "")) or host, domain=host)
