"""Requests against a real server: what comes back whole, and a sentence for each way in which it does not."""

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import Any

import httpx
import pytest

from services.common.errors import TransientError
from services.fetcher import http
from services.fetcher.failures import (
    BodyTooLarge,
    CutOff,
    FetchFailed,
    HttpError,
    Refused,
    TimedOut,
    TooManyRedirects,
    Unreachable,
)
from services.fetcher.http import Conditions, Page, http_client
from services.fetcher.politeness import Hosts, host_of, pause_left
from services.fetcher.settings import FetcherSettings
from tests.ports import free_ports
from tests.unit.fetcher.servers import answer, serving

HTML = b"<html><body>x</body></html>"
SETTINGS = FetcherSettings(fetcher_contact="https://sitrep.example/contact", fetcher_silence_seconds=1)


async def get(client: httpx.AsyncClient, url: str, **more: Any) -> Page:
    return await http.get(client, url, allow_private=True, **more)


@pytest.fixture(name="client")
async def _client() -> AsyncIterator[httpx.AsyncClient]:
    async with http_client(SETTINGS) as client:
        yield client


async def test_a_page(client: httpx.AsyncClient) -> None:
    async with serving(
        a=answer(HTML, "Content-Type: text/html", 'ETag: "1"', "Last-Modified: Fri, 25 Oct 2024 10:00:00 GMT")
    ) as server:
        page = await get(client, f"{server.base}/a", limit=1000)
    assert (page.url, page.asked, page.status, page.body) == (f"{server.base}/a", f"{server.base}/a", 200, HTML)
    assert page.content_type == "text/html"
    assert page.conditions == Conditions('"1"', "Fri, 25 Oct 2024 10:00:00 GMT")
    assert not page.unchanged
    assert page.moved_to is None
    assert page.fetched_at.tzinfo is not None


async def test_we_say_who_we_are_and_keep_no_cookies(client: httpx.AsyncClient) -> None:
    async with serving(a=answer(HTML, "Set-Cookie: id=1; Path=/")) as server:
        await get(client, f"{server.base}/a", limit=1000)
        await get(client, f"{server.base}/a", limit=1000)
    for _, headers in server.asked:
        assert headers["user-agent"].startswith("Sitrep/")
        assert headers["user-agent"].endswith("(news reader; https://sitrep.example/contact)")
        assert headers["accept-encoding"] == "gzip, deflate"
        assert "cookie" not in headers


