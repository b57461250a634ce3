"""Walking through the pages of a search: where to read on, and the link that leads there. Pure."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from fastapi import Request

from services.api.query import Page


def next_page(answer: Mapping[str, Any], page: Page | None) -> Page | None:
    """Where to read on after this page, or None where nothing comes after it."""
    hits = answer["hits"]["hits"]
    seen = (page.seen if page else 0) + len(hits)
    if not hits or "pit_id" not in answer or seen >= answer["hits"]["total"]["value"]:
        return None
    return Page(answer["pit_id"], tuple(hits[-1]["sort"]), seen)


def next_page_link(request: Request, word: str) -> str:
    """The ``Link`` header (RFC 8288) to the same search with another cursor, relative to this host."""
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "cursor"]
    return f'<{request.url.path}?{urlencode([*kept, ("cursor", word)])}>; rel="next"'
