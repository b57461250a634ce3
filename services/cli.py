"""The ``sitrep`` command: composition only. Each command imports what it needs when it runs."""

import asyncio
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from services import __version__
from services.common.errors import ConfigurationError, PermanentError, TransientError
from services.housekeeping.commands import articles, deadletters
from services.indexer.commands import reindex

app = typer.Typer(
    name="sitrep",
    help="A newswire for people who follow a war: articles as they appear, and every figure they put forward.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
sources = typer.Typer(help="The outlets that are followed (sources.yaml).", no_args_is_help=True)
app.add_typer(sources, name="sources")
app.add_typer(deadletters, name="deadletters")
app.add_typer(articles, name="articles")
app.command()(reindex)

SERVICES_PANEL = "Services (each has /healthz, /readyz and /metrics)"
ASK_PANEL = "Ask"
DAYS = ["%Y-%m-%d"]
SourcesFile = Annotated[
    Path | None, typer.Option("--file", "-f", help="The sources file; SITREP_SOURCES or sources.yaml if not given.")
]


def main() -> None:
    """Run the command line; a failure is a sentence on standard error and exit code 1."""
    try:
        app()
    except (ConfigurationError, PermanentError, TransientError) as error:
        typer.echo(f"sitrep: {error}", err=True)
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None


@app.callback(invoke_without_command=True)
def _options(
    show_version: Annotated[bool, typer.Option("--version", help="Print the version and exit.", is_eager=True)] = False,
) -> None:
    if show_version:
        typer.echo(f"sitrep {__version__}")
        raise typer.Exit


@app.command()
def run() -> None:
    """Start everything on this machine: engines, services, and four demo outlets.

    Ctrl-C stops all of it; the data stays for the next start. Settings: docs/settings.md.
    """
    from deploy.local.line import run_here

    raise typer.Exit(run_here())


@app.command()
def doctor() -> None:
    """Say what is installed, what is reachable, what is missing, and what to do about it."""
    from deploy.local.doctor import print_report

    raise typer.Exit(asyncio.run(print_report()))


@app.command(rich_help_panel=SERVICES_PANEL)
def fetcher() -> None:
    """Find articles at the sources, turn pages into articles, send them to news.articles.v1."""
    from services.fetcher.app import main as serve

    raise typer.Exit(serve())


@app.command(rich_help_panel=SERVICES_PANEL)
def extractor() -> None:
    """Tag articles with entities and claims: news.articles.v1 → news.tagged.v1."""
    from services.extractor.app import main as serve

    raise typer.Exit(serve())


@app.command(rich_help_panel=SERVICES_PANEL)
def indexer() -> None:
    """Keep tagged articles in Elasticsearch: news.tagged.v1 → the index."""
    from services.indexer.app import main as serve

    raise typer.Exit(serve())


@app.command(rich_help_panel=SERVICES_PANEL)
def alerts() -> None:
    """Match tagged articles against subscriptions: news.tagged.v1 → news.alerts.v1."""
    from services.alerts.app import main as serve

    raise typer.Exit(serve())


@app.command(rich_help_panel=SERVICES_PANEL)
def api() -> None:
    """Answer people and programs over HTTP; its documentation is at /docs."""
    from services.api.app import main as serve

    raise typer.Exit(serve())


@app.command(rich_help_panel=ASK_PANEL)
def tag(
    file: Annotated[str, typer.Argument(help="A text file in UTF-8, or - for standard input.")],
    title: Annotated[str, typer.Option(help="The article's title, as context.")] = "",
    published: Annotated[
        datetime | None, typer.Option(help="When it was published (UTC); resolves words such as 'on Wednesday'.")
    ] = None,
    language: Annotated[str, typer.Option(help="ISO 639-1 code of the language.")] = "en",
) -> None:
    """Print the entities and claims of a text as JSON. Needs no engine."""
    from services.extractor import tag as tag_text

    text = _read(file)
    moment = published.replace(tzinfo=UTC) if published else None
    tagged = tag_text(text, title=title, published_at=moment, language=language)
    found = {
        "entities": [entity.model_dump(mode="json") for entity in tagged.entities],
        "claims": [claim.model_dump(mode="json") for claim in tagged.claims],
    }
    typer.echo(json.dumps(found, indent=2, ensure_ascii=False))


@app.command(rich_help_panel=ASK_PANEL)
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
    from services.console import run_backfill

    raise typer.Exit(run_backfill(load(FetcherSettings), source, since.replace(tzinfo=UTC), undated=undated))


@app.command(rich_help_panel=ASK_PANEL)
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


@app.command(rich_help_panel=ASK_PANEL)
def retag(
    since: Annotated[
        datetime | None,
        typer.Option(help="Only what was published since this day (UTC).", formats=DAYS, metavar="DAY"),
    ] = None,
    source: Annotated[list[str] | None, typer.Option(help="Only from this source (its id); may be repeated.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Send nothing; say how many figures would stay, change, appear, vanish.")
    ] = False,
) -> None:
    """Tag articles again after the tagger was improved or its tables were edited: news.articles.v1 → news.tagged.v1.

    The newest revision of each, where this version of the tagger has not tagged it yet. Ctrl-C ends it, and the same
    command goes on where it was. It may run beside the extractor.
    """
    from services.common.settings import load
    from services.console import run_retag
    from services.extractor.retag import Choice
    from services.extractor.settings import ExtractorSettings

    choice = Choice(since.replace(tzinfo=UTC) if since else None, frozenset(source or []))
    raise typer.Exit(run_retag(load(ExtractorSettings), choice, dry_run=dry_run))


@app.command(rich_help_panel=ASK_PANEL)
def search(
    query: Annotated[list[str], typer.Argument(help='Words, "a phrase", OR, -without, prefix*.')],
    limit: Annotated[int, typer.Option(min=1, max=100, help="How many to show.")] = 10,
    source: Annotated[list[str] | None, typer.Option(help="Only from this source (its id); may be repeated.")] = None,
    api_url: Annotated[str, typer.Option(help="Where the API is, if not on this machine.")] = "",
) -> None:
    """Search the articles of a running Sitrep, as a readable table."""
    from services.api.settings import ApiSettings
    from services.common.settings import load
    from services.console import print_found

    print_found(api_url or f"http://127.0.0.1:{load(ApiSettings).api_port}", " ".join(query), limit, source or [])


@sources.command("list")
def sources_list(file: SourcesFile = None) -> None:
    """Show every source with its feeds: how each fares, when it was last read, when it is asked next."""
    from services.common.settings import load
    from services.console import print_sources
    from services.fetcher.settings import FetcherSettings
    from services.fetcher.sources import load_sources
    from services.fetcher.state_file import feed_states

    settings = load(FetcherSettings)
    print_sources(load_sources(_sources_file(file)), feed_states(settings.fetcher_state), settings.slowest)


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
        from services.console import print_outlet
        from services.fetcher.visit import visit

        outlet = asyncio.run(visit(url or "", load(FetcherSettings), allow_private=allow_private))
        print_outlet(outlet)
        found = outlet.fields
    given = {
        "id": id, "name": name, "domain": domain, "language": language, "feeds": feed, "sitemaps": sitemap,
        "every": every, "allow_private": allow_private,
    }  # fmt: skip
    path = _sources_file(file)
    added = add_source(path, **found | {key: value for key, value in given.items() if value})
    typer.echo(f"{added.name} is in {path} as {added.id}. Try it: sitrep sources check {added.id}")


@sources.command("import")
def sources_import(
    opml: Annotated[str, typer.Argument(help="An OPML file, as feed readers write them, or - for standard input.")],
    file: SourcesFile = None,
) -> None:
    """Add the feeds of an OPML file, those that are followed already left out."""
    from services.fetcher.adding import add_sources
    from services.fetcher.opml import sources_from_opml
    from services.fetcher.sources import load_sources

    path = _sources_file(file)
    known = load_sources(path) if path.exists() else ()
    imported = sources_from_opml(_read_bytes(opml), known, file=opml)
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
    from services.console import print_check
    from services.fetcher.check import check_sources

    results = asyncio.run(check_sources(_sources_file(file), ids or []))
    for result in results:
        print_check(result)
    raise typer.Exit(0 if all(result.ok for result in results) else 1)


def _read(file: str) -> str:
    try:
        return _read_bytes(file).decode()
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{file} is not UTF-8 (byte {error.start}): save it as UTF-8.") from error


def _read_bytes(file: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise ConfigurationError(f"Cannot read {file}: {error.strerror}.") from error


def _sources_file(given: Path | None) -> Path:
    from services.common.settings import load
    from services.fetcher.settings import FetcherSettings

    return given or Path(load(FetcherSettings).sources)


if __name__ == "__main__":
    main()
