"""Following a search: what is passed on is what the search finds, once it finds it, and nothing is missed."""

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from elasticsearch import AsyncElasticsearch

from services.api.live import REPLAYS
from services.common.events import to_record, tombstone
from services.common.kafka import producer, send
from services.common.messages import TaggedArticle
from services.common.settings import KafkaSettings
from services.common.topics import TAGGED
from services.housekeeping.keys import every_key, keep_key
from tests.builders import MOMENT, a_tagged_article
from tests.integration.asking import put, running
from tests.keys import a_kept_key, bearing

pytestmark = pytest.mark.usefixtures("clean_line")
Event = dict[str, Any]


async def publish(engines: Any, *articles: TaggedArticle) -> None:
    async with producer(KafkaSettings(kafka_bootstrap=engines.kafka_bootstrap), "test") as client:
        await send(client, [to_record(TAGGED, tagged.article.id, tagged, "test") for tagged in articles])


class Following:
    """A stream that is read: its events, and the last id."""

    def __init__(self, answer: httpx.Response) -> None:
        self._lines = answer.aiter_lines()
        self.last_id = ""
        self.comments: list[str] = []

    async def event(self) -> Event | None:
        """The next event; None where the stream ends."""
        event: Event = {}
        async with asyncio.timeout(90):
            async for line in self._lines:
                name, _, value = line.partition(": ")
                match name:
                    case "id":
                        self.last_id = value
                    case "event" | "data":
                        event[name] = value
                    case "" if value:
                        self.comments.append(value)
                if not line and "data" in event:
                    return {"kind": event["event"], **json.loads(event["data"])}
        return None

    async def until_open(self) -> None:
        """The first id has come: from here on nothing is missed."""
        async with asyncio.timeout(60):
            async for line in self._lines:
                if line.startswith("id: "):
                    self.last_id = line.removeprefix("id: ")
                    return


@contextlib.asynccontextmanager
async def following(http: httpx.AsyncClient, last_id: str | None = None, **parameters: Any) -> AsyncIterator[Following]:
    headers = {"Last-Event-ID": last_id} if last_id else {}
    async with http.stream("GET", "/v1/stream", params=parameters, headers=headers, timeout=90) as answer:
        assert answer.status_code == 200, await answer.aread()
        assert answer.headers["content-type"].startswith("text/event-stream")
        stream = Following(answer)
        await stream.until_open()
        yield stream


@contextlib.asynccontextmanager
async def streaming(engines: Any, **settings: Any) -> AsyncIterator[httpx.AsyncClient]:
    """The whole service, with its stream reached."""
    async with running(engines, **settings) as http:
        async with asyncio.timeout(60):
            while True:
                async with http.stream("GET", "/v1/stream") as answer:
                    if answer.status_code == 200:
                        break
                await asyncio.sleep(0.1)
        yield http


@contextlib.asynccontextmanager
async def small_window(http: httpx.AsyncClient) -> AsyncIterator[httpx.AsyncClient]:
    """A client whose connections hold little that was not read."""
    transport = httpx.AsyncHTTPTransport(
        socket_options=[(socket.SOL_SOCKET, socket.SO_RCVBUF, 16_384)], trust_env=False
    )
    async with httpx.AsyncClient(base_url=http.base_url, headers=http.headers, transport=transport) as narrow:
        yield narrow


GUNS = a_tagged_article("guns", title="Howitzers seen", text="The first howitzers were seen by rail.")
ROADS = a_tagged_article("roads", title="Roads closed", text="The road stayed closed for a week.")


async def test_what_the_search_finds_comes_as_the_search_shows_it(engines: Any, library: AsyncElasticsearch) -> None:
    async with streaming(engines) as http, following(http, q="howitzer -nothing", source="outlet") as stream:
        await put(library, GUNS, ROADS)
        await publish(engines, ROADS, GUNS)
        event = await stream.event()
        assert event
        assert event["kind"] == "article"
        found = (
            await http.get("/v1/articles", params={"q": "howitzer", "source": "outlet", "collapse": "none"})
        ).json()
        [item] = [item for item in found["items"] if item["id"] == GUNS.article.id]
        assert {name: event[name] for name in item} == item
        assert "<mark>howitzers</mark>" in " ".join(event["highlights"]["text"])


