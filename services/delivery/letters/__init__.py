"""The letters: what stands in them, as text and as simple HTML, and what mail programs are told about them.

Sources: RFC 5322; RFC 2369 and RFC 8058 (List-Unsubscribe, one click); RFC 3834 (Auto-Submitted).
"""

from collections.abc import Sequence
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from services.common.endpoints import EndpointSettings, token
from services.common.messages import Alert, Delivery, Endpoint

LONGEST_SUBJECT: Final = 150
"""Characters."""


class Letters:
    """Writes letters. Everything in a header is on one line: titles come from outside."""

    def __init__(self, settings: EndpointSettings, sender: str) -> None:
        self._settings = settings
        name, address = parseaddr(sender)
        self._sender = Address(one_line(name), addr_spec=address)
        self._templates = Environment(
            loader=PackageLoader("services.delivery", "letters"),
            autoescape=select_autoescape(["html"]),
            undefined=StrictUndefined,
            trim_blocks=True,
            keep_trailing_newline=True,
        )
        self._templates.filters["oneline"] = one_line

    @property
    def sender(self) -> str:
        """The address that letters are from."""
        return self._sender.addr_spec

    def about(self, job: Sequence[Delivery], endpoint: Endpoint, now: datetime) -> EmailMessage:
        """The letter for these deliveries: one or several alerts, a sample, or the question whose mailbox it is."""
        if job[0].kind == "confirmation":
            return self._confirmation(job[0], endpoint, now)
        alerts = [delivery.alert for delivery in job if delivery.alert is not None]
        name = alerts[0].subscription_name
        what = alerts[0].title if len(alerts) == 1 else f"{len(alerts)} alerts"
        subject = f"{'Sample: ' if job[0].kind == 'test' else ''}{name}: {what}"
        unsubscribe = self._link("unsubscribe", endpoint)
        letter = self._letter(job[0], endpoint, subject, now)
        letter["List-Unsubscribe"] = f"<{unsubscribe}>"
        letter["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        self._write(letter, "alerts", subject=subject, alerts=_listed(alerts), name=name, unsubscribe=unsubscribe)
        return letter

    def _confirmation(self, delivery: Delivery, endpoint: Endpoint, now: datetime) -> EmailMessage:
        subject = f"Alerts of {delivery.title}: is this mailbox yours?"
        letter = self._letter(delivery, endpoint, subject, now)
        self._write(
            letter, "confirmation", subject=subject, name=delivery.title, confirm=self._link("confirm", endpoint)
        )
        return letter

    def _letter(self, delivery: Delivery, endpoint: Endpoint, subject: str, now: datetime) -> EmailMessage:
        letter = EmailMessage(policy=SMTP)
        letter["From"] = self._sender
        letter["To"] = Address(addr_spec=endpoint.to)
        letter["Subject"] = one_line(subject)[:LONGEST_SUBJECT]
        letter["Date"] = format_datetime(now)
        letter["Message-ID"] = f"<{delivery.id}@{self._sender.domain}>"
        letter["Auto-Submitted"] = "auto-generated"
        return letter

    def _write(self, letter: EmailMessage, template: str, **given: object) -> None:
        given["public_url"] = self._settings.public_url
        letter.set_content(self._templates.get_template(f"{template}.txt").render(given))
        letter.add_alternative(self._templates.get_template(f"{template}.html").render(given), subtype="html")

    def _link(self, purpose: str, endpoint: Endpoint) -> str:
        given = token(self._settings.delivery_secret, purpose, endpoint.subscription_id, endpoint.to)  # type: ignore[arg-type]
        return f"{self._settings.public_url.rstrip('/')}/{purpose}/{endpoint.subscription_id}/{given}"


def one_line(text: str) -> str:
    """A text without line breaks and other control characters, so that it can end no header."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def _listed(alerts: Sequence[Alert]) -> list[Alert]:
    """The newest last, as they came."""
    return sorted(alerts, key=lambda alert: alert.created_at)
