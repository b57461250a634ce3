"""The routes of articles: search, and one article whole."""

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Annotated, Any

from fastapi import FastAPI, Path, Query, Request, Response
from pydantic import Field

from services.api import reading
from services.api.access import still_admitted
from services.api.article_query import whole_body
from services.api.etag import content_tag, unchanged
from services.api.examples import answer_example
from services.api.exports import ARTICLES, Exports, is_exported
from services.api.formats import FORMAT_HELP, Format, feed_answer, refuse_pages, with_formats
from services.api.index import SearchIndex
from services.api.paging import cursor_after, page_asked
from services.api.parameters import SearchParameters, article_search
from services.api.problems import ProblemError, problem_answers
from services.api.responses import ArticleList, WholeArticle
from services.api.syndication import article_entry
from services.common.elastic import ARTICLES_ALIAS
from services.common.messages import ARTICLE_ID

DEFAULT_PAGE = 20


def add_article_routes(
    app: FastAPI, index: SearchIndex, exports: Exports, *, max_page: int, examples: Mapping[str, Any]
) -> None:
    """``GET /v1/articles`` and ``GET /v1/articles/{id}``."""

    class Parameters(SearchParameters):
        format: Format = Field(default="json", description=FORMAT_HELP)
        limit: int = Field(default=min(DEFAULT_PAGE, max_page), ge=0, le=max_page)
        """How many articles a page holds; 0 for the total and the facets alone."""

    @app.get(
        "/v1/articles",
        tags=["articles"],
        summary="Search articles",
        response_model=ArticleList,
        operation_id="searchArticles",
        responses={
            200: with_formats(
                answer_example("A page of articles, with the exact total.", examples["articles"], link=True),
                json.dumps(examples["article"]),
            ),
            304: {"description": "A feed is as the `ETag` in `If-None-Match` says."},
            **problem_answers("invalid-cursor", "expired-cursor", "invalid-request", "unavailable"),
        },
    )
    async def search_articles(
        parameters: Annotated[Parameters, Query()], request: Request, response: Response
    ) -> ArticleList | Response:
        """Articles that hold all words of `q` and meet every filter, with the places where the words were found, what
        the articles speak of, the figures they put forward, and facets to narrow the search by.

        Repeat a filter to give alternatives: `source=northwire&source=kyiv-ledger`. Copies of one report are one item
        (`collapse`): the one of them that comes first in the order asked for, with the count of the others.
        """
        search = article_search(parameters, parameters.limit)
        if parameters.format != "json":
            refuse_pages(parameters.cursor, parameters.format)
        if is_exported(parameters.format):
            pages = index.walk(ARTICLES_ALIAS, partial(whole_body, await index.with_moves(search)))
            return await exports.answer(pages, ARTICLES, parameters.format, still_admitted(request))
        if parameters.format != "json":
            newest = replace(search, sort=search.sort or "newest", facets=(), significant=False)
            found = await index.search(newest, None)
            if found.page:
                index.forget(found.page.point_in_time)
            entries = [article_entry(item) for item in reading.article_list(newest, found, None).items]
            return feed_answer(request, parameters.format, entries, search.q)
        found = await index.search(search, page_asked(search, parameters.cursor))
        return reading.article_list(search, found, cursor_after(search, found, request, response, index))

    @app.get(
        "/v1/articles/{article_id}",
        tags=["articles"],
        summary="Read one article",
        operation_id="getArticle",
        response_model=WholeArticle,
        responses={
            200: answer_example("The article, its entities and its claims.", examples["article"], etag=True),
            304: {"description": "It is as the `ETag` in `If-None-Match` says."},
            **problem_answers("not-found", "invalid-request", "unavailable"),
        },
    )
    async def get_article(
        article_id: Annotated[
            str, Path(pattern=ARTICLE_ID, description="The article's id.", examples=[examples["article"]["id"]])
        ],
        request: Request,
    ) -> Response:
        """The newest revision of an article, with every entity and every figure in it and where each stands in the
        text.
        """
        document = await index.article(article_id)
        if document is None:
            raise ProblemError("not-found", f"There is no article {article_id}.")
        content = reading.whole_article(document).model_dump_json().encode()
        tag = content_tag(content)
        if unchanged(request.headers.get("if-none-match"), tag):
            return Response(status_code=304, headers={"ETag": tag})
        return Response(content, media_type="application/json", headers={"ETag": tag})
