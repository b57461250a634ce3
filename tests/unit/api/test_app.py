"""What the application answers by itself: the document, the pages, and every kind of error as a problem."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from importlib.resources import files
from pathlib import Path
from typing import Any, NoReturn

import httpx
import pytest
from elasticsearch import AsyncElasticsearch
from fastapi import FastAPI

from services.api.app import create_app
from services.api.around import EntityList
from services.api.around_reading import SpokenOf, Story
from services.api.given_subscription import GivenSubscription, KeptSubscription
from services.api.index import SearchIndex
from services.api.keys import KeyStore
from services.api.names import load_names
from services.api.preview import Preview
from services.api.responses import ArticleList, WholeArticle
from services.api.revisions import Difference, RevisionList
from services.api.settings import ApiSettings
from services.api.subscription_store import SubscriptionStore
from services.common.health import Health
from services.common.keys import new_key
from services.common.metrics import Metrics
from services.common.runtime import Process
from tests.builders import MOMENT
from tests.keys import bearing, known

EXAMPLES = json.loads(files("services.api").joinpath("examples.json").read_text("utf-8"))
STREAMS = Path(__file__).parents[3] / "docs" / "streams"
ARTICLE = "0" * 32
SECRET = "the password is hunter2"
TOKEN, KEY = new_key("test", ["write"], now=MOMENT)


class Faulty(SearchIndex):
    """An index with a fault that the real one, we hope, does not have."""

    async def search(self, *_: Any) -> NoReturn:
        raise RuntimeError(SECRET)


@pytest.fixture
async def app() -> AsyncIterator[FastAPI]:
    metrics = Metrics()
    process = Process("api", metrics, Health(metrics), asyncio.Event())
    async with AsyncElasticsearch("http://127.0.0.1:9") as nowhere:
        index = Faulty(nowhere, load_names(), limit=1, cursor_minutes=1)
        settings = ApiSettings(api_max_body=2048, api_anonymous_read=True, api_rate_key=0)
        yield create_app(settings, process, index, SubscriptionStore(limit=1), KeyStore(await known(KEY)))


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        client.headers.update(bearing(TOKEN))
        yield client


def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        f"{method} {path}": operation for path, item in document["paths"].items() for method, operation in item.items()
    }


async def test_every_operation_is_described_with_examples(client: httpx.AsyncClient) -> None:
    document = (await client.get("/openapi.json")).json()
    described = operations(document)
    assert described.keys() == {
        "get /v1/articles",
        "get /v1/articles/{article_id}",
        "get /v1/articles/{article_id}/diff",
        "get /v1/articles/{article_id}/revisions",
        "get /v1/articles/{article_id}/similar",
        "get /v1/entities",
        "get /v1/entities/{entity_id}",
        "get /v1/stories/{story_id}",
        "get /v1/stream",
        "get /v1/claims",
        "get /v1/claims/series",
        "get /v1/subscriptions",
        "post /v1/subscriptions",
        "post /v1/subscriptions/preview",
        "get /v1/subscriptions/{subscription_id}",
        "put /v1/subscriptions/{subscription_id}",
        "patch /v1/subscriptions/{subscription_id}",
        "delete /v1/subscriptions/{subscription_id}",
        "get /v1/subscriptions/{subscription_id}/delivery",
        "get /v1/subscriptions/{subscription_id}/deliveries",
        "get /v1/subscriptions/{subscription_id}/events",
        "put /v1/subscriptions/{subscription_id}/webhook",
        "post /v1/subscriptions/{subscription_id}/webhook/enable",
        "post /v1/subscriptions/{subscription_id}/webhook/secret",
        "put /v1/subscriptions/{subscription_id}/email",
        "post /v1/subscriptions/{subscription_id}/test",
        "delete /v1/subscriptions/{subscription_id}/webhook",
        "delete /v1/subscriptions/{subscription_id}/email",
    }
    assert document["openapi"].startswith("3.1.")
    for name, operation in described.items():
        assert operation["tags"], name
        assert operation["summary"], name
        assert operation["description"], name
        for status, answer in operation["responses"].items():
            if status.startswith("2") and status != "204" and not name.endswith("/events"):
                [form, *_] = answer["content"]
                assert answer["content"][form]["example"], name
            if status >= "400":
                assert list(answer["content"]) == ["application/problem+json"], (name, status)
        if "requestBody" in operation:
            assert operation["requestBody"]["content"]["application/json"]["examples"], name
        assert {"503"} <= operation["responses"].keys(), name


async def test_every_reference_in_the_document_leads_somewhere(client: httpx.AsyncClient) -> None:
    text = (await client.get("/openapi.json")).text
    document = json.loads(text)
    for reference in re.findall(r'"\$ref":"([^"]+)"', text):
        node = document
        for key in reference.removeprefix("#/").split("/"):
            node = node[key]


@pytest.mark.parametrize(
    ("model", "example"),
    [
        (ArticleList, EXAMPLES["articles"]),
        (WholeArticle, EXAMPLES["article"]),
        (RevisionList, EXAMPLES["revisions"]),
        (Difference, EXAMPLES["difference"]),
        (EntityList, EXAMPLES["entities"]),
        (SpokenOf, EXAMPLES["entity"]),
        (Story, EXAMPLES["story"]),
        (KeptSubscription, EXAMPLES["subscription"]),
        (Preview, EXAMPLES["preview"]),
    ],
)
def test_examples_are_what_the_api_answers(model: Any, example: dict[str, Any]) -> None:
    assert json.loads(model.model_validate(example).model_dump_json()) == example


def test_the_example_of_a_claim_stands_where_it_says() -> None:
    article = WholeArticle.model_validate(EXAMPLES["article"])
    for claim in article.claims:
        assert article.text[claim.start : claim.end] == claim.text
    for entity in article.entities:
        for mention in entity.mentions:
            assert article.text[mention.start : mention.end] == mention.text


def test_the_example_of_a_subscription_can_be_sent() -> None:
    assert GivenSubscription.model_validate(EXAMPLES["given_subscription"]).name == EXAMPLES["subscription"]["name"]


async def test_the_topics_are_described_as_in_the_repository(client: httpx.AsyncClient) -> None:
    document = await client.get("/asyncapi.json")
    assert document.json() == json.loads((STREAMS / "asyncapi.json").read_text("utf-8"))
    files = [*(STREAMS / "schemas").iterdir()]
    assert files
    for file in files:
        answer = await client.get(f"/schemas/{file.name}")
        assert answer.headers["content-type"] == "application/schema+json"
        assert answer.json() == json.loads(file.read_text("utf-8"))
    missing = await client.get("/schemas/news.nothing.v1.json")
    assert (missing.status_code, missing.json()["detail"]) == (
        404, "There is no schema news.nothing.v1.json; see /asyncapi.json.",
    )  # fmt: skip


async def test_the_documentation_comes_from_no_other_host(client: httpx.AsyncClient) -> None:
    page = await client.get("/docs")
    assert "://" not in page.text
    assert "unsafe" not in page.headers["content-security-policy"].split("style-src")[0]
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(loaded) == 3
    for address in loaded:
        asset = await client.get(address)
        assert asset.status_code == 200, address
        assert asset.headers["x-content-type-options"] == "nosniff"
        assert len(asset.content) > 500
    assert (await client.get("/docs/assets/index.html")).status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "status", "kind", "said"),
    [
        ("GET", "/nowhere", 404, "not-found", "There is nothing at /nowhere; see /docs."),
        ("GET", "/docs/assets/../settings.py", 404, "not-found", "settings.py"),
        ("DELETE", "/v1/articles", 405, "method-not-allowed", "/v1/articles does not take DELETE; it takes GET."),
        ("PATCH", "/v1/subscriptions", 405, "method-not-allowed", "it takes GET, POST."),
        ("GET", "/v1/subscriptions/x/webhook", 405, "method-not-allowed", "it takes DELETE, PUT."),
        ("OPTIONS", "/v1/subscriptions/preview", 405, "method-not-allowed", "it takes POST."),
        ("GET", "/v1/articles?limit=1000", 422, "invalid-request", "query.limit: Input should be less than or equal to 100"),
        ("GET", "/v1/articles?limit=-1", 422, "invalid-request", "query.limit"),
        ("GET", "/v1/articles?sources=x", 422, "invalid-request", "query.sources: Extra inputs are not permitted"),
        ("GET", "/v1/articles?after=soon", 422, "invalid-request", "query.after: not a date; write a day as 2024-11-01"),
        ("GET", "/v1/articles?claim.category=x", 422, "invalid-request", "query.claim.category"),
        ("GET", "/v1/articles?entity=x", 422, "invalid-request", "query.entity.0"),
        ("GET", "/v1/articles?cursor=x", 400, "invalid-cursor", "query.cursor: not a cursor"),
        ("GET", "/v1/articles/x", 422, "invalid-request", "path.article_id"),
        ("GET", "/v1/articles", 500, "internal", "The fault is ours"),
        ("GET", f"/v1/articles/{ARTICLE}", 503, "unavailable", "The search engine does not answer. Try again in 5 s."),
        ("GET", "/v1/subscriptions", 503, "unavailable", "Try again in 5 s."),
        ("GET", "/v1/subscriptions/x", 503, "unavailable", "Try again in 5 s."),
        ("DELETE", "/v1/subscriptions/x", 503, "unavailable", "Try again in 5 s."),
        ("POST", "/v1/subscriptions", 422, "invalid-request", "body: Field required"),
    ],
)  # fmt: skip
async def test_every_error_is_a_problem(
    client: httpx.AsyncClient, method: str, path: str, status: int, kind: str, said: str
) -> None:
    answer = await client.request(method, path)
    problem = answer.json()
    assert answer.status_code == problem["status"] == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["type"] == f"urn:sitrep:problem:{kind}"
    assert said in problem["detail"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers.get("retry-after") == ("5" if status == 503 else None)


@pytest.mark.parametrize(
    ("body", "where", "what"),
    [
        (b'{"name": "x", "rule": {"any": ["guns"]', "body", "not valid JSON at character 38: Expecting"),
        (b"[]", "body", "valid dictionary"),
        (b'{"name": "\xff"}', "body", "not readable as JSON in UTF-8"),
        (b"[" * 2000, "body", "not readable as JSON in UTF-8"),
        (b'{"name": "", "rule": {"any": ["guns"]}}', "body.name", "at least 1 character"),
        (b'{"name": "x"}', "body.rule", "Field required"),
        (b'{"name": "x", "rule": {"anny": ["guns"]}}', "body.rule.anny", "not permitted"),
        (b'{"name": "x", "rule": {"any": ["guns"]}, "id": "mine"}', "body.id", "not permitted"),
        (b'{"name": "x", "rule": {"any": ["guns"]}, "active": 0}', "body.active", "boolean"),
        (b'{"name": "x", "rule": {"entities": ["nobody"]}}', "body.rule.entities.0", "pattern"),
        (b'{"name": "x", "rule": {"any": ["\\ud800 guns"]}}', "body", "surrogate"),
        (b'{"name": "x", "rule": {"any": ["guns"]}, "\\ud800": 1}', "body", "unicode"),
    ],
)  # fmt: skip
async def test_what_is_wrong_in_a_body_and_where(client: httpx.AsyncClient, body: bytes, where: str, what: str) -> None:
    answer = await client.post("/v1/subscriptions", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 422
    wrong = {error["where"]: error["what"] for error in answer.json()["errors"]}
    assert what in wrong[where]


@pytest.mark.parametrize(
    "rule",
    [{}, {"none": ["guns"]}, {"any": ["  "]}, {"all": ["guns"], "none": ["guns"]}, {"languages": ["English"]}],
)
async def test_a_rule_that_makes_no_sense_is_refused_with_the_reason(
    client: httpx.AsyncClient, rule: dict[str, Any]
) -> None:
    answer = await client.post("/v1/subscriptions", json={"name": "x", "rule": rule})
    assert answer.status_code == 422
    assert answer.json()["type"] == "urn:sitrep:problem:invalid-rule"
    [wrong] = answer.json()["errors"]
    assert wrong["where"] == "body.rule"
    assert len(wrong["what"].split()) > 4


async def announced(size: int) -> AsyncIterator[bytes]:
    for _ in range(size // 100):
        yield b"x" * 100


@pytest.mark.parametrize("chunked", [False, True])
async def test_a_body_that_is_too_large_is_not_read(client: httpx.AsyncClient, chunked: bool) -> None:
    body: Any = announced(100_000) if chunked else b"x" * 100_000
    answer = await client.post("/v1/subscriptions", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 413
    assert answer.json()["type"] == "urn:sitrep:problem:too-large"


async def test_a_fault_says_nothing_of_itself(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/articles?q=guns")
    assert answer.status_code == 500
    assert SECRET not in answer.text
    assert "Traceback" not in answer.text
    assert answer.json()["instance"].startswith("urn:uuid:")


async def test_requests_are_counted_by_route_not_by_path(client: httpx.AsyncClient) -> None:
    await client.get(f"/v1/articles/{ARTICLE}")
    await client.get("/v1/articles/other")
    await client.get("/nowhere/1")
    await client.get("/nowhere/2")
    await client.request("BREW", "/v1/articles")
    exported = (await client.get("/metrics")).text
    counted = dict(re.findall(r"^sitrep_api_requests_total\{(.*)\} (\S+)$", exported, re.MULTILINE))
    assert counted == {
        'method="GET",route="/v1/articles/{article_id}",status="503"': "1.0",
        'method="GET",route="/v1/articles/{article_id}",status="422"': "1.0",
        'method="GET",route="unmatched",status="404"': "2.0",
        'method="other",route="/v1/articles",status="405"': "1.0",
    }
    assert 'sitrep_api_request_seconds_count{route="unmatched"} 2.0' in exported


async def test_it_is_alive_while_the_engines_are_away(client: httpx.AsyncClient) -> None:
    assert (await client.get("/healthz")).status_code == 200
    ready = await client.get("/readyz")
    assert ready.status_code == 503
    assert "start" in ready.json()["waiting_for"]
