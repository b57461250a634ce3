"""An article deleted on request, stage by stage, on a real Kafka and a real archive: gone, and it stays gone."""

import gzip
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from services.common.deletions import deletion
from services.common.errors import ConfigurationError
from services.common.events import Record, from_value, to_record, tombstone
from services.common.identity import article_id, canonical_url
from services.common.kafka import everything_in, producer, send
from services.common.messages import Article, DeadLetter, Deletion
from services.common.settings import KafkaSettings
from services.common.topics import ARTICLES, DEAD_LETTERS, DELETIONS, TAGGED, Topic
from services.fetcher.archived import archived_pages
from services.fetcher.replay import Replayed, replay_archives
from services.housekeeping.deleting import delete
from tests.builders import MOMENT, an_article
from tests.e2e.outlet import Outlet, serving
from tests.integration.test_extractor import extracting
from tests.integration.test_fetcher import fetching, settings, story
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("clean_line")


def kafka(engines: Any) -> KafkaSettings:
    return KafkaSettings(kafka_bootstrap=engines.kafka_bootstrap)


async def values(engines: Any, topic: Topic, key: str) -> list[bytes | None]:
    """The values of a key, in order."""
    return [each.value async for each in everything_in(kafka(engines), topic) if each.key == key.encode()]


async def has(engines: Any, topic: Topic, key: str, count: int) -> bool:
    return len(await values(engines, topic, key)) >= count


async def put(engines: Any, *records: Record) -> None:
    async with producer(kafka(engines), "test") as sending:
        await send(sending, records)


def kept(folder: Path) -> bytes:
    return b"".join(gzip.decompress(path.read_bytes()) for path in sorted(folder.iterdir()))


async def test_the_fetcher_removes_what_it_kept_and_asks_no_more(engines: Any, tmp_path: Path) -> None:
    outlet = Outlet("wire")
    async with serving(outlet):
        outlet.publish(story("secret"), story("other"))
        given = settings(engines, tmp_path, [outlet.source()], fetcher_archive=tmp_path / "pages")
        secret = article_id(canonical_url(f"{outlet.base}/secret"))
        async with fetching(given) as fetcher:
            await until(lambda: fetcher.count("pages", outcome="sent") == 2, "both sent")
            await delete(given, deletion(secret, "a court says so", datetime.now(UTC)))
            # one by whoever deleted it, one by the fetcher, after all that it sent
            await until(partial(has, engines, ARTICLES, secret, 3), "told the readers twice")
            await until(lambda: b"secret" not in kept(tmp_path / "pages"), "no longer kept")
            asked = outlet.requests["/secret"]
            outlet.publish(story("secret", "Changed.\n" + "It is about something else altogether now. " * 20))
            outlet.publish(story("third"))
            await until(lambda: fetcher.count("pages", outcome="sent") == 3, "the third sent")
            assert outlet.requests["/secret"] == asked, "not asked for again, whatever the feed lists"
        async with fetching(given) as fetcher:  # after a restart either
            outlet.publish(story("fourth"))
            await until(lambda: fetcher.count("pages", outcome="sent") == 1, "the fourth sent")
            assert outlet.requests["/secret"] == asked
    sent = await values(engines, ARTICLES, secret)
    assert [value is None for value in sent] == [False, True, True]
    left = {page.url.rpartition("/")[2]: page.archive for page in archived_pages((tmp_path / "pages").iterdir())}
    assert set(left) == {"other", "third", "fourth"}
    other = await values(engines, ARTICLES, article_id(canonical_url(f"{outlet.base}/other")))
    assert {from_value(Article, value).archive for value in other} == {left["other"]}, "it is still where it was"


async def test_a_page_of_a_deleted_article_is_not_sent_from_wherever_it_comes(engines: Any, tmp_path: Path) -> None:
    """Its address is new to this fetcher; and its kept page is run through the line again."""
    outlet = Outlet("wire")
    async with serving(outlet):
        outlet.publish(story("secret"))
        url = canonical_url(f"{outlet.base}/secret")
        given = settings(engines, tmp_path, [outlet.source()], fetcher_archive=tmp_path / "pages")
        async with fetching(given) as fetcher:
            await until(lambda: fetcher.count("pages", outcome="sent") == 1, "sent")
        await put(engines, to_record(DELETIONS, article_id(url), deletion(url, "asked to", MOMENT), "test"))
        anew = given.model_copy(update={"fetcher_state": tmp_path / "anew.sqlite3", "fetcher_archive": None})
        assert await replay_archives(sorted((tmp_path / "pages").iterdir()), anew) == Replayed(deleted=1)
        asked = outlet.requests["/secret"]
        outlet.publish(story("other"))
        async with fetching(anew) as fetcher:
            await until(lambda: fetcher.count("pages", outcome="sent") == 1, "the other sent")
        assert outlet.requests["/secret"] == asked
    assert len(await values(engines, ARTICLES, article_id(url))) == 1


async def test_the_extractor_passes_a_tombstone_on_in_its_place(engines: Any) -> None:
    article, other = an_article("a", text="Two soldiers died."), an_article("b", text="Three soldiers died.")
    await put(
        engines,
        to_record(ARTICLES, article.id, article, "fetcher"),
        tombstone(ARTICLES, article.id),
        Record(ARTICLES.name, b"no id", None),
        to_record(ARTICLES, other.id, other, "fetcher"),
    )
    async with extracting(engines):
        await until(partial(has, engines, TAGGED, article.id, 2), "the tombstone passed on")
        await until(partial(has, engines, TAGGED, other.id, 1), "and what came after it tagged")
        await until(partial(has, engines, DEAD_LETTERS, "no id", 1), "and what says nothing given up")
    tagged = await values(engines, TAGGED, article.id)
    assert [value is None for value in tagged] == [False, True]
    [letter] = await values(engines, DEAD_LETTERS, "no id")
    assert "whose key 'no id' is no article's id" in from_value(DeadLetter, letter).reason


def test_an_article_is_named_by_id_or_address() -> None:
    url = "https://outlet.example/a"
    by_url = deletion("http://OUTLET.example/a/?utm_source=x", "r", MOMENT)
    assert (by_url.article_id, by_url.url) == (article_id(url), url)
    assert deletion(article_id(url), "r", MOMENT) == Deletion(article_id=article_id(url), reason="r", deleted_at=MOMENT)
    with pytest.raises(ConfigurationError, match="'a' is neither an article's id"):
        deletion("a", "r", MOMENT)
