"""``sitrep keys``: composition only."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated

import typer

keys = typer.Typer(help="The keys that programs and people ask the API with.", no_args_is_help=True)


class Permits(StrEnum):
    """What a key is made for."""

    read = "read"
    write = "write"
    admin = "admin"


@keys.command("create")
def create_key(
    name: Annotated[str, typer.Argument(help="Whose it is, or what for.")],
    scope: Annotated[
        Permits,
        typer.Option(help="read; write: also its own subscriptions; admin: also everybody's."),
    ] = Permits.read,
    days: Annotated[int | None, typer.Option(min=1, help="How many days it holds; for ever if not given.")] = None,
) -> None:
    """Make a key and print it, this once: only its digest is kept."""
    from services.common.keys import new_key
    from services.common.settings import KafkaSettings, load
    from services.housekeeping.keys import keep_key, state

    now = datetime.now(UTC)
    token, key = new_key(name, [scope.value], now=now, expires_at=now + timedelta(days=days) if days else None)
    asyncio.run(keep_key(load(KafkaSettings), key))
    typer.echo(f"Key {key.id} ({name}: {', '.join(key.scopes)}) {state(key, now)}. It is shown only now:", err=True)
    typer.echo(token)


@keys.command("list")
def list_keys(
    every: Annotated[bool, typer.Option("--all", help="Also those that were revoked.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For programs: one JSON object a line.")] = False,
) -> None:
    """Show the keys: what each is for, what it permits, whether it holds. The keys themselves nobody can show."""
    from services.common.settings import KafkaSettings, load
    from services.housekeeping.keys import every_key

    found = [key for key in asyncio.run(every_key(load(KafkaSettings))) if every or key.revoked_at is None]
    if as_json:
        for key in found:
            typer.echo(json.dumps(key.model_dump(mode="json", exclude={"digest"}), ensure_ascii=False))
        return
    if not found:
        typer.echo("There are no keys. Make one: sitrep keys create NAME --scope read")
        return
    from rich.console import Console

    from services.housekeeping.tables import keys_table

    Console().print(keys_table(found, datetime.now(UTC)))


@keys.command("revoke")
def revoke_keys(ids: Annotated[list[str], typer.Argument(help="Ids, or how they begin.")]) -> None:
    """Revoke keys, for good and at once: every api learns of it within a second, and ends what they have open."""
    from services.common.settings import KafkaSettings, load
    from services.housekeeping.keys import chosen_key, every_key, keep_key

    settings = load(KafkaSettings)
    there = asyncio.run(every_key(settings))
    for key in [chosen_key(there, start) for start in ids]:
        if key.revoked_at is None:
            asyncio.run(keep_key(settings, key.model_copy(update={"revoked_at": datetime.now(UTC)})))
        typer.echo(f"Key {key.id} ({key.name}) is revoked.")
