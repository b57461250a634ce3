"""``sitrep deadletters`` and ``sitrep articles``: composition only."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from services.common.errors import ConfigurationError

if TYPE_CHECKING:  # what they need takes a while to import
    from services.common.messages import DeadLetter
    from services.common.settings import KafkaSettings
    from services.housekeeping.letters import Wanted
    from services.housekeeping.settling import Settled

deadletters = typer.Typer(help="The messages that no stage could process (news.deadletter.v1).", no_args_is_help=True)
articles = typer.Typer(help="The articles themselves.", no_args_is_help=True)

Ids = Annotated[list[str] | None, typer.Argument(help="Ids, or how they begin.", show_default=False)]
Stage = Annotated[str | None, typer.Option(help="Only those that this service gave up: extractor, indexer, alerts.")]
FromTopic = Annotated[str | None, typer.Option("--topic", help="Only messages of this topic.")]
Since = Annotated[str | None, typer.Option(help="Only since then: a day (2024-11-17), or how long ago (90m, 12h, 7d).")]
Reason = Annotated[str | None, typer.Option(help="Only those whose reason has these words.")]
Every = Annotated[bool, typer.Option("--all", help="All that nothing was done about yet.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
AsJson = Annotated[bool, typer.Option("--json", help="For programs: one JSON object a line.")]


@deadletters.command("list")
def list_letters(
    ids: Ids = None,
    stage: Stage = None,
    topic: FromTopic = None,
    since: Since = None,
    reason: Reason = None,
    settled: Annotated[
        bool, typer.Option("--settled", help="Also those that were replayed or dropped already.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show the dead letters that nothing was done about yet, the oldest first."""
    from services.housekeeping.letters import chosen

    found = chosen(asyncio.run(_letters(_kafka())), _wanted(ids, stage, topic, since, reason, settled=settled))
    if as_json:
        _print_json(found)
        return
    from rich.console import Console

    from services.housekeeping.tables import letters_table

    if not found:
        typer.echo("There are no such dead letters.")
        return
    Console().print(letters_table(found))
    typer.echo("sitrep deadletters show ID shows one whole; replay sends it to its topic again, drop lays it aside.")


@deadletters.command("show")
def show_letter(
    id: Annotated[str, typer.Argument(help="Its id, or how it begins.")],  # noqa: A002
    as_json: AsJson = False,
) -> None:
    """Show one dead letter whole: the message, its headers, why it was given up, what was done about it."""
    from services.housekeeping.letters import one

    letter = one(asyncio.run(_letters(_kafka())), id)
    if as_json:
        _print_json([letter])
        return
    from rich.console import Console

    from services.housekeeping.tables import letter_page

    Console().print(letter_page(letter))


@deadletters.command("replay")
def replay_letters(
    ids: Ids = None,
    stage: Stage = None,
    topic: FromTopic = None,
    since: Since = None,
    reason: Reason = None,
    every: Every = False,
    yes: Yes = False,
) -> None:
    """Send messages to their topics again, once what was wrong has been mended.

    Each is written down as replayed, and fails anew under another id if it still cannot be processed.
    """
    from services.common.deletions import read_deletions
    from services.common.kafka import everything_in, producer
    from services.common.topics import DELETIONS
    from services.housekeeping.settling import WORK, replay

    settings = _kafka()
    found = _chosen(settings, _wanted(ids, stage, topic, since, reason), every=every)

    async def work(told: "Callable[[Settled], None]") -> "Settled":
        deleted = await read_deletions(everything_in(settings, DELETIONS))
        async with producer(settings, WORK) as sending:
            return await replay(settings, sending, found, deleted=deleted.__contains__, told=told)

    _carry_out("Replay", "replayed", found, work, yes=yes)


@deadletters.command("drop")
def drop_letters(
    why: Annotated[str, typer.Option(help="Why nothing is to be done about them; it is kept with them.")],
    ids: Ids = None,
    stage: Stage = None,
    topic: FromTopic = None,
    since: Since = None,
    reason: Reason = None,
    every: Every = False,
    yes: Yes = False,
) -> None:
    """Lay dead letters aside: they are no longer listed, and stay in the log with the reason."""
    from services.common.kafka import producer
    from services.housekeeping.settling import WORK, drop

    settings = _kafka()
    found = _chosen(settings, _wanted(ids, stage, topic, since, reason), every=every)

    async def work(told: "Callable[[Settled], None]") -> "Settled":
        async with producer(settings, WORK) as sending:
            return await drop(sending, found, why, told=told)

    _carry_out("Drop", "dropped", found, work, yes=yes)