async def test_what_we_hold_is_asked_for_conditionally(client: httpx.AsyncClient) -> None:
    async with serving(a=b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n') as server:
        page = await get(
            client, f"{server.base}/a", limit=1000, conditions=Conditions('"1"', "Fri, 25 Oct 2024 10:00:00 GMT")
        )
    assert page.unchanged
    assert page.body == b""
    (_, headers) = server.asked[0]
    assert headers["if-none-match"] == '"1"'
    assert parsedate_to_datetime(headers["if-modified-since"]).year == 2024


@pytest.mark.parametrize(
    ("body", "coding"),
    [
        (HTML, "identity"),
        (gzip.compress(HTML), "gzip"),
        (gzip.compress(HTML[:9]) + gzip.compress(HTML[9:]), "x-gzip"),  # two members
        (zlib.compress(HTML), "deflate"),
        (zlib.compress(HTML)[2:-4], "deflate"),  # raw, as some servers send it
    ],
    ids=["identity", "gzip", "members", "deflate", "raw-deflate"],
)
async def test_a_compressed_body(client: httpx.AsyncClient, body: bytes, coding: str) -> None:
    async with serving(a=answer(body, f"Content-Encoding: {coding}")) as server:
        assert (await get(client, f"{server.base}/a", limit=1000)).body == HTML


async def test_redirects_are_followed_and_permanent_ones_told(client: httpx.AsyncClient) -> None:
    def to(path: str, status: str) -> bytes:
        return answer(b"", f"Location: {path}", status=status)

    async with serving(
        old=to("/newer", "301 Moved"), newer=to("new", "308 Moved"), new=answer(HTML), now=to("/new", "302 Found")
    ) as server:
        moved = await get(client, f"{server.base}/old", limit=1000)
        found = await get(client, f"{server.base}/now", limit=1000)
    assert (moved.url, moved.moved_to, moved.body) == (f"{server.base}/new", f"{server.base}/new", HTML)
    assert (found.url, found.moved_to) == (f"{server.base}/new", None)


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
FAILURES = [
    ("cut-length", answer(HTML, length=100), CutOff, "The answer of {url} was cut off: peer closed connection"),
    ("cut-chunk", CHUNKED + b"5\r\n<html\r\n", CutOff, "The answer of {url} was cut off: peer closed connection"),
    ("cut-gzip", answer(gzip.compress(HTML)[:-9], "Content-Encoding: gzip"), CutOff, "The compressed body of {url} ends before its end."),
    ("no-answer", b"", Unreachable, "{url} cannot be reached: Server disconnected without sending a response."),
    ("no-http", b"SSH-2.0-OpenSSH\r\n\r\n", Unreachable, "{url} cannot be reached: "),
    ("no-gzip", answer(HTML, "Content-Encoding: gzip"), Unreachable, "{url} says its body is compressed (gzip), but it is not: "),
    ("brotli", answer(HTML, "Content-Encoding: br"), Unreachable, "{url} answers in the coding 'br', which we did not ask for"),
    ("said-too-large", answer(b"", length=2001), BodyTooLarge, "The body of {url} has 2001 bytes; more than 2000 are not read."),
    ("too-large", CHUNKED + b"7d1\r\n" + b"x" * 2001 + b"\r\n0\r\n\r\n", BodyTooLarge, "The body of {url} is larger than 2000 bytes."),
    ("not-found", answer(HTML, status="404 Not Found"), HttpError, "{url} answers 404 Not Found."),
    ("busy", answer(HTML, status="503 Service Unavailable"), HttpError, "{url} answers 503 Service Unavailable."),
    ("loop", answer(b"", "Location: /loop", status="302 Found"), TooManyRedirects, "{url} leads on to more than 5 other addresses"),
    ("file", answer(b"", "Location: file:///etc/passwd", status="302 Found"), Refused, "{url} leads on to file:///etc/passwd, which is not an http or https address."),
    ("bad-location", answer(b"", "Location: http://[", status="302 Found"), Refused, "{url} leads on to http://[, which is not"),
    ("headers", b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000 + b"\r\n\r\n", Unreachable, "{url} cannot be reached: "),
]  # fmt: skip


@pytest.mark.parametrize(("name", "said", "failure", "sentence"), FAILURES, ids=[case[0] for case in FAILURES])
async def test_a_failure_has_a_type_and_a_sentence(
    client: httpx.AsyncClient, name: str, said: bytes, failure: type[FetchFailed], sentence: str
) -> None:
    async with serving(**{name: said}) as server:
        url = f"{server.base}/{name}"
        with pytest.raises(failure) as raised:
            await get(client, url, limit=2000)
    assert str(raised.value).startswith(sentence.format(url=url))
    assert str(raised.value).endswith(".")
    assert type(raised.value) is failure
    assert isinstance(raised.value, TransientError)


async def test_a_gzip_bomb_is_not_expanded(client: httpx.AsyncClient) -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    assert len(bomb) < 60_000
    async with serving(a=answer(bomb, "Content-Encoding: gzip")) as server:
        with pytest.raises(BodyTooLarge, match="is larger than 1000000 bytes"):
            await get(client, f"{server.base}/a", limit=1_000_000)


async def test_silence_ends(client: httpx.AsyncClient) -> None:
    async def silent(_headers: dict[str, str], writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nx")
        await writer.drain()
        await gone(writer)

    async with serving(a=silent) as server:
        with pytest.raises(TimedOut, match="is silent"):
            await get(client, f"{server.base}/a", limit=1000)


async def test_a_slow_drip_ends_at_the_deadline(client: httpx.AsyncClient) -> None:
    async def drip(_headers: dict[str, str], writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.05)  # the drip itself

    async with serving(a=drip) as server:
        began = monotonic()
        with pytest.raises(TimedOut, match=r"did not answer whole within 0\.4 s"):
            await get(client, f"{server.base}/a", limit=1000, seconds=0.4)
        assert monotonic() - began < 3


async def gone(writer: asyncio.StreamWriter) -> None:
    """Wait until the other end has closed."""
    while not writer.transport.is_closing():
        await asyncio.sleep(0.02)


async def test_nobody_listens(client: httpx.AsyncClient) -> None:
    (port,) = free_ports(1)
    with pytest.raises(Unreachable, match="cannot be reached: "):
        await get(client, f"http://127.0.0.1:{port}/", limit=1000)


async def test_a_server_that_does_not_speak_tls(client: httpx.AsyncClient) -> None:
    def plain(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(plain, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(Unreachable, match="cannot be reached securely: "):
            await get(client, f"https://127.0.0.1:{port}/", limit=1000)


@pytest.mark.parametrize(
    "url",
    ["", "file:///etc/passwd", "ftp://outlet.example/a", "//outlet.example/a", "http://", "http://a b/", "http://[x/"],
)
async def test_only_http_and_https_are_asked(client: httpx.AsyncClient, url: str) -> None:
    with pytest.raises(Refused, match="is not an http or https address"):
        await get(client, url, limit=1000)


@asynccontextmanager
async def counting(running: list[str], hosts: Hosts, url: str, delay: float = 0.0) -> AsyncIterator[None]:
    async with hosts.turn(url, delay):
        running.append(host_of(url))
        yield
        running.remove(host_of(url))


async def test_one_request_at_a_time_to_a_host_and_so_many_in_all() -> None:
    hosts, running, most = Hosts(3), list[str](), list[int]()

    async def ask(url: str) -> None:
        async with counting(running, hosts, url):
            assert len(set(running)) == len(running), "two at one host"
            most.append(len(running))
            await asyncio.sleep(0)

    await asyncio.gather(*(ask(f"https://{name}.example/{n}") for n in range(20) for name in "abcdef"))
    assert max(most) == 3


async def test_a_host_is_left_alone_for_a_while_after_each_request() -> None:
    hosts, ended = Hosts(8), list[float]()

    async def ask(url: str) -> None:
        async with hosts.turn(url, 0.05):
            if ended:
                assert monotonic() - ended[-1] >= 0.05
        ended.append(monotonic())

    await asyncio.gather(*(ask("https://a.example/") for _ in range(4)))
    assert len(ended) == 4


async def test_a_turn_given_up_does_not_keep_others_waiting() -> None:
    hosts = Hosts(1)
    with pytest.raises(ZeroDivisionError):
        async with hosts.turn("https://a.example/", 0):
            raise ZeroDivisionError
    async with asyncio.timeout(1), hosts.turn("https://a.example/", 0):
        pass


@pytest.mark.parametrize(
    ("ended", "now", "delay", "left"),
    [(None, 10, 1, 0), (10, 10, 1, 1), (10, 10.4, 1, 0.6), (10, 12, 1, 0), (10, 10, 0, 0)],
)
def test_the_pause_that_is_left(ended: float | None, now: float, delay: float, left: float) -> None:
    assert pause_left(ended, now, delay) == pytest.approx(left)


def test_hosts() -> None:
    assert host_of("https://User:pw@Outlet.example:8443/a") == "outlet.example:8443"
