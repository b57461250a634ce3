"""JSON Schemas and the AsyncAPI 3 document, made from the models and the topics. Pure: values in, values out.

Source: AsyncAPI 3.0.0; JSON Schema 2020-12; CloudEvents Kafka Protocol Binding 1.0.2.
"""

from typing import Any

from services.common.messages import Message
from services.common.topics import ALL_TOPICS, Topic

CLOUDEVENTS_HEADERS = {
    "ce_specversion": "The CloudEvents version, `1.0`.",
    "ce_id": "A digest of what the message is about: the same event sent twice has the same id.",
    "ce_source": "The service that sent it, as `/sitrep/fetcher`.",
    "ce_type": "What it is, as `sitrep.article.v1`.",
    "ce_subject": "The message key.",
    "ce_time": "When it was sent (RFC 3339, UTC).",
    "content-type": "`application/json`.",
}


def json_schema(model: type[Message]) -> dict[str, Any]:
    """The JSON Schema of one message, as a reader may rely on it: fields with defaults are always written."""
    schema = model.model_json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def schema_files() -> dict[str, dict[str, Any]]:
    """One schema a topic, by file name: ``news.articles.v1.json`` …"""
    return {f"{topic.name}.json": json_schema(topic.model) for topic in ALL_TOPICS}


def asyncapi() -> dict[str, Any]:
    """The AsyncAPI 3 document: every topic as a channel, with its message and its schema file."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Sitrep streams",
            "version": "1.0.0",
            "description": "Articles, the figures in them, and alerts, as they happen.",
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {topic.name: _channel(topic) for topic in ALL_TOPICS},
        "operations": {
            f"receive.{topic.name}": {
                "action": "receive",
                "channel": {"$ref": f"#/channels/{topic.name}"},
                "summary": topic.description,
            }
            for topic in ALL_TOPICS
        },
        "components": {"messages": {topic.model.__name__: _message(topic) for topic in ALL_TOPICS}},
    }


def _channel(topic: Topic) -> dict[str, Any]:
    config = topic.config()
    return {
        "address": topic.name,
        "description": topic.description,
        "messages": {topic.model.__name__: {"$ref": f"#/components/messages/{topic.model.__name__}"}},
        "bindings": {
            "kafka": {
                "topic": topic.name,
                "partitions": topic.partitions,
                "topicConfiguration": {
                    "cleanup.policy": config["cleanup.policy"].split(","),
                    "retention.ms": topic.retention_ms,
                    "max.message.bytes": int(config["max.message.bytes"]),
                },
                "bindingVersion": "0.5.0",
            }
        },
    }


def _message(topic: Topic) -> dict[str, Any]:
    headers = {name: {"type": "string", "description": meaning} for name, meaning in CLOUDEVENTS_HEADERS.items()}
    headers["ce_type"]["const"] = topic.event_type
    return {
        "name": topic.event_type,
        "title": topic.model.__name__,
        "summary": (topic.model.__doc__ or "").strip().splitlines()[0],
        "contentType": "application/json",
        "headers": {"type": "object", "properties": headers},
        "payload": {
            "schemaFormat": "application/schema+json;version=draft-2020-12",
            "schema": {"$ref": f"./schemas/{topic.name}.json"},
        },
        "bindings": {"kafka": {"key": {"type": "string", "description": topic.key}, "bindingVersion": "0.5.0"}},
    }
