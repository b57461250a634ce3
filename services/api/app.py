"""The api service: what people and programs ask Sitrep."""

import asyncio
import json
from functools import partial
from importlib.resources import files
from typing import Any, Final

import structlog
from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware

from services import __version__
from services.api.access import Admission, Keys, Rates, describe_access
from services.api.around import add_around_routes
from services.api.articles import add_article_routes
from services.api.claims import add_claim_routes
from services.api.deliveries import add_delivery_routes
from services.api.delivery_answers import Delivering
from services.api.delivery_store import DeliveryStore
from services.api.docs import add_docs
from services.api.events import add_event_routes
from services.api.exports import Exports
from services.api.feeds import add_feed_routes
from services.api.index import SearchIndex
from services.api.keys import KeyStore
from services.api.known import Known
from services.api.live import Live
from services.api.mailbox_pages import add_mailbox_pages
from services.api.mailboxes import add_mailbox_routes
from services.api.middleware import Surrounding
from services.api.names import load_names
from services.api.owned import OwnedSubscriptions
from services.api.previews import add_preview_route
from services.api.problems import Problem, answer_errors_as_problems, problem_answers
from services.api.revisions import add_revision_routes
from services.api.settings import ApiSettings
from services.api.stream import add_stream_route
from services.api.streams import add_stream_routes
from services.api.subscription_store import SubscriptionStore
from services.api.subscriptions import add_subscription_routes
from services.api.ui.pages import add_pages
from services.api.webhooks import add_webhook_routes
from services.api.websub import MAX_BODY, Pings, add_websub_routes
from services.common.elastic import elastic
from services.common.health import health_routes
from services.common.retry import Stopped, until_it_works, wait_or_stop
from services.common.runtime import Process, http_server, run_service
from services.common.settings import load
from services.common.websub import PATH

log = structlog.get_logger()

CHECKED_EVERY: Final = 5.0
"""Seconds between two looks whether Elasticsearch is still there."""
COMPRESSED_FROM: Final = 1024
"""Bytes."""
COMPRESSION: Final = 1
"""A page of a search at level 5 takes twice the time, for an answer that is an eighth smaller."""
EXPOSED: Final = ["ETag", "Last-Modified", "Link", "Location", "RateLimit", "RateLimit-Policy", "Retry-After"]
"""Headers of an answer that pages of other origins may read."""

DESCRIPTION: Final = """\
A newswire for people who follow a war: articles as they are published, who and what they speak of, and every figure
they put forward.

Times are in UTC (RFC 3339). Errors are problem details in JSON (RFC 9457): `type` says which kind, `detail` what is
wrong and where. When Sitrep cannot answer for the moment it says so with 503 and `Retry-After`.

A key is sent as `Authorization: Bearer sitrep_…`. Reading needs the scope `read`, changing anything `write`; `admin`
sees and changes what other keys own.
"""
TAGS: Final = [
    {"name": "articles", "description": "What was published, and what is in it."},
    {"name": "entities", "description": "Who and what articles speak of."},
    {"name": "stories", "description": "An article and its copies."},
    {"name": "claims", "description": "The figures themselves, and how they compare."},
    {"name": "subscriptions", "description": "Saved rules; each article that one matches raises an alert."},
    {"name": "deliveries", "description": "Where alerts go: webhooks, e-mail, feeds, events; and what became of each."},
]


def main() -> int:
    """Run the service until it is asked to stop; returns the exit code."""
    settings = load(ApiSettings)
    return run_service("api", settings, None, partial(work, settings))


async def work(settings: ApiSettings, process: Process) -> None:
    """Serve at once; Elasticsearch and Kafka are used as soon as, and whenever, they are there."""
    store = SubscriptionStore(limit=settings.api_time_limit)
    keys = KeyStore()
    deliveries = DeliveryStore(limit=settings.api_time_limit)
    pings = Pings(limit=settings.api_time_limit)
    async with elastic(settings, timeout=settings.api_time_limit) as client:
        names = load_names()
        index = SearchIndex(client, names, limit=settings.api_time_limit, cursor_minutes=settings.api_cursor_minutes)
        live = _live(settings, process, index)
        app = create_app(settings, process, index, store, keys, pings, deliveries, live)
        async with http_server(app, settings.host, settings.api_port, proxies=settings.api_proxies) as port:
            log.info("started", host=settings.host, port=port)
            process.health.waiting_for("elasticsearch", "not reached yet")
            process.health.waiting_for("kafka", "not reached yet")
            process.health.restored("start")
            try:
                async with asyncio.TaskGroup() as group:
                    tasks = [
                        group.create_task(store.keep_connected(settings, process)),
                        group.create_task(keys.keep_connected(settings, process)),
                        group.create_task(deliveries.keep_connected(settings, process)),
                        group.create_task(live.keep_connected(settings, process)),
                        group.create_task(_watch(index, process)),
                    ]
                    if settings.websub_on:
                        tasks.append(group.create_task(pings.keep_connected(settings, process)))
                    await process.stop.wait()
                    for task in tasks:
                        task.cancel()  # either may be waiting for an engine that does not answer
            except ExceptionGroup as failed:
                raise failed.exceptions[0] from failed


