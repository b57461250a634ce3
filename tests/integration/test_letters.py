"""Letters, by a real mail server: encrypted, with a login, refused, away; and nobody gets any who did not say yes."""

import asyncio
import ssl
import subprocess
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from deploy.local.engines import Engines
from services.common.endpoints import endpoint_record, token
from services.common.messages import Delivery, Endpoint
from services.delivery.letters import Letters
from services.delivery.mail import Mail
from services.delivery.settings import DeliverySettings
from tests.builders import MOMENT, an_alert
from tests.integration.asking import running
from tests.integration.delivered import SHARED, alerted, delivering, publish, subscribed
from tests.ports import free_ports
from tests.receivers import Clock, Mailbox, mail_server
from tests.waiting import until

TO = "desk@reader.example"


def given(port: int, **more: Any) -> dict[str, Any]:
    return {
        "smtp_host": "127.0.0.1", "smtp_port": port, "smtp_security": "none", "public_url": "https://sitrep.example",
        "delivery_secret": SHARED, "mail_from": "Sitrep <sitrep@sitrep.example>", "smtp_seconds": 5.0, **more,
    }  # fmt: skip


def a_delivery() -> Delivery:
    return Delivery(
        id="d1", subscription_id="tanks", channel="email", kind="alert", to=TO, title="t", alert=an_alert(),
        created_at=MOMENT, due_at=MOMENT,
    )  # fmt: skip


