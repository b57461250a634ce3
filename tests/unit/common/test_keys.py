"""API keys: unlike each other, recognised, and never to be read from what is kept."""

from datetime import timedelta
from typing import Any

import pytest

from services.common.keys import holds, key_id, new_key
from services.common.messages import Scope
from tests.builders import MOMENT


def test_a_key_is_recognised_and_cannot_be_read_from_what_is_kept() -> None:
    token, key = new_key("desk", ["read"], now=MOMENT)
    assert holds(key, token, MOMENT)
    assert key.id == key_id(token)
    assert token.startswith("sitrep_")
    assert len(token) >= 7 + 43  # 256 bits
    assert token.removeprefix("sitrep_") not in key.model_dump_json()


def test_no_two_keys_are_alike() -> None:
    made = [new_key("desk", ["read"], now=MOMENT) for _ in range(100)]
    assert len({token for token, _ in made}) == len({key.id for _, key in made}) == 100
    (token, _), (_, other) = made[:2]
    assert not holds(other, token, MOMENT)


@pytest.mark.parametrize(
    ("given", "permitted"),
    [
        (["read"], ("read",)),
        (["write"], ("read", "write")),
        (["admin"], ("read", "write", "admin")),
        (["write", "read"], ("read", "write")),
    ],
)
def test_who_may_write_may_read(given: list[Scope], permitted: tuple[Scope, ...]) -> None:
    assert new_key("desk", given, now=MOMENT)[1].scopes == permitted


@pytest.mark.parametrize(
    ("changed", "still"),
    [
        ({}, True),
        ({"revoked_at": MOMENT}, False),
        ({"expires_at": MOMENT + timedelta(seconds=1)}, True),
        ({"expires_at": MOMENT}, False),
        ({"digest": "0" * 64}, False),
    ],
)
def test_how_long_a_key_holds(changed: dict[str, Any], still: bool) -> None:
    token, key = new_key("desk", ["read"], now=MOMENT)
    assert holds(key.model_copy(update=changed), token, MOMENT) is still


@pytest.mark.parametrize("word", ["", "sitrep_", "\udcff", "é" * 40])
def test_words_that_are_no_keys(word: str) -> None:
    _, key = new_key("desk", ["read"], now=MOMENT)
    assert not holds(key, word, MOMENT)
    assert not holds(None, word, MOMENT)
