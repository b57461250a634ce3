"""The edge to Elasticsearch: searches, one article, names; each within the time a request has."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final, Protocol, TypeVar

import structlog
from elasticsearch import ApiError, AsyncElasticsearch, BadRequestError, NotFoundError

from services.api import folding
from services.api.around_query import entities_body, entity_body, latest_claims_body, similar_body, story_body
from services.api.article_query import among_body, first_body, in_two, revisions_body, search_body, twice_body
from services.api.claims_query import ClaimSearch, claims_body
from services.api.cursor import NOT_A_CURSOR
from services.api.names import Names
from services.api.problems import ProblemError, unavailable
from services.api.query import ENTITY_TYPES, ArticleSearch, Found, Json, Page
from services.api.readable_names import ReadableNames
from services.api.reading import entities_in_facets, found_articles
from services.api.spelling import FEW, respelled, spelling_body, words_asked
from services.common.elastic import ARTICLES_ALIAS, CLAIMS_ALIAS, REVISIONS_ALIAS, STORIES_ALIAS, two_kinds_of_failure
from services.common.errors import TransientError

log = structlog.get_logger()

WHOLE_AT_ONCE: Final = 200
"""Whole documents of one answer."""
MOST_REVISIONS: Final = 10_000
"""What Elasticsearch gives in one answer."""
MOST_MOVES: Final = 50
"""Times that a story became part of another one which are followed."""
SEARCHES: Final = 50
"""Searches that are put to the engine in one request."""
WAITS: Final = (0.5, 2.0, 5.0, 10.0)
"""Seconds between tries to read on in a long answer."""


S = TypeVar("S", ArticleSearch, ClaimSearch)


class Body(Protocol):
    """What makes the request body of one page."""

    def __call__(self, page: Page | None, *, keep_alive: str) -> Json:
        """The body."""
        ...


class SearchIndex:
    """The articles and their claims as they are searched. A call takes ``limit`` seconds at the most.

    Each raises a ``ProblemError`` (503) when Elasticsearch is away, slow, or has no articles index yet.
    """

    def __init__(self, client: AsyncElasticsearch, names: Names, *, limit: float, cursor_minutes: int) -> None:
        self._client = client
        self.names = names
        """What is known by name before any article is read."""
        self._limit = limit
        self._cursor_minutes = cursor_minutes
        self._keep_alive = f"{cursor_minutes}m"
        self._readable = ReadableNames(client)
        self._closing: set[asyncio.Task[None]] = set()

    async def search(self, search: ArticleSearch, page: Page | None) -> Found:
        """One page of a search: the one at ``page``, or the first.

        A first page opens a point in time, so that walking on sees the index as it was: every total is the same,
        and no article comes twice or is passed over while others arrive.

        Raises:
            ProblemError: 410, the point in time is no longer kept; 503.
        """
        known = [entity.id for entity in self.names.beginning(search.facet_q)] if search.facet_q else []
        async with self._within_limit():
            search = await self._with_moves(search)
            at = page or await self._first_page(ARTICLES_ALIAS, search.limit)
            asked = replace(search, limit=folding.read_at_once(search.limit, at)) if search.folded else search
            answer = await self._rows_and_counts(partial(search_body, asked, named=known), at)
            articles = answer["hits"]["total"]["value"]
            if search.folded:
                answer = await self._folded(search, answer, at)
            self._readable.learn(answer)
            names = await self._readable.of(entities_in_facets(answer))
            better = await self._respelled(search, articles) if page is None and articles < FEW else None
        return Found(answer, _later(answer, at) if at else None, names, articles, better)

    async def claims(self, search: ClaimSearch, page: Page | None) -> Found:
        """One page of claims, in the same way as ``search`` does for articles, with the same errors."""
        async with self._within_limit():
            search = await self._with_moves(search)
            at = page or await self._first_page(CLAIMS_ALIAS, search.limit)
            answer = await self._page(CLAIMS_ALIAS, partial(claims_body, search), at)
        return Found(answer, _later(answer, at) if at else None)

    async def series(self, search: ClaimSearch) -> Mapping[str, Any]:
        """The claims of a series at once, without walking on: as many as ``search.limit``.

        Raises:
            ProblemError: 503.
        """
        async with self._within_limit():
            search = await self._with_moves(search)
            answer = await self._client.search(
                index=CLAIMS_ALIAS, body=claims_body(search), allow_partial_search_results=False
            )
        found: Mapping[str, Any] = answer.body
        return found

    async def with_moves(self, search: S) -> S:
        """The same search, of the stories too that those it asks for have become part of. For others than ``walk`` this
        is done.

        Raises:
            ProblemError: 503.
        """
        async with self._within_limit():
            return await self._with_moves(search)

    async def walk(self, alias: str, body: Body) -> AsyncGenerator[Mapping[str, Any], None]:
        """Every page of a search, as the index is now, one after the other; a page has as many rows as ``body`` says.

        What fails for a passing reason is tried again: whoever reads has long been given the pages before.

        Raises:
            ProblemError: the engine is away or slow, and does not come back soon.
        """
        async with self._within_limit():
            at = await self._first_page(alias, 1)
        assert at  # noqa: S101 - for a page with rows there is one
        try:
            while True:
                answer = await self._read_on(body, at)
                hits = answer["hits"]["hits"]
                if not hits and at.seen:
                    return
                yield answer
                if not hits:
                    return
                at = replace(_later(answer, at), after=tuple(hits[-1]["sort"]), seen=at.seen + len(hits))
        finally:
            self.forget(at.point_in_time)

    async def _read_on(self, body: Body, at: Page) -> Mapping[str, Any]:
        for wait in WAITS if at.seen else ():
            with contextlib.suppress(ProblemError):
                async with self._within_limit():
                    return await self._page("", body, at)
            await asyncio.sleep(wait)
        async with self._within_limit():
            return await self._page("", body, at)

    async def searchable(self, articles: Sequence[str]) -> dict[str, int]:
        """Which of these articles a search finds now, and in which revision.

        Raises:
            ProblemError: 503.
        """
        async with self._within_limit():
            answer = await self._client.search(index=ARTICLES_ALIAS, body=revisions_body(articles))
        return {hit["_id"]: hit["_source"]["revision"] for hit in answer["hits"]["hits"]}

    async def matching(
        self, searches: Sequence[ArticleSearch], articles: Sequence[str]
    ) -> dict[ArticleSearch, dict[str, str]]:
        """Which of these articles each of the searches finds, by id and as JSON. A few searches are asked at a time.

        Raises:
            ProblemError: 503.
        """
        matching: dict[ArticleSearch, dict[str, str]] = {search: {} for search in searches}
        if not articles:
            return matching
        for start in range(0, len(searches), SEARCHES):
            some = searches[start : start + SEARCHES]
            async with self._within_limit():
                asked = [await self._with_moves(search) for search in some]
                parts = [part for each in asked for part in ({"index": ARTICLES_ALIAS}, among_body(each, articles))]
                answer = await self._client.msearch(searches=parts, max_concurrent_searches=2)
            for search, found in zip(some, answer["responses"], strict=True):
                if "error" in found:
                    raise unavailable("The search engine does not answer.")
                matching[search] = {item.id: item.model_dump_json() for item in found_articles(search, found)}
        return matching

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

    async def revisions(self, article: str) -> list[Json]:
        """Every revision of an article, the oldest first, without its text; none where there is no such article."""
        async with self._within_limit():
            answer = await self._client.search(
                index=REVISIONS_ALIAS,
                query={"bool": {"filter": [{"term": {"article": article}}]}},
                sort=[{"revision": "asc"}],
                size=MOST_REVISIONS,
                source_excludes=["content.text", "content.claims.sentence", "content.claims.text"],
                allow_partial_search_results=False,
            )
        return [hit["_source"] for hit in answer["hits"]["hits"]]

    async def revision_contents(self, article: str, *numbers: int) -> list[Json]:
        """These revisions of an article, whole.

        Raises:
            ProblemError: 404, one was deleted meanwhile; 503.
        """
        names = [f"{article}-{number}" for number in numbers]
        async with self._within_limit():
            answer = await self._client.mget(index=REVISIONS_ALIAS, ids=sorted(set(names)))
        found = {each["_id"]: each["_source"] for each in answer["docs"] if each.get("found")}
        if len(found) < len(set(names)):
            raise ProblemError("not-found", f"There is no article {article} any more.")
        return [found[name] for name in names]

    async def similar(self, article: str, limit: int) -> list[Json] | None:
        """Articles of other stories that are like one, the most alike first; None where there is no such article."""
        document = await self.article(article)
        if document is None:
            return None
        async with self._within_limit():
            answer = await self._client.search(
                index=ARTICLES_ALIAS, body=similar_body(document, limit), allow_partial_search_results=False
            )
        hits: list[Json] = answer["hits"]["hits"]
        return hits

    async def entities(
        self, q: str, known: Sequence[str], kinds: Sequence[str], limit: int
    ) -> tuple[dict[str, int], dict[str, str]]:
        """How many articles speak of the entities with such an id, or that are known; and their readable names."""
        async with self._within_limit():
            body = entities_body(q, known, kinds, limit)
            answer = await self._client.search(index=ARTICLES_ALIAS, body=body, allow_partial_search_results=False)
            counted = answer["aggregations"].values()
            counts = {bucket["key"]: bucket["doc_count"] for each in counted for bucket in each["buckets"]}
            names = await self._readable.of(counts.keys() - set(known))
        return counts, names

    async def entity(self, entity: str, claims: int) -> tuple[Json, Json, dict[str, str]]:
        """How an entity is spoken of, its latest figures, and the readable names of those it appears with."""
        searches = [
            {"index": ARTICLES_ALIAS},
            entity_body(entity),
            {"index": CLAIMS_ALIAS},
            latest_claims_body(entity, claims),
        ]
        async with self._within_limit():
            answers = (await self._client.msearch(searches=searches))["responses"]
            for each in answers:
                if "error" in each:
                    raise TransientError(f"Elasticsearch cannot search: {each['error'].get('reason')}")
            spoken, figures = answers
            beside = {bucket["key"] for kind in ENTITY_TYPES for bucket in spoken["aggregations"][kind]["buckets"]}
            names = await self._readable.of(beside)
        return spoken, figures, names

    async def story(self, story: str, limit: int) -> tuple[Json, str]:
        """The articles of a story, and its name now: an earlier one leads on to it."""
        async with self._within_limit():
            story = (await self._names_of([story]))[-1]
            body = story_body(story, limit)
            answer = await self._client.search(index=ARTICLES_ALIAS, body=body, allow_partial_search_results=False)
        read: Json = answer.body
        return read, story

    async def newest(self, query: Json, most: int) -> tuple[int, list[Json]]:
        """How many articles match a query, and the documents of so many of them, the newest."""
        found: list[Json] = []
        total, after = 0, None
        async with self._within_limit():
            while len(found) < most:
                answer = await self._client.search(
                    index=ARTICLES_ALIAS,
                    query=query,
                    size=min(WHOLE_AT_ONCE, most - len(found)),
                    sort=[{"dated_at": "desc"}, {"id": "asc"}],
                    search_after=after,
                    track_total_hits=after is None,
                    allow_partial_search_results=False,
                )
                hits = answer["hits"]["hits"]
                total = answer["hits"]["total"]["value"] if after is None else total
                found += [hit["_source"] for hit in hits]
                if len(hits) < WHOLE_AT_ONCE:
                    break
                after = hits[-1]["sort"]
        return total, found

    async def seen(self, entities: Iterable[str], units: Iterable[str]) -> set[str]:
        """Those of these entities and units that an article has had."""
        asked = [(entity, {"term": {entity.partition("/")[0]: entity}}) for entity in entities]
        asked += [(unit, {"term": {"claim_units": unit}}) for unit in units]
        searches: list[Json] = []
        for _, query in asked:
            body = {"query": query, "size": 0, "terminate_after": 1, "track_total_hits": 1}
            searches += [{"index": ARTICLES_ALIAS}, body]
        async with self._within_limit():
            answer = await self._client.msearch(searches=searches)
        if errors := [each["error"] for each in answer["responses"] if "error" in each]:
            if all(error.get("type") == "index_not_found_exception" for error in errors):
                return set()
            raise unavailable("The search engine cannot say what is known.")
        pairs = zip(asked, answer["responses"], strict=True)
        return {name for (name, _), each in pairs if each["hits"]["total"]["value"]}

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

    async def _with_moves(self, search: S) -> S:
        # The earlier names stay: who reads on in a point in time sees stories as they were then.
        return replace(search, stories=tuple(await self._names_of(search.stories))) if search.stories else search

    async def _names_of(self, stories: Sequence[str]) -> list[str]:
        """These stories, and after them those that they have become part of."""
        names = dict.fromkeys(stories)
        new = list(names)
        for _ in range(MOST_MOVES):
            found = await self._client.mget(index=STORIES_ALIAS, ids=new, source_includes=["story"])
            onward = [each["_source"]["story"] for each in found["docs"] if each.get("found")]
            new = [name for name in dict.fromkeys(onward) if name not in names]
            if not new:
                break
            names |= dict.fromkeys(new)
        return list(names)

    async def _close(self, point_in_time: str) -> None:
        """Where this fails, the point in time ends by itself."""
        with contextlib.suppress(ProblemError):
            async with self._within_limit():
                await self._client.options(ignore_status=404).close_point_in_time(id=point_in_time)

    async def _first_page(self, alias: str, limit: int) -> Page | None:
        """The beginning of a walk; None where no article is to be read."""
        if not limit:
            return None
        opened = await self._client.open_point_in_time(index=alias, keep_alive=self._keep_alive)
        # The age of an article is reckoned from the hour: scores must stay the same while somebody walks on.
        return Page(opened["id"], now=datetime.now(UTC).replace(minute=0, second=0, microsecond=0))

    async def _rows_and_counts(self, body: Body, page: Page | None) -> Mapping[str, Any]:
        """A page of articles with all that is counted beside it. The two are found at the same time."""
        whole = body(page, keep_alive=self._keep_alive)
        if page is None or "aggs" not in whole:
            return await self._answer(whole, ARTICLES_ALIAS, page)
        rows, counts = in_two(whole)
        try:
            async with asyncio.TaskGroup() as both:
                found = both.create_task(self._answer(rows, ARTICLES_ALIAS, page))
                counted = both.create_task(self._answer(counts, ARTICLES_ALIAS, page))
        except ExceptionGroup as failures:
            raise failures.exceptions[0] from None
        return {**found.result(), "aggregations": counted.result()["aggregations"]}

    async def _page(self, alias: str, body: Body, page: Page | None) -> Mapping[str, Any]:
        return await self._answer(body(page, keep_alive=self._keep_alive), alias, page)

    async def _answer(self, body: Json, alias: str, page: Page | None) -> Mapping[str, Any]:
        try:
            answer = await self._client.search(
                body=body,
                index=None if page else alias,
                allow_partial_search_results=False,
                filter_path=folding.UNREAD,
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

    async def _folded(self, search: ArticleSearch, answer: Mapping[str, Any], page: Page | None) -> Mapping[str, Any]:
        """The same answer with as many rows as are asked for, and their number as its total."""
        total = answer["hits"]["total"]["value"] - await self._folded_away(search, answer, page)
        if page is None:
            return {**answer, "hits": {"total": {"value": total}, "hits": []}}
        counts = None if page.after else folding.all_counts(answer["aggregations"][folding.TWICE])
        rows: list[Json] = []
        hits, at = answer["hits"]["hits"], _later(answer, page)
        if counts is not None:
            rows, hits = folding.folded_rows(hits, counts), []
        while hits:
            body = first_body(search, folding.stories_of(hits), at, keep_alive=self._keep_alive)
            first = await self._client.search(body=body, allow_partial_search_results=False)
            rows += folding.rows(hits, folding.firsts(first.body))
            missing = min(search.limit, total - page.seen) - len(rows)
            if missing <= 0:
                break
            at = replace(_later(first.body, at), after=tuple(hits[-1]["sort"]))
            further = replace(search, limit=folding.read_at_once(missing, at), facets=())
            more = await self._page(ARTICLES_ALIAS, partial(search_body, further, counted=False), at)
            hits, at = more["hits"]["hits"], _later(more, at)
        hits = rows[: search.limit]
        return {**answer, "pit_id": at.point_in_time, "hits": {"total": {"value": total}, "hits": hits}}

    async def _folded_away(self, search: ArticleSearch, answer: Mapping[str, Any], page: Page | None) -> int:
        counted = [answer["aggregations"][folding.TWICE]]
        while any(map(folding.is_partial, counted)):
            parts = len(counted) * 4
            bodies = [twice_body(search, page, part, parts) for part in range(parts)]
            answers = [
                await self._client.search(
                    body=body,
                    index=None if page else ARTICLES_ALIAS,
                    allow_partial_search_results=False,
                    filter_path=folding.UNREAD,
                )
                for body in bodies
            ]
            counted = [each["aggregations"][folding.TWICE] for each in answers]
        return sum(map(folding.folded_away, counted))

    async def _respelled(self, search: ArticleSearch, articles: int) -> str | None:
        """What was typed in a spelling that finds more articles, if there is one."""
        words = words_asked(search.q)
        if not words:
            return None
        answer = await self._client.search(index=ARTICLES_ALIAS, body=spelling_body(words))
        better = respelled(search.q, answer.body)
        if better is None:
            return None
        plain = replace(search, q=better, limit=0, facets=(), significant=False, folded=False)
        found = await self._page(ARTICLES_ALIAS, partial(search_body, plain), None)
        return better if found["hits"]["total"]["value"] > articles else None

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


def _later(answer: Mapping[str, Any], page: Page) -> Page:
    """The same page, in the point in time as the answer names it: that may change from one to the next."""
    return replace(page, point_in_time=answer["pit_id"])
