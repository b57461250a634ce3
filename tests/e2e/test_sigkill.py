"""Each service is killed with SIGKILL in the middle of 500 articles and started again: all 500 are there, each once."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from services.common.topics import ALERTS, ARTICLES, Topic
from tests.e2e.line import a_line
from tests.e2e.outlet import Outlet, Story, serving
from tests.keys import a_kept_key, bearing
from tests.waiting import until

ARTICLE_COUNT = 500
WAVE = 100
"""So many are published before each kill; it comes while they are under way, however fast the machine."""
KILLED = ("fetcher", "extractor", "indexer", "alerts", "api")

TOWNS = ("Sudzha", "Korenevo", "Glushkovo", "Rylsk", "Malaya Loknya", "Plekhovo", "Pogrebki", "Novoivanovka")
THINGS = ("howitzers", "mortars", "armoured vehicles", "drones", "trucks", "rocket launchers", "tanks")


def report(number: int) -> Story:
    """The ``number``-th of 500 short reports, each with figures of its own."""
    town, thing = TOWNS[number % len(TOWNS)], THINGS[number % len(THINGS)]
    text = (
        f"Dispatch {number} from the border: at least {number + 12} {thing} were seen on the road to {town}, "
        f"according to Ukraine's General Staff, as fighting in Russia's Kursk region went on.\n"
        f"A local official said that {number % 9 + 3} people had been wounded by shelling during the night and that "
        f"around {number * 3 + 40} residents had left the district since Monday.\n"
        "The claim could not be checked independently, and Moscow has not commented on the movement of equipment.\n"
        f"Analysts who follow the front said convoy number {number} was one of several that week, and that supplies "
        "to the area had grown since the summer as both sides prepared for the winter."
    )
    moment = datetime(2024, 11, 1, tzinfo=UTC) + timedelta(minutes=number)
    return Story(f"dispatch-{number}", f"Dispatch {number}: {thing} on the road to {town}", text, moment)


@pytest.mark.usefixtures("clean_line")
async def test_no_article_is_lost_or_doubled(engines: Any, tmp_path: Path) -> None:
    outlet = Outlet("borderwire")
    async with serving(outlet), a_line(engines, tmp_path, [outlet.source()]) as line:
        key = await a_kept_key(engines, "write")
        downstream = ("api", "alerts", "indexer", "extractor")
        for service in downstream:
            await line.start(service)
        await line.ready(downstream)
        subscribed = await line.http.post(
            f"http://127.0.0.1:{line.ports['api']}/v1/subscriptions",
            json={"name": "every dispatch", "copies": "each", "rule": {"any": ["dispatch"]}},
            headers=bearing(key),
        )
        assert subscribed.status_code == 201, subscribed.text
        await line.start("fetcher")

        for number, service in enumerate(KILLED):
            wave = [report(article) for article in range(number * WAVE, (number + 1) * WAVE)]
            outlet.publish(*wave)
            await until(lambda wave=wave: asked_for(outlet, wave) > WAVE // 4, "the wave is under way", within=300)  # type: ignore[misc]
            await line.kill(service)
            await line.start(service)

        await until(lambda: at_least(line, ARTICLE_COUNT), f"{ARTICLE_COUNT} searchable", within=600)
        found = await every_article(line)
        assert Counter(found) == {f"{outlet.base}/dispatch-{number}": 1 for number in range(ARTICLE_COUNT)}
        await until(lambda: alerted(engines, ARTICLE_COUNT), f"{ARTICLE_COUNT} articles alerted", within=300)

    sent = [json.loads(value) for value in await everything(engines, ARTICLES)]
    assert {article["revision"] for article in sent} == {1}, "the same text sent again is the same revision"


def asked_for(outlet: Outlet, wave: list[Story]) -> int:
    """How many of these the fetcher has asked for."""
    return sum(f"/{story.slug}" in outlet.requests for story in wave)


async def at_least(line: Any, count: int) -> bool:
    return bool(await line.total() >= count)


async def every_article(line: Any) -> list[str]:
    """The URL of every article that paging through the API returns."""
    urls: list[str] = []
    page = await line.articles(limit=100)
    while page["items"]:
        urls += [item["url"] for item in page["items"]]
        if not page["next"]:
            break
        page = await line.articles(limit=100, cursor=page["next"])
    return urls


async def alerted(engines: Any, count: int) -> bool:
    """Whether exactly that many articles raised an alert, each with one id however often it was sent."""
    alerts = [json.loads(value) for value in await everything(engines, ALERTS)]
    ids = {alert["article_id"]: alert["id"] for alert in alerts}
    assert len({alert["id"] for alert in alerts}) == len(ids)
    return len(ids) == count


async def everything(engines: Any, topic: Topic) -> list[bytes]:
    """Every value in a topic as of now."""
    client = AIOKafkaConsumer(bootstrap_servers=engines.kafka_bootstrap, enable_auto_commit=False)
    await client.start()
    try:
        partitions = [TopicPartition(topic.name, number) for number in range(topic.partitions)]
        client.assign(partitions)
        await client.seek_to_beginning(*partitions)
        ends = await client.end_offsets(partitions)
        values: list[bytes] = []
        while any([await client.position(partition) < end for partition, end in ends.items()]):
            for records in (await client.getmany(timeout_ms=500)).values():
                values += [record.value for record in records]
        return values
    finally:
        await client.stop()
