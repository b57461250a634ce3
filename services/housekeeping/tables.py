"""How housekeeping's answers look on a terminal: plain functions from values to rich renderables."""

import json
from collections.abc import Sequence
from datetime import datetime

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from services.common.messages import ApiKey, DeadLetter
from services.housekeeping.keys import state
from services.housekeeping.letters import text_or_hex

SHOWN_ID = 10


def letters_table(letters: Sequence[DeadLetter]) -> Table:
    """The letters as a table, the oldest first."""
    table = Table(title=counted(len(letters)), title_justify="left", show_lines=True, expand=True)
    table.add_column("Id", no_wrap=True)
    table.add_column("Given up", no_wrap=True)
    table.add_column("Stage", no_wrap=True)
    table.add_column("Message", overflow="fold", ratio=1)
    table.add_column("Why", overflow="fold", ratio=3)
    for letter in letters:
        why = Text(letter.reason)
        if letter.settled:
            why.append(f"\n{_settled(letter)}", style="green")
        table.add_row(
            Text(letter.id[:SHOWN_ID], style="bold"),
            f"{letter.failed_at:%Y-%m-%d %H:%M}",
            letter.stage,
            f"{letter.topic}\n{letter.partition}:{letter.offset}",
            why,
        )
    return table


def keys_table(keys: Sequence[ApiKey], now: datetime) -> Table:
    """API keys as a table, the oldest first."""
    table = Table()
    for column in ("Id", "Name", "Permits", "Made", "State"):
        table.add_column(column, overflow="fold", no_wrap=column == "Id")
    for key in keys:
        table.add_row(
            Text(key.id, style="bold"),
            Text(key.name),
            ", ".join(key.scopes),
            f"{key.created_at:%Y-%m-%d %H:%M}",
            state(key, now),
        )
    return table


def counted(count: int) -> str:
    """A number of letters in words."""
    return f"{count} dead {'letter' if count == 1 else 'letters'}"


def letter_page(letter: DeadLetter) -> RenderableType:
    """One letter whole: what is known of it, its headers, its message."""
    facts = Table.grid(padding=(0, 2))
    for name, value in (
        ("id", letter.id),
        ("given up by", f"{letter.stage}, {letter.failed_at:%Y-%m-%d %H:%M:%S} UTC"),
        ("reason", letter.reason),
        ("message", f"{letter.topic}, partition {letter.partition}, offset {letter.offset}"),
        ("key", text_or_hex(letter.key) or "none"),
        ("since then", _settled(letter) or "nothing was done about it"),
        *((f"header {name}", text_or_hex(value) or "") for name, value in letter.headers),
    ):
        facts.add_row(Text(name, style="dim"), Text(value))
    return Group(facts, Panel(_value(letter), title="value", title_align="left"))


def _value(letter: DeadLetter) -> RenderableType:
    if letter.value is None:
        return Text("not in the letter: the message was empty, or too large and is still in its topic", style="dim")
    text = text_or_hex(letter.value) or ""
    try:
        return Syntax(json.dumps(json.loads(text), indent=2, ensure_ascii=False), "json", word_wrap=True)
    except ValueError:
        return Text(text)


def _settled(letter: DeadLetter) -> str:
    if letter.settled is None:
        return ""
    why = f": {letter.settled.why}" if letter.settled.why else ""
    return f"{letter.settled.how} {letter.settled.at:%Y-%m-%d %H:%M}{why}"
