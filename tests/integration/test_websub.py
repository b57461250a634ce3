"""A hub, an outlet, the fetcher and the api, with a real Kafka: a change is fetched as soon as the hub says so."""

import asyncio
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

import httpx
import pytest
import yaml
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.api.app import work as serve_api
from services.api.settings import ApiSettings
from services.common.health import Health
from services.common.metrics import Metrics
from services.common.runtime import Process, http_server
from tests.integration.test_backfill import a_page
from tests.integration.test_fetcher import fetching, on_the_topic, settings
from tests.ports import free_ports
from tests.unit.fetcher.servers import answer, serving
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("clean_line")
SECRET = SecretStr("a long random text")


@dataclass
class Hub:
    """A hub as the specification has it: it verifies what it is asked, and signs what it distributes."""

    url: str = ""
    lease: int = 600
    refuses: bool = False
    asked: list[dict[str, str]] = field(default_factory=list)
    verified: list[str] = field(default_factory=list)

    async def take(self, request: Request) -> Response:
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        self.asked.append(form)
        self._later = asyncio.create_task(self._verify(form))
        return Response(status_code=202)

    async def _verify(self, form: dict[str, str]) -> None:
        mode = "denied" if self.refuses else form["hub.mode"]
        query = {
            "hub.mode": mode,
            "hub.topic": form["hub.topic"],
            "hub.challenge": "c-1",
            "hub.lease_seconds": str(self.lease),
        }
        async with httpx.AsyncClient() as client:
            said = await client.get(f"{form['hub.callback']}&{urlencode(query)}")
        if said.is_success and (said.text == "c-1" or self.refuses):
            self.verified.append(mode)

    async def distribute(self, body: bytes, *, secret: str | None = None) -> int:
        form = self.asked[-1]
        digest = hmac.new((secret or form["hub.secret"]).encode(), body, "sha256").hexdigest()
        async with httpx.AsyncClient() as client:
            said = await client.post(
                form["hub.callback"], content=body, headers={"X-Hub-Signature": f"sha256={digest}"}
            )
        return said.status_code


@asynccontextmanager
async def a_hub() -> AsyncIterator[Hub]:
    hub = Hub()
    app = Starlette(routes=[Route("/", hub.take, methods=["POST"])])
    async with http_server(app, "127.0.0.1", 0) as port:
        hub.url = f"http://127.0.0.1:{port}/"
        yield hub


@asynccontextmanager
async def the_api(engines: Any, base: str) -> AsyncIterator[None]:
    given = ApiSettings(
        kafka_bootstrap=engines.kafka_bootstrap,
        elasticsearch_url=engines.elasticsearch_url,
        api_port=int(base.rpartition(":")[2]),
        websub_callback=base,
        websub_secret=SECRET,
    )
    metrics = Metrics()
    process = Process("api", metrics, Health(metrics), asyncio.Event())
    running = asyncio.create_task(serve_api(given, process))
    try:
        await until(
            lambda: running.done() or not {"kafka", "pings", "start"} & set(process.health.waiting), "the api is ready"
        )
        yield
    finally:
        process.stop.set()
        await asyncio.wait_for(running, 60)


def a_feed(hub: Hub, base: str, *slugs: str) -> bytes:
    items = "".join(f"<item><title>{slug}</title><link>/{slug}</link></item>" for slug in slugs)
    links = f'<atom:link rel="hub" href="{hub.url}"/><atom:link rel="self" href="{base}/own"/>'
    return answer(
        f'<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>A</title>{links}{items}</channel></rss>'.encode()
    )


def slugs(articles: Any) -> list[str]:
    return sorted(article.url.rpartition("/")[2] for article in articles)


async def test_a_change_is_fetched_as_soon_as_the_hub_says_so(engines: Any, tmp_path: Path) -> None:
    base = f"http://127.0.0.1:{free_ports(1)[0]}"
    async with (
        a_hub() as hub,
        serving(one=a_page("one"), two=a_page("two"), three=a_page("three")) as outlet,
        the_api(engines, base),
    ):
        source = {
            "id": "a",
            "name": "A",
            "domain": "a.example",
            "feeds": [f"{outlet.base}/feed"],
            "allow_private": True,
            "every": "1h",
        }
        given = settings(engines, tmp_path, [source], websub_callback=base, websub_secret=SECRET)
        outlet.answers["feed"] = a_feed(hub, outlet.base, "one")
        async with fetching(given) as fetcher:
            await until(lambda: fetcher.count("pages", outcome="sent") == 1, "the first article is sent")
            await until(lambda: hub.verified == ["subscribe"], "the hub has verified")
            assert hub.asked[0]["hub.topic"] == f"{outlet.base}/own"
            assert SECRET.get_secret_value() not in str(hub.asked)

            outlet.answers["feed"] = a_feed(hub, outlet.base, "one", "two")
            polls = [path for path, _headers in outlet.asked].count("/feed")
            assert await hub.distribute(b"<rss/>", secret="another") == 403
            assert await hub.distribute(b"what a hub says is not read: /evil") == 202
            await until(lambda: fetcher.count("pages", outcome="sent") == 2, "the second article is sent")
            assert [path for path, _headers in outlet.asked].count("/feed") == polls + 1
            assert slugs(await on_the_topic(engines)) == ["one", "two"]

        async with fetching(given) as fetcher:  # a new start subscribes to nothing anew, and hears the hub
            await until(
                lambda: fetcher.count("feeds", outcome="polled") + fetcher.count("feeds", outcome="unchanged") >= 0,
                "it runs",
            )
            outlet.answers["feed"] = a_feed(hub, outlet.base, "one", "two", "three")
            assert await hub.distribute(b"") == 202
            await until(lambda: fetcher.count("pages", outcome="sent") == 1, "the third article is sent")
            assert [form["hub.mode"] for form in hub.asked] == ["subscribe"]
            (tmp_path / "sources.yaml").write_text(
                yaml.safe_dump({"sources": [{**source, "feeds": [f"{outlet.base}/other"]}]}), "utf-8"
            )
            await until(lambda: hub.verified == ["subscribe", "unsubscribe"], "what is not followed any more is ended")


async def test_where_the_hub_refuses_polling_goes_on(engines: Any, tmp_path: Path) -> None:
    base = f"http://127.0.0.1:{free_ports(1)[0]}"
    async with a_hub() as hub, serving(one=a_page("one"), two=a_page("two")) as outlet, the_api(engines, base):
        hub.refuses = True
        source = {
            "id": "a",
            "name": "A",
            "domain": "a.example",
            "feeds": [f"{outlet.base}/feed"],
            "allow_private": True,
            "every": "1s",
        }
        given = settings(engines, tmp_path, [source], websub_callback=base, websub_secret=SECRET)
        outlet.answers["feed"] = a_feed(hub, outlet.base, "one")
        async with fetching(given) as fetcher:
            await until(lambda: hub.verified == ["denied"], "the hub has refused")
            outlet.answers["feed"] = a_feed(hub, outlet.base, "one", "two")
            await until(lambda: fetcher.count("pages", outcome="sent") == 2, "both articles are sent")
            assert len(hub.asked) == 1
