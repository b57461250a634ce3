"""What a webhook looks like, and what an answer to it means."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError
from standardwebhooks import Webhook, WebhookVerificationError

from services.common.endpoints import EndpointSettings, is_token, token, webhook_secret
from services.delivery.outcome import Outcome
from services.delivery.signing import signed_headers
from services.delivery.webhooks import judged

SHARED = SecretStr("x" * 32)


@given(st.text(), st.text(alphabet="abcdef0123456789", min_size=1))
def test_what_we_sign_the_standard_s_own_library_accepts(body: str, identity: str) -> None:
    secret = webhook_secret(SHARED, "tanks", 1)
    content = body.encode("utf-8", "replace")
    headers = signed_headers(identity, datetime.now(UTC), content, [secret])
    Webhook(secret).verify(content, headers, json_parse=False)
    with pytest.raises(WebhookVerificationError):
        Webhook(webhook_secret(SHARED, "tanks", 2)).verify(content, headers, json_parse=False)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(content + b"!", headers, json_parse=False)


def test_a_published_example_of_the_standard() -> None:
    """The example of the standard's reference libraries."""
    headers = signed_headers(
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        datetime.fromtimestamp(1614265330, UTC),
        b'{"test": 2432232314}',
        ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
    )
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


ANSWERS: list[tuple[int, dict[str, str], dict[str, Any]]] = [
    (200, {}, {"ok": True}),
    (299, {}, {"ok": True}),
    (301, {"location": "/x"}, {"ok": False, "gone": False}),
    (304, {}, {"ok": False}),
    (400, {}, {"ok": False, "gone": False}),
    (410, {}, {"ok": False, "gone": True}),
    (429, {"retry-after": "120"}, {"ok": False, "wait": timedelta(minutes=2)}),
    (503, {"retry-after": "rubbish"}, {"ok": False, "wait": None}),
]


@pytest.mark.parametrize(("status", "headers", "expected"), ANSWERS, ids=[str(row[0]) for row in ANSWERS])
def test_what_an_answer_means(status: int, headers: dict[str, str], expected: dict[str, Any]) -> None:
    outcome: Outcome = judged(httpx.Response(status, headers=headers), "so it says")
    assert {name: getattr(outcome, name) for name in expected} == expected
    assert outcome.status == status


def test_secrets_and_tokens_are_for_one_purpose_of_one_subscription() -> None:
    made = {
        webhook_secret(SHARED, "a", 1), webhook_secret(SHARED, "a", 2), webhook_secret(SHARED, "b", 1),
        webhook_secret(SecretStr("y" * 32), "a", 1),
    }  # fmt: skip
    assert len(made) == 4
    tokens = {
        token(SHARED, "feed", "a"), token(SHARED, "confirm", "a"), token(SHARED, "confirm", "b"),
        token(SHARED, "confirm", "a", "desk@a.example"), token(SHARED, "unsubscribe", "a", "desk@a.example"),
    }  # fmt: skip
    assert len(tokens) == 5
    given = token(SHARED, "unsubscribe", "a", "desk@a.example")
    assert is_token(given, SHARED, "unsubscribe", "a", "desk@a.example")
    assert not is_token(given, SHARED, "confirm", "a", "desk@a.example")
    assert not is_token(given, SHARED, "unsubscribe", "a", "other@a.example")
    assert not is_token("\udcff", SHARED, "unsubscribe", "a")


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(ValidationError, match="32 characters or more"):
        EndpointSettings(delivery_secret=SecretStr("short"))
