"""``sitrep search`` on a terminal: what the API found, as a table."""

import re
from collections.abc import Sequence
from html import unescape
from typing import Any

import httpx
from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from services.common.errors import PermanentError, TransientError

MARK = re.compile(r"<mark>(.*?)</mark>", re.DOTALL)


def ask(api_url: str, path: str, parameters: dict[str, Any], key: str = "") -> dict[str, Any]:
    """GET from the API, with a key if there is one.

    Raises:
        TransientError: it does not answer, or says that it cannot now.
        PermanentError: it refuses the request; the sentence is the API's own.
    """
    url = f"{api_url.rstrip('/')}{path}"
    try:
        answer = httpx.get(
            url, params=parameters, timeout=30, headers={"Authorization": f"Bearer {key}"} if key else {}
        )
    except httpx.HTTPError as error:
        raise TransientError(
            f"The API at {api_url} does not answer ({error}). Start it with `make run`, or give --api-url."
        ) from error
    if answer.is_success:
        found: dict[str, Any] = answer.json()
        return found
    problem = answer.json() if "json" in answer.headers.get("content-type", "") else {}
    sentence = problem.get("detail") or problem.get("title") or f"it answered {answer.status_code}"
    raise (TransientError if answer.status_code >= 500 else PermanentError)(f"The API at {api_url}: {sentence}")


def print_found(api_url: str, query: str, limit: int, sources: Sequence[str], key: str = "") -> None:
    """Search and print a table: when, where, what, and the figures that go with it."""
    asked = {"q": query, "limit": limit, "source": list(sources), "facets": "none"}
    found = ask(api_url, "/v1/articles", asked, key)
    console = Console()
    console.print(found_table(query, found))
    if not found["items"]:
        console.print("Nothing found. Fewer words, OR between them, or a prefix* finds more.")


def found_table(query: str, found: dict[str, Any]) -> Table:
    """The answer of /v1/articles as a table."""
    articles, total, shown = found["articles"], found["total"], len(found["items"])
    title = f"{articles} article{'s' if articles != 1 else ''} for {query}"
    title += f", {total} without copies" if total < articles else ""
    title += f", {shown} shown" if shown < total else ""
    table = Table(title=title, title_justify="left", show_lines=True, expand=True)
    table.add_column("Published", no_wrap=True)
    table.add_column("Source", no_wrap=True)
    table.add_column("Article", ratio=3)
    table.add_column("Figures", ratio=2)
    for item in found["items"]:
        title_text = marked(item["highlights"]["title"] or item["title"])
        title_text.stylize("bold")
        passages = [marked(passage) for passage in item["highlights"]["text"][:2]]
        table.add_row(
            (item["published_at"] or item["fetched_at"])[:10],
            item["source"]["name"] + (f"\n+ {item['copies']} of the same" if item["copies"] else ""),
            Group(title_text, *passages, Text(item["url"], style="dim")),
            Text("\n").join(figure(claim) for claim in item["claims"]),
        )
    return table


def marked(html: str) -> Text:
    """A highlight as text: what was found stands out."""
    text = Text()
    for number, part in enumerate(MARK.split(html)):
        text.append(unescape(part), style="bold yellow" if number % 2 else "")
    return text


def figure(claim: dict[str, Any]) -> Text:
    """A claim in a line: its words, and who says so."""
    said = claim.get("attributed_to")
    text = Text(claim["text"], style="cyan")
    if said:
        via = f", via {said['via']}" if said.get("via") else ""
        text.append(f" ({said['text']}{via})", style="dim")
    return text
