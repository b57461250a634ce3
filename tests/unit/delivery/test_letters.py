"""The letters: what stands in them, and that nothing from outside can write a header."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from services.common.endpoints import EndpointSettings, token
from services.common.messages import Delivery, EarlierFigure, Endpoint, FigureMatch, Source
from services.delivery.letters import Letters
from tests.builders import MOMENT, a_claim, an_alert

NOW = datetime(2024, 11, 17, 12, tzinfo=UTC)
SETTINGS = EndpointSettings(
    delivery_secret=SecretStr("x" * 32), public_url="https://sitrep.example", smtp_host="mail.example"
)
LETTERS = Letters(SETTINGS, "Sitrep desk <sitrep@sitrep.example>")
ENDPOINT = Endpoint(subscription_id="tanks", channel="email", to="desk@reader.example", since=MOMENT)


def a_letter(*deliveries: Delivery) -> EmailMessage:
    """The letter as it is read at the other end."""
    letter = message_from_bytes(LETTERS.about(deliveries, ENDPOINT, NOW).as_bytes(), policy=default)
    assert isinstance(letter, EmailMessage)
    return letter


def a_delivery(slug: str = "a", kind: str = "alert", **alert: Any) -> Delivery:
    return Delivery.model_validate(
        {
            "id": slug, "subscription_id": "tanks", "channel": "email", "kind": kind, "to": ENDPOINT.to,
            "title": "Troops sent to Kursk", "alert": None if kind == "confirmation" else an_alert(slug=slug, **alert),
            "created_at": NOW, "due_at": NOW,
        }
    )  # fmt: skip


def bodies(letter: EmailMessage) -> tuple[str, str]:
    plain, html = letter.get_body(["plain"]), letter.get_body(["html"])
    assert plain is not None
    assert html is not None
    return plain.get_content(), html.get_content()


def test_an_alert_says_why_in_text_and_html_and_how_to_have_no_more() -> None:
    letter = a_letter(a_delivery())
    plain, html = bodies(letter)
    link = f"https://sitrep.example/unsubscribe/tanks/{token(SETTINGS.delivery_secret, 'unsubscribe', 'tanks', ENDPOINT.to)}"
    assert letter["Subject"] == "About tanks: Troops sent to Kursk"
    assert (letter["From"], letter["To"]) == ("Sitrep desk <sitrep@sitrep.example>", "desk@reader.example")
    assert letter["List-Unsubscribe"] == f"<{link}>"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter["Message-ID"] == "<a@sitrep.example>"
    assert letter["Auto-Submitted"] == "auto-generated"
    for said in ("More than 12,000 troops have been sent to Kursk, Kyiv says.", "any: troops", "The Outlet", link):
        assert said in plain
        assert said in html
    assert "https://outlet.example/a" in plain
    assert '<a href="https://outlet.example/a">' in html


def test_a_figure_is_told_with_the_one_before() -> None:
    alert = an_alert()
    before = EarlierFigure(
        claim=a_claim("8,000 troops"), article_id=alert.article_id, revision=1, url="https://other.example/b",
        title="Before", source=Source(id="other", name="Other Paper", domain="other.example"),
    )  # fmt: skip
    because = "figures: moved by 25 % (20 % or more): 8,000 → 10,000"
    figure = FigureMatch(claim=a_claim("10,000 troops"), before=before, moved_by=25, because=because)
    for body in bodies(a_letter(a_delivery(matches=(), figures=(figure,)))):
        for said in ("10,000 troops.", "8,000 troops.", because, "Other Paper", "https://other.example/b"):
            assert said in body


def test_a_day_s_alerts_are_one_letter() -> None:
    letter = a_letter(a_delivery("a", title="First"), a_delivery("b", title="Second"))
    assert letter["Subject"] == "About tanks: 2 alerts"
    assert all(title in bodies(letter)[0] for title in ("First", "Second"))


def test_a_sample_says_that_it_is_one_and_a_confirmation_has_no_alert() -> None:
    assert a_letter(a_delivery(kind="test"))["Subject"].startswith("Sample: About tanks")
    letter = a_letter(a_delivery(kind="confirmation"))
    assert "List-Unsubscribe" not in letter
    assert (
        f"https://sitrep.example/confirm/tanks/{token(SETTINGS.delivery_secret, 'confirm', 'tanks', ENDPOINT.to)}"
        in (bodies(letter)[0])
    )


INJECTIONS = [
    "a\r\nBcc: all@example.org",
    "a\nTo: x@example.org\n\nbody",
    "a\u2028Bcc: x",
    "a\x00b",
    "\r\n\r\n",
    "é" * 500,
]


@pytest.mark.parametrize("title", INJECTIONS)
def test_a_title_cannot_write_a_header(title: str) -> None:
    letter = a_letter(a_delivery(title=title, subscription_name=title))
    assert letter["Bcc"] is None
    assert letter.get_all("To") == ["desk@reader.example"]
    assert "\n" not in letter["Subject"]


@given(
    st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1),
    st.text(alphabet=st.characters(exclude_categories=["Cs"])),
)
def test_any_title_makes_a_letter_with_the_same_headers(title: str, sentence: str) -> None:
    alert = an_alert()
    match = alert.matches[0].model_copy(update={"sentence": sentence})
    letter = a_letter(a_delivery(title=title, matches=(match,)))
    assert set(letter.keys()) == set(a_letter(a_delivery()).keys())


def test_html_from_outside_is_text() -> None:
    _, html = bodies(a_letter(a_delivery(title="<script>alert(1)</script>", url="https://x.example/?a=1&b='\"")))
    assert "<script>" not in html
