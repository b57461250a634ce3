"""Subscriptions over a real Kafka."""

import asyncio
import contextlib
from time import monotonic
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from services.common.messages import Subscription
from services.common.topics import SUBSCRIPTIONS
from tests.integration.asking import answers, asking, running
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
        assert (await http.get("/v1/subscriptions")).json() == {"total": 0, "items": []}


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
    assert Subscription.model_validate_json(first.value).model_dump(mode="json") == created
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
