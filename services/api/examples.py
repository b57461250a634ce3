"""The good answers of operations, with examples, as they stand in the OpenAPI document."""

from typing import Any


def answer_example(description: str, example: Any, *, link: bool = False, etag: bool = False) -> dict[str, Any]:
    """An operation's good answer in the OpenAPI document, with an example."""
    headers = {}
    if link:
        headers["Link"] = {"description": 'The next page: `<…>; rel="next"` (RFC 8288).', "schema": {"type": "string"}}
    if etag:
        headers["ETag"] = {"description": "Changes when the answer does (weak).", "schema": {"type": "string"}}
    return {"description": description, "headers": headers, "content": {"application/json": {"example": example}}}
