"""Asking a source once, outside the line, to see whether it can be followed: what ``sitrep sources check`` shows."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path

import httpx

from services.common.errors import ConfigurationError
from services.common.messages import Article
from services.common.settings import load
from services.fetcher.articles import article_from_html
from services.fetcher.entries import Entry, Feed
from services.fetcher.failures import FetchFailed, NotAFeed, NotAnArticle
from services.fetcher.feeds import feed_from_bytes
from services.fetcher.http import Page, get, http_client
from services.fetcher.schedule import CHILDREN
from services.fetcher.settings import FetcherSettings
from services.fetcher.sitemaps import sitemap_from_bytes
from services.fetcher.sources import Source, load_sources


@dataclass(frozen=True, slots=True)
class FeedCheck:
    """What a feed or sitemap answered."""

    url: str
    kind: str
    """``feed`` or ``sitemap``."""
    ok: bool
    sentence: str
    """Such as "50 entries, the newest of 2024-11-17 09:30 UTC"."""
    entries: int = 0
    newest: datetime | None = None
    example: str | None = None
    """A sentence on the article of the first entry that could be read, or on why none could."""
    example_ok: bool = False


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What a source answered."""

    source: Source
    feeds: tuple[FeedCheck, ...]

    @property
    def ok(self) -> bool:
        """Whether the source can be followed: every feed can be read, and an article of each that has entries."""
        return all(feed.ok and (feed.example_ok or not feed.entries) for feed in self.feeds)

    @property
    def sentences(self) -> tuple[str, ...]:
        """The result for a person, a line for each feed and each example."""
        lines = []
        for feed in self.feeds:
            lines.append(f"{feed.kind} {feed.url}: {feed.sentence}")
            if feed.example:
                lines.append(f"  {feed.example}")
        return tuple(lines)


async def check_sources(path: Path, ids: Sequence[str] = ()) -> tuple[CheckResult, ...]:
    """Check the sources of a file, or those with the given ids, several at a time.

    Raises:
        ConfigurationError: the file cannot be used, the environment cannot, or there is no source with such an id.
    """
    sources = chosen(path, ids)
    settings = load(FetcherSettings)
    free = asyncio.Semaphore(settings.fetcher_concurrency)
    async with http_client(settings) as client:

        async def one(source: Source) -> CheckResult:
            async with free:
                return await check_source(source, client, settings)

        return tuple(await asyncio.gather(*(one(source) for source in sources)))


def chosen(path: Path, ids: Sequence[str] = ()) -> tuple[Source, ...]:
    """The sources of a file with these ids, or all of them where none is given.

    Raises:
        ConfigurationError: the file cannot be used, or has no source with such an id.
    """
    sources = {source.id: source for source in load_sources(path)}
    for wanted in ids:
        if wanted not in sources:
            close = get_close_matches(wanted, sources, n=1, cutoff=0.5)
            hint = f"did you mean {close[0]}?" if close else f"the ids are {', '.join(sources) or 'none'}."
            raise ConfigurationError(f"{path} has no source {wanted}: {hint}")
    return tuple(sources[wanted] for wanted in dict.fromkeys(ids or sources))


async def check_source(
    source: Source, client: httpx.AsyncClient, settings: FetcherSettings | None = None, *, tries: int = 3
) -> CheckResult:
    """Ask each feed and sitemap of a source and one article of each; ``tries`` pages are tried to find one.

    Requests go one after the other with a pause between them. Nothing is sent or remembered, nothing is raised.
    """
    asking = _Asking(source, client, settings or FetcherSettings(), tries)
    return CheckResult(
        source,
        tuple(
            [await asking.feed(url, "feed") for url in source.feeds]
            + [await asking.feed(url, "sitemap") for url in source.sitemaps]
        ),
    )


@dataclass(frozen=True, slots=True)
class _Asking:
    source: Source
    client: httpx.AsyncClient
    settings: FetcherSettings
    tries: int

    async def feed(self, url: str, kind: str) -> FeedCheck:
        try:
            page = await self._get(url, self.settings.fetcher_feed_bytes)
            feed = (
                feed_from_bytes(page.body, page.url, content_type=page.content_type)
                if kind == "feed"
                else sitemap_from_bytes(page.body, page.url)
            )
        except (FetchFailed, NotAFeed) as error:
            return FeedCheck(url, kind, ok=False, sentence=str(error))
        dates = [moment for entry in feed.entries if (moment := entry.published_at or entry.updated_at)]
        newest = max(dates, default=None)
        example, good = await self._example(feed.entries[: self.tries])
        return FeedCheck(url, kind, True, _said(feed, newest), len(feed.entries), newest, example, good)

    async def _example(self, entries: tuple[Entry, ...]) -> tuple[str | None, bool]:
        said: str | None = None
        for entry in entries:
            if not self.source.allow_private:
                await asyncio.sleep(self.settings.fetcher_host_delay)
            try:
                article = await self._article(entry)
            except (FetchFailed, NotAnArticle) as error:
                said = said or str(error)
            else:
                day = f"{article.published_at:%Y-%m-%d}" if article.published_at else "without a date"
                facts = f"{day}, {len(article.text.split())} words, language {article.language}"
                return f"for example “{article.title}”, {facts}: {article.url}", True
        return said, False

    async def _article(self, entry: Entry) -> Article:
        page = await self._get(entry.url, self.settings.fetcher_page_bytes)
        return article_from_html(
            page.body,
            page.url,
            source=self.source.named,
            language=self.source.language,
            fetched_at=page.fetched_at,
            entry=entry,
            content_type=page.content_type,
        )

    async def _get(self, url: str, limit: int) -> Page:
        return await get(
            self.client,
            url,
            limit=limit,
            redirects=self.settings.fetcher_redirects,
            seconds=self.settings.fetcher_request_seconds,
            allow_private=self.source.allow_private,
        )


def _said(feed: Feed, newest: datetime | None) -> str:
    if feed.children:
        return f"a sitemap index; of the {len(feed.children)} it lists the newest {CHILDREN} are followed."
    count = f"{len(feed.entries)} entries" if len(feed.entries) != 1 else "1 entry"
    age = f", the newest of {newest.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if newest else ", none with a date"
    left = f"; {len(feed.dropped)} left out, the first because {feed.dropped[0].reason}" if feed.dropped else ""
    bad = f"; its form is not right ({feed.malformed})" if feed.malformed else ""
    return f"{count}{age if feed.entries else ''}{left}{bad}."
