"""One webhook: posted, signed, bounded in time, to addresses that may be asked, and nowhere that it is led on to."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx
import structlog
from pydantic import SecretStr

from services import __version__
from services.common.connecting import ALLOW_PRIVATE, AddressRefused, CheckedTransport, Resolve, resolve
from services.common.endpoints import webhook_secret
from services.common.messages import Delivery, Endpoint, Message
from services.common.retry_after import retry_after
from services.delivery.outcome import Outcome
from services.delivery.settings import DeliverySettings
from services.delivery.signing import signed_headers

log = structlog.get_logger()

GONE = 410
OLD_SECRET = timedelta(days=1)
"""For how long the secret before a renewed one signs too."""
SHOWN = 200
"""Characters of an answer that are kept in the log of deliveries."""
PERMISSION = "SITREP_DELIVERY_ALLOW_PRIVATE allows webhooks there"


class Payload(Message):
    """What a webhook carries (Standard Webhooks, "Payload structure")."""

    type: str
    """``alert.raised``, or ``alert.test`` for a sample."""
    timestamp: datetime
    """When the alert was raised."""
    data: dict[str, object]
    """The alert, as on ``news.alerts.v1``."""


@contextlib.asynccontextmanager
async def webhook_client(settings: DeliverySettings, resolve: Resolve = resolve) -> AsyncIterator[httpx.AsyncClient]:
    """The client for all webhooks: keeps no cookies, follows no redirect, connects only where it may."""
    async with httpx.AsyncClient(
        headers={
            "User-Agent": f"Sitrep/{__version__} (webhooks)",
            "Content-Type": "application/json",
            "Accept": "*/*",
            "Accept-Encoding": "identity",
        },
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
        timeout=httpx.Timeout(settings.delivery_seconds, pool=None),
        transport=CheckedTransport(
            httpx.Limits(max_connections=None, max_keepalive_connections=4, keepalive_expiry=15), PERMISSION, resolve
        ),
        follow_redirects=False,
        trust_env=False,
    ) as client:
        yield client


def payload(delivery: Delivery) -> bytes:
    """The body of a delivery's webhook."""
    assert delivery.alert is not None  # noqa: S101 - what is pending has its alert
    kind = "alert.test" if delivery.kind == "test" else "alert.raised"
    data = delivery.alert.model_dump(mode="json")
    return Payload(type=kind, timestamp=delivery.alert.created_at, data=data).model_dump_json().encode()


def secrets_of(endpoint: Endpoint, shared: SecretStr, now: datetime) -> list[str]:
    """What signs for an endpoint now: its secret, and for a day after a renewal the one before."""
    numbers = [endpoint.secret_number]
    if endpoint.secret_since and endpoint.secret_number > 1 and now < endpoint.secret_since + OLD_SECRET:
        numbers.append(endpoint.secret_number - 1)
    return [webhook_secret(shared, endpoint.subscription_id, number) for number in numbers]


async def post(
    client: httpx.AsyncClient, delivery: Delivery, endpoint: Endpoint, settings: DeliverySettings, now: datetime
) -> Outcome:
    """One attempt. Never fails: what goes wrong is the outcome."""
    body = payload(delivery)
    headers = signed_headers(delivery.id, now, body, secrets_of(endpoint, settings.delivery_secret, now))
    allow = {ALLOW_PRIVATE: settings.delivery_allow_private}
    try:
        async with (
            asyncio.timeout(settings.delivery_seconds),
            client.stream("POST", endpoint.to, content=body, headers=headers, extensions=allow) as answer,
        ):
            return judged(answer, await _beginning(answer))
    except TimeoutError:
        return Outcome(ok=False, said=f"no whole answer within {settings.delivery_seconds:g} s")
    except AddressRefused as error:
        return Outcome(ok=False, said=str(error))
    except httpx.TimeoutException as error:
        return Outcome(ok=False, said=f"silent ({type(error).__name__})")
    except httpx.HTTPError as error:
        return Outcome(ok=False, said=_why(error))
    except (httpx.InvalidURL, UnicodeError, ValueError) as error:
        return Outcome(ok=False, said=f"no address that can be asked: {error}")


def judged(answer: httpx.Response, beginning: str) -> Outcome:
    """What an answer means: anything but 2xx is a failure (Standard Webhooks)."""
    status = answer.status_code
    said = f"answered {status} {answer.reason_phrase[:60]}".strip()
    if answer.is_redirect:
        return Outcome(ok=False, status=status, said=f"{said}; redirects are not followed")
    if beginning:
        said = f"{said}: {beginning}"
    if answer.is_success:
        return Outcome(ok=True, status=status, said=said)
    wait = retry_after(answer.headers.get("retry-after"), datetime.now(UTC))
    return Outcome(ok=False, status=status, said=said, wait=wait, gone=status == GONE)


async def _beginning(answer: httpx.Response) -> str:
    """The first words of an answer, on one line; the rest is not read."""
    read = b""
    async for piece in answer.aiter_raw():
        read += piece
        if len(read) >= SHOWN * 4:
            break
    text = "".join(letter if letter.isprintable() else " " for letter in read.decode("utf-8", "replace"))
    return " ".join(text.split())[:SHOWN]


def _why(error: httpx.HTTPError) -> str:
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, ssl.SSLError):
        cause = cause.__cause__ or cause.__context__
    said = str(error).rstrip(".") or type(error).__name__
    return f"cannot be reached securely: {cause}" if cause is not None else f"cannot be reached: {said}"