async def test_it_comes_when_a_search_finds_it_and_not_before(engines: Any, library: AsyncElasticsearch) -> None:
    """A later article of another partition that is searchable comes first; what is not there yet is not forgotten."""
    async with streaming(engines) as http, following(http) as stream:
        await publish(engines, GUNS)
        others = [a_tagged_article(f"other-{number}") for number in range(12)]
        await put(library, *others)
        await publish(engines, *others)
        first = await stream.event()
        assert first
        assert first["title"] != "Howitzers seen"
        await put(library, GUNS)
        titles = [first["title"]]
        while "Howitzers seen" not in titles:
            event = await stream.event()
            assert event
            titles.append(event["title"])


async def test_who_was_away_is_given_what_it_missed(engines: Any, library: AsyncElasticsearch) -> None:
    """Over a restart of the service, and each once."""
    numbered = [a_tagged_article(f"n-{number}", title=f"Howitzers {number}") for number in range(30)]
    await put(library, *numbered)
    seen: list[str] = []
    async with streaming(engines) as http:
        async with following(http, q="title:howitzers") as stream:
            await publish(engines, *numbered[:10])
            for _ in range(5):
                event = await stream.event()
                assert event
                seen.append(event["title"])
            last_id = stream.last_id
        await publish(engines, *numbered[10:20])
    async with streaming(engines) as http, following(http, last_id, q="title:howitzers") as stream:
        await publish(engines, *numbered[20:])
        while len(seen) < 30:
            event = await stream.event()
            assert event
            seen.append(event["title"])
    assert sorted(seen) == sorted(f"Howitzers {number}" for number in range(30))


MANY = [a_tagged_article(f"m-{number}", title=f"Howitzers {number} seen{' seen' * 400}") for number in range(200)]
"""More than a connection holds that nobody reads from, two kilobytes each."""


async def titles(stream: Following, count: int = len(MANY)) -> list[str]:
    """Of so many events, or until the stream ends; shortened."""
    told: list[str] = []
    while len(told) < count and (event := await stream.event()):
        told.append(event["title"].split(" seen")[0])
    return told


ALL = sorted(f"Howitzers {number}" for number in range(len(MANY)))


@pytest.mark.parametrize(("kept", "let_go"), [(0, True), (1 << 30, False)], ids=["fifty are kept", "all are kept"])
async def test_a_slow_client_holds_up_nobody_and_misses_nothing(
    engines: Any, library: AsyncElasticsearch, kept: int, let_go: bool
) -> None:
    """It is let go where what comes next for it is kept no more; it comes again, and has everything once."""
    for first in range(0, len(MANY), 100):
        await put(library, *MANY[first : first + 100])
    async with streaming(engines, api_stream_bytes=kept) as http, small_window(http) as narrow:
        async with following(narrow, q="title:howitzers") as slow:
            async with following(http, q="title:howitzers") as quick:
                for first in range(0, len(MANY), 20):  # the quick one keeps up
                    await publish(engines, *MANY[first : first + 20])
                    assert len(await titles(quick, 20)) == 20
            told = await titles(slow)
            assert ("Events come faster than they are taken" in " ".join(slow.comments)) is let_go
            assert (len(told) < len(MANY)) is let_go
            last_id = slow.last_id
        if let_go:
            async with following(http, last_id, q="title:howitzers") as again:
                told += await titles(again, len(MANY) - len(told))
        assert sorted(told) == ALL


async def test_who_comes_again_and_again_misses_nothing(engines: Any, library: AsyncElasticsearch) -> None:
    """Alone, so that nobody reads for it meanwhile, while articles are published all the time."""
    few = [a_tagged_article(f"f-{number}", title=f"Howitzers {number}") for number in range(200)]
    await put(library, *few)

    async def published() -> None:
        async with producer(KafkaSettings(kafka_bootstrap=engines.kafka_bootstrap), "test") as client:
            for tagged in few:
                await send(client, [to_record(TAGGED, tagged.article.id, tagged, "test")])

    async with streaming(engines) as http:
        async with following(http, q="title:howitzers") as stream:
            last_id = stream.last_id
        told: list[str] = []
        async with asyncio.TaskGroup() as group:
            group.create_task(published())
            while len(told) < len(few):
                async with following(http, last_id, q="title:howitzers") as stream:
                    told += await titles(stream, min(3, len(few) - len(told)))
                    last_id = stream.last_id
    assert sorted(told) == sorted(f"Howitzers {number}" for number in range(len(few)))


