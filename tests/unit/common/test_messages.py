"""The contracts: what they refuse, and what survives the wire."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from services.common.messages import Article, AsOf, Claim, DeadLetter, Entity, Message, TaggedArticle
from tests.builders import MOMENT, a_tagged_article, an_article

REFUSED: list[tuple[str, dict[str, Any]]] = [
    ("an id that is no digest", {"id": "42"}),
    ("a revision before the first", {"revision": 0}),
    ("a time without a zone", {"published_at": datetime(2024, 11, 17)}),  # noqa: DTZ001 - the point of the row
    ("no title", {"title": None}),
]


@pytest.mark.parametrize(("why", "fields"), REFUSED, ids=[why for why, _ in REFUSED])
def test_an_article_refuses(why: str, fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Article.model_validate({**an_article().model_dump(), **fields})


def test_times_are_kept_in_utc() -> None:
    kyiv = timezone(timedelta(hours=2))
    article = an_article(published_at=datetime(2024, 11, 17, 11, 30, tzinfo=kyiv))
    assert article.published_at == datetime(2024, 11, 17, 9, 30, tzinfo=UTC)
    assert '"published_at":"2024-11-17T09:30:00Z"' in article.model_dump_json()


def test_messages_are_frozen() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        an_article().title = "another"  # type: ignore[misc]


def test_a_reader_ignores_fields_that_came_later() -> None:
    later = {**an_article().model_dump(mode="json"), "a_later_field": 1}
    assert Article.model_validate(later) == an_article()


def test_an_interval_is_written_as_from_and_to() -> None:
    interval = AsOf.model_validate({"from": "2024-10-01", "to": "2024-10-25"})
    assert interval.model_dump_json() == '{"from":"2024-10-01","to":"2024-10-25"}'


def test_a_claim_reads_as_the_contract_shows_it() -> None:
    claim = Claim.model_validate_json(
        '{"id": "x", "start": 4, "end": 40, "sentence": "s", "text": "at least 3,000 North Korean soldiers",'
        ' "low": 3000, "high": null, "qualifier": "at_least", "category": "personnel", "item": "North Korean soldiers",'
        ' "unit": "soldier", "implicit": false, "action": "arrive", "actor": "country/north-korea",'
        ' "place": "country/russia", "attributed_to": {"text": "John Kirby", "entity": "person/john-kirby", "via": null},'
        ' "modality": "asserted", "as_of": {"from": "2024-10-01", "to": "2024-10-25"}}'
    )
    assert (claim.low, claim.high) == (3000, None)
    assert Claim.model_validate_json(claim.model_dump_json()) == claim


@pytest.mark.parametrize("entity", ["korea", "planet/mars", "country/", "country/north korea", "country/a/b"])
def test_an_entity_id_has_a_type_and_a_name(entity: str) -> None:
    with pytest.raises(ValidationError):
        Entity(id=entity, type="country", name="x")


@given(st.binary(max_size=64), st.binary(max_size=64))
def test_a_dead_letter_keeps_any_bytes(key: bytes, value: bytes) -> None:
    letter = DeadLetter(
        id="1", stage="s", reason="r", topic="t", partition=0, offset=0, key=key, value=value, failed_at=MOMENT
    )
    assert DeadLetter.model_validate_json(letter.model_dump_json()) == letter


@given(st.text(), st.text())
def test_any_text_survives_the_wire(title: str, text: str) -> None:
    tagged: Message = a_tagged_article(title=title, text=text)
    assert TaggedArticle.model_validate_json(tagged.model_dump_json()) == tagged
