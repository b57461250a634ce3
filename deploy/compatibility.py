"""Whether a topic's schema can still be read by those who rely on an earlier one.

A new field that may be left out is compatible; anything else needs a new version of the topic (docs/streams.md). They
are compared with ``docs/streams/baseline``, the schemas of the last release; ``python -m deploy.compatibility`` takes
today's for the baseline where they are compatible: a release does.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from services.common.schemas import json_schema
from services.common.topics import ALL_TOPICS, Topic

Schema = dict[str, Any]
BASELINE = Path(__file__).parent.parent / "docs" / "streams" / "baseline"


def incompatibilities(old: Schema, new: Schema, accepted: Schema | None = None) -> list[str]:
    """What those who rely on ``old`` would stumble over in messages of ``new``. Pure.

    ``accepted`` is what a reader of ``new`` takes (the model's validation schema): kept messages have no new fields.
    """
    found = list(_differences(old, new, old, new, "message"))
    if accepted is not None:
        found += _demanded(old, accepted, old, accepted, "message")
    return found


def _differences(old: Schema, new: Schema, old_root: Schema, new_root: Schema, where: str) -> Iterator[str]:
    old, new = _resolved(old, old_root), _resolved(new, new_root)
    for kind, each in _kinds(new, new_root).items():
        before = _kinds(old, old_root).get(kind)
        if before is None:
            yield f"{where} can be {kind} now"
            continue
        if kind == "object":
            yield from _object(before, each, old_root, new_root, where)
        elif kind == "array" and "items" in before:
            yield from _differences(before["items"], each.get("items", {}), old_root, new_root, f"{where}[]")
        else:
            yield from _values(before, each, where)


def _object(old: Schema, new: Schema, old_root: Schema, new_root: Schema, where: str) -> Iterator[str]:
    for name, before in old.get("properties", {}).items():
        place = f"{where}.{name}"
        if name not in new.get("properties", {}):
            yield f"{place} is gone"
            continue
        if name in old.get("required", ()) and name not in new.get("required", ()):
            yield f"{place} may be left out now"
        yield from _differences(before, new["properties"][name], old_root, new_root, place)


def _values(old: Schema, new: Schema, where: str) -> Iterator[str]:
    values = _choices(old)
    if values is not None and (more := [value for value in _choices(new) or ["anything"] if value not in values]):
        yield f"{where} can be {', '.join(map(str, more))} now"
    for bound in ("pattern", "format", "contentEncoding"):
        if bound in old and new.get(bound) != old[bound]:
            yield f"{where} had the {bound} {old[bound]}, and has {new.get(bound, 'none')} now"


def _demanded(old: Schema, new: Schema, old_root: Schema, new_root: Schema, where: str) -> list[str]:
    """Fields that a reader of today demands and that kept messages do not have."""
    found: list[str] = []
    old, new = _resolved(old, old_root), _resolved(new, new_root)
    before, now = _kinds(old, old_root), _kinds(new, new_root)
    if "object" in before and "object" in now:
        known, properties = before["object"].get("properties", {}), now["object"].get("properties", {})
        missing = [name for name in now["object"].get("required", ()) if name not in known]
        found += [f"{where}.{name} is demanded now, and kept messages do not have it" for name in missing]
        for name in known.keys() & properties.keys():
            found += _demanded(known[name], properties[name], old_root, new_root, f"{where}.{name}")
    if "array" in before and "array" in now:
        items = before["array"].get("items", {}), now["array"].get("items", {})
        found += _demanded(*items, old_root, new_root, f"{where}[]")
    return found


def _resolved(schema: Schema, root: Schema) -> Schema:
    while "$ref" in schema:
        target: Any = root
        for part in schema["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        schema = target
    return schema


def _kinds(schema: Schema, root: Schema) -> dict[str, Schema]:
    """The kinds of value that a schema allows, each with its part of it."""
    if "anyOf" in schema:
        kinds: dict[str, Schema] = {}
        for each in schema["anyOf"]:
            kinds |= _kinds(_resolved(each, root), root)
        return kinds
    return {str(schema.get("type", "anything")): schema}


def _choices(schema: Schema) -> list[Any] | None:
    if "const" in schema:
        return [schema["const"]]
    choices: list[Any] | None = schema.get("enum")
    return choices


def broken(topic: Topic, baseline: Path = BASELINE) -> list[str]:
    """What in a topic's schema of today would break readers of the baseline's; nothing for a new topic."""
    file = baseline / f"{topic.name}.json"
    if not file.exists():
        return []
    accepted = topic.model.model_json_schema(mode="validation")
    return incompatibilities(json.loads(file.read_text("utf-8")), json_schema(topic.model), accepted)


def main() -> int:
    """Take today's schemas for the baseline, unless one of them breaks it."""
    complaints = [f"{topic.name}: {what}" for topic in ALL_TOPICS for what in broken(topic)]
    for complaint in complaints:
        print(f"{complaint}. That needs a new version of the topic.")  # noqa: T201 - a command's answer
    if complaints:
        return 1
    for topic in ALL_TOPICS:
        text = json.dumps(json_schema(topic.model), indent=2, ensure_ascii=False) + "\n"
        (BASELINE / f"{topic.name}.json").write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
