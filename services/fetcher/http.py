"""Asking for an address: one client, one function, typed failures with sentences."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import MappingProxyType

import httpx

from services import __version__
from services.common.connecting import ALLOW_PRIVATE, AddressRefused, CheckedTransport, Resolve, resolve
from services.common.retry_after import retry_after
from services.fetcher.decoding import ACCEPTED, bounded_body
from services.fetcher.entries import absolute
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
from services.fetcher.settings import FetcherSettings

REDIRECTS = {301, 302, 303, 307, 308}
PERMANENT = {301, 308}
NOT_MODIFIED = 304
ACCEPT = "text/html, application/xhtml+xml, application/rss+xml, application/atom+xml, application/xml;q=0.9, */*;q=0.5"
PERMISSION = "only a source with `allow_private: true` may lead there (`sitrep sources add --allow-private`)"
CUT_OFF = "peer closed connection"
"""How httpx's words begin when a body is shorter than its Content-Length, or its last chunk is missing."""

Turn = Callable[[str], AbstractAsyncContextManager[None]]
"""Called with the address of each request, redirects too: waits until it may be made."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """What we hold of an address, for a conditional request (RFC 9110, section 13)."""

    etag: str | None = None
    last_modified: str | None = None

    def headers(self) -> dict[str, str]:
        """The request's headers."""
        both = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in both.items() if value and value.isascii() and value.isprintable()}


@dataclass(frozen=True, slots=True)
class Page:
    """What a URL answered."""

    url: str
    """Where the answer came from, redirects followed."""
    status: int
    """Below 400; 304 has no body."""
    headers: Mapping[str, str]
    """Names in small letters."""
    body: bytes
    """Decompressed."""
    fetched_at: datetime
    asked: str
    """The address that was asked for."""
    moved_to: str | None = field(default=None)
    """Where every redirect on the way was a permanent one: the address to ask from now on."""

    @property
    def unchanged(self) -> bool:
        """Whether what we hold is still what there is."""
        return self.status == NOT_MODIFIED

    @property
    def content_type(self) -> str | None:
        """The Content-Type header."""
        return self.headers.get("content-type")

    @property
    def conditions(self) -> Conditions:
        """What to send the next time."""
        return Conditions(self.headers.get("etag"), self.headers.get("last-modified"))


@dataclass(frozen=True, slots=True)
class _Asked:
    """What holds for a request and for all that it leads on to."""

    url: str
    limit: int
    beginning: bool
    headers: Mapping[str, str]
    seconds: float
    allow_private: bool


@contextlib.asynccontextmanager
async def http_client(settings: FetcherSettings, resolve: Resolve = resolve) -> AsyncIterator[httpx.AsyncClient]:
    """The client for every request: honest about who we are, keeping no cookies, following no redirect by itself.

    It connects to public addresses only, unless a request says that it may go to others (``connecting``).
    """
    contact = f"; {settings.fetcher_contact}" if settings.fetcher_contact else ""
    async with httpx.AsyncClient(
        headers={
            "User-Agent": f"Sitrep/{__version__} (news reader{contact})",
            "Accept": ACCEPT,
            "Accept-Encoding": ACCEPTED,
        },
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
        timeout=httpx.Timeout(settings.fetcher_silence_seconds, pool=None),
        transport=CheckedTransport(
            httpx.Limits(max_connections=None, max_keepalive_connections=4, keepalive_expiry=15), PERMISSION, resolve
        ),
        follow_redirects=False,
        trust_env=False,
    ) as client:
        yield client