@articles.command("delete")
def delete_article(
    article: Annotated[str, typer.Argument(help="Its id or its address.")],
    reason: Annotated[str, typer.Option(help="Why; it is kept in news.deletions.v1.")],
    yes: Yes = False,
) -> None:
    """Delete an article for good: from the index, the archive of pages, and for every reader of the streams.

    It is not fetched again. What a topic has kept of it stays until the topic itself is removed: docs/operations.md.
    """
    from services.common.deletions import deletion
    from services.common.settings import ElasticsearchSettings, load
    from services.housekeeping.deleting import delete, title_of

    deleted = deletion(article, reason, datetime.now(UTC))
    found = asyncio.run(title_of(load(ElasticsearchSettings), deleted.article_id))
    what = f"{found} ({deleted.article_id})" if found else f"{article}, which the index does not have now,"
    if not yes and not typer.confirm(f"Delete {what} for good?"):
        raise typer.Exit(1)
    asyncio.run(delete(_kafka(), deleted))
    typer.echo(f"{what} is deleted: every stage has been told, and will be done with it within seconds of its turn.")


def _kafka() -> "KafkaSettings":
    from services.common.settings import KafkaSettings, load

    return load(KafkaSettings)


async def _letters(settings: "KafkaSettings") -> "list[DeadLetter]":
    from services.common.kafka import ensure_topics, everything_in
    from services.common.topics import DEAD_LETTERS, DELETIONS
    from services.housekeeping.letters import read_letters

    await ensure_topics(settings, [DEAD_LETTERS, DELETIONS])
    return await read_letters(everything_in(settings, DEAD_LETTERS))


def _wanted(
    ids: list[str] | None,
    stage: str | None,
    topic: str | None,
    since: str | None,
    reason: str | None,
    *,
    settled: bool = False,
) -> "Wanted":
    from services.housekeeping.letters import Wanted, since_when

    moment = since_when(since, datetime.now(UTC)) if since else None
    return Wanted(tuple(ids or ()), stage, topic, reason, moment, settled)


def _chosen(settings: "KafkaSettings", wanted: "Wanted", *, every: bool) -> "list[DeadLetter]":
    from services.housekeeping.letters import chosen

    if wanted.anything and not every:
        raise ConfigurationError("Say which: ids, --stage, --topic, --since, --reason, or --all for every open one.")
    return chosen(asyncio.run(_letters(settings)), wanted)


def _carry_out(
    verb: str,
    done: str,
    found: "Sequence[DeadLetter]",
    work: "Callable[[Callable[[Settled], None]], Awaitable[Settled]]",
    *,
    yes: bool,
) -> None:
    from rich.console import Console
    from rich.progress import Progress

    from services.housekeeping.tables import counted, letters_table

    console = Console(stderr=True)
    if not found:
        typer.echo("There are no such dead letters.")
        return
    if not yes:
        console.print(letters_table(found))
        if not typer.confirm(f"{verb} {counted(len(found))}?"):
            raise typer.Exit(1)
    with Progress(console=console, transient=True) as bars:
        bar = bars.add_task(verb, total=len(found))
        came = asyncio.run(_run(work, lambda sofar: bars.update(bar, completed=sofar.done + len(sofar.refused))))
    for sentence in came.refused:
        typer.echo(f"Left as it is: {sentence}", err=True)
    typer.echo(f"{counted(came.done)} {done}.")
    raise typer.Exit(1 if came.refused else 0)


async def _run(
    work: "Callable[[Callable[[Settled], None]], Awaitable[Settled]]", told: "Callable[[Settled], None]"
) -> "Settled":
    return await work(told)


def _print_json(letters: "Sequence[DeadLetter]") -> None:
    from services.housekeeping.letters import readable

    for letter in letters:
        typer.echo(json.dumps(readable(letter), ensure_ascii=False))
