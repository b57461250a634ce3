"""The delivery service on a real Kafka, with real receivers of webhooks: what fails, what vanishes, what comes again."""

import asyncio
import itertools
from functools import partial
from pathlib import Path

import pytest
from standardwebhooks import Webhook as Verifier
from starlette.responses import RedirectResponse, Response

from deploy.local.engines import Engines
from services.common.endpoints import delivery_id, webhook_secret
from services.common.events import Record, from_value, to_record, tombstone
from services.common.kafka import everything_in
from services.common.messages import Alert, Deletion, Delivery
from services.common.runtime import Process
from services.common.settings import KafkaSettings
from services.common.topics import ALERTS, DELETIONS, DELIVERIES, SUBSCRIPTIONS
from tests.builders import MOMENT, an_alert
from tests.e2e.line import a_line
from tests.integration.delivered import (
    SHARED,
    alerted,
    deliveries,
    delivering,
    delivery_of,
    endpoint,
    publish,
    subscribed,
    until_attempts,
    until_status,
)
from tests.ports import free_ports
from tests.receivers import Clock, receiving
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("clean_line")


async def test_an_alert_arrives_signed_by_the_standard_and_the_secret_is_nowhere(
    engines: Engines, capfd: pytest.CaptureFixture[str]
) -> None:
    async with receiving() as receiver, delivering(engines) as process:
        await publish(engines, *subscribed("tanks", f"{receiver.base}/hook"), alerted("tanks"))
        delivery = await until_status(engines, "tanks", "delivered")
    (webhook,) = receiver.got
    secret = webhook_secret(SHARED, "tanks", 1)
    told = Verifier(secret).verify(webhook.body, webhook.headers)
    assert told["type"] == "alert.raised"
    assert Alert.model_validate(told["data"]) == an_alert("tanks")
    assert webhook.headers["webhook-id"] == delivery.id == delivery_id(an_alert("tanks").id, "webhook")
    assert webhook.headers["content-type"] == "application/json"
    assert [(attempt.ok, attempt.status) for attempt in delivery.attempts] == [(True, 204)]
    assert delivery.alert is None
    assert value(process, "sitrep_deliveries_total", channel="webhook", outcome="delivered") == 1
    written = capfd.readouterr()
    everything = written.out + written.err + delivery.model_dump_json()
    assert secret.removeprefix("whsec_") not in everything
    assert SHARED.get_secret_value() not in everything


def value(process: Process, metric: str, **labels: str) -> float:
    return process.metrics.registry.get_sample_value(metric, labels) or 0


async def test_a_slow_receiver_delays_no_other_and_has_few_requests_at_once(engines: Engines) -> None:
    async with receiving() as receiver, delivering(engines, delivery_seconds=300):
        receiver.waits["/slow"] = asyncio.Event()
        await publish(engines, *subscribed("slow", f"{receiver.base}/slow"), *subscribed("quick", f"{receiver.base}/q"))
        await publish(engines, *(alerted("slow", str(number)) for number in range(20)))
        await until(lambda: len(receiver.at("/slow")) == 4, "as many as may be in flight")
        await publish(engines, *(alerted("quick", str(number)) for number in range(20)))
        await until(lambda: len(receiver.at("/q")) == 20, "the other has all of its own")
        assert len(receiver.at("/slow")) == 4
        receiver.waits["/slow"].set()
        await until(lambda: len(receiver.at("/slow")) == 20, "the slow one has all of them in the end")
    assert receiver.most_open["/slow"] == 4
    assert len({webhook.headers["webhook-id"] for webhook in receiver.at("/slow")}) == 20


FAILURES = [
    ("redirect", RedirectResponse("/elsewhere", 307), "redirects are not followed", 307),
    ("broken", Response("no\r\nsuch   thing", 500), "answered 500 Internal Server Error: no such thing", 500),
    ("refusing", Response(status_code=404), "answered 404", 404),
]