async def get(
    client: httpx.AsyncClient,
    url: str,
    *,
    limit: int,
    conditions: Conditions | None = None,
    redirects: int = 5,
    seconds: float = 60.0,
    turn: Turn | None = None,
    allow_private: bool = False,
    beginning: bool = False,
) -> Page:
    """GET an address.

    Args:
        client: from ``http_client``.
        url: an http or https address.
        limit: bytes of the body, as sent and once decompressed.
        conditions: what we hold of it already.
        redirects: how many are followed.
        seconds: for each request until its last byte; waiting for a turn does not count.
        turn: the wait before each request.
        allow_private: whether it may be, or lead on to, an address that is not on the public internet.
        beginning: whether of a larger body its first ``limit`` bytes are wanted.

    Raises:
        FetchFailed: one of its kinds, with a sentence.
    """
    whole = absolute(url, url)
    if whole is None:
        raise Refused(f"{url[:200]} is not an http or https address.")
    held = conditions.headers() if conditions else {}
    asked, url, permanent = _Asked(url, limit, beginning, held, seconds, allow_private), whole, True
    for _ in range(redirects + 1):
        async with turn(url) if turn else contextlib.nullcontext():
            page, onward = await _one(client, url, asked)
        if onward is None:
            moved = page.url if permanent and page.url != whole else None
            return Page(page.url, page.status, page.headers, page.body, page.fetched_at, asked.url, moved)
        permanent = permanent and page.status in PERMANENT
        onto = absolute(onward, url)
        if onto is None:
            raise Refused(f"{asked.url} leads on to {onward[:200]}, which is not an http or https address.")
        url = onto
    raise TooManyRedirects(f"{asked.url} leads on to more than {redirects} other addresses, the last of them {url}.")


async def _one(client: httpx.AsyncClient, url: str, asked: _Asked) -> tuple[Page, str | None]:
    """One request: its page, and where it leads on to."""
    try:
        async with (
            asyncio.timeout(asked.seconds),
            client.stream("GET", url, headers=asked.headers, extensions={ALLOW_PRIVATE: asked.allow_private}) as answer,
        ):
            onward = answer.headers.get("location") if answer.status_code in REDIRECTS else None
            if answer.status_code >= 400:
                sentence = f"{url} answers {answer.status_code} {answer.reason_phrase[:60]}".strip()
                wait = retry_after(answer.headers.get("retry-after"), datetime.now(UTC))
                raise HttpError(f"{sentence}{_from(asked.url, url)}.", answer.status_code, wait)
            if answer.status_code == NOT_MODIFIED and not asked.headers:
                raise HttpError(f"{url} answers 304 Not Modified, though nothing is held of it.", answer.status_code)
            body = b"" if onward or answer.status_code == NOT_MODIFIED else await _body(answer, url, asked)
            headers = MappingProxyType({name.lower(): value for name, value in answer.headers.items()})
            return Page(url, answer.status_code, headers, body, datetime.now(UTC), asked.url), onward
    except TimeoutError as error:
        raise TimedOut(f"{url} did not answer whole within {asked.seconds:g} s.") from error
    except AddressRefused as error:
        raise Refused(str(error)) from error
    except httpx.TimeoutException as error:
        raise TimedOut(f"{url} is silent ({type(error).__name__}).") from error
    except httpx.HTTPError as error:
        raise _failure(url, error) from error
    except (httpx.InvalidURL, UnicodeError, ValueError) as error:
        raise Refused(f"{url} is no address that can be asked: {error}.") from error


async def _body(answer: httpx.Response, url: str, asked: _Asked) -> bytes:
    length = answer.headers.get("content-length", "")
    if length.isdecimal() and int(length[:20]) > asked.limit and not asked.beginning:
        raise BodyTooLarge(f"The body of {url} has {length[:20]} bytes; more than {asked.limit} are not read.")
    coding = answer.headers.get("content-encoding", "")
    return await bounded_body(answer.aiter_raw(), coding, limit=asked.limit, url=url, beginning=asked.beginning)


def _failure(url: str, error: httpx.HTTPError) -> FetchFailed:
    said = str(error).rstrip(".") or type(error).__name__
    if isinstance(error, httpx.RemoteProtocolError) and said.startswith(CUT_OFF):
        return CutOff(f"The answer of {url} was cut off: {said}.")
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, ssl.SSLError):
        cause = cause.__cause__ or cause.__context__
    if cause is not None:
        return Unreachable(f"{url} cannot be reached securely: {cause}.")
    return Unreachable(f"{url} cannot be reached: {said}.")


def _from(asked: str, url: str) -> str:
    return "" if asked == url else f" (led there from {asked})"
