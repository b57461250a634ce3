"""A receiver of webhooks, a real mail server, and a clock that only moves when it is told to."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from services.common.runtime import http_server
from tests.ports import free_ports


@dataclass(slots=True)
class Webhook:
    """One request that a receiver got."""

    path: str
    headers: dict[str, str]
    body: bytes
    at: float


@dataclass(slots=True)
class Receiver:
    """Takes webhooks and answers as it is told to: by path, in turn, the last answer for ever."""

    base: str = ""
    got: list[Webhook] = field(default_factory=list)
    answers: dict[str, list[Response]] = field(default_factory=dict)
    waits: dict[str, asyncio.Event] = field(default_factory=dict)
    """By path: an answer there is held back until the event is set."""
    open_now: dict[str, int] = field(default_factory=dict)
    most_open: dict[str, int] = field(default_factory=dict)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        path = request.url.path
        body = await request.body()
        self.got.append(Webhook(path, dict(request.headers), body, datetime.now(UTC).timestamp()))
        self.open_now[path] = self.open_now.get(path, 0) + 1
        self.most_open[path] = max(self.most_open.get(path, 0), self.open_now[path])
        try:
            if path in self.waits:
                await self.waits[path].wait()
            answers = self.answers.get(path, [])
            answer = answers.pop(0) if len(answers) > 1 else answers[0] if answers else Response(status_code=204)
            await answer(scope, receive, send)
        finally:
            self.open_now[path] -= 1

    def at(self, path: str) -> list[Webhook]:
        """What came to a path."""
        return [each for each in self.got if each.path == path]


@asynccontextmanager
async def receiving(port: int = 0) -> AsyncIterator[Receiver]:
    """A receiver on loopback."""
    receiver = Receiver()
    async with http_server(receiver, "127.0.0.1", port) as where:
        receiver.base = f"http://127.0.0.1:{where}"
        yield receiver
        for held in receiver.waits.values():
            held.set()


@dataclass(slots=True)
class Mailbox:
    """What a mail server was handed."""

    port: int = 0
    letters: list[EmailMessage] = field(default_factory=list)
    envelopes: list[tuple[str, list[str]]] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    """By mailbox: what is answered to RCPT."""
    data_answer: str = "250 taken"
    encrypted: list[bool] = field(default_factory=list)
    logged_in: list[str] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Any, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        if not self.data_answer.startswith("2"):
            return self.data_answer
        content = envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
        letter = message_from_bytes(content, policy=default)
        assert isinstance(letter, EmailMessage)
        self.encrypted.append(session.ssl is not None)
        self.envelopes.append((envelope.mail_from or "", list(envelope.rcpt_tos)))
        self.letters.append(letter)
        return self.data_answer


@asynccontextmanager
async def mail_server(
    port: int | None = None, *, tls: ssl.SSLContext | None = None, password: str | None = None
) -> AsyncIterator[Mailbox]:
    """A real mail server on loopback; with ``tls`` it offers STARTTLS and insists on it."""
    mailbox = Mailbox()

    def authenticate(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        right = data.password == (password or "").encode()
        if right:
            mailbox.logged_in.append(data.login.decode())
        return AuthResult(success=right)

    more: dict[str, Any] = {"tls_context": tls, "require_starttls": True} if tls else {}
    if password is not None:
        more |= {"authenticator": authenticate, "auth_required": True, "auth_require_tls": tls is not None}
    mailbox.port = port or free_ports(1)[0]
    controller = Controller(mailbox, hostname="127.0.0.1", port=mailbox.port, **more)
    await asyncio.to_thread(controller.start)
    try:
        yield mailbox
    finally:
        await asyncio.to_thread(controller.stop)


@dataclass(slots=True)
class Clock:
    """The time, which can be moved on."""

    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __call__(self) -> datetime:
        return self.now

    def go_on(self, **span: float) -> None:
        self.now += timedelta(**span)


Time = Callable[[], datetime]
