"""No schema may change so that a reader of the last release stumbles; and what counts as such a change."""

from typing import Any

import pytest

from deploy.compatibility import BASELINE, broken, incompatibilities
from services.common.messages import Article, Message
from services.common.schemas import json_schema
from services.common.topics import ALL_TOPICS, Topic


@pytest.mark.parametrize("topic", ALL_TOPICS, ids=[topic.name for topic in ALL_TOPICS])
def test_a_schema_is_compatible_with_that_of_the_last_release(topic: Topic) -> None:
    assert broken(topic) == []


def test_no_topic_of_the_last_release_is_gone() -> None:
    assert {file.stem for file in BASELINE.iterdir()} <= {topic.name for topic in ALL_TOPICS}


def changed(**fields: Any) -> list[str]:
    """What is said of an article whose schema was changed: field → its new schema, or None for a field that is gone."""
    old = json_schema(Article)
    properties = {**old["properties"], **{name: each for name, each in fields.items() if each is not None}}
    for name in [name for name, each in fields.items() if each is None]:
        del properties[name]
    return incompatibilities(old, {**old, "properties": properties})


def test_a_new_field_is_compatible() -> None:
    assert changed(mood={"type": "string"}) == []
    assert changed() == []


CHANGES: list[tuple[dict[str, Any], list[str]]] = [
    ({"title": None}, ["message.title is gone"]),
    ({"title": {"type": "integer"}}, ["message.title can be integer now"]),
    ({"title": {"anyOf": [{"type": "string"}, {"type": "null"}]}}, ["message.title can be null now"]),
    ({"authors": {"type": "array", "items": {"type": "integer"}}}, ["message.authors[] can be integer now"]),
    ({"kind": {"type": "string", "enum": ["article", "podcast"]}}, ["message.kind can be podcast now"]),
    ({"kind": {"type": "string"}}, ["message.kind can be anything now"]),
    ({"fetched_at": {"type": "string"}}, ["message.fetched_at had the format date-time, and has none now"]),
    ({"source": {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]}},
     ["message.source.name is gone", "message.source.domain is gone"]),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "said"), CHANGES)
def test_what_is_not_compatible(fields: dict[str, Any], said: list[str]) -> None:
    assert changed(**fields) == said


def test_a_field_that_was_always_written_has_to_be() -> None:
    old = json_schema(Article)
    new = {**old, "required": [name for name in old["required"] if name != "text"]}
    assert incompatibilities(old, new) == ["message.text may be left out now"]


def test_a_field_that_kept_messages_do_not_have_cannot_be_demanded() -> None:
    class Old(Message):
        id: str

    class New(Message):
        id: str
        mood: str

    class Optional(Message):
        id: str
        mood: str = "calm"

    def said(new: type[Message]) -> list[str]:
        return incompatibilities(json_schema(Old), json_schema(new), new.model_json_schema(mode="validation"))

    assert said(New) == ["message.mood is demanded now, and kept messages do not have it"]
    assert said(Optional) == []
