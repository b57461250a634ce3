"""A compacted topic as a table: complete at the start, followed after, own writes seen."""

from typing import Any

import pytest

from services.common.compacted import follow
from services.common.events import to_record, tombstone
from services.common.kafka import producer, send
from services.common.messages import Rule, Subscription
from services.common.settings import KafkaSettings
from services.common.topics import SUBSCRIPTIONS
from tests.builders import MOMENT
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("clean_line")


def a_subscription(name: str, key: str = "one") -> Subscription:
    return Subscription(id=key, name=name, rule=Rule(any=("howitzers",)), created_at=MOMENT, updated_at=MOMENT)


async def write(engines: Any, *subscriptions: Subscription) -> None:
    async with producer(KafkaSettings(kafka_bootstrap=engines.kafka_bootstrap), "test") as client:
        await send(client, [to_record(SUBSCRIPTIONS, item.id, item, "test") for item in subscriptions])


async def test_the_table_is_complete_when_it_is_handed_over(engines: Any) -> None:
    await write(engines, a_subscription("first"), a_subscription("second"), a_subscription("other", "two"))
    async with follow(KafkaSettings(kafka_bootstrap=engines.kafka_bootstrap), SUBSCRIPTIONS, Subscription) as table:
        assert {row.id: row.name for row in table.values()} == {"one": "second", "two": "other"}


async def test_it_follows_and_forgets(engines: Any) -> None:
    settings = KafkaSettings(kafka_bootstrap=engines.kafka_bootstrap)
    changes: list[int] = []
    async with (
        follow(
            settings, SUBSCRIPTIONS, Subscription, changed=lambda table, _keys: changes.append(len(table.values()))
        ) as table,
        producer(settings, "test") as client,
    ):
        record = to_record(SUBSCRIPTIONS, "one", a_subscription("new"), "test")
        sent = await client.send_and_wait(record.topic, key=record.key, value=record.value)
        await table.seen(sent.partition, sent.offset)
        assert table.get("one") == a_subscription("new")
        await send(client, [tombstone(SUBSCRIPTIONS, "one")])
        await until(lambda: table.get("one") is None, "the row is forgotten")
        assert changes[-1] == 0


async def test_a_malformed_row_is_passed_over(engines: Any) -> None:
    settings = KafkaSettings(kafka_bootstrap=engines.kafka_bootstrap)
    async with producer(settings, "test") as client:
        await client.send_and_wait(SUBSCRIPTIONS.name, key=b"bad", value=b"{not json")
    await write(engines, a_subscription("good"))
    async with follow(settings, SUBSCRIPTIONS, Subscription) as table:
        assert [row.name for row in table.values()] == ["good"]
