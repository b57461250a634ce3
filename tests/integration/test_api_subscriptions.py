"""Subscriptions over a real Kafka."""

import asyncio
import contextlib
import json
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from services.common.elastic import elastic
from services.common.events import Record
from services.common.kafka import producer, send
from services.common.messages import Subscription
from services.common.settings import ElasticsearchSettings, KafkaSettings
from services.common.topics import SUBSCRIPTIONS
from services.indexer.migrate import ensure_indices
from tests.builders import a_tagged_article
from tests.integration.asking import answers, asking, put, running
from tests.integration.processes import paused, started
from tests.keys import a_kept_key, bearing
from tests.waiting import until

GIVEN = {"name": "Artillery", "rule": {"any": ["howitzers"], "entities": ["country/north-korea"]}}


async def test_a_writer_reads_what_it_wrote(engines: Any, clean_line: None) -> None:
    async with running(engines) as http:
        for round_ in range(10):
            created = await http.post("/v1/subscriptions", json={**GIVEN, "name": f"Round {round_}"})
            assert created.status_code == 201
            one = created.headers["location"]
            assert (await http.get(one)).json() == created.json()
            assert created.json() in (await http.get("/v1/subscriptions")).json()["items"]
            replaced = await http.put(one, json={"name": "Other", "rule": {"all": ["drones"]}, "active": False})
            assert (await http.get(one)).json() == replaced.json()
            assert replaced.json()["created_at"] == created.json()["created_at"] < replaced.json()["updated_at"]
            assert (replaced.json()["active"], replaced.json()["rule"]["any"]) == (False, [])
            gone = await http.delete(one)
            assert (gone.status_code, gone.content) == (204, b"")
            for answer in (await http.get(one), await http.delete(one), await http.put(one, json=GIVEN)):
                assert answer.status_code == 404
        assert (await http.get("/v1/subscriptions")).json() == {"total": 0, "items": [], "unreadable": []}


async def test_subscriptions_survive_a_restart_oldest_first(engines: Any, clean_line: None) -> None:
    async with running(engines) as http:
        written = [
            (await http.post("/v1/subscriptions", json={**GIVEN, "name": name})).json() for name in ("b", "a", "c")
        ]
        await http.put(f"/v1/subscriptions/{written[0]['id']}", json={**GIVEN, "name": "d"})
        await http.delete(f"/v1/subscriptions/{written[1]['id']}")
        before = (await http.get("/v1/subscriptions")).json()
        assert "sitrep_subscriptions 2.0" in (await http.get("/metrics")).text
    async with running(engines) as http:
        assert (await http.get("/v1/subscriptions")).json() == before
    assert [item["name"] for item in before["items"]] == ["d", "c"]


async def test_a_subscription_goes_out_as_an_event_and_its_end_as_a_tombstone(engines: Any, clean_line: None) -> None:
    async with running(engines) as http:
        created = (await http.post("/v1/subscriptions", json=GIVEN)).json()
        await http.delete(f"/v1/subscriptions/{created['id']}")
    first, last = await records(engines, 2)
    assert first.key == last.key == created["id"].encode()
    assert {**Subscription.model_validate_json(first.value).model_dump(mode="json"), "note": None} == created
    assert dict(first.headers)["ce_type"] == b"sitrep.subscription.v1"
    assert dict(first.headers)["ce_source"] == b"/sitrep/api"
    assert last.value is None


async def records(engines: Any, count: int) -> list[Any]:
    client = AIOKafkaConsumer(bootstrap_servers=engines.kafka_bootstrap, auto_offset_reset="earliest")
    await client.start()
    try:
        partition = TopicPartition(SUBSCRIPTIONS.name, 0)
        client.assign([partition])
        await client.seek_to_beginning(partition)
        async with asyncio.timeout(30):
            return [await client.getone() for _ in range(count)]
    finally:
        await client.stop()


async def test_two_apis_see_each_others_subscriptions(engines: Any, clean_line: None) -> None:
    async with running(engines) as one, running(engines) as other:
        created = (await one.post("/v1/subscriptions", json=GIVEN)).json()
        seen = await until(lambda: answers(other, f"/v1/subscriptions/{created['id']}"), "seen by the other")
        assert seen.json() == created