async def test_what_is_not_taken_is_tried_again_and_the_log_says_why(engines: Engines) -> None:
    clock = Clock()
    [closed] = free_ports(1)
    async with receiving() as receiver, delivering(engines, clock, delivery_seconds=2):
        for name, answer, _, _ in FAILURES:
            receiver.answers[f"/{name}"] = [answer, Response(status_code=200)]
            await publish(engines, *subscribed(name, f"{receiver.base}/{name}"), alerted(name))
        receiver.waits["/late"] = asyncio.Event()
        await publish(engines, *subscribed("late", f"{receiver.base}/late"), alerted("late"))
        await publish(engines, *subscribed("away", f"http://127.0.0.1:{closed}/"), alerted("away"))
        await publish(engines, *subscribed("metadata", "http://169.254.169.254/latest"), alerted("metadata"))
        expected: list[tuple[str, str, int | None]] = [*((name, said, status) for name, _, said, status in FAILURES)]
        expected += [("late", "no whole answer within 2 s", None), ("away", "cannot be reached", None)]
        expected += [("metadata", "a cloud metadata address: it is never asked", None)]
        for name, said, status in expected:
            tried = await until_attempts(engines, name, 1)
            assert said in tried.attempts[0].said
            assert (tried.status, tried.attempts[0].ok, tried.attempts[0].status) == ("pending", False, status)
            assert 3 < (tried.due_at - clock.now).total_seconds() < 7
        assert not receiver.at("/elsewhere"), "it was not followed"
        receiver.waits["/late"].set()
        clock.go_on(seconds=10)
        for name in ("redirect", "broken", "refusing", "late"):
            told = await until_status(engines, name, "delivered")
            assert [attempt.ok for attempt in told.attempts] == [False, True]
            identities = {webhook.headers["webhook-id"] for webhook in receiver.at(f"/{name}")}
            assert identities == {told.id}, "the same id each time"


async def test_a_receiver_that_is_silent_for_a_day_is_disabled_and_410_does_it_at_once(engines: Engines) -> None:
    clock = Clock()
    async with receiving() as receiver, delivering(engines, clock):
        receiver.answers["/down"] = [Response("down", 503)]
        receiver.answers["/gone"] = [Response(status_code=410)]
        await publish(engines, *subscribed("down", f"{receiver.base}/down"), alerted("down"))
        await publish(engines, *subscribed("gone", f"{receiver.base}/gone"), alerted("gone"))
        left = await until_status(engines, "gone", "failed")
        assert left.note == "answered 410 Gone"
        await until(lambda: is_disabled(engines, "gone"), "disabled at once")
        began, tries = clock.now, 0
        while (clock.now - began).total_seconds() < 24 * 3600:
            tries += 1
            tried = await until_attempts(engines, "down", tries)
            assert tried.status == "pending"
            clock.now = max(clock.now, tried.due_at)
        given_up = await until_status(engines, "down", "failed")
        await until(lambda: is_disabled(engines, "down"), "disabled after a day")
        standing = await endpoint(engines, "down")
        assert standing is not None
        assert (
            standing.note == "It was disabled: nothing was taken for 24 hours; answered 503 Service Unavailable: down"
        )
        assert 8 <= len(given_up.attempts) <= 14
        waits = [
            (later.at - earlier.at).total_seconds() for earlier, later in itertools.pairwise(given_up.attempts[:7])
        ]
        assert all(later > 2 * earlier for earlier, later in itertools.pairwise(waits)), waits
        await publish(engines, alerted("down", "later"))
        await publish(engines, *subscribed("ok", f"{receiver.base}/ok"), alerted("ok"))
        await until_status(engines, "ok", "delivered")
        assert await delivery_of(engines, "down", "later") is None
        receiver.answers["/down"] = [Response(status_code=200)]
        await publish(engines, *subscribed("down", f"{receiver.base}/down"), alerted("down", "back"))
        await until_status(engines, "down", "delivered", "back")


async def is_disabled(engines: Engines, name: str) -> bool:
    found = await endpoint(engines, name)
    return found is not None and found.state == "disabled"


