"""Cursors that do not work."""

import base64
import json
from typing import Any

import httpx
from elasticsearch import AsyncElasticsearch

from tests.integration.sixty import (
    found,
)


def forged(cursor: str, **changes: Any) -> str:
    read = json.loads(base64.urlsafe_b64decode(cursor + "=="))
    return base64.urlsafe_b64encode(json.dumps({**read, **changes}).encode()).decode().rstrip("=")


async def test_a_cursor_holds_for_its_own_search_and_nothing_else_is_one(api: httpx.AsyncClient) -> None:
    cursor = (await found(api, q="howitzers", limit=5))["next"]
    for parameters, said in [
        ({"q": "howitzers", "cursor": "garbage"}, "not a cursor"),
        ({"q": "howitzers", "cursor": cursor[:-7]}, "not a cursor"),
        ({"q": "howitzers", "cursor": forged(cursor, after=["a", "b", "c"])}, "not a cursor"),
        ({"q": "howitzers", "cursor": forged(cursor, point_in_time="garbage")}, "not a cursor"),
        ({"q": "rivers", "cursor": cursor}, "belongs to another search"),
        ({"q": "howitzers", "sort": "oldest", "cursor": cursor}, "belongs to another search"),
    ]:
        answer = await api.get("/v1/articles", params=parameters)
        assert answer.status_code == 400, answer.text
        assert answer.json()["type"] == "urn:sitrep:problem:invalid-cursor"
        assert said in answer.json()["detail"]


async def test_a_cursor_expires(api: httpx.AsyncClient, library: AsyncElasticsearch) -> None:
    cursor = (await found(api, limit=5, facets="none"))["next"]
    point_in_time = json.loads(base64.urlsafe_b64decode(cursor + "=="))["point_in_time"]
    await library.close_point_in_time(id=point_in_time)
    answer = await api.get("/v1/articles", params={"limit": 5, "facets": "none", "cursor": cursor})
    assert answer.status_code == 410
    assert answer.json()["detail"] == "query.cursor: A cursor works for 5 minutes; begin the search again."
