"""The pages at / and /articles/{id}, made on the server; they need no script and load nothing from another host."""

from hashlib import sha256
from importlib.resources import files
from typing import Any, Final

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from pydantic import ValidationError

from services.api import reading
from services.api.index import SearchIndex
from services.api.paging import cursor_after, page_asked
from services.api.parameters import SearchParameters, article_search
from services.api.problems import KINDS, ProblemError, found_wrong
from services.api.ui.links import Links, links
from services.api.ui.views import article_view, search_view
from services.api.ui.wording import minute

ROWS: Final = 20
HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
}
ASSETS: Final = {"sitrep.css": "text/css", "sitrep.svg": "image/svg+xml"}
SEVERAL: Final = {
    field.alias or name for name, field in SearchParameters.model_fields.items() if isinstance(field.default, tuple)
}
"""The parameters that may be repeated."""


class Pages:
    """The templates, with what every page has."""

    def __init__(self) -> None:
        here = files("services.api.ui")
        self.assets = {name: here.joinpath(name).read_bytes() for name in ASSETS}
        # The address changes with the content, so that a browser may keep it.
        self._style = f"sitrep.css?{sha256(self.assets['sitrep.css']).hexdigest()[:12]}"
        self._templates = Environment(
            loader=PackageLoader("services.api.ui"), autoescape=True, trim_blocks=True, undefined=StrictUndefined
        )
        self._templates.filters["minute"] = minute

    def shown(self, template: str, at: Links, status: int = 200, **values: Any) -> HTMLResponse:
        """A page; ``at`` is the search that its box holds."""
        typed = next((value for name, value in at.pairs if name == "q"), "")
        page = self._templates.get_template(template).render(
            style=self._style, q=typed, carried=at.hidden("q"), **values
        )
        return HTMLResponse(page, status, HEADERS)

    def problem(self, error: ProblemError, at: Links) -> HTMLResponse:
        """A problem as a page, under the status it has."""
        status, title = KINDS[error.kind]
        answer = self.shown("problem.html", at, status, heading=title, sentence=error.detail)
        answer.headers.update(error.headers)
        return answer


def add_pages(app: FastAPI, index: SearchIndex, *, max_page: int) -> None:
    """``/``, ``/articles/{id}`` and what they need."""
    pages = Pages()

    @app.get("/", include_in_schema=False)
    async def search_page(request: Request, response: Response) -> Response:
        at = links(request.query_params.multi_items())
        try:
            parameters = SearchParameters.model_validate(_given(at))
        except ValidationError as error:
            wrong = [f"{each.where}: {each.what}" for each in found_wrong(error.errors())]
            return pages.shown("search.html", at, 422, wrong=wrong, facets=())
        search = article_search(parameters, min(ROWS, max_page))
        try:
            found = await index.search(search, page_asked(search, parameters.cursor))
        except ProblemError as error:
            return pages.problem(error, at)
        listed = reading.article_list(search, found, cursor_after(search, found, request, response, index))
        return pages.shown("search.html", at, wrong=(), **search_view(listed, at, order=search.order))

    @app.get("/articles/{article_id}", include_in_schema=False)
    async def article_page(article_id: str) -> Response:
        nowhere = links(())
        try:
            document = await index.article(article_id)
        except ProblemError as error:
            return pages.problem(error, nowhere)
        if document is None:
            return pages.problem(ProblemError("not-found", "There is no such article, or it was deleted."), nowhere)
        return pages.shown("article.html", nowhere, **article_view(reading.whole_article(document)))

    @app.get("/ui/{name}", include_in_schema=False)
    async def asset(name: str) -> Response:
        if name not in pages.assets:
            raise ProblemError("not-found", f"There is nothing at /ui/{name}.")
        headers = {"Cache-Control": "public, max-age=86400"}
        return Response(pages.assets[name], media_type=ASSETS[name], headers=headers)


def _given(at: Links) -> dict[str, Any]:
    """The parameters as the model takes them: a list where one may be repeated, else the last that was given."""
    given: dict[str, Any] = {}
    for name, value in at.pairs:
        if name in SEVERAL:
            given.setdefault(name, []).append(value)
        else:
            given[name] = value
    return given
