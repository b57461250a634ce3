"""The edge to Elasticsearch: searches, one article, names; each within the time a request has."""

import asyncio
import contextlib
from collections import OrderedDict
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Protocol

import structlog
from elasticsearch import ApiError, AsyncElasticsearch, BadRequestError, NotFoundError

from services.api.claims_query import ClaimSearch, claims_body
from services.api.cursor import NOT_A_CURSOR
from services.api.problems import ProblemError, unavailable
from services.api.query import ArticleSearch, Json, Page, name_body, search_body
from services.api.reading import entities_in_facets, names_in_hits
from services.common.elastic import ARTICLES_ALIAS, CLAIMS_ALIAS, two_kinds_of_failure
from services.common.errors import TransientError

log = structlog.get_logger()

NAMES_KEPT: Final = 50_000
"""Readable names of entities held in memory, a few megabytes; those longest unused go first."""


class Body(Protocol):
    """What makes the request body of one page."""

    def __call__(self, page: Page | None, *, keep_alive: str) -> Json:
        """The body."""
        ...


@dataclass(frozen=True, slots=True)
class Found:
    """Elasticsearch's answer to a search, the names of the entities in its facets, and the point in time, if any."""

    answer: Mapping[str, Any]
    names: Mapping[str, str]
    point_in_time: str | None


class SearchIndex:
    """The articles and their claims as they are searched. A call takes ``limit`` seconds at the most.

    Each raises a ``ProblemError`` (503) when Elasticsearch is away, slow, or has no articles index yet.
    """

    def __init__(self, client: AsyncElasticsearch, *, limit: float, cursor_minutes: int) -> None:
        self._client = client
        self._limit = limit
        self._cursor_minutes = cursor_minutes
        self._names: OrderedDict[str, str] = OrderedDict()
        self._closing: set[asyncio.Task[None]] = set()

    async def search(self, search: ArticleSearch, page: Page | None) -> Found:
        """One page of a search: the one at ``page``, or the first.

        A first page opens a point in time, so that walking on sees the index as it was: every total is the same,
        and no article comes twice or is passed over while others arrive.

        Raises:
            ProblemError: 410, the point in time is no longer kept; 503.
        """
        async with self._within_limit():
            answer = await self._page(ARTICLES_ALIAS, partial(search_body, search), page, search.limit)
            names = await self._named(answer)
        return Found(answer, names, answer.get("pit_id"))

    async def claims(self, search: ClaimSearch, page: Page | None) -> Found:
        """One page of claims, in the same way as ``search`` does for articles, with the same errors."""
        async with self._within_limit():
            answer = await self._page(CLAIMS_ALIAS, partial(claims_body, search), page, search.limit)
        return Found(answer, {}, answer.get("pit_id"))

    async def series(self, search: ClaimSearch) -> Mapping[str, Any]:
        """The claims of a series at once, without walking on: as many as ``search.limit``.

        Raises:
            ProblemError: 503.
        """
        async with self._within_limit():
            answer = await self._client.search(
                index=CLAIMS_ALIAS, body=claims_body(search), allow_partial_search_results=False
            )
        found: Mapping[str, Any] = answer.body
        return found

    def forget(self, point_in_time: str) -> None:
        """Let go of a point in time that nothing more is read from. Nobody waits for it."""
        closing = asyncio.create_task(self._close(point_in_time))
        self._closing.add(closing)
        closing.add_done_callback(self._closing.discard)

    async def article(self, article: str) -> Json | None:
        """The document of one article, or None where there is no such article."""
        async with self._within_limit():
            try:
                found = await self._client.get(index=ARTICLES_ALIAS, id=article, source_excludes=["signature"])
            except NotFoundError as error:
                if error.body.get("found") is False:
                    return None
                raise
        document: Json = found["_source"]
        return document

    async def check(self) -> None:
        """Whether a search would be answered now.

        Raises:
            TransientError: not now; the sentence says why.
        """
        try:
            async with asyncio.timeout(self._limit):
                with two_kinds_of_failure():
                    await self._client.search(
                        index=ARTICLES_ALIAS, size=0, track_total_hits=False, allow_partial_search_results=False
                    )
        except TimeoutError as error:
            raise TransientError(f"Elasticsearch did not answer within {self._limit:g} s") from error

    async def _close(self, point_in_time: str) -> None:
        """Where this fails, the point in time ends by itself."""
        with contextlib.suppress(ProblemError):
            async with self._within_limit():
                await self._client.options(ignore_status=404).close_point_in_time(id=point_in_time)

    async def _page(self, alias: str, body: Body, page: Page | None, limit: int) -> Mapping[str, Any]:
        keep_alive = f"{self._cursor_minutes}m"
        if page is None and limit:
            opened = await self._client.open_point_in_time(index=alias, keep_alive=keep_alive)
            page = Page(opened["id"])
        try:
            answer = await self._client.search(
                body=body(page, keep_alive=keep_alive),
                index=None if page else alias,
                allow_partial_search_results=False,
            )
        except BadRequestError as error:
            if page and page.seen:  # the query is ours, what is in the cursor may be anybody's
                raise ProblemError("invalid-cursor", NOT_A_CURSOR) from error
            raise
        except NotFoundError as error:
            if page and page.seen:  # the point in time is over, or the index it was of is gone
                detail = f"A cursor works for {self._cursor_minutes} minutes; begin the search again."
                raise ProblemError("expired-cursor", f"query.cursor: {detail}") from error
            raise
        found: Mapping[str, Any] = answer.body
        return found

    async def _named(self, answer: Mapping[str, Any]) -> dict[str, str]:
        """The readable names of the entities in the facets: from the articles at hand, from memory, or looked up."""
        for entity, name in names_in_hits(answer).items():
            self._remember(entity, name)
        wanted = entities_in_facets(answer)
        if unknown := sorted(wanted - self._names.keys()):
            searches = [part for entity in unknown for part in ({"index": ARTICLES_ALIAS}, name_body(entity))]
            looked_up = await self._client.msearch(searches=searches)
            names = {entity: name for each in looked_up["responses"] for entity, name in names_in_hits(each).items()}
            for entity in unknown:
                if entity in names:
                    self._remember(entity, names[entity])
        return {entity: self._names[entity] for entity in wanted if entity in self._names}

    def _remember(self, entity: str, name: str) -> None:
        self._names[entity] = name
        self._names.move_to_end(entity)
        if len(self._names) > NAMES_KEPT:
            self._names.popitem(last=False)

    @contextlib.asynccontextmanager
    async def _within_limit(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._limit):
                with two_kinds_of_failure():
                    yield
        except TimeoutError as error:
            log.warning("elasticsearch_slow", seconds=self._limit)
            raise unavailable("The search engine did not answer in time.") from error
        except TransientError as error:
            log.warning("elasticsearch_away", reason=str(error))
            if isinstance(error.__cause__, ApiError) and error.__cause__.status_code == 404:
                raise unavailable("Nothing is indexed yet.") from error
            raise unavailable("The search engine does not answer.") from error
