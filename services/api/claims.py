"""The routes of the figures themselves: a list of claims, and a series of what sources say of the same thing."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Annotated, Any, Final

from fastapi import FastAPI, Query, Request, Response
from pydantic import Field

from services.api.access import still_admitted
from services.api.claim_parameters import ClaimParameters, SeriesParameters, claim_search
from services.api.claims_query import ClaimSearch, every_claim_body
from services.api.examples import answer_example
from services.api.exports import CLAIMS, Exports, is_exported
from services.api.formats import FORMAT_HELP, Format, feed_answer, refuse_pages, with_formats
from services.api.index import SearchIndex
from services.api.paging import cursor_after, page_asked
from services.api.problems import problem_answers
from services.api.series.answers import ClaimList, SeriesAnswer, found_claim, series_answer
from services.api.series.figures import figure
from services.api.syndication import claim_entry
from services.common.elastic import CLAIMS_ALIAS
from services.common.series.alike import alike

DEFAULT_PAGE: Final = 20
SERIES_FIGURES: Final = 1_000
"""The most figures one series is made of, the newest; ``total`` says how many there are."""


def add_claim_routes(
    app: FastAPI, index: SearchIndex, exports: Exports, *, max_page: int, examples: Mapping[str, Any]
) -> None:
    """``GET /v1/claims`` and ``GET /v1/claims/series``."""

    class Parameters(ClaimParameters):
        format: Format = Field(default="json", description=FORMAT_HELP)
        limit: int = Field(default=min(DEFAULT_PAGE, max_page), ge=0, le=max_page)
        """How many figures a page holds; 0 for the total alone."""

    @app.get(
        "/v1/claims",
        tags=["claims"],
        summary="Search figures",
        response_model=ClaimList,
        operation_id="searchClaims",
        responses={
            200: with_formats(
                answer_example("A page of figures, with the exact total.", examples["claims"], link=True),
                json.dumps(examples["claims"]["items"][0]),
            ),
            304: {"description": "A feed is as the `ETag` in `If-None-Match` says."},
            **problem_answers("invalid-cursor", "expired-cursor", "invalid-request", "unavailable"),
        },
    )
    async def search_claims(
        parameters: Annotated[Parameters, Query()], request: Request, response: Response
    ) -> ClaimList | Response:
        """The figures that articles put forward, each with its words, its sentence, who said it and where it stands.

        Repeat a filter to give alternatives: `unit=troop&unit=soldier`.
        """
        search = replace(claim_search(parameters), limit=parameters.limit)
        if parameters.format != "json":
            refuse_pages(parameters.cursor, parameters.format)
        if is_exported(parameters.format):
            pages = index.walk(CLAIMS_ALIAS, partial(every_claim_body, await index.with_moves(search)))
            return await exports.answer(pages, CLAIMS, parameters.format, still_admitted(request))
        if parameters.format != "json":
            found = await index.claims(search, None)
            if found.page:
                index.forget(found.page.point_in_time)
            documents = [hit["_source"] for hit in found.answer["hits"]["hits"]]
            entries = [
                claim_entry(found_claim(figure(document)), datetime.fromisoformat(document["fetched_at"]))
                for document in documents
            ]
            return feed_answer(request, parameters.format, entries, search.q or search.item)
        found = await index.claims(search, page_asked(search, parameters.cursor))
        word = cursor_after(search, found, request, response, index)
        hits = found.answer["hits"]
        items = tuple(found_claim(figure(hit["_source"])) for hit in hits["hits"])
        return ClaimList(total=hits["total"]["value"], items=items, next=word)

    @app.get(
        "/v1/claims/series",
        tags=["claims"],
        summary="Compare figures",
        operation_id="getSeries",
        responses={
            200: answer_example("The figures by scope and interval.", examples["series"]),
            **problem_answers("invalid-request", "unavailable"),
        },
    )
    async def get_series(parameters: Annotated[SeriesParameters, Query()]) -> SeriesAnswer:
        """What sources say of the same thing over time: each source's figure with its quote; per interval the low, the
        high and the median; how many independent sources; and where they disagree, with the reason in words.

        Units that count the same are taken together: `unit=troop` is also of soldiers.
        """
        asked = claim_search(parameters)
        units = alike(asked.claim.unit)
        search: ClaimSearch = replace(
            asked, claim=replace(asked.claim, unit=units), sort="newest", limit=SERIES_FIGURES
        )
        answer = await index.series(search)
        hits = answer["hits"]
        figures = [figure(hit["_source"]) for hit in hits["hits"]]
        return series_answer(figures, total=hits["total"]["value"], units=units, step=parameters.interval)
