"""What a page says of itself in JSON-LD (schema.org): the node that describes its article.

Pages write it carelessly: several blocks, graphs, lists, references by id, comments and stray commas around it.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

ARTICLES = {
    "article", "newsarticle", "reportagenewsarticle", "analysisnewsarticle", "backgroundnewsarticle",
    "opinionnewsarticle", "reviewnewsarticle", "askpublicnewsarticle", "advertisercontentarticle", "satiricalarticle",
    "liveblogposting", "blogposting", "report", "techarticle", "scholarlyarticle",
}  # fmt: skip
LISTS = {"collectionpage", "searchresultspage", "profilepage"}
DEEPEST = 12
WRAPPING = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)\s*$|;\s*$")
STRAY_COMMA = re.compile(r",(\s*[}\]])")
Node = Mapping[str, Any]


def nodes(tree: Any) -> tuple[Node, ...]:
    """Every object at the top of the page's JSON-LD, graphs opened, in document order."""
    found: list[Node] = []
    for script in tree.iter("script"):
        if "ld+json" in (script.get("type") or "").lower() and script.text:
            found.extend(_opened(_parsed(script.text), 0))
    return tuple(found)


def article_node(found: tuple[Node, ...]) -> Node:
    """The node that describes the page's article; empty where there is none."""
    articles = [node for node in found if kinds(node) & ARTICLES]
    dated = (node for node in articles if node.get("datePublished"))
    return next(dated, articles[0] if articles else {})


def kinds(node: Node) -> set[str]:
    """A node's types, in small letters and without their vocabulary."""
    return {text.rpartition("/")[2].lower() for text in texts(node.get("@type"))}


def texts(value: Any) -> list[str]:
    """The strings of a value that may be one, a list of them, or none."""
    return [item for item in _listed(value) if isinstance(item, str) and item.strip()]


def names(value: Any, found: tuple[Node, ...]) -> list[tuple[str, set[str]]]:
    """The names, each with its types, of what may be text, an object, a reference or a list of those."""
    named: list[tuple[str, set[str]]] = []
    for item in _listed(value):
        if isinstance(item, str):
            named.append((item, set()))
        elif isinstance(item, Mapping):
            whole = item if "name" in item else _referred(item, found)
            parts = [part for key in ("givenName", "familyName") for part in texts(whole.get(key))]
            written = texts(whole.get("name")) or ([" ".join(parts)] if parts else [])
            named += [(name, kinds(whole)) for name in written]
    return named


def _referred(item: Node, found: tuple[Node, ...]) -> Node:
    key = item.get("@id")
    return next((node for node in found if key and node.get("@id") == key), item)


def _parsed(text: str) -> Any:
    whole = WRAPPING.sub("", WRAPPING.sub("", text))
    for attempt in (whole, STRAY_COMMA.sub(r"\1", whole)):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _opened(value: Any, depth: int) -> Iterator[Node]:
    if depth > DEEPEST:
        return
    if isinstance(value, list):
        for item in value:
            yield from _opened(item, depth + 1)
    elif isinstance(value, dict):
        yield value
        yield from _opened(value.get("@graph"), depth + 1)
        main = value.get("mainEntity")
        if isinstance(main, dict) and kinds(main) & ARTICLES:
            yield main


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
