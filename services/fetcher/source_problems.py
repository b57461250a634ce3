"""What is wrong with a ``sources.yaml``, as line numbers and sentences."""

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

import yaml
from pydantic_core import ErrorDetails

Place = tuple[int | str, ...]
Problem = tuple[int, str]
"""A line, from 1, and a sentence."""
Keys = Mapping[int, Iterable[str]]
"""The keys that are known at a depth: 0 is the file, 2 is a source."""


def problems(found: Iterable[ErrorDetails], root: yaml.Node, keys: Keys) -> Iterator[Problem]:
    """What pydantic found, each with its line. A key that is only misspelled is not also said to be missing."""
    listed = list(found)
    misspelled = {
        (*error["loc"][:-1], close)
        for error in listed
        if error["type"] == "extra_forbidden" and (close := _close(error["loc"], keys))
    }
    for error in listed:
        if error["type"] != "missing" or error["loc"] not in misspelled:
            yield line_of(root, error["loc"]), f"{_whose(error['loc'], root)}{_sentence(error, root, keys)}"


def repeated_keys(root: yaml.Node) -> Iterator[Problem]:
    """A key written twice in a mapping: YAML would silently keep the last."""
    listed = _child(root, "sources")
    for mapping in [root, *(listed.value if isinstance(listed, yaml.SequenceNode) else ())]:
        lines: dict[str, int] = {}
        for key, _value in mapping.value if isinstance(mapping, yaml.MappingNode) else ():
            line = key.start_mark.line + 1
            if str(key.value) in lines:
                yield line, f"{key.value} is given twice: line {lines[key.value]} has it already."
            lines.setdefault(str(key.value), line)


def line_of(root: yaml.Node, place: Place) -> int:
    """The line (from 1) of the deepest part of a place that the text has."""
    node: yaml.Node | None = root
    line = root.start_mark.line + 1
    for part in place:
        if isinstance(node, yaml.MappingNode):
            line = next((key.start_mark.line + 1 for key, _ in node.value if key.value == part), line)
        node = _child(node, part)
        if node is None:
            break
        if isinstance(part, int):
            line = node.start_mark.line + 1
    return line


def _whose(place: Place, root: yaml.Node) -> str:
    if len(place) < 2 or not isinstance(place[1], int):
        return ""
    named = _at(root, (*place[:2], "id"))
    return f'source "{named.value}": ' if isinstance(named, yaml.ScalarNode) else f"source number {place[1] + 1}: "


def _sentence(error: ErrorDetails, root: yaml.Node, keys: Keys) -> str:
    kind, place, value = error["type"], error["loc"], error["input"]
    field = place[2] if len(place) > 2 else place[-1] if place else "the file"
    node = _at(root, place)
    written = node.value if isinstance(node, yaml.ScalarNode) else value
    if kind == "extra_forbidden":
        close = _close(place, keys)
        known = ", ".join(keys.get(len(place) - 1, ()))
        return f"unknown key {place[-1]}: " + (f"did you mean {close}?" if close else f"the keys are {known}.")
    if kind == "string_type":
        quoted = f': write it in quotes, as in "{written}"' if isinstance(value, bool | int | float) else ""
        return f"{field} must be text, not {written}{quoted}."
    if kind == "tuple_type":
        one = f", as in {field}: [{written}]" if isinstance(value, str) else ""
        return f"{field} must be a list{one}."
    if kind == "model_type":
        what = "a source" if len(place) == 2 else "the file"
        return f"{what} must be written as keys and values."
    sentences = {
        "missing": f"{place[-1] if place else field} is missing: add a line `{place[-1] if place else field}: …`.",
        "value_error": f"{field}: {error.get('ctx', {}).get('error')}.",
        "string_too_short": f"{field} is empty.",
        "bool_type": f"{field} must be true or false, not {written}.",
    }
    return sentences.get(kind, f"{field}: {error['msg']}.")


def _close(place: Place, keys: Keys) -> str | None:
    found = get_close_matches(str(place[-1]), list(keys.get(len(place) - 1, ())), n=1, cutoff=0.5)
    return found[0] if found else None


def _at(root: yaml.Node, place: Place) -> yaml.Node | None:
    node: yaml.Node | None = root
    for part in place:
        node = _child(node, part)
    return node


def _child(node: yaml.Node | None, part: int | str) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        pairs: list[tuple[Any, yaml.Node]] = node.value
        return next((value for key, value in reversed(pairs) if key.value == part), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        items: list[yaml.Node] = node.value
        return items[part]
    return None