async def test_many_who_come_again_at_once_are_each_given_what_they_missed(
    engines: Any, library: AsyncElasticsearch
) -> None:
    """More than are given it at once."""
    await put(library, *MANY[:40])
    async with streaming(engines) as http:
        async with following(http, q="title:howitzers") as stream:
            await publish(engines, *MANY[:20])
            await titles(stream, 20)
            last_id = stream.last_id

        async def comes_again() -> list[str]:
            async with following(http, last_id, q="title:howitzers") as stream:
                return await titles(stream, 20)

        await publish(engines, *MANY[20:40])
        async with asyncio.TaskGroup() as group:
            coming = [group.create_task(comes_again()) for _ in range(3 * REPLAYS)]
    for told in coming:
        assert sorted(told.result()) == [f"Howitzers {number}" for number in range(20, 40)]


async def test_who_takes_slowly_what_it_missed_holds_up_nobody(engines: Any, library: AsyncElasticsearch) -> None:
    for first in range(0, len(MANY), 100):
        await put(library, *MANY[first : first + 100])
    async with streaming(engines) as http, small_window(http) as narrow, contextlib.AsyncExitStack() as slow:
        async with following(http, q="title:howitzers") as stream:
            last_id = stream.last_id
        await publish(engines, *MANY)
        for _ in range(2 * REPLAYS):
            await slow.enter_async_context(following(narrow, last_id, q="title:howitzers"))
        async with following(http, last_id, q="title:howitzers") as quick:
            assert sorted(await titles(quick)) == ALL


async def test_who_comes_again_goes_on_where_others_follow_even_without_kafka(
    engines: Any, library: AsyncElasticsearch
) -> None:
    await put(library, *MANY[:20])
    async with streaming(engines) as http, following(http, q="title:howitzers") as stays:
        await publish(engines, *MANY[:20])
        told = await titles(stays, 5)
        last_id = stays.last_id
        rest = await titles(stays, 15)
        await engines.kafka.stop()
        async with following(http, last_id, q="title:howitzers") as again:
            assert await titles(again, 15) == rest
    assert len({*told, *rest}) == 20


async def test_revisions_come_again_deletions_are_told_and_what_was_tagged_anew_is_nothing_new(
    engines: Any, library: AsyncElasticsearch
) -> None:
    await put(library, GUNS, ROADS)
    changed = a_tagged_article("guns", title="Howitzers seen twice", revision=2)
    async with streaming(engines) as http, following(http, q="title:howitzers") as stream:
        await publish(engines, GUNS)
        event = await stream.event()
        assert event
        await publish(engines, GUNS.model_copy(update={"again": True}))
        await put(library, changed)
        await publish(engines, changed)
        event = await stream.event()
        assert event
        assert (event["revision"], event["title"]) == (2, "Howitzers seen twice")
        async with producer(KafkaSettings(kafka_bootstrap=engines.kafka_bootstrap), "test") as client:
            await send(client, [tombstone(TAGGED, GUNS.article.id)])
        event = await stream.event()
        assert event
        assert event["kind"] == "deleted"


@pytest.mark.parametrize(
    ("last_id", "status", "said"),
    [
        ("soon", 400, "not an id of this stream"),
        ("0.0", 400, "not an id of this stream"),
        ("999.0.0.0.0.0", 400, "not an id of this stream"),
        ("9" * 300, 422, "at most 200"),
    ],
)
async def test_an_id_that_is_of_no_use(engines: Any, library: Any, last_id: str, status: int, said: str) -> None:
    async with streaming(engines) as http:
        answer = await http.get("/v1/stream", headers={"Last-Event-ID": last_id})
        assert answer.status_code == status
        assert said in answer.json()["detail"]
        assert (await http.get("/v1/stream", params={"cursor": "x"})).status_code == 422
        assert (await http.get("/v1/stream", params={"q": "plaec:x"})).status_code == 422


async def test_a_revoked_key_ends_its_streams(engines: Any, library: AsyncElasticsearch) -> None:
    token = await a_kept_key(engines, "read")
    settings = KafkaSettings(kafka_bootstrap=engines.kafka_bootstrap)
    await put(library, GUNS)
    async with streaming(engines) as http:
        http.headers.update(bearing(token))
        async with following(http) as stream:
            [key] = [key for key in await every_key(settings) if key.name == "test read"]
            await keep_key(settings, key.model_copy(update={"revoked_at": MOMENT}))
            async with asyncio.timeout(60):
                while (await http.get("/v1/subscriptions")).status_code != 401:
                    await asyncio.sleep(0.1)
            await publish(engines, GUNS)
            assert await stream.event() is None
            assert "The API key holds no more." in stream.comments


async def test_no_more_streams_than_are_served(engines: Any, library: Any) -> None:
    async with streaming(engines, api_streams=1) as http, following(http):
        answer = await http.get("/v1/stream")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
