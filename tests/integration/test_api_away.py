"""The API while an engine is away, slow or empty."""

import asyncio
import json
from time import monotonic
from typing import Any

import pytest
from elasticsearch import AsyncElasticsearch

from services.indexer.mappings import ARTICLES
from tests.integration.asking import answers, asking, running, serving
from tests.integration.processes import started
from tests.integration.sixty import (
    STORIES,
    found,
)
from tests.integration.wire import Wire
from tests.ports import free_ports
from tests.waiting import until


@pytest.mark.parametrize("path", ["/v1/articles?q=howitzers", f"/v1/articles/{STORIES[0].article.id}"])
@pytest.mark.parametrize("how", ["cut", "still"])
async def test_elasticsearch_away_or_slow_is_503_within_the_limit(
    library: AsyncElasticsearch, wire: Wire, how: str, path: str
) -> None:
    async with serving(wire.url, api_time_limit=1) as http:
        await until(lambda: answers(http, path), "the first search of a fresh engine is over")
        if how == "cut":
            await wire.cut()
        else:
            wire.lie_still()
        began = monotonic()
        answer = await http.get(path)
        took = monotonic() - began
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "5"
        assert answer.json()["type"] == "urn:sitrep:problem:unavailable"
        assert "127.0.0.1" not in answer.text
        assert took < 2.5
        assert (await http.get("/healthz")).status_code == 200
        await wire.mend()
        assert await until(lambda: answers(http, path), "searching goes on")


async def test_no_index_yet(engines: Any, elasticsearch: AsyncElasticsearch) -> None:
    await elasticsearch.options(ignore_status=404).indices.delete(index=ARTICLES.name)
    async with serving(engines.elasticsearch_url) as http:
        for path in ("/v1/articles", f"/v1/articles/{'0' * 32}"):
            answer = await http.get(path)
            assert answer.status_code == 503
            assert answer.json()["detail"] == "Nothing is indexed yet. Try again in 5 s."


# The service


async def test_it_says_what_it_waits_for(engines: Any, clean_line: None, library: Any, wire: Wire) -> None:
    await wire.cut()
    async with running(engines, elasticsearch_url=wire.url) as http:
        assert (await http.get("/healthz")).status_code == 200
        waiting = await until(lambda: answers(http, "/readyz", 503), "not ready")
        assert waiting.json()["waiting_for"].keys() == {"elasticsearch"}
        await wire.mend()
        await until(lambda: answers(http, "/readyz"), "ready")
        assert (await found(http, q="howitzers"))["total"]


async def test_it_starts_and_stops_with_both_engines_away() -> None:
    kafka, elasticsearch = free_ports(2)
    port, process = await started(f"127.0.0.1:{kafka}", f"http://127.0.0.1:{elasticsearch}")
    async with asking(port) as http:
        await until(lambda: answers(http, "/healthz"), "alive")

        async def waits_for_both() -> bool:
            waiting = (await http.get("/readyz")).json()["waiting_for"]
            parts = {"kafka", "keys", "deliveries", "elasticsearch"}
            return waiting.keys() == parts and "does not answer" in waiting["kafka"]

        await until(waits_for_both, "waiting for both")
        for path in ("/v1/articles", "/v1/subscriptions"):
            assert (await http.get(path)).status_code == 503
    process.terminate()
    _, log = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 0, log.decode()
    events = [json.loads(line) for line in log.splitlines()]
    assert (events[0]["event"], events[-1]["event"]) == ("started", "stopped")
    assert b"Traceback" not in log