async def test_kafka_that_does_not_confirm_is_503_within_the_limit(engines: Any, clean_line: None) -> None:
    async with running(engines, api_time_limit=1) as http:
        created = (await http.post("/v1/subscriptions", json=GIVEN)).json()
        with paused(engines):
            began = monotonic()
            answer = await http.post("/v1/subscriptions", json=GIVEN)
            took = monotonic() - began
            assert answer.status_code == 503
            assert answer.headers["retry-after"] == "5"
            assert "may still be made" in answer.json()["detail"]
            assert took < 2.5
            # What was read before is still there.
            assert (await http.get(f"/v1/subscriptions/{created['id']}")).json() == created
            await until(lambda: answers(http, "/readyz", 503), "not ready")

        async def taken_after_all() -> bool:
            return bool((await http.get("/v1/subscriptions")).json()["total"] == 2)

        await until(taken_after_all, "the change is made when Kafka goes on")
        assert (await http.post("/v1/subscriptions", json=GIVEN)).status_code == 201


@pytest.mark.parametrize("since", ["the start", "a write"])
async def test_it_stops_cleanly_while_kafka_answers_nothing(engines: Any, clean_line: None, since: str) -> None:
    key = await a_kept_key(engines, "write")
    with contextlib.ExitStack() as stack:
        if since == "the start":
            stack.enter_context(paused(engines))
        port, process = await started(engines.kafka_bootstrap, engines.elasticsearch_url)
        async with asking(port) as http:
            if since == "the start":
                await until(lambda: answers(http, "/readyz", 503), "waiting")
            else:
                await until(lambda: answers(http, "/v1/subscriptions"), "subscriptions")
                stack.enter_context(paused(engines))
                assert (await http.post("/v1/subscriptions", json=GIVEN, headers=bearing(key))).status_code == 503
        process.terminate()
        _, log = await asyncio.wait_for(process.communicate(), 15)
    assert process.returncode == 0, log.decode()


async def test_a_change_says_what_it_is_of(engines: Any, clean_line: None) -> None:
    """Pausing, and changes that would undo somebody else's."""
    async with running(engines) as http:
        created = await http.post("/v1/subscriptions", json=GIVEN)
        one, first = created.headers["location"], created.headers["etag"]
        assert (await http.get(one)).headers["etag"] == first
        assert (await http.get(one, headers={"If-None-Match": first})).status_code == 304
        paused_ = await http.patch(one, json={"active": False}, headers={"If-Match": first})
        assert {**created.json(), "active": False, "updated_at": None} == {**paused_.json(), "updated_at": None}
        for late in (
            await http.patch(one, json={"name": "Late"}, headers={"If-Match": first}),
            await http.put(one, json=GIVEN, headers={"If-Match": first}),
            await http.delete(one, headers={"If-Match": first}),
        ):
            assert (late.status_code, late.json()["type"]) == (412, "urn:sitrep:problem:changed-meanwhile")
        assert (await http.get(one)).json() == paused_.json()
        named = await http.patch(one, json={"name": "Guns", "rule": {"any": ["gun"]}}, headers={"If-Match": "*"})
        assert (named.json()["name"], named.json()["rule"]["entities"], named.json()["active"]) == ("Guns", [], False)
        together = await asyncio.gather(
            *(
                http.patch(one, json={"name": str(number)}, headers={"If-Match": named.headers["etag"]})
                for number in range(5)
            )
        )
        assert sorted(answer.status_code for answer in together) == [200, 412, 412, 412, 412]
        assert (await http.delete(one, headers={"If-Match": first})).status_code == 412
        assert (await http.delete(one)).status_code == 204


async def test_everybody_sees_their_own(engines: Any, clean_line: None) -> None:
    one, other = [bearing(await a_kept_key(engines, "write")) for _ in range(2)]
    async with running(engines) as http:  # with a key for everything

        async def known() -> bool:
            answers_ = [await http.get("/v1/subscriptions", headers=key) for key in (one, other)]
            return all(answer.status_code == 200 for answer in answers_)

        await until(known, "the keys are known")
        created = await http.post("/v1/subscriptions", json=GIVEN, headers=one)
        assert created.json()["owner"]
        where = created.headers["location"]
        assert (await http.get(where, headers=one)).json() == created.json()
        for answer in (
            await http.get(where, headers=other),
            await http.put(where, json=GIVEN, headers=other),
            await http.patch(where, json={"active": False}, headers=other),
            await http.delete(where, headers=other),
        ):
            assert answer.status_code == 404
        assert (await http.get("/v1/subscriptions", headers=other)).json()["items"] == []
        assert (await http.get("/v1/subscriptions")).json()["items"] == [created.json()]


