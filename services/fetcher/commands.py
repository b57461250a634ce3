"""``sitrep fetch``, ``sitrep replay`` and ``sitrep sources``: composition only."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from services.common.errors import ConfigurationError

if TYPE_CHECKING:
    from rich.console import RenderableType

sources = typer.Typer(help="The outlets that are followed (sources.yaml).", no_args_is_help=True)

DAYS = ["%Y-%m-%d"]
SourcesFile = Annotated[
    Path | None, typer.Option("--file", "-f", help="The sources file; SITREP_SOURCES or sources.yaml if not given.")
]


def fetch(
    url: Annotated[str | None, typer.Argument(help="The address of an article.", show_default=False)] = None,
    since: Annotated[
        datetime | None,
        typer.Option(help="Fetch what a source has published since this day (UTC).", formats=DAYS, metavar="DAY"),
    ] = None,
    source: Annotated[str | None, typer.Option(help="The id of that source.")] = None,
    undated: Annotated[
        bool, typer.Option("--undated", help="With --since: also the pages that nothing says the age of.")
    ] = False,
    allow_private: Annotated[
        bool, typer.Option("--allow-private", help="Also from an address of this machine or of your own network.")
    ] = False,
) -> None:
    """Get one page and print its article as JSON; or, with --since and --source, all that a source has published.

    One page needs no engine. With --since the source's sitemaps are read and its articles sent to news.articles.v1,
    politely; Ctrl-C ends it, and the same command goes on where it was.
    """
    from services.common.settings import load
    from services.fetcher.settings import FetcherSettings

    if url is not None and since is None and source is None:
        from services.fetcher.fetch import fetch_article

        typer.echo(
            asyncio.run(fetch_article(url, load(FetcherSettings), allow_private=allow_private)).model_dump_json(
                indent=2
            )
        )
        return
    if url is not None or since is None or source is None:
        raise ConfigurationError(
            "Give the address of an article, or a day and a source: sitrep fetch --since 2024-10-01 --source ID."
        )
    from services.fetcher.backfilling import run_backfill

    raise typer.Exit(run_backfill(load(FetcherSettings), source, since.replace(tzinfo=UTC), undated=undated))


def replay(
    archives: Annotated[list[Path], typer.Argument(help="WARC files, as SITREP_FETCHER_ARCHIVE keeps them.")],
    every: Annotated[
        bool, typer.Option("--all", help="Every kept page of an address, oldest first, not just the newest.")
    ] = False,
) -> None:
    """Run kept pages through the line again, without the network: pages, articles, news.articles.v1.

    The fetcher must not be running over the same state meanwhile.
    """
    from services.common.settings import load
    from services.fetcher.replay import replay_archives
    from services.fetcher.settings import FetcherSettings

    done = asyncio.run(replay_archives(archives, load(FetcherSettings), newest=not every))
    typer.echo(
        f"{done.sent} sent, {done.same} other addresses of an article, {done.not_articles} no articles, "
        f"{done.deleted} deleted on request, {done.failed} failed."
    )
    raise typer.Exit(1 if done.failed else 0)


@sources.command("list")
def sources_list(file: SourcesFile = None) -> None:
    """Show every source with its feeds: how each fares, when it was last read, when it is asked next."""
    from services.common.settings import load
    from services.fetcher.settings import FetcherSettings
    from services.fetcher.sources import load_sources
    from services.fetcher.state_file import feed_states
    from services.fetcher.tables import sources_table

    settings = load(FetcherSettings)
    followed, held = load_sources(_sources_file(file)), feed_states(settings.fetcher_state)
    _print(sources_table(followed, held, settings.slowest, datetime.now(UTC)))


@sources.command("add")
def sources_add(
    url: Annotated[
        str | None, typer.Argument(help="The address of the outlet, or of one of its feeds.", show_default=False)
    ] = None,
    id: Annotated[str, typer.Option(help="A short id; made from the domain if not given.")] = "",  # noqa: A002
    name: Annotated[str, typer.Option(help="The outlet's name; what the site calls itself if not given.")] = "",
    feed: Annotated[list[str] | None, typer.Option(help="A feed's address; may be repeated.")] = None,
    sitemap: Annotated[list[str] | None, typer.Option(help="A sitemap's address; may be repeated.")] = None,
    domain: Annotated[str, typer.Option(help="Its domain; the host of the address if not given.")] = "",
    language: Annotated[str, typer.Option(help="ISO 639-1 code of the language it writes in.")] = "",
    every: Annotated[str, typer.Option(help="How often its feeds are asked: 15s, 5m, 2h.")] = "",
    allow_private: Annotated[
        bool, typer.Option("--allow-private", help="It is at an address of your own network.")
    ] = False,
    file: SourcesFile = None,
) -> None:
    """Find the feeds of an outlet and add it to the file; a running fetcher takes it up by itself.

    With --feed or --sitemap these are taken as they are, and nothing is asked.
    """
    from services.common.settings import load
    from services.fetcher.adding import add_source, fields_for
    from services.fetcher.settings import FetcherSettings

    listed = [*(feed or []), *(sitemap or [])]
    if url is None and not listed:
        raise ConfigurationError("Give the address of an outlet, or at least one --feed or --sitemap.")
    if listed:
        found = fields_for(url or listed[0])
    else:
        from services.fetcher.tables import outlet_lines
        from services.fetcher.visit import visit

        outlet = asyncio.run(visit(url or "", load(FetcherSettings), allow_private=allow_private))
        _print(outlet_lines(outlet), soft_wrap=True)
        found = outlet.fields
    given = {
        "id": id, "name": name, "domain": domain, "language": language, "feeds": feed, "sitemaps": sitemap,
        "every": every, "allow_private": allow_private,
    }  # fmt: skip
    path = _sources_file(file)
    where = f" -f {file}" if file else ""
    added = add_source(path, **found | {key: value for key, value in given.items() if value})
    typer.echo(f"{added.name} is in {path} as {added.id}. Try it: sitrep sources check {added.id}{where}")


@sources.command("import")
def sources_import(
    opml: Annotated[str, typer.Argument(help="An OPML file, as feed readers write them, or - for standard input.")],
    file: SourcesFile = None,
) -> None:
    """Add the feeds of an OPML file, those that are followed already left out."""
    from services.common.input import read_bytes
    from services.fetcher.adding import add_sources
    from services.fetcher.opml import sources_from_opml
    from services.fetcher.sources import load_sources

    path = _sources_file(file)
    known = load_sources(path) if path.exists() else ()
    imported = sources_from_opml(read_bytes(opml), known, file=opml)
    for sentence in imported.skipped:
        typer.echo(f"Left out: {sentence}", err=True)
    if imported.sources:
        add_sources(path, imported.sources)
    count = len(imported.sources)
    typer.echo(f"{count} {'source' if count == 1 else 'sources'} added to {path}; {len(imported.skipped)} left out.")


@sources.command("export")
def sources_export(
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Where to write; else it is printed.")] = None,
    file: SourcesFile = None,
) -> None:
    """Write the sources as OPML 2.0, for any feed reader."""
    from services.fetcher.opml import opml_from_sources
    from services.fetcher.sources import load_sources

    followed = load_sources(_sources_file(file))
    document = opml_from_sources(followed, at=datetime.now(UTC))
    if output is None:
        typer.echo(document.decode(), nl=False)
        return
    try:
        output.write_bytes(document)
    except OSError as error:
        raise ConfigurationError(f"Cannot write {output}: {error.strerror}.") from error
    typer.echo(f"{len(followed)} sources are in {output}.")


@sources.command("check")
def sources_check(
    ids: Annotated[list[str] | None, typer.Argument(help="Which sources; all if none is given.")] = None,
    file: SourcesFile = None,
) -> None:
    """Ask every feed once and say what came of it. Exit code 1 if any source gives no article."""
    from services.fetcher.check import check_sources
    from services.fetcher.tables import check_lines

    results = asyncio.run(check_sources(_sources_file(file), ids or []))
    for result in results:
        _print(check_lines(result), soft_wrap=True)
    raise typer.Exit(0 if all(result.ok for result in results) else 1)


def _sources_file(given: Path | None) -> Path:
    from services.common.settings import load
    from services.fetcher.settings import FetcherSettings

    return given or Path(load(FetcherSettings).sources)


def _print(shown: "RenderableType", *, soft_wrap: bool = False) -> None:
    from rich.console import Console

    Console().print(shown, soft_wrap=soft_wrap)
