"""Who is let in: every route, every way to send a key, and what is said to those who are not."""

import asyncio
import base64
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from elasticsearch import AsyncElasticsearch
from fastapi import FastAPI
from starlette.routing import Route

from services.api.access import AsCaller, Caller, needs, sent_key
from services.api.app import create_app
from services.api.index import SearchIndex
from services.api.keys import KeyStore
from services.api.names import load_names
from services.api.settings import ApiSettings
from services.api.subscription_store import SubscriptionStore
from services.common.health import Health
from services.common.keys import new_key
from services.common.messages import ApiKey, Scope
from services.common.metrics import Metrics
from services.common.runtime import Process
from tests.keys import bearing, known

NOW = datetime.now(UTC)
MADE: dict[Scope, tuple[str, ApiKey]] = {
    scope: new_key(scope, [scope], now=NOW) for scope in ("read", "write", "admin")
}
REVOKED, OVER = new_key("gone", ["admin"], now=NOW), new_key("over", ["admin"], now=NOW)
KEPT = (
    *(key for _, key in MADE.values()),
    REVOKED[1].model_copy(update={"revoked_at": NOW}),
    OVER[1].model_copy(update={"expires_at": NOW - timedelta(days=1)}),
)


@contextlib.asynccontextmanager
async def an_api(*, keys: KeyStore | None = None, **settings: Any) -> AsyncIterator[tuple[FastAPI, httpx.AsyncClient]]:
    metrics = Metrics()
    process = Process("api", metrics, Health(metrics), asyncio.Event())
    async with AsyncElasticsearch("http://127.0.0.1:9") as nowhere:
        index = SearchIndex(nowhere, load_names(), limit=1, cursor_minutes=1)
        store = SubscriptionStore(limit=1)
        app = create_app(ApiSettings(**settings), process, index, store, keys or KeyStore(await known(*KEPT)))

        @app.get("/v1/me")
        @app.delete("/v1/me")
        async def me(caller: AsCaller) -> dict[str, Any]:
            return {"key": caller.key, "scopes": sorted(caller.scopes)}

        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
            yield app, client


def basic(password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"reader:{password}".encode()).decode()}


@pytest.mark.parametrize("anonymous_read", [False, True])
@pytest.mark.parametrize(
    ("headers", "reading", "writing"),
    [
        ({}, None, 401),
        (bearing(MADE["read"][0]), 200, 403),
        (bearing(MADE["write"][0]), 200, 200),
        (bearing(MADE["admin"][0]), 200, 200),
        ({"Authorization": f"bearer  {MADE['write'][0]}"}, 200, 200),
        (basic(MADE["admin"][0]), 200, 403),  # a browser sends it with what other sites make it send
        (bearing(REVOKED[0]), 401, 401),
        (bearing(OVER[0]), 401, 401),
        (bearing("sitrep_" + "x" * 43), 401, 401),
        (bearing("x" * 10_000), 401, 401),
        (bearing(MADE["read"][1].digest), 401, 401),
        (bearing(MADE["read"][1].id), 401, 401),
        ({"Authorization": "Digest x"}, None, 401),
        ({"Authorization": "Bearer"}, None, 401),
        ({"Authorization": "Basic ~~~"}, None, 401),
        ({"Authorization": b"Bearer \xff\xfe"}, 401, 401),
    ],
)
async def test_who_may_read_and_write(
    headers: dict[str, Any], reading: int | None, writing: int, anonymous_read: bool
) -> None:
    async with an_api(api_anonymous_read=anonymous_read) as (_, client):
        for method, expected in (("GET", reading or (200 if anonymous_read else 401)), ("DELETE", writing)):
            answer = await client.request(method, "/v1/me", headers=headers)
            assert answer.status_code == expected, method
            if expected >= 400:
                assert answer.headers["content-type"] == "application/problem+json"
                assert answer.json()["status"] == expected
                assert answer.headers["www-authenticate"].startswith('Bearer realm="sitrep"')


