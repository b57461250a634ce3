"""The callback of hubs: what it answers, and what it passes on."""

import asyncio
import hmac
from collections.abc import AsyncIterator
from typing import Any, cast
from urllib.parse import urlencode, urlsplit

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from services.api.app import create_app
from services.api.index import SearchIndex
from services.api.keys import KeyStore
from services.api.settings import ApiSettings
from services.api.subscription_store import SubscriptionStore
from services.api.websub import MAX_BODY, Pings
from services.common.errors import TransientError
from services.common.health import Health
from services.common.messages import FeedPing
from services.common.metrics import Metrics
from services.common.runtime import Process
from services.common.websub import callback_url, hub_secret

SECRET = SecretStr("a long random text")
FEED = "https://a.example/feed?x=1&y=ü"
URL = callback_url("https://sitrep.example/", SECRET, FEED).removeprefix("https://sitrep.example")
QUERY = {"hub.mode": "subscribe", "hub.topic": FEED, "hub.challenge": "<b>c</b>", "hub.lease_seconds": "600"}
BODY = b"<rss/>"


class Kept(Pings):
    """Keeps what would be sent; or Kafka is away."""

    def __init__(self) -> None:
        super().__init__(limit=1)
        self.kept: list[FeedPing] = []
        self.away = False

    async def send(self, ping: FeedPing) -> None:
        if self.away:
            raise TransientError("Kafka is away.")
        self.kept.append(ping)


def an_app(pings: Pings, **settings: Any) -> FastAPI:
    metrics = Metrics()
    process = Process("api", metrics, Health(metrics), asyncio.Event())
    index = cast("SearchIndex", None)  # it is not asked
    return create_app(
        ApiSettings(api_max_body=1024, **settings), process, index, SubscriptionStore(limit=1), KeyStore(), pings
    )


@pytest.fixture(name="pings")
def _pings() -> Kept:
    return Kept()


@pytest.fixture(name="client")
async def _client(pings: Kept) -> AsyncIterator[httpx.AsyncClient]:
    app = an_app(pings, websub_callback="https://sitrep.example", websub_secret=SECRET)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        yield client


def signed(body: bytes, method: str = "sha256", secret: str | None = None) -> dict[str, str]:
    key = (hub_secret(SECRET, FEED) if secret is None else secret).encode()
    return {"X-Hub-Signature": f"{method}={hmac.new(key, body, method).hexdigest()}"}


def with_query(**changes: str | None) -> str:
    query = {
        name: value
        for name, value in (QUERY | {f"hub.{key}": value for key, value in changes.items()}).items()
        if value is not None
    }
    return f"{URL}&{urlencode(query)}"


async def test_what_we_asked_for_is_confirmed_and_told(client: httpx.AsyncClient, pings: Kept) -> None:
    answer = await client.get(with_query())
    assert (answer.status_code, answer.text) == (200, "<b>c</b>")
    assert answer.headers["content-type"].startswith("text/plain")
    answer = await client.get(with_query(mode="unsubscribe", lease_seconds=None))
    assert (answer.status_code, answer.text) == (200, "<b>c</b>")
    answer = await client.get(with_query(mode="denied", challenge=None, reason="no room"))
    assert answer.is_success
    assert [(ping.feed, ping.event, ping.lease_seconds, ping.reason) for ping in pings.kept] == [
        (FEED, "subscribed", 600, None),
        (FEED, "unsubscribed", None, None),
        (FEED, "denied", None, "no room"),
    ]


@pytest.mark.parametrize(
    "address",
    [
        with_query(topic="https://b.example/"),
        with_query(topic=None),
        with_query(challenge=None),
        with_query(challenge="c" * 3_000),
        with_query(mode="publish"),
        with_query(lease_seconds=None),
        with_query(lease_seconds="-1"),
        with_query(lease_seconds="9" * 5_000),
        with_query().replace("/websub/", "/websub/0"),
        with_query().replace("a.example", "b.example"),
        f"{urlsplit(URL).path}?{urlencode(QUERY)}",
    ],
)
async def test_what_we_did_not_ask_for_is_not(client: httpx.AsyncClient, pings: Kept, address: str) -> None:
    assert (await client.get(address)).status_code == 404
    assert pings.kept == []


@pytest.mark.parametrize("method", ["sha256", "sha384", "sha512"])
async def test_word_of_a_change_is_passed_on(client: httpx.AsyncClient, pings: Kept, method: str) -> None:
    body = BODY * 1_000  # more than other requests may have
    assert (await client.post(URL, content=body, headers=signed(body, method))).status_code == 202
    assert [(ping.feed, ping.event) for ping in pings.kept] == [(FEED, "changed")]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 403),
        (signed(BODY, "sha1"), 403),
        (signed(BODY, "md5"), 403),
        (signed(BODY, secret="another"), 403),
        (signed(BODY + b" "), 403),
        ({"X-Hub-Signature": "sha256="}, 403),
        ({"X-Hub-Signature": "sha256=é".encode().decode("latin-1")}, 403),
    ],
)
async def test_what_is_not_signed_by_the_hub_is_refused(
    client: httpx.AsyncClient, pings: Kept, headers: dict[str, str], status: int
) -> None:
    raw = [(name, value.encode("latin-1")) for name, value in headers.items()]
    assert (await client.post(URL, content=BODY, headers=raw)).status_code == status  # type: ignore[arg-type]  # bytes are taken
    assert (
        await client.post(URL.replace("/websub/", "/websub/0"), content=BODY, headers=signed(BODY))
    ).status_code == 404
    assert pings.kept == []


async def test_a_body_without_end_is_not_read(client: httpx.AsyncClient, pings: Kept) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(MAX_BODY // 1_000_000 + 2):
            yield b" " * 1_000_000

    assert (await client.post(URL, content=pieces(), headers=signed(b""))).status_code == 413
    assert pings.kept == []


async def test_while_kafka_is_away_the_hub_is_told_to_come_again(client: httpx.AsyncClient, pings: Kept) -> None:
    pings.away = True
    answer = await client.post(URL, content=BODY, headers=signed(BODY))
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
    assert (await client.get(with_query())).status_code == 503


@pytest.mark.parametrize("settings", [{}, {"websub_secret": SECRET}, {"websub_callback": "https://sitrep.example"}])
async def test_where_it_is_not_set_up_there_is_no_callback(settings: dict[str, Any]) -> None:
    transport = httpx.ASGITransport(an_app(Kept(), **settings))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        assert (await client.get(with_query())).status_code == 404
