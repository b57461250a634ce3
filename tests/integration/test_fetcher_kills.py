"""An article is marked as sent once Kafka has it, and not before: kills and a full disk between the two."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.outlet import Outlet, serving
from tests.integration.test_fetcher import a_process, fetching, on_the_topic, revisions, settings, story
from tests.integration.test_keeping import fill, small_disk
from tests.ports import free_ports
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("clean_line")


class Seen:
    """The fetcher's file, read from beside it."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def sent(self, slug: str) -> bool | None:
        """Whether an article is marked as sent; None where it is not written down yet."""
        row = self._one("SELECT sent IS NOT NULL FROM articles WHERE url LIKE ?", slug)
        return bool(row[0]) if row else None

    def due(self, slug: str) -> bool:
        row = self._one("SELECT due IS NOT NULL AND outcome IS NULL FROM addresses WHERE url LIKE ?", slug)
        return bool(row and row[0])

    def _one(self, query: str, slug: str) -> Any:
        if not self._file.exists():
            return None
        with closing(sqlite3.connect(f"{self._file.as_uri()}?mode=ro", uri=True)) as connection:
            try:
                return connection.execute(query, (f"%/{slug}",)).fetchone()
            except sqlite3.OperationalError:  # its tables are being made
                return None


async def test_killed_before_kafka_has_it_it_is_sent_by_the_next(engines: Any, tmp_path: Path) -> None:
    outlet = Outlet("northwire")
    outlet.publish(story("first"))
    async with serving(outlet):
        given = settings(engines, tmp_path, [outlet.source()], fetcher_port=free_ports(1)[0], fetcher_recheck_days=0)
        seen = Seen(given.fetcher_state)
        async with a_process(given):
            await until(lambda: seen.sent("first"), "the first article is sent", within=60)
            await engines.kafka.stop()
            outlet.publish(story("late"))
            await until(lambda: seen.sent("late") is False, "the next one is about to be", within=60)
        assert seen.due("late")
        await engines.kafka.start()
        assert revisions(await on_the_topic(engines)) == [("first", 1)]
        async with fetching(given) as running:
            await until(lambda: running.count("pages", outcome="sent") == 1, "it is sent after all")
        assert seen.sent("late")
    assert revisions(await on_the_topic(engines)) == [("first", 1), ("late", 1)]


async def test_killed_once_kafka_has_it_and_before_it_is_marked_it_is_the_same_message_again(
    engines: Any, tmp_path: Path
) -> None:
    outlet = Outlet("northwire")
    outlet.publish(story("first"))
    async with serving(outlet):
        given = settings(engines, tmp_path, [outlet.source()], fetcher_port=free_ports(1)[0], fetcher_recheck_days=0)
        seen = Seen(given.fetcher_state)
        async with a_process(given) as process:
            await until(lambda: seen.sent("first"), "the first article is sent", within=60)
            await engines.kafka.stop()
            outlet.publish(story("late"))
            await until(lambda: seen.sent("late") is False, "the next one is about to be", within=60)
            with closing(sqlite3.connect(given.fetcher_state, isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")  # nobody else can write now
                await engines.kafka.start()

                async def has_it() -> bool:
                    return ("late", 1) in revisions(await on_the_topic(engines))

                await until(has_it, "Kafka has it", within=400, every=1)
                assert seen.sent("late") is False
                process.kill()
                await process.wait()  # and only then the file is let go
        assert seen.due("late")
        async with fetching(given) as running:
            await until(lambda: running.count("pages", outcome="sent") == 1, "it is sent again")
        assert seen.sent("late")
    articles = [article for article in await on_the_topic(engines) if article.url.endswith("/late")]
    assert [article.revision for article in articles] == [1, 1]
    assert len({(article.id, article.content_hash) for article in articles}) == 1


async def test_a_full_disk_under_the_state_is_said_and_loses_nothing(engines: Any, tmp_path: Path) -> None:
    outlet = Outlet("northwire")
    outlet.publish(story("first"))
    with small_disk(tmp_path / "disk", "16m") as disk:
        async with serving(outlet):
            state = disk / "fetcher.sqlite3"
            given = settings(engines, tmp_path, [outlet.source()], fetcher_state=state, fetcher_recheck_days=0)
            async with fetching(given) as running:
                await until(lambda: running.count("pages", outcome="sent") == 1, "the first article sent")
                ballast = fill(disk)
                outlet.publish(*(story(f"s{number}") for number in range(40)))
                waiting = running.process.health
                await until(lambda: "state" in waiting.waiting, "it waits for room", within=60)
                assert f"The fetcher's state {state} cannot be used now: " in waiting.waiting["state"]
                ballast.unlink()
                await until(lambda: running.count("pages", outcome="sent") == 41, "all sent", within=400)
                assert "state" not in waiting.waiting
    articles = await on_the_topic(engines)
    assert {name for name, _ in revisions(articles)} == {"first", *(f"s{number}" for number in range(40))}
    assert {article.revision for article in articles} == {1}
