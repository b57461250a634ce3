"""Hundreds of hostile and broken answers through the real request and the real readers.

Each ends in one of the outcomes declared for it in ``hostile``: nothing else is raised, nothing hangs, nothing is
taken beyond the limits. All of them are asked for at once, as a fetcher does, and each is then a test of its own.
"""

import asyncio
import contextlib
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import httpx
import pytest

from services.common.errors import PermanentError, TransientError
from services.common.messages import Article
from services.fetcher.articles import article_from_html
from services.fetcher.deadline import Workers, workers
from services.fetcher.entries import Feed
from services.fetcher.feeds import feed_from_bytes
from services.fetcher.http import Page, get, http_client
from services.fetcher.settings import FetcherSettings
from services.fetcher.sitemaps import sitemap_from_bytes
from tests.unit.fetcher.hostile import FEED_BYTES, PAGE_BYTES, READ, RSS, Case, cases
from tests.unit.fetcher.servers import answer, serving

SETTINGS = FetcherSettings(fetcher_silence_seconds=2)
WHOLE_SECONDS = 4.0
WORK_SECONDS = 15.0
HANGS = 90.0
"""Far more than the limits above allow in all, with the time spent waiting for a free process."""
AT_ONCE = 60
CASES = cases()


@dataclass(frozen=True, slots=True)
class Ended:
    """How a case ended."""

    outcome: str
    sentence: str
    article: Article | None = None
    feed: Feed | None = None


async def ended(client: httpx.AsyncClient, pool: Workers, url: str, case: Case) -> Ended:
    """Ask for an answer and read it, as the fetcher does."""
    try:
        limit = PAGE_BYTES if case.reader == "page" else FEED_BYTES
        async with asyncio.timeout(HANGS):
            page = await get(client, url, limit=limit, seconds=WHOLE_SECONDS, allow_private=True)
            assert len(page.body) <= limit
            found = await read(pool, page, case)
    except (TransientError, PermanentError) as error:
        return Ended(type(error).__name__, str(error))
    except TimeoutError:
        return Ended("hangs", "")
    except Exception as error:  # noqa: BLE001 - just what must not happen; the test of the case says so
        return Ended(f"raised {type(error).__name__}", str(error))
    return Ended(READ, "", *((None, found) if isinstance(found, Feed) else (found, None)))


async def read(pool: Workers, page: Page, case: Case) -> Feed | Article:
    if case.reader == "feed":
        return await pool.run(feed_from_bytes, page.url, page.body, page.url, content_type=page.content_type)
    if case.reader == "sitemap":
        return await pool.run(sitemap_from_bytes, page.url, page.body, page.url)
    return await pool.run(article_from_html, page.url, page.body, page.url, content_type=page.content_type)


@pytest.fixture(scope="module", name="ends")
async def _ends() -> AsyncIterator[dict[Case, Ended]]:
    """Every case asked for, many at a time."""
    paths = {case: f"c{number}" for number, case in enumerate(CASES)}
    free = asyncio.Semaphore(AT_ONCE)
    async with (
        serving(**{path: case.said for case, path in paths.items()}) as server,
        http_client(SETTINGS) as client,
        workers(2, WORK_SECONDS) as pool,
    ):

        async def one(case: Case, path: str) -> tuple[Case, Ended]:
            async with free:
                return case, await ended(client, pool, f"{server.base}/{path}", case)

        yield dict(await asyncio.gather(*(one(case, path) for case, path in paths.items())))


def test_there_are_hundreds_of_them() -> None:
    assert len(CASES) >= 400
    assert len({(case.reader, case.name) for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=[f"{case.reader}: {case.name}" for case in CASES])
def test_it_ends_as_declared(ends: dict[Case, Ended], case: Case) -> None:
    end = ends[case]
    assert end.outcome in case.outcomes, end.sentence
    if end.outcome != READ:
        assert end.sentence.endswith("."), "a failure is a sentence"
        assert len(end.sentence) < 1_000
        assert "\n" not in end.sentence
    if end.feed is not None:
        assert all(len(entry.title or "") < 200_000 for entry in end.feed.entries)
        assert "root:" not in repr(end.feed), "a file of this machine"
        if case.entries is not None:
            assert len(end.feed.entries) == case.entries


def test_entities_are_never_expanded(ends: dict[Case, Ended]) -> None:
    asked = [(case, end) for case, end in ends.items() if case.name.startswith("entities: ")]
    assert len(asked) == 12
    for _case, end in asked:
        assert len(repr(end)) < 300_000
        assert "hahahaha" not in repr(end)
        assert "root:x" not in repr(end)
        assert end.outcome != "WorkTimedOut"


@contextlib.asynccontextmanager
async def tls_server(folder: Path, *days: str, name: str = "127.0.0.1") -> AsyncIterator[str]:
    """A server with a certificate that nobody vouches for."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    making = await asyncio.create_subprocess_exec(
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
        "-keyout", key, "-out", certificate, "-subj", f"/CN={name}", "-addext", f"subjectAltName=IP:{name}",
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    assert await making.wait() == 0
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    async def handle(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer(RSS.encode()))
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=context)
    async with server:
        yield f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/feed"


@pytest.mark.skipif(shutil.which("openssl") is None, reason="certificates are made with openssl")
@pytest.mark.parametrize("name", ["127.0.0.1", "127.0.0.9"], ids=["self-signed", "for another name"])
async def test_a_certificate_that_nobody_vouches_for(tmp_path: Path, name: str) -> None:
    async with tls_server(tmp_path, name) as url, http_client(SETTINGS) as client:
        with pytest.raises(TransientError, match=r"cannot be reached securely: .*self.signed certificate"):
            await get(client, url, limit=FEED_BYTES, allow_private=True)
        async with serving(a=answer(b"", f"Location: {url}", status="301 Moved")) as plain:
            with pytest.raises(TransientError, match=r"cannot be reached securely: "):
                await get(client, f"{plain.base}/a", limit=FEED_BYTES, allow_private=True)


HANDSHAKES = {
    "no TLS": b"HTTP/1.1 200 OK\r\n\r\n",
    "noise": bytes(range(256)),
    "an alert": b"\x15\x03\x03\x00\x02\x02\x28",
    "closed at once": b"",
    "a record of a wrong length": b"\x16\x03\x03\xff\xff" + b"\0" * 500,
    "a hello cut off": b"\x16\x03\x03\x00\x7a\x02\x00\x00\x76",
}


@pytest.mark.parametrize("hello", HANDSHAKES.values(), ids=HANDSHAKES)
async def test_a_handshake_that_fails(hello: bytes) -> None:
    async def handle(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(hello)
        writer.close()

    async with await asyncio.start_server(handle, "127.0.0.1", 0) as server, http_client(SETTINGS) as client:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(TransientError, match=r"cannot be reached"):
            await get(client, f"https://127.0.0.1:{port}/", limit=FEED_BYTES, allow_private=True)


async def test_a_handshake_that_never_ends() -> None:
    gone = asyncio.Event()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            await reader.read()
        gone.set()
        writer.close()

    async with await asyncio.start_server(handle, "127.0.0.1", 0) as server:
        async with http_client(FetcherSettings(fetcher_silence_seconds=0.3)) as client:
            began = monotonic()
            with pytest.raises(TransientError, match=r"is silent"):
                await get(
                    client, f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/", limit=9, allow_private=True
                )
            assert monotonic() - began < 5
        await asyncio.wait_for(gone.wait(), 5)