async def send(port: int, **more: Any) -> Any:
    settings = DeliverySettings(**given(port, **more))
    mail = Mail(settings, Letters(settings, settings.mail_from))
    return await mail.send(
        [a_delivery()], Endpoint(subscription_id="tanks", channel="email", to=TO, since=MOMENT), MOMENT
    )


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1, and its key, in one file."""
    folder = tmp_path_factory.mktemp("tls")
    made = [
        "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
        "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(folder / "key"), "-out", str(folder / "cert"),
    ]  # fmt: skip
    subprocess.run(made, check=True, capture_output=True)
    (folder / "both").write_bytes((folder / "key").read_bytes() + (folder / "cert").read_bytes())
    return folder / "both"


async def test_a_letter_goes_encrypted_with_a_login(certificate: Path) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    login = {"smtp_security": "starttls", "smtp_user": "sitrep", "smtp_ca_file": str(certificate)}
    async with mail_server(tls=context, password="right") as mailbox:
        outcome = await send(mailbox.port, **login, smtp_password=SecretStr("right"))
        assert (outcome.ok, outcome.status) == (True, 250)
        assert (mailbox.encrypted, mailbox.logged_in) == ([True], ["sitrep"])
        assert mailbox.envelopes == [("sitrep@sitrep.example", [TO])]
        refused = await send(mailbox.port, **login, smtp_password=SecretStr("wrong"))
        assert (refused.ok, refused.ours) == (False, True)
        assert "wrong" not in refused.said
        untrusted = await send(mailbox.port, smtp_security="starttls", smtp_user="sitrep")
        assert (untrusted.ok, untrusted.ours) == (False, True)
        assert "certificate" in untrusted.said.lower()


REFUSALS = [
    ("550 5.1.1 no such user", True, False),
    ("550 5.7.1 we do not like you", False, False),
    ("450 4.2.1 come again", False, False),
]


@pytest.mark.parametrize(("answer", "gone", "ours"), REFUSALS)
async def test_what_a_refusal_means(answer: str, gone: bool, ours: bool) -> None:
    async with mail_server() as mailbox:
        mailbox.refused[TO] = answer
        outcome = await send(mailbox.port)
    assert (outcome.ok, outcome.gone, outcome.ours) == (False, gone, ours)
    assert outcome.said == f"answered {answer[:3]}: {answer[4:]}"


async def test_what_is_refused_altogether_or_away_is_not_held_against_the_mailbox() -> None:
    async with mail_server() as mailbox:
        mailbox.data_answer = "554 5.6.0 no"
        outcome = await send(mailbox.port)
        assert (outcome.ok, outcome.gone, outcome.ours, outcome.status) == (False, False, True, 554)
    [closed] = free_ports(1)
    away = await send(closed)
    assert (away.ok, away.ours) == (False, True)
    held: list[asyncio.StreamWriter] = []
    silent = await asyncio.start_server(lambda _reader, writer: held.append(writer), "127.0.0.1", 0)
    try:
        outcome = await send(silent.sockets[0].getsockname()[1], smtp_seconds=0.5)
    finally:
        for writer in held:
            writer.close()
        silent.close()
    assert (outcome.ok, outcome.ours) == (False, True)


def link_in(mailbox: Mailbox, purpose: str) -> str:
    """The path of a link in the last letter."""
    plain = mailbox.letters[-1].get_body(["plain"])
    assert plain is not None
    (link,) = [word for word in plain.get_content().split() if f"/{purpose}/" in word]
    return str(link).removeprefix("https://sitrep.example")


@pytest.mark.usefixtures("clean_line")
async def test_a_mailbox_is_asked_first_and_can_have_no_more_with_one_click(engines: Engines) -> None:
    async with (
        mail_server() as mailbox,
        delivering(engines, **given(mailbox.port)) as process,
        running(engines, **given(mailbox.port)) as http,
    ):
        made = await http.post("/v1/subscriptions", json={"name": "Tanks\u2028Bcc: x", "rule": {"any": ["tank"]}})
        name = made.json()["id"]
        await until(lambda: asked(http, name), "the first letter")
        await publish(engines, alerted(name, "before"))
        await until(lambda: mailbox.letters, "the question")
        planned = partial(process.metrics.registry.get_sample_value, "sitrep_messages_total")
        # Else it may be planned only when the mailbox has said yes, and be sent.
        await until(lambda: planned({"stage": "delivery", "outcome": "done"}), "the first alert is dealt with")
        confirm = link_in(mailbox, "confirm")
        stranger = httpx.AsyncClient(base_url=http.base_url, trust_env=False)
        async with stranger:
            page = await stranger.get(confirm)
            assert (page.status_code, "Yes, send them" in page.text) == (200, True)
            assert (await state(http, name)) == "unconfirmed", "opening a link changes nothing"
            assert (await stranger.post(confirm[:-2] + "xx")).status_code == 404
            assert (await stranger.post(confirm)).status_code == 200
            assert (await state(http, name)) == "active"
            await publish(engines, alerted(name, "after", title="Tanks\r\nBcc: everybody@example.org"))
            await until(lambda: len(mailbox.letters) == 2, "the alert")
            letter = mailbox.letters[1]
            assert letter["Bcc"] is None
            assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
            unsubscribe = letter["List-Unsubscribe"].strip("<>").removeprefix("https://sitrep.example")
            assert unsubscribe == link_in(mailbox, "unsubscribe")
            assert "No more" in (await stranger.get(unsubscribe)).text
            assert (await state(http, name)) == "active"
            clicked = await stranger.post(unsubscribe, data={"List-Unsubscribe": "One-Click"})
            assert clicked.status_code == 200
            assert (await state(http, name)) == "unsubscribed"
            again = await http.put(f"/v1/subscriptions/{name}/email", json={"address": TO})
            assert again.json()["state"] == "unsubscribed", "who said no is not asked again at once"
            assert (await stranger.post(confirm)).status_code == 409
        await publish(engines, alerted(name, "much-later"))
        sample = await http.post(f"/v1/subscriptions/{name}/test")
        assert sample.status_code == 422
    assert len(mailbox.letters) == 2
    assert {tuple(to) for _, to in mailbox.envelopes} == {(TO,)}


async def asked(http: httpx.AsyncClient, name: str) -> bool:
    return (await http.put(f"/v1/subscriptions/{name}/email", json={"address": TO})).status_code == 200


async def state(http: httpx.AsyncClient, name: str) -> str:
    found = await http.get(f"/v1/subscriptions/{name}/delivery")
    return str(found.json()["email"]["state"])


@pytest.mark.usefixtures("clean_line")
async def test_a_day_s_alerts_are_one_letter_and_a_mail_server_that_is_away_only_delays_it(engines: Engines) -> None:
    clock = Clock()
    [port] = free_ports(1)
    mailbox_of = Endpoint(subscription_id="tanks", channel="email", to=TO, pace="daily", since=MOMENT)
    async with delivering(engines, clock, **given(port)) as process:
        await publish(engines, *subscribed("tanks", "http://127.0.0.1:1/")[:1], endpoint_record(mailbox_of, "api"))
        await publish(engines, *(alerted("tanks", str(number), title=f"Report {number}") for number in range(5)))
        await until(lambda: pending(process) == 5, "five alerts wait for the day's letter")
        clock.go_on(hours=25)
        await until(lambda: tried(process) >= 5, "the mail server is away")
        async with mail_server(port) as mailbox:
            clock.go_on(minutes=1)
            await until(lambda: mailbox.letters, "the letter")
            await until(lambda: pending(process) == 0, "all of them are delivered")
    (letter,) = mailbox.letters
    assert letter["Subject"] == "About tanks: 5 alerts"
    plain = letter.get_body(["plain"])
    assert plain is not None
    assert all(f"Report {number}" in plain.get_content() for number in range(5))


def pending(process: Any) -> float:
    return float(process.metrics.registry.get_sample_value("sitrep_deliveries_pending") or 0)


def tried(process: Any) -> float:
    labels = {"channel": "email", "outcome": "tried_again_later"}
    return float(process.metrics.registry.get_sample_value("sitrep_deliveries_total", labels) or 0)


def test_a_link_is_for_one_mailbox() -> None:
    assert token(SHARED, "unsubscribe", "tanks", TO) != token(SHARED, "unsubscribe", "tanks", "other@reader.example")
