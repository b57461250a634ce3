"""One letter, handed to the mail server.

Sources: RFC 5321 (reply codes), RFC 3463 (enhanced status codes).
"""

import asyncio
import ssl
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import aiosmtplib

from services.common.messages import Delivery, Endpoint
from services.delivery.letters import Letters, one_line
from services.delivery.outcome import Outcome
from services.delivery.settings import DeliverySettings

AT_ONCE: Final = 4
"""Connections to the mail server."""
NO_SUCH_MAILBOX: Final = {550, 551, 553}
POLICY: Final = "5.7."
"""How a refusal begins that is about who sends, not about the mailbox."""


class Mail:
    """The way to the mail server. A server that is away holds back letters, and nothing is held against mailboxes."""

    def __init__(self, settings: DeliverySettings, letters: Letters) -> None:
        self._settings = settings
        self._letters = letters
        self._turn = asyncio.Semaphore(AT_ONCE)

    async def send(self, job: Sequence[Delivery], endpoint: Endpoint, now: datetime) -> Outcome:
        """Send one letter with these deliveries. Never fails: what goes wrong is the outcome."""
        settings = self._settings
        if not settings.letters_on:
            return Outcome(ok=False, said="no mail server is set (SITREP_SMTP_HOST, SITREP_PUBLIC_URL)", ours=True)
        letter = self._letters.about(job, endpoint, now)
        try:
            async with self._turn:
                _, said = await aiosmtplib.send(
                    letter,
                    sender=self._letters.sender,
                    recipients=[endpoint.to],
                    hostname=settings.smtp_host,
                    port=settings.smtp_port,
                    username=settings.smtp_user or None,
                    password=settings.smtp_password.get_secret_value() or None,
                    use_tls=settings.smtp_security == "tls",
                    start_tls=settings.smtp_security == "starttls",
                    tls_context=_tls(settings),
                    timeout=settings.smtp_seconds,
                )
        except aiosmtplib.SMTPRecipientsRefused as error:
            refused = error.recipients[0]
            words = one_line(refused.message)[:200]
            gone = refused.code in NO_SUCH_MAILBOX and not words.startswith(POLICY)
            return Outcome(ok=False, status=refused.code, said=f"answered {refused.code}: {words}", gone=gone)
        except aiosmtplib.SMTPResponseException as error:
            words = one_line(error.message)[:200]
            said = f"the mail server answered {error.code}: {words}"
            return Outcome(ok=False, status=error.code, said=said, ours=True)
        except (aiosmtplib.SMTPException, OSError, ssl.SSLError) as error:
            said = one_line(f"the mail server cannot be used: {type(error).__name__}: {error}")[:300]
            return Outcome(ok=False, said=said, ours=True)
        return Outcome(ok=True, status=250, said=f"answered 250: {one_line(said)[:200]}")


def _tls(settings: DeliverySettings) -> ssl.SSLContext | None:
    if settings.smtp_security == "none":
        return None
    return ssl.create_default_context(cafile=settings.smtp_ca_file or None)