@pytest.mark.parametrize(
    ("rule", "what"),
    [
        ({}, "the rule is empty"),
        ({"none": ["football"]}, "only says what must not be there"),
        ({"any": ["x"] * 201}, "any has 201 entries"),
        ({"sort": "newest"}, "body.rule.sort"),
        ({"figures": {"units": ["troop"]}}, "body.rule.figures.units"),
        ({"figures": {"category": ["soldiers"]}}, "body.rule.figures.category"),
        ({"figures": {"when": "moved", "unit": ["troop"]}}, "by how many per cent"),
        ({"figures": {"unit": ["soldiers"]}}, "Did you mean soldier"),
        ({"entities": ["country/north-corea"]}, "Did you mean country/north-korea"),
        ({"entities": ["north korea"]}, "body.rule.entities.0"),
    ],
)
async def test_a_bad_rule_is_refused_with_the_reason(api: Any, rule: dict[str, Any], what: str) -> None:
    for path, given in (
        ("/v1/subscriptions", {"name": "Bad", "rule": rule}),
        ("/v1/subscriptions/preview", {"rule": rule}),
    ):
        answer = await api.post(path, json=given)
        assert answer.status_code == 422
        assert what in answer.json()["detail"]


@pytest.fixture(scope="module")
async def api(engines: Any) -> Any:
    async with running(engines) as http:
        yield http


async def test_what_can_no_longer_be_used_is_kept_and_says_so(engines: Any, clean_line: None) -> None:
    created_at = "2024-11-15T09:00:00Z"
    empty = {"id": "empty", "name": "Empty", "rule": {}, "created_at": created_at, "updated_at": created_at}
    async with producer(KafkaSettings(kafka_bootstrap=engines.kafka_bootstrap), "test") as client:
        await send(client, [Record(SUBSCRIPTIONS.name, b"empty", json.dumps(empty).encode())])
        await send(client, [Record(SUBSCRIPTIONS.name, b"broken", b'{"id": 1}')])
    async with running(engines) as http:
        found = (await http.get("/v1/subscriptions")).json()
        (kept,) = found["items"]
        assert "The rule cannot be used and matches nothing: the rule is empty" in kept["note"]
        ((name, reason),) = [(one["id"], one["reason"]) for one in found["unreadable"]]
        assert name == "broken"
        assert "not a valid Subscription" in reason
        mended = await http.patch("/v1/subscriptions/empty", json={"rule": {"any": ["tank"]}})
        assert mended.json()["note"] is None
        assert (await http.delete("/v1/subscriptions/broken")).status_code == 204
        assert (await http.get("/v1/subscriptions")).json()["unreadable"] == []


async def test_a_preview_agrees_with_what_raises_alerts(engines: Any, clean_line: None) -> None:
    """Real articles of the index, tried by a rule whose phrase a search would stretch further than a rule does."""
    now = datetime.now(UTC)
    texts = {
        "guns": "The deployed howitzers fired.",
        "verb": "They will deploy howitzer crews.",
        "copy": "The deployed howitzers fired.",
        "peace": "All quiet.",
        "old": "Deployed howitzers.",
    }
    articles = {
        name: a_tagged_article(name, text=text, published_at=now - timedelta(days=40 if name == "old" else 1))
        for name, text in texts.items()
    }
    async with elastic(ElasticsearchSettings(elasticsearch_url=engines.elasticsearch_url)) as client:
        await ensure_indices(client)
        await put(client, articles["guns"], articles["copy"], story="one")
        await put(client, articles["verb"], articles["peace"], articles["old"])
    async with running(engines) as http:
        asked = {"rule": {"any": ["deployed howitzer"]}}
        found = (await http.post("/v1/subscriptions/preview", json=asked)).json()
        assert (found["alerts"], found["copies"], found["exact"]) == (1, 1, True)
        assert (found["tried"], found["candidates"]) == (3, 3), "the search engine also finds the verb"
        assert [day["alerts"] + day["copies"] for day in found["days"] if day["alerts"]] == [2]
        (example,) = found["examples"]
        assert example["matches"][0]["sentence"] == texts["guns"]
        nothing = (await http.post("/v1/subscriptions/preview", json={"rule": {"any": ["samovar"]}})).json()
        assert (nothing["alerts"], nothing["candidates"], nothing["examples"]) == (0, 0, [])
