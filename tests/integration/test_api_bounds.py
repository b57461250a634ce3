"""The bounds of a request over real sockets: what is slow, what fails, and who is believed."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from time import monotonic
from typing import Any

import httpx
import pytest
from elasticsearch import AsyncElasticsearch
from fastapi import FastAPI
from starlette.responses import StreamingResponse

from services.api.app import create_app
from services.api.index import SearchIndex
from services.api.keys import KeyStore
from services.api.names import load_names
from services.api.settings import ApiSettings
from services.api.subscription_store import SubscriptionStore
from services.common.health import Health
from services.common.metrics import Metrics
from services.common.runtime import Process, http_server
from tests.integration.asking import answers, asking, serving
from tests.integration.processes import stopped
from tests.integration.sixty import STORIES, found
from tests.waiting import until

SECRET = "the password is hunter2"


@contextlib.asynccontextmanager
async def an_api(proxies: str = "", **settings: Any) -> AsyncIterator[tuple[FastAPI, int]]:
    """The application without engines, on a port of its own; what its routes do is up to the test."""
    metrics = Metrics()
    process = Process("api", metrics, Health(metrics), asyncio.Event())
    given = ApiSettings(api_anonymous_read=True, **settings)
    async with AsyncElasticsearch("http://127.0.0.1:9") as nowhere:
        index = SearchIndex(nowhere, load_names(), limit=1, cursor_minutes=1)
        app = create_app(given, process, index, SubscriptionStore(limit=1), KeyStore())
        async with http_server(app, "127.0.0.1", 0, proxies=proxies) as port:
            yield app, port


async def test_a_fault_shows_nothing_of_itself_whenever_it_comes() -> None:
    async with an_api() as (app, port), asking(port) as http:

        @app.get("/v1/fault")
        async def fault() -> None:
            raise RuntimeError(SECRET)

        @app.get("/v1/late-fault")
        async def late() -> StreamingResponse:
            async def pieces() -> AsyncIterator[bytes]:
                yield b"so far so good"
                raise RuntimeError(SECRET)

            return StreamingResponse(pieces())

        answer = await http.get("/v1/fault")
        assert answer.status_code == 500
        assert answer.json()["type"] == "urn:sitrep:problem:internal"
        for telling in (SECRET, "Traceback", "RuntimeError", ".py"):
            assert telling not in answer.text

        received = bytearray()
        with pytest.raises(httpx.RemoteProtocolError):  # the client sees that it is not whole
            await read(http, "/v1/late-fault", received)
        assert b"hunter2" not in received
        assert b"Traceback" not in received


async def read(http: httpx.AsyncClient, path: str, received: bytearray) -> None:
    async with http.stream("GET", path) as answer:
        async for piece in answer.aiter_raw():
            received += piece


async def test_a_body_that_drips_in_is_not_waited_for() -> None:
    async with an_api(api_body_seconds=0.5) as (app, port):

        @app.get("/v1/unused")
        async def unused() -> None: ...

        @app.post("/docs/drip", include_in_schema=False)
        async def drip(given: dict[str, Any]) -> dict[str, Any]:
            return given

        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(
            b"POST /docs/drip HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{"
        )
        answer = await asyncio.wait_for(reader.read(), 30)  # to the end: the connection is closed
        writer.close()
        head, _, body = answer.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 408")
        assert json.loads(body)["type"] == "urn:sitrep:problem:too-slow"


@pytest.mark.parametrize(("proxies", "believed"), [("", False), ("127.0.0.1", True), ("192.0.2.1", False)])
async def test_only_proxies_that_are_named_say_who_asks(proxies: str, believed: bool) -> None:
    async with an_api(proxies, api_rate_anonymous=1) as (_, port), asking(port) as http:
        statuses = [
            (await http.get("/v1/subscriptions", headers={"X-Forwarded-For": f"198.51.100.{number}"})).status_code
            for number in range(3)
        ]
    assert (429 in statuses) is not believed


@pytest.mark.parametrize(
    "path",
    [
        "/v1/articles?q=howitzers",
        "/v1/claims?unit=soldier",
        "/v1/claims/series?unit=soldier",
        f"/v1/articles/{STORIES[0].article.id}",
    ],
)
async def test_an_elasticsearch_that_stands_still_is_503_within_the_limit(
    engines: Any, library: AsyncElasticsearch, path: str
) -> None:
    """The real engine gets no time to run: connections stay, nothing is answered."""
    async with serving(engines.elasticsearch_url, api_time_limit=1) as http:
        await until(lambda: answers(http, path), "the first search of a fresh engine is over")
        with stopped(int(engines.elasticsearch_url.rpartition(":")[2])):
            began = monotonic()
            answer = await http.get(path)
            took = monotonic() - began
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
            assert took < 5  # the limit is 1 s; a machine may be slow, and a hang would be far longer
        assert await until(lambda: answers(http, path), "searching goes on")


@pytest.mark.parametrize(
    "q",
    [
        " ".join(f"{letter}*" for letter in "abcdefghijklmnopqrstuvwxyz" * 2),
        " OR ".join(f'"{letter} of the"' for letter in "abcdefghijklmnopqrstuvwxyz" * 2),
        "(" * 20 + "howitzers" + ")" * 20,
        "unit:s* " * 30,
        "person:a* " * 30,
        "x" * 1000,
    ],
)
async def test_the_heaviest_questions_that_can_be_asked_are_answered(api: httpx.AsyncClient, q: str) -> None:
    assert (await found(api, q=q[:1000], limit=1))["total"] >= 0