@pytest.mark.parametrize(
    ("headers", "method", "path", "challenge"),
    [
        ({}, "GET", "/v1/me", 'Bearer realm="sitrep"'),
        ({}, "GET", "/", 'Bearer realm="sitrep", Basic realm="sitrep", charset="UTF-8"'),
        (bearing("sitrep_x"), "GET", "/v1/me", 'Bearer realm="sitrep", error="invalid_token"'),
        (
            bearing(MADE["read"][0]),
            "DELETE",
            "/v1/me",
            'Bearer realm="sitrep", error="insufficient_scope", scope="write"',
        ),
    ],
)
async def test_a_challenge_says_what_is_lacking(
    headers: dict[str, str], method: str, path: str, challenge: str
) -> None:
    async with an_api() as (_, client):
        answer = await client.request(method, path, headers=headers)
        assert answer.headers["www-authenticate"] == challenge
        assert "sitrep_x" not in answer.text


async def test_a_route_learns_who_asks() -> None:
    async with an_api(api_anonymous_read=True) as (_, client):
        assert (await client.get("/v1/me")).json() == {"key": None, "scopes": ["read"]}
        token, key = MADE["write"]
        assert (await client.get("/v1/me", headers=bearing(token))).json() == {
            "key": key.id,
            "scopes": ["read", "write"],
        }


async def test_every_route_but_the_open_ones_needs_a_key() -> None:
    """Whatever is added later is closed too, unless it is written down as open."""
    async with an_api() as (app, client):
        app.add_api_route("/v2/something", lambda: "new", methods=["GET", "POST"])
        asked = {
            (method, route.path.replace("{", "").replace("}", ""))
            for route in app.routes
            if isinstance(route, Route)
            for method in route.methods or ()
        }
        answered = {one: (await client.request(*one)).status_code for one in asked}
    needing = {one for one, status in answered.items() if status == 401}
    assert {path for _, path in asked - needing} == {
        "/healthz", "/readyz", "/metrics", "/openapi.json", "/docs", "/docs/assets/name", "/ui/name",
        "/asyncapi.json", "/schemas/name", "/feeds/subscription_id/key.atom", "/feeds/subscription_id/key.json",
        "/confirm/subscription_id/token", "/unsubscribe/subscription_id/token",
    }  # fmt: skip
    assert {("GET", "/"), ("GET", "/v2/something"), ("POST", "/v2/something"), ("GET", "/v1/articles")} <= needing


async def test_a_body_of_somebody_without_a_key_is_not_read() -> None:
    read = []

    async def body() -> AsyncIterator[bytes]:
        for number in range(3):
            read.append(number)
            yield b"x"

    async with an_api() as (_, client):
        assert (await client.post("/v1/subscriptions", content=body())).status_code == 401
    assert not read


async def test_before_the_keys_are_read_nobody_is_turned_away_for_good() -> None:
    async with an_api(keys=KeyStore(), api_anonymous_read=True) as (_, client):
        answer = await client.get("/v1/me", headers=bearing(MADE["read"][0]))
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        assert (await client.get("/v1/me")).status_code == 200


async def test_who_asks_too_often_is_told_when_to_come_again() -> None:
    token, key = MADE["read"]
    async with an_api(api_rate_key=3, api_anonymous_read=True, api_rate_anonymous=2) as (_, client):
        for left in (2, 1, 0):
            answer = await client.get("/v1/me", headers=bearing(token))
            assert answer.status_code == 200
            assert answer.headers["ratelimit-policy"] == '"minute";q=3;w=60'
            assert answer.headers["ratelimit"].startswith(f'"minute";r={left};t=')
        refused = await client.get("/v1/me", headers=bearing(token))
        assert refused.status_code == 429
        assert refused.json()["type"] == "urn:sitrep:problem:too-many-requests"
        assert 1 <= int(refused.headers["retry-after"]) <= 20
        # Others have buckets of their own; keys that do not hold share that of the address they come from.
        assert (await client.get("/v1/me", headers=bearing(MADE["write"][0]))).status_code == 200
        assert [(await client.get("/v1/me")).status_code for _ in range(2)] == [200, 200]
        assert (await client.get("/v1/me", headers=bearing("sitrep_guess"))).status_code == 429
        assert (await client.get("/healthz")).status_code == 200
        exported = (await client.get("/metrics")).text
    assert f'sitrep_api_key_requests_total{{key="{key.id}"}} 3.0' in exported


