"""The routes of articles: search, and one article whole."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import FastAPI, Path, Query, Request, Response
from pydantic import Field

from services.api import reading
from services.api.etag import content_tag, unchanged
from services.api.examples import answer_example
from services.api.index import SearchIndex
from services.api.paging import cursor_after, page_asked
from services.api.parameters import SearchParameters, article_search
from services.api.problems import ProblemError, problem_answers
from services.api.responses import ArticleList, WholeArticle
from services.common.messages import ARTICLE_ID

DEFAULT_PAGE = 20


def add_article_routes(app: FastAPI, index: SearchIndex, *, max_page: int, examples: Mapping[str, Any]) -> None:
    """``GET /v1/articles`` and ``GET /v1/articles/{id}``."""

    class Parameters(SearchParameters):
        limit: int = Field(default=min(DEFAULT_PAGE, max_page), ge=0, le=max_page)
        """How many articles a page holds; 0 for the total and the facets alone."""

    @app.get(
        "/v1/articles",
        tags=["articles"],
        summary="Search articles",
        operation_id="searchArticles",
        responses={
            200: answer_example("A page of articles, with the exact total.", examples["articles"], link=True),
            **problem_answers("invalid-cursor", "expired-cursor", "invalid-request", "unavailable"),
        },
    )
    async def search_articles(
        parameters: Annotated[Parameters, Query()], request: Request, response: Response
    ) -> ArticleList:
        """Articles that hold all words of `q` and meet every filter, with the places where the words were found, what
        the articles speak of, the figures they put forward, and facets to narrow the search by.

        Repeat a filter to give alternatives: `source=northwire&source=kyiv-ledger`. Copies of one report are one item
        (`collapse`): the one of them that comes first in the order asked for, with the count of the others.
        """
        search = article_search(parameters, parameters.limit)
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