async def test_a_receiver_that_vanishes_has_everything_once_it_is_back_restarts_or_not(engines: Engines) -> None:
    clock = Clock()
    [port] = free_ports(1)
    to = f"http://127.0.0.1:{port}/hook"
    async with delivering(engines, clock):
        await publish(engines, *subscribed("tanks", to), *(alerted("tanks", str(number)) for number in range(30)))
        await until(partial(most_attempts, engines, 1), "it was tried")
    async with delivering(engines, clock):
        await until(partial(a_minute_later, clock, engines, 2), "it was tried again")
        kept = await deliveries(engines)
        tries = sum(len(delivery.attempts) for delivery in kept.values())
        assert {delivery.status for delivery in kept.values()} == {"pending"}
        assert tries < 40, "a receiver that is away is not asked for each of its alerts in turn"
    async with receiving(port) as receiver, delivering(engines, clock):
        clock.go_on(minutes=10)
        await until(lambda: len({hook.headers["webhook-id"] for hook in receiver.got}) == 30, "all of them are there")
        for number in range(30):
            await until_status(engines, "tanks", "delivered", str(number))
    assert len(receiver.got) == 30


async def a_minute_later(clock: Clock, engines: Engines, count: int) -> bool:
    """An attempt that a minute's step overtakes has its receiver rest beyond it: so the clock goes on at every look."""
    clock.go_on(minutes=1)
    return await most_attempts(engines, count)


async def most_attempts(engines: Engines, count: int) -> bool:
    return any(len(delivery.attempts) >= count for delivery in (await deliveries(engines)).values())


async def test_sigkill_in_the_midst_of_an_attempt_repeats_it_with_the_same_id(engines: Engines, tmp_path: Path) -> None:
    more = {"SITREP_DELIVERY_SECRET": SHARED.get_secret_value(), "SITREP_DELIVERY_ALLOW_PRIVATE": "true"}
    async with receiving() as receiver, a_line(engines, tmp_path, [], **more) as line:
        receiver.waits["/hook"] = asyncio.Event()
        await publish(engines, *subscribed("tanks", f"{receiver.base}/hook"))
        await publish(engines, *(alerted("tanks", str(number)) for number in range(50)))
        await line.start("delivery")
        await until(lambda: len(receiver.got) == 4, "in flight")
        await line.kill("delivery")
        receiver.waits["/hook"].set()
        await line.start("delivery")
        for number in range(50):
            await until_status(engines, "tanks", "delivered", str(number))
        await until(lambda: line.is_ready("delivery"), "ready")
        assert await line.stop("delivery") == 0
    ids = [webhook.headers["webhook-id"] for webhook in receiver.got]
    assert len(set(ids)) == 50
    assert len(ids) == 54, "only what was in flight came twice"
    assert ids[0] in ids[4:]


async def test_an_alert_that_comes_again_and_a_copy_of_it_are_not_delivered_again(engines: Engines) -> None:
    async with receiving() as receiver:
        async with delivering(engines):
            await publish(engines, *subscribed("tanks", f"{receiver.base}/hook"), alerted("tanks"))
            await until_status(engines, "tanks", "delivered")
            await publish(engines, alerted("tanks"), alerted("tanks", copy_number=1, url="https://other.example/a"))
            await publish(engines, alerted("tanks", "b"))
            await until_status(engines, "tanks", "delivered", "b")
            await until_status(engines, "tanks", "delivered", "a")
        async with delivering(engines):
            await publish(engines, alerted("tanks", "c"))
            await until_status(engines, "tanks", "delivered", "c")
    assert len(receiver.got) == 3


async def test_what_nobody_wants_any_more_is_dropped_with_the_reason(engines: Engines) -> None:
    clock = Clock()
    async with receiving() as receiver, delivering(engines, clock):
        receiver.answers["/hook"] = [Response(status_code=500)]
        for name in ("unsubscribed", "deleted", "moved"):
            await publish(engines, *subscribed(name, f"{receiver.base}/hook"), alerted(name, name))
            await until_attempts(engines, name, 1, name)
        deleted = Deletion(article_id=an_alert("deleted", "deleted").article_id, reason="asked to", deleted_at=MOMENT)
        await publish(engines, tombstone(SUBSCRIPTIONS, "unsubscribed"))
        await publish(engines, to_record(DELETIONS, deleted.article_id, deleted, "test"))
        await publish(engines, *subscribed("moved", f"{receiver.base}/new"))
        await publish(engines, *subscribed("last", f"{receiver.base}/last"), alerted("last"))
        await until_status(engines, "last", "delivered")
        clock.go_on(minutes=10)
        gone = await until_status(engines, "unsubscribed", "dropped", "unsubscribed")
        await until(partial(is_removed, engines, "unsubscribed"), "nothing is kept of where it went")
        assert gone.note == "Not sent: the subscription was deleted."
        assert (
            await until_status(engines, "deleted", "dropped", "deleted")
        ).note == "Not sent: the article was deleted."
        await until_status(engines, "moved", "delivered", "moved")
    assert len(receiver.at("/hook")) == 3
    assert len(receiver.at("/new")) == 1


