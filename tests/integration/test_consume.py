"""The loop every stage lives in: nothing is committed before it is durable, nothing is passed over."""

import asyncio
import gc
from collections import Counter
from typing import Any

import pytest
from aiokafka.admin import AIOKafkaAdminClient

from services.common.consume import Batching, Records, consume
from services.common.errors import PermanentError, TransientError
from services.common.events import to_record
from services.common.health import Health
from services.common.kafka import consumer, ensure_topics, producer, send
from services.common.metrics import Metrics
from services.common.runtime import Process
from services.common.settings import KafkaSettings
from services.common.topics import ALL_TOPICS, ARTICLES
from tests.builders import an_article
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("clean_line")


def a_process() -> Process:
    metrics = Metrics()
    return Process("test", metrics, Health(metrics), asyncio.Event())


def kafka(engines: Any) -> KafkaSettings:
    return KafkaSettings(kafka_bootstrap=engines.kafka_bootstrap)


async def publish(engines: Any, numbers: range) -> None:
    async with producer(kafka(engines), "test") as client:
        articles = [an_article(str(number)) for number in numbers]
        await send(client, [to_record(ARTICLES, article.id, article, "test") for article in articles])


async def drain(engines: Any, seen: Counter[tuple[int, int]], count: int, group: str = "g") -> None:
    """Consume until ``count`` different records were seen in all."""
    process = a_process()

    async def handle(records: Records) -> None:
        seen.update((record.partition, record.offset) for record in records)
        if len(seen) >= count:
            process.stop.set()

    async with consumer(kafka(engines), [ARTICLES], group) as client:
        await asyncio.wait_for(consume(client, handle, process), 60)


async def test_topics_are_made_once_by_many_at_once(engines: Any) -> None:
    names = {topic.name for topic in ALL_TOPICS}
    client = AIOKafkaAdminClient(bootstrap_servers=engines.kafka_bootstrap)
    await client.start()
    try:
        await client.delete_topics(list(names))
        await until(lambda: none_of(client, names), "the topics are gone")
        await asyncio.gather(*(ensure_topics(kafka(engines), ALL_TOPICS) for _ in range(4)))
        await until(lambda: all_of(client, names), "the topics are there")
    finally:
        await client.close()


async def all_of(client: AIOKafkaAdminClient, names: set[str]) -> bool:
    return names <= set(await client.list_topics())


async def none_of(client: AIOKafkaAdminClient, names: set[str]) -> bool:
    return not names & set(await client.list_topics())


async def test_what_was_committed_is_not_seen_again(engines: Any) -> None:
    seen: Counter[tuple[int, int]] = Counter()
    await publish(engines, range(40))
    await drain(engines, seen, 40)
    await publish(engines, range(40, 60))
    await drain(engines, seen, 60)
    assert len(seen) == 60
    assert set(seen.values()) == {1}


async def test_a_passing_failure_gives_the_batch_back_whole_and_in_order(engines: Any) -> None:
    await publish(engines, range(30))
    process = a_process()
    taken: dict[int, list[int]] = {}
    failures = 0

    async def handle(records: Records) -> None:
        nonlocal failures
        if failures < 2:
            failures += 1
            raise TransientError("the engine is away")
        for record in records:
            taken.setdefault(record.partition, []).append(record.offset)
        if sum(len(offsets) for offsets in taken.values()) >= 30:
            process.stop.set()

    async with consumer(kafka(engines), [ARTICLES], "g") as client:
        await asyncio.wait_for(consume(client, handle, process), 60)
    assert failures == 2
    assert all(offsets == list(range(len(offsets))) for offsets in taken.values())
    assert process.metrics.registry.get_sample_value("sitrep_retries_total", {"stage": "test"}) == 2
    assert process.health.waiting.keys() == {"start"}


async def test_any_other_failure_ends_the_loop_with_nothing_committed(engines: Any) -> None:
    await publish(engines, range(10))

    async def handle(_records: Records) -> None:
        raise PermanentError("would give up on too much")

    async with consumer(kafka(engines), [ARTICLES], "g") as client:
        with pytest.raises(PermanentError):
            await asyncio.wait_for(consume(client, handle, a_process()), 60)
    seen: Counter[tuple[int, int]] = Counter()
    await drain(engines, seen, 10)
    assert len(seen) == 10