async def test_without_a_limit_nothing_is_counted() -> None:
    async with an_api(api_rate_key=0) as (_, client):
        answers = [await client.get("/v1/me", headers=bearing(MADE["read"][0])) for _ in range(30)]
    assert {answer.status_code for answer in answers} == {200}
    assert "ratelimit" not in answers[0].headers


@pytest.mark.parametrize(
    ("origins", "origin", "allowed"),
    [
        ("https://desk.example.org, https://lab.example", "https://lab.example", "https://lab.example"),
        ("https://desk.example.org/", "https://desk.example.org", "https://desk.example.org"),
        ("https://desk.example.org", "https://evil.example", None),
        ("*", "https://evil.example", "*"),
        ("", "https://desk.example.org", None),
    ],
)
async def test_pages_of_other_origins(origins: str, origin: str, allowed: str | None) -> None:
    asked = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "Authorization",
    }
    async with an_api(api_cors_origins=origins) as (_, client):
        preflight = await client.options("/v1/subscriptions", headers=asked)
        refused = await client.get("/v1/me", headers={"Origin": origin})
    assert preflight.headers.get("access-control-allow-origin") == allowed
    assert (preflight.status_code == 200) is (allowed is not None)
    # What is wrong can be read by the page too.
    assert refused.status_code == 401
    assert refused.headers.get("access-control-allow-origin") == allowed
    assert "access-control-allow-credentials" not in refused.headers


async def test_headers_that_keep_browsers_safe() -> None:
    async with an_api() as (_, client):
        for path in ("/v1/me", "/", "/nowhere", "/healthz"):
            headers = (await client.get(path)).headers
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["x-frame-options"] == "DENY"
            assert headers["referrer-policy"] == "no-referrer"
            assert "frame-ancestors 'none'" in headers["content-security-policy"]
            assert headers["cross-origin-opener-policy"] == "same-origin"
            assert "server" not in headers


@pytest.mark.parametrize("anonymous_read", [False, True])
async def test_the_document_says_what_each_operation_needs(anonymous_read: bool) -> None:
    async with an_api(api_anonymous_read=anonymous_read) as (_, client):
        document = (await client.get("/openapi.json")).json()
    assert document["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
    reading = [{"key": ["read"]}, {}] if anonymous_read else [{"key": ["read"]}]
    assert document["paths"]["/v1/articles"]["get"]["security"] == reading
    assert document["paths"]["/v1/subscriptions"]["post"]["security"] == [{"key": ["write"]}]
    for item in document["paths"].values():
        for operation in item.values():
            assert {"401", "403"} <= operation["responses"].keys()


@pytest.mark.parametrize(
    ("caller", "owner", "sees"),
    [
        (Caller("a", frozenset({"read"})), "a", True),
        (Caller("a", frozenset({"read", "write"})), "b", False),
        (Caller("a", frozenset({"read", "write"})), None, False),
        (Caller("a", frozenset({"read", "write", "admin"})), "b", True),
        (Caller("a", frozenset({"read", "write", "admin"})), None, True),
        (Caller(None, frozenset({"read"})), None, False),
        (Caller(None, frozenset({"read"})), "a", False),
    ],
)
def test_what_a_key_has_made_only_it_and_an_admin_see(caller: Caller, owner: str | None, sees: bool) -> None:
    assert caller.sees(owner) is sees


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("GET", "/v1/articles", "read"),
        ("HEAD", "/v1/articles", "read"),
        ("POST", "/v1/articles", "write"),
        ("BREW", "/v1/articles", "write"),
        ("OPTIONS", "/v1/articles", None),
        ("GET", "/docs", None),
        ("GET", "/docs/assets/x", None),
        ("GET", "/docsx", "read"),
        ("GET", "/healthz", None),
        ("POST", "/websub/x", None),
        ("POST", "/websubx", "write"),
        ("GET", "/", "read"),
    ],
)
def test_what_a_request_needs(method: str, path: str, scope: Scope | None) -> None:
    assert needs(method, path) == scope


def test_where_a_key_is_looked_for() -> None:
    assert sent_key("Bearer abc") == ("abc", False)
    assert sent_key("BEARER   abc ") == ("abc", False)
    assert sent_key(basic("abc")["Authorization"]) == ("abc", True)
    assert sent_key(None) == sent_key("") == sent_key("Token abc") == (None, False)