async def is_removed(engines: Engines, name: str) -> bool:
    return await endpoint(engines, name) is None


async def test_for_a_day_after_a_renewal_the_secret_before_signs_too(engines: Engines) -> None:
    clock = Clock()
    renewed = {"secret_number": 2, "secret_since": clock.now}
    first, second = (Verifier(webhook_secret(SHARED, "tanks", number)) for number in (1, 2))
    async with receiving() as receiver, delivering(engines, clock):
        await publish(engines, *subscribed("tanks", f"{receiver.base}/", **renewed), alerted("tanks"))
        await until_status(engines, "tanks", "delivered")
        for verifier in (first, second):
            verifier.verify(receiver.got[0].body, receiver.got[0].headers)
        clock.go_on(hours=25)
        await publish(engines, alerted("tanks", "b"))
        await until_status(engines, "tanks", "delivered", "b")
    assert len(receiver.got[0].headers["webhook-signature"].split()) == 2
    assert len(receiver.got[1].headers["webhook-signature"].split()) == 1


async def test_poison_goes_to_the_dead_letters_and_the_stream_goes_on(engines: Engines) -> None:
    async with receiving() as receiver, delivering(engines) as process:
        poison = [Record(ALERTS.name, b"k", b"{"), Record(DELIVERIES.name, b"k", b"{", partition=0)]
        await publish(engines, *poison, *subscribed("tanks", f"{receiver.base}/"), alerted("tanks"))
        await until_status_past_poison(engines, "tanks")
        assert value(process, "sitrep_messages_total", stage="delivery", outcome="dead_letter") == 1
    assert len(receiver.got) == 1


async def until_status_past_poison(engines: Engines, name: str) -> None:
    async def there() -> bool:
        kafka = KafkaSettings(kafka_bootstrap=engines.kafka_bootstrap)
        values = [record.value async for record in everything_in(kafka, DELIVERIES)]
        found = [from_value(Delivery, value) for value in values if value != b"{"]
        return any(delivery.status == "delivered" for delivery in found)

    await until(there, f"{name} is delivered")


async def test_two_share_the_work_and_when_one_dies_the_other_has_all_of_it(engines: Engines) -> None:
    names = [f"s{number}" for number in range(12)]
    async with receiving() as receiver:
        for name in names:
            await publish(engines, *subscribed(name, f"{receiver.base}/{name}"))
        async with delivering(engines) as staying:
            async with delivering(engines) as leaving:
                await publish(engines, *(alerted(name, "first") for name in names))
                for name in names:
                    await until_status(engines, name, "delivered", "first")
                assert staying.stop is not leaving.stop
            await publish(engines, *(alerted(name, "second") for name in names))
            for name in names:
                await until_status(engines, name, "delivered", "second")
    assert {len(receiver.at(f"/{name}")) for name in names} == {2}


async def test_kafka_killed_while_webhooks_are_in_flight_loses_none(engines: Engines) -> None:
    async with receiving() as receiver, delivering(engines, delivery_seconds=300):
        receiver.waits["/hook"] = asyncio.Event()
        await publish(engines, *subscribed("tanks", f"{receiver.base}/hook"))
        await publish(engines, *(alerted("tanks", str(number)) for number in range(10)))
        await until(lambda: len(receiver.got) == 4, "in flight")
        await engines.kafka.kill()
        receiver.waits["/hook"].set()
        await engines.kafka.start()
        await until(
            lambda: len({webhook.headers["webhook-id"] for webhook in receiver.got}) == 10, "all came", within=120
        )
        for number in range(10):
            await until_status(engines, "tanks", "delivered", str(number))
