"""What programs that read the topics need to know of them: the AsyncAPI document, and the schemas it points at."""

from fastapi import FastAPI
from fastapi.responses import JSONResponse

from services.api.problems import ProblemError
from services.common.schemas import asyncapi, schema_files


def add_stream_routes(app: FastAPI) -> None:
    """``/asyncapi.json``, and ``/schemas/news.articles.v1.json`` …: the same files as in ``docs/streams``."""
    document, schemas = asyncapi(), schema_files()

    @app.get("/asyncapi.json", include_in_schema=False)
    async def asyncapi_document() -> JSONResponse:
        return JSONResponse(document)

    @app.get("/schemas/{name}", include_in_schema=False)
    async def schema(name: str) -> JSONResponse:
        if name not in schemas:
            raise ProblemError("not-found", f"There is no schema {name}; see /asyncapi.json.")
        return JSONResponse(schemas[name], media_type="application/schema+json")