async def test_batches_are_worked_on_at_once_and_committed_in_order(engines: Any) -> None:
    await publish(engines, range(60))
    process = a_process()
    batches: list[Records] = []
    done = [asyncio.Event() for _ in range(4)]

    async def handle(records: Records) -> None:
        batches.append(records)
        await done[min(len(batches) - 1, 3)].wait()

    async with consumer(kafka(engines), [ARTICLES], "g") as client:
        working = asyncio.create_task(consume(client, handle, process, Batching(records=10, in_flight=3)))
        await until(lambda: len(batches) == 3, "three batches taken")
        done[2].set()
        done[1].set()
        await asyncio.sleep(0)
        committed = {partition: await client.committed(partition) for partition in client.assignment()}
        assert set(committed.values()) == {None}, "what came first is not done yet"
        done[3].set()
        done[0].set()
        await until(lambda: sum(len(batch) for batch in batches) >= 60, "all taken")
        process.stop.set()
        await asyncio.wait_for(working, 30)
    assert max(len(batch) for batch in batches) <= 10
    seen: Counter[tuple[int, int]] = Counter()
    await publish(engines, range(60, 61))
    await drain(engines, seen, 1)
    assert len(seen) == 1, "all that was taken is committed"


async def test_when_one_batch_fails_those_after_it_come_again_too(engines: Any) -> None:
    await publish(engines, range(60))
    process = a_process()
    taken: dict[int, list[int]] = {}
    calls = 0

    async def handle(records: Records) -> None:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise TransientError("the engine is away")
        for record in records:
            taken.setdefault(record.partition, []).append(record.offset)
        if len({(number, offset) for number, offsets in taken.items() for offset in offsets}) >= 60:
            process.stop.set()

    async with consumer(kafka(engines), [ARTICLES], "g") as client:
        await asyncio.wait_for(consume(client, handle, process, Batching(records=10, in_flight=3)), 60)
    assert all(sorted(set(offsets)) == list(range(max(offsets) + 1)) for offsets in taken.values())
    assert process.metrics.registry.get_sample_value("sitrep_retries_total", {"stage": "test"}) == 1


@pytest.mark.parametrize(
    ("batching", "largest"),
    [
        (Batching(records=7, seconds=30), 7),
        (Batching(size=1, seconds=30), 1),  # full with whatever was polled first
    ],
)
async def test_a_batch_is_full_by_count_or_by_bytes(engines: Any, batching: Batching, largest: int) -> None:
    await publish(engines, range(21))
    process = a_process()
    sizes: list[int] = []

    async def handle(records: Records) -> None:
        sizes.append(len(records))
        if sum(sizes) >= 21:
            process.stop.set()

    async with consumer(kafka(engines), [ARTICLES], "g") as client:
        await asyncio.wait_for(consume(client, handle, process, batching), 60)
    assert sum(sizes) == 21
    assert max(sizes) >= largest
    assert batching.size == 1 or set(sizes) == {7}


async def test_a_member_that_joins_in_the_middle_of_a_batch_loses_nothing(engines: Any) -> None:
    await publish(engines, range(200))
    seen: Counter[tuple[int, int]] = Counter()
    joined = asyncio.Event()
    first, second = a_process(), a_process()

    async def slow(records: Records) -> None:
        await joined.wait()
        seen.update((record.partition, record.offset) for record in records)

    async def quick(records: Records) -> None:
        seen.update((record.partition, record.offset) for record in records)

    settings = kafka(engines)
    async with consumer(settings, [ARTICLES], "g") as one:
        working = asyncio.create_task(consume(one, slow, first, Batching(records=5)))
        await until(one.assignment, "the first member has partitions")
        async with consumer(settings, [ARTICLES], "g") as other:
            await until(other.assignment, "the second member has partitions")
            joined.set()
            helping = asyncio.create_task(consume(other, quick, second, Batching(records=5)))
            await until(lambda: len(seen) == 200, "all records seen")
            first.stop.set()
            second.stop.set()
            await asyncio.wait_for(asyncio.gather(working, helping), 30)


async def test_a_message_larger_than_kafka_takes_is_a_permanent_failure(engines: Any) -> None:
    article = an_article(text="x" * 9_000_000)
    async with producer(kafka(engines), "test") as client:
        with pytest.raises(PermanentError, match="larger than Kafka takes"):
            await send(client, [to_record(ARTICLES, article.id, article, "test")])


async def test_kafka_that_is_away_is_a_passing_failure() -> None:
    away = KafkaSettings(kafka_bootstrap="127.0.0.1:1")
    with pytest.raises(TransientError, match="does not answer"):
        await ensure_topics(away, ALL_TOPICS)
    with pytest.raises(TransientError, match="does not answer"):
        async with producer(away, "test"):
            pass


async def test_a_client_that_is_stopped_before_kafka_answers_holds_nothing() -> None:
    """One that is left open warns when it is collected, and a warning is a failure."""
    reached = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        reached.set()
        await reader.read()
        writer.close()

    async def start(port: int) -> None:
        async with producer(KafkaSettings(kafka_bootstrap=f"127.0.0.1:{port}"), "test"):
            pass

    async with await asyncio.start_server(silent, "127.0.0.1", 0) as server:
        starting = asyncio.create_task(start(server.sockets[0].getsockname()[1]))
        await asyncio.wait_for(reached.wait(), 30)
        starting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await starting
        del starting
        gc.collect()
