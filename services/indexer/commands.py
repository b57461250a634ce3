"""``sitrep reindex``: composition only."""

from typing import Annotated

import typer


def reindex(
    again: Annotated[
        bool, typer.Option("--again", help="Build the mapping version that serves already anew, from the topic.")
    ] = False,
    back: Annotated[bool, typer.Option("--back", help="Let what served before serve again.")] = False,
) -> None:
    """Build a new index from news.tagged.v1 beside the one that serves, then serve it instead.

    Searches and the indexer go on meanwhile. Ctrl-C ends it, and the same command goes on where it was.
    """
    from services.common.settings import load
    from services.indexer.rebuilding import go_back, rebuild
    from services.indexer.settings import IndexerSettings

    settings = load(IndexerSettings)
    raise typer.Exit(go_back(settings) if back else rebuild(settings, again=again))
