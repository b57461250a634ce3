"""Archived pages run through the line again: real files, a real Kafka, the fetcher's own state."""

from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from services.common.errors import ConfigurationError
from services.common.events import from_value
from services.common.messages import Article, Source
from services.common.topics import ARTICLES
from services.fetcher.archive import Archive
from services.fetcher.archived import about_page
from services.fetcher.entries import Entry
from services.fetcher.http import Page
from services.fetcher.replay import Replayed, replay_archives
from services.fetcher.settings import FetcherSettings
from services.fetcher.state_file import open_state
from tests.unit.fetcher.layouts import LAYOUTS

pytestmark = pytest.mark.usefixtures("clean_line")

URL = "https://site.example/war/soldiers"
SOURCE = Source(id="site", name="The Site", domain="site.example")
FIRST = LAYOUTS["amp"].replace(b"11,000", b"10,000")
SECOND = LAYOUTS["amp"]


def page(body: bytes, day: int, url: str = URL) -> Page:
    headers = MappingProxyType({"content-type": "text/html"})
    return Page(url, 200, headers, body, datetime(2024, 11, day, tzinfo=UTC), url)


def archive(folder: Path, *pages: Page) -> list[Path]:
    writer = Archive(folder, 1_000_000, 3_000_000)
    for each in pages:
        writer.keep(each, {}, about_page(SOURCE, "en", Entry(each.url)))
    writer.close()
    return sorted(folder.iterdir())


async def sent(bootstrap: str) -> list[Article]:
    async with AIOKafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False) as consumer:
        partitions = [TopicPartition(ARTICLES.name, number) for number in range(ARTICLES.partitions)]
        consumer.assign(partitions)
        await consumer.seek_to_beginning(*partitions)
        ends = await consumer.end_offsets(partitions)
        found: list[Article] = []
        while any([await consumer.position(partition) < end for partition, end in ends.items()]):
            for records in (await consumer.getmany(timeout_ms=200)).values():
                found += [from_value(Article, record.value) for record in records]
        return found


async def test_archived_pages_are_sent_as_the_fetcher_would(engines: Any, tmp_path: Path) -> None:
    settings = FetcherSettings(kafka_bootstrap=engines.kafka_bootstrap, fetcher_state=tmp_path / "state.sqlite3")
    old = archive(tmp_path / "old", page(FIRST, 20), page(b"<html><body>no article</body></html>", 20, f"{URL}/none"))
    new = archive(tmp_path / "new", page(FIRST, 20), page(SECOND, 21))

    assert await replay_archives(old, settings) == Replayed(sent=1, not_articles=1)
    assert await replay_archives(new, settings) == Replayed(sent=1)
    assert await replay_archives(new, settings) == Replayed(sent=1)

    articles = await sent(engines.kafka_bootstrap)
    assert [article.revision for article in articles] == [1, 2, 2]  # the same again is the same revision
    assert [article.fetched_at.day for article in articles] == [20, 21, 21]
    assert articles[1].change is not None
    assert articles[1].change.previous_content_hash == articles[0].content_hash
    assert articles[0].change is None
    assert all(article.archive and article.source == SOURCE for article in articles)


async def test_not_while_a_fetcher_works_with_the_same_state(engines: Any, tmp_path: Path) -> None:
    settings = FetcherSettings(kafka_bootstrap=engines.kafka_bootstrap, fetcher_state=tmp_path / "state.sqlite3")
    with open_state(settings.fetcher_state), pytest.raises(ConfigurationError, match="Another fetcher works with"):
        await replay_archives([], settings)
