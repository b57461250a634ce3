"""The ``sitrep`` command: composition only. Each command imports what it needs when it runs."""

import asyncio
from typing import Annotated

import typer

from services import __version__
from services.common.errors import ConfigurationError, PermanentError, TransientError
from services.extractor.commands import retag, tag
from services.fetcher.commands import fetch, replay, sources
from services.housekeeping.commands import articles, deadletters
from services.housekeeping.key_commands import keys
from services.indexer.commands import reindex

app = typer.Typer(
    name="sitrep",
    help="A newswire for people who follow a war: articles as they appear, and every figure they put forward.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(sources, name="sources")
app.add_typer(deadletters, name="deadletters")
app.add_typer(articles, name="articles")
app.add_typer(keys, name="keys")
app.command()(reindex)

SERVICES_PANEL = "Services (each has /healthz, /readyz and /metrics)"
ASK_PANEL = "Ask"

for asking in (tag, fetch, replay, retag):
    app.command(rich_help_panel=ASK_PANEL)(asking)


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


@keys.command("local")
def local_key() -> None:
    """Print the key of this machine's `sitrep run`, which may do everything there."""
    from deploy.local.key import read_local_key
    from deploy.local.settings import LocalSettings
    from services.common.settings import load

    typer.echo(read_local_key(load(LocalSettings).data_dir))


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
def delivery() -> None:
    """Deliver alerts to webhooks and mailboxes until they arrive: news.alerts.v1 → news.deliveries.v1."""
    from services.delivery.app import main as serve

    raise typer.Exit(serve())


@app.command(rich_help_panel=SERVICES_PANEL)
def api() -> None:
    """Answer people and programs over HTTP; its documentation is at /docs."""
    from services.api.app import main as serve

    raise typer.Exit(serve())


@app.command(rich_help_panel=ASK_PANEL)
def search(
    query: Annotated[list[str], typer.Argument(help='Words, "a phrase", OR, -without, prefix*.')],
    limit: Annotated[int, typer.Option(min=1, max=100, help="How many to show.")] = 10,
    source: Annotated[list[str] | None, typer.Option(help="Only from this source (its id); may be repeated.")] = None,
    api_url: Annotated[str, typer.Option(help="Where the API is, if not on this machine.")] = "",
    key: Annotated[str, typer.Option(envvar="SITREP_KEY", help="A key, where the API asks for one.")] = "",
) -> None:
    """Search the articles of a running Sitrep, as a readable table."""
    from services.api.settings import ApiSettings
    from services.common.settings import load
    from services.console import print_found

    print_found(api_url or f"http://127.0.0.1:{load(ApiSettings).api_port}", " ".join(query), limit, source or [], key)


if __name__ == "__main__":
    main()
