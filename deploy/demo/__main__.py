"""`python -m deploy.demo`: run the outlets, or print what they would be."""

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

import structlog

from deploy.demo.app import Day, demo_app
from deploy.demo.article_files import load_articles
from deploy.demo.articles import Article
from deploy.demo.outlets import link_host, outlet_addresses
from deploy.demo.server import listen, serve
from deploy.demo.settings import DemoSettings
from deploy.demo.sources import sources_yaml
from services.common.errors import ConfigurationError
from services.common.logs import configure_logs
from services.common.settings import load


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status: 0, or 1 after one sentence on stderr."""
    options = _parser().parse_args(arguments)
    try:
        if options.check:
            sys.stdout.write(_table(load_articles()))
            return 0
        settings = load(DemoSettings)
        if options.sources:
            sys.stdout.write(sources_yaml(settings.demo_port, link_host(settings.demo_host)))
            return 0
        configure_logs("demo", settings)
        _run(settings)
    except ConfigurationError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m deploy.demo",
        description="Four invented news outlets on this machine, for Sitrep to follow. Ctrl-C stops them.",
        epilog="Settings: SITREP_DEMO_HOST, SITREP_DEMO_PORT (the first of four), SITREP_DEMO_PACE (seconds "
        "between new articles), SITREP_DEMO_STARTED_AT, SITREP_LOG_FORMAT (json or console).",
    )
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument("--sources", action="store_true", help="print the outlets as a sources.yaml and stop")
    instead.add_argument("--check", action="store_true", help="check the article files, list them, and stop")
    return parser


def _run(settings: DemoSettings) -> None:
    started_at = settings.demo_started_at or datetime.now(UTC)

    def clock() -> float:
        return (datetime.now(UTC) - started_at).total_seconds()

    day = Day(load_articles(), started_at, clock, settings.demo_pace)
    host = link_host(settings.demo_host)
    app = demo_app(settings.demo_port, day, host)
    sockets = listen(settings.demo_host, settings.demo_port)
    log = structlog.get_logger()
    for outlet, base in outlet_addresses(settings.demo_port, host).values():
        log.info("outlet_open", outlet=outlet.id, url=f"{base}/", articles=len(day.visible(outlet)))
    serve(app, sockets)
    log.info("outlets_closed")


def _table(articles: tuple[Article, ...]) -> str:
    lines = [f"{'published':<16}  {'outlet':<14}  {'appears':>7}  {'edited':>6}  words  title"]
    for article in articles:
        front = article.front
        edited = f"{front.edited.after_seconds:.0f} s" if front.edited else ""
        words = sum(len(block.text.split()) for block in article.blocks)
        lines.append(
            f"{front.published:%Y-%m-%d %H:%M}  {front.outlet:<14}  {front.appears_after_seconds:>5.0f} s"
            f"  {edited:>6}  {words:>5}  {front.title}"
        )
    return "\n".join((*lines, f"{len(articles)} articles, all in order.", ""))


if __name__ == "__main__":
    sys.exit(main())
