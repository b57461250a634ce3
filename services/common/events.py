"""Messages as Kafka records: JSON values, CloudEvents 1.0 headers in binary mode.

Source: CloudEvents Kafka Protocol Binding 1.0.2, section 3.2 (binary content mode).
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from cloudevents.core.bindings.kafka import to_binary
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from pydantic import ValidationError

from services.common.errors import PermanentError
from services.common.identity import digest
from services.common.messages import Message
from services.common.topics import Topic

M = TypeVar("M", bound=Message)


@dataclass(frozen=True, slots=True)
class Record:
    """What is sent to a topic. ``value`` None is a tombstone."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()
    partition: int | None = None
    """Where it goes; by its key if None."""


def to_record(topic: Topic, key: str, message: Message, service: str) -> Record:
    """A message of ``topic`` from ``service``, ready to send.

    The event id is a digest of the topic and of what the message is about (``Topic.identity``), not of when it was
    made: an article tagged again after a crash is the same event.
    """
    if not isinstance(message, topic.model):
        raise TypeError(f"{topic.name} carries {topic.model.__name__}, not {type(message).__name__}")
    value = message.model_dump_json().encode()
    event = CloudEvent(
        attributes={
            "id": digest(topic.name, *topic.identity(message)),
            "source": f"/sitrep/{service}",
            "type": topic.event_type,
            "specversion": "1.0",
            "subject": key,
            "time": datetime.now(UTC),
            "datacontenttype": "application/json",
        },
        data=value,
    )
    binary = to_binary(event, JSONFormat(), key_mapper=lambda _event: key)
    return Record(topic.name, key.encode(), binary.value, tuple(binary.headers.items()))


def tombstone(topic: Topic, key: str) -> Record:
    """An empty message: what the key stood for is removed."""
    return Record(topic.name, key.encode(), None)


def from_value(model: type[M], value: bytes | None) -> M:
    """Read a record's value.

    Raises:
        PermanentError: the value is not a message of this kind; the sentence says where it is wrong.
    """
    if not value:
        raise PermanentError(f"not a valid {model.__name__}: the message is empty")
    try:
        return model.model_validate_json(value)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the message"
        more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
        raise PermanentError(f"not a valid {model.__name__}: {where}: {first['msg']}{more}") from error
