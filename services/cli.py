"""The ``sitrep`` command: composition only. Each command imports what it needs when it runs."""

import asyncio
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from services import __version__
from services.common.errors import ConfigurationError, PermanentError, TransientError

app = typer.Typer(
    name="sitrep",
    help="A newswire for people who follow a war: articles as they appear, and every figure they put forward.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
sources = typer.Typer(help="The outlets that are followed (sources.yaml).", no_args_is_help=True)
app.add_typer(sources, name="sources")

SERVICES_PANEL = "Services (each has /healthz, /readyz and /metrics)"
ASK_PANEL = "Ask"
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
def fetch(url: Annotated[str, typer.Argument(help="The address of an article.")]) -> None:
    """Get one page and print its article as JSON. Needs no engine."""
    from services.common.settings import load
    from services.fetcher.fetch import fetch_article
    from services.fetcher.settings import FetcherSettings

    article = asyncio.run(fetch_article(url, load(FetcherSettings)))
    typer.echo(article.model_dump_json(indent=2))


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
    """Show every source with its feeds and how often they are asked."""
    from services.console import print_sources
    from services.fetcher.sources import load_sources

    print_sources(load_sources(_sources_file(file)))


@sources.command("add")
def sources_add(
    id: Annotated[str, typer.Argument(help="A short id: lower-case letters, digits, hyphens.")],  # noqa: A002
    name: Annotated[str, typer.Argument(help="The outlet's name.")],
    feed: Annotated[list[str], typer.Argument(help="Addresses of its feeds.")],
    domain: Annotated[str, typer.Option(help="Its domain; the feed's host if not given.")] = "",
    file: SourcesFile = None,
) -> None:
    """Add a source to the file; a running fetcher takes it up by itself."""
    from services.fetcher.adding import add_source

    path = _sources_file(file)
    own = domain or (urlsplit(feed[0]).hostname or "").removeprefix("www.")
    add_source(path, id=id, name=name, domain=own, feeds=feed)
    typer.echo(f"{name} is in {path}. Try it: sitrep sources check {id}")


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
        return sys.stdin.buffer.read().decode() if file == "-" else Path(file).read_text("utf-8")
    except OSError as error:
        raise ConfigurationError(f"Cannot read {file}: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{file} is not UTF-8 (byte {error.start}): save it as UTF-8.") from error


def _sources_file(given: Path | None) -> Path:
    from services.common.settings import load
    from services.fetcher.settings import FetcherSettings

    return given or Path(load(FetcherSettings).sources)


if __name__ == "__main__":
    main()