def create_app(
    settings: ApiSettings,
    process: Process,
    index: SearchIndex,
    store: SubscriptionStore,
    keys: Keys,
    pings: Pings | None = None,
    deliveries: DeliveryStore | None = None,
    live: Live | None = None,
) -> FastAPI:
    """The ASGI application over an index, stores and what sends pings, which the caller opens and closes."""
    app = FastAPI(
        title="Sitrep",
        version=__version__,
        description=DESCRIPTION,
        openapi_tags=TAGS,
        docs_url=None,
        redoc_url=None,
        separate_input_output_schemas=False,
    )
    examples = _examples()
    exports = Exports(process.metrics)
    add_article_routes(app, index, exports, max_page=settings.api_max_page, examples=examples)
    add_revision_routes(app, index, examples)
    add_around_routes(app, index, max_page=settings.api_max_page, examples=examples)
    add_claim_routes(app, index, exports, max_page=settings.api_max_page, examples=examples)
    following = live or _live(settings, process, index)
    add_stream_route(app, following, examples)
    known = Known(index)
    owned = OwnedSubscriptions(store, known)
    add_subscription_routes(app, owned, examples)
    add_preview_route(app, index, known, examples)
    delivering = Delivering(deliveries or DeliveryStore(limit=0), owned.existing, store.get, settings, examples)
    _add_deliveries(app, delivering, process)
    add_stream_routes(app)
    if pings is not None:
        add_websub_routes(app, settings, pings)
    add_docs(app)
    add_pages(app, index, max_page=settings.api_max_page)
    app.router.routes.extend(health_routes(process.service, process.health, process.metrics))
    answer_errors_as_problems(app)
    _describe(app, anonymous_read=settings.api_anonymous_read)
    app.add_middleware(GZipMiddleware, minimum_size=COMPRESSED_FROM, compresslevel=COMPRESSION)
    app.add_middleware(
        Admission,
        keys=keys,
        anonymous_read=settings.api_anonymous_read,
        rates=Rates(settings.api_rate_key, settings.api_rate_anonymous),
        metrics=process.metrics,
    )
    if origins := settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=origins,
            allow_methods=["GET", "POST", "PUT", "DELETE"],
            allow_headers=["Authorization", "Content-Type", "If-None-Match", "If-Modified-Since", "Last-Event-ID"],
            expose_headers=EXPOSED,
            max_age=3600,
        )
    app.add_middleware(
        Surrounding,
        metrics=process.metrics,
        max_body=settings.api_max_body,
        body_seconds=settings.api_body_seconds,
        stall_seconds=settings.api_stall_seconds,
        larger={PATH: MAX_BODY},
    )
    return app


def _add_deliveries(app: FastAPI, on: Delivering, process: Process) -> None:
    add_webhook_routes(app, on)
    add_mailbox_routes(app, on)
    add_delivery_routes(app, on)
    add_event_routes(app, on, process.stop)
    add_feed_routes(app, on)
    add_mailbox_pages(app, on)


def _describe(app: FastAPI, *, anonymous_read: bool) -> None:
    """Make the document at /openapi.json, once."""
    generate = app.openapi
    document: dict[str, Any] = {}

    def openapi() -> dict[str, Any]:
        if not document:
            made = generate()
            problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
            made["components"]["schemas"] |= {**problem.pop("$defs"), "Problem": problem}
            for operation in (each for item in made["paths"].values() for each in item.values()):
                if "422" in operation["responses"]:  # FastAPI's own has another form than our answers
                    operation["responses"]["422"] = problem_answers("invalid-request")[422]
            describe_access(made, anonymous_read=anonymous_read)
            document.update(made)
        return document

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's own way of extending the document


def _examples() -> dict[str, Any]:
    examples: dict[str, Any] = json.loads(files("services.api").joinpath("examples.json").read_text("utf-8"))
    return examples


def _live(settings: ApiSettings, process: Process, index: SearchIndex) -> Live:
    return Live(index, metrics=process.metrics, most=settings.api_streams, kept_bytes=settings.api_stream_bytes)


async def _watch(index: SearchIndex, process: Process) -> None:
    """Say at /readyz whether articles can be searched."""
    while not process.stop.is_set():
        try:
            await until_it_works(index.check, part="elasticsearch", health=process.health, stop=process.stop)
        except Stopped:
            return
        await wait_or_stop(process.stop, CHECKED_EVERY)
