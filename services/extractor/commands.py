"""``sitrep tag`` and ``sitrep retag``: composition only."""

import json
from datetime import UTC, datetime
from typing import Annotated

import typer

DAYS = ["%Y-%m-%d"]


def tag(
    file: Annotated[str, typer.Argument(help="A text file in UTF-8, or - for standard input.")],
    title: Annotated[str, typer.Option(help="The article's title, as context.")] = "",
    published: Annotated[
        datetime | None, typer.Option(help="When it was published (UTC); resolves words such as 'on Wednesday'.")
    ] = None,
    language: Annotated[str, typer.Option(help="ISO 639-1 code of the language.")] = "en",
) -> None:
    """Print the entities and claims of a text as JSON. Needs no engine."""
    from services.common.input import read_text
    from services.extractor import tag as tag_text

    text = read_text(file)
    moment = published.replace(tzinfo=UTC) if published else None
    tagged = tag_text(text, title=title, published_at=moment, language=language)
    found = {
        "entities": [entity.model_dump(mode="json") for entity in tagged.entities],
        "claims": [claim.model_dump(mode="json") for claim in tagged.claims],
    }
    typer.echo(json.dumps(found, indent=2, ensure_ascii=False))


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
    from services.extractor.retag import Choice
    from services.extractor.retagging import run_retag
    from services.extractor.settings import ExtractorSettings

    choice = Choice(since.replace(tzinfo=UTC) if since else None, frozenset(source or []))
    raise typer.Exit(run_retag(load(ExtractorSettings), choice, dry_run=dry_run))
