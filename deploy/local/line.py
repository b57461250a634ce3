"""What `sitrep run` runs: the six services and, unless sources are given, the four demo outlets."""

import asyncio
import os
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import httpx

from deploy.demo.outlets import OUTLETS
from deploy.demo.sources import sources_yaml
from deploy.local.key import ensure_local_key
from deploy.local.ports import PortUse
from deploy.local.run import INDICES, TOPICS, Addresses, Line, Service, preloaded, run
from deploy.local.secret import local_secret
from deploy.local.settings import LocalSettings
from services.common.elastic import elastic
from services.common.kafka import ensure_topics
from services.common.settings import ElasticsearchSettings, KafkaSettings, load
from services.common.topics import ALL_TOPICS
from services.indexer.migrate import ensure_indices

HOST = "127.0.0.1"
# Elasticsearch takes the longest to start; what needs only Kafka does not wait for it.
NEEDS = {
    "fetcher": frozenset({TOPICS}),
    "extractor": frozenset({TOPICS}),
    "indexer": frozenset({TOPICS, INDICES}),
    "alerts": frozenset({TOPICS}),
    "delivery": frozenset({TOPICS}),
    "api": frozenset({TOPICS, INDICES}),
}


def run_here() -> int:
    """Run everything on this machine until it is told to stop; returns the exit code."""
    settings = load(LocalSettings)
    return asyncio.run(run(settings, line(settings)))


def line(settings: LocalSettings) -> Line:
    """The programs, their ports and their settings."""
    ports = {
        "fetcher": settings.fetcher_port,
        "extractor": settings.extractor_port,
        "indexer": settings.indexer_port,
        "alerts": settings.alerts_port,
        "delivery": settings.delivery_port,
        "api": settings.api_port,
    }
    demo = settings.sources is None
    services = [_service(name, port, settings) for name, port in ports.items()]
    api = f"http://{HOST}:{settings.api_port}"
    return Line(
        api=api,
        services=[*services, *([_demo(settings)] if demo else [])],
        topics=partial(topics, settings.data_dir),
        indices=indices,
        first_result=partial(_finds, api, "howitzers" if demo else ""),
    )


async def topics(data_dir: Path, addresses: Addresses) -> None:
    """Make the topics that are not there yet, and this machine's key to the API."""
    kafka = KafkaSettings(kafka_bootstrap=addresses.kafka_bootstrap)
    await ensure_topics(kafka, ALL_TOPICS)
    await ensure_local_key(kafka, data_dir)


async def indices(addresses: Addresses) -> None:
    """Make the index that is not there yet."""
    async with elastic(ElasticsearchSettings(elasticsearch_url=addresses.elasticsearch_url)) as client:
        await ensure_indices(client)


def _service(name: str, port: int, settings: LocalSettings) -> Service:
    variable = f"SITREP_{name.upper()}_PORT"
    own = {
        "fetcher": {
            "SITREP_SOURCES": str(_sources(settings)),
            "SITREP_FETCHER_STATE": str(settings.data_dir / "fetcher.sqlite3"),
        },
        "delivery": delivery_environment(settings),
        "api": {
            **delivery_environment(settings),
            "SITREP_API_ANONYMOUS_READ": "true",  # it listens on this machine alone
            "SITREP_API_RATE_ANONYMOUS": "0",
        },
    }
    return Service(
        name=name,
        argv=preloaded("services.cli:main", [f"services.{name}.app"], ["sitrep", name]),
        ports=(PortUse(port, f"the {name}" if name != "api" else "the API", variable),),
        health=f"http://{HOST}:{port}/readyz",
        environment={"SITREP_HOST": HOST, variable: str(port), **own.get(name, {})},
        needs=NEEDS[name],
        preloads=True,
    )


def delivery_environment(settings: LocalSettings) -> dict[str, str]:
    """What api and delivery share, where nothing else is set: a secret of this machine's own, and where the api is.

    Webhooks may be on this machine: it is where a receiver is tried out.
    """
    made = {
        "SITREP_DELIVERY_SECRET": local_secret(settings.data_dir),
        "SITREP_PUBLIC_URL": f"http://{HOST}:{settings.api_port}",
        "SITREP_DELIVERY_ALLOW_PRIVATE": "true",
    }
    return {name: os.environ.get(name) or value for name, value in made.items()}


def _demo(settings: LocalSettings) -> Service:
    first = settings.demo_port
    return Service(
        name="demo",
        argv=preloaded("deploy.demo.__main__:main", [], ["deploy.demo"]),
        ports=tuple(PortUse(first + number, "a demo outlet", "SITREP_DEMO_PORT") for number, _ in enumerate(OUTLETS)),
        health=f"http://{HOST}:{first}/robots.txt",
        environment={"SITREP_DEMO_PORT": str(first), "SITREP_DEMO_STARTED_AT": _day_began(settings.data_dir)},
        needs=frozenset(),
        preloads=True,
    )


def _sources(settings: LocalSettings) -> Path:
    """The sources that were given, or a file of the demo's own."""
    if settings.sources is not None:
        return settings.sources.resolve()
    path = settings.data_dir / "demo-sources.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(sources_yaml(settings.demo_port), "utf-8")
    return path


def _day_began(data_dir: Path) -> str:
    """When the demo first ran over this data: a later run goes on where its day is, and unpublishes nothing."""
    path = data_dir / "demo-started-at"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(datetime.now(UTC).isoformat(), "utf-8")
    return path.read_text("utf-8").strip()


async def _finds(api: str, words: str) -> bool:
    """Whether somebody who asks the API for these words now finds an article."""
    async with httpx.AsyncClient(trust_env=False, timeout=5) as client:
        answer = await client.get(f"{api}/v1/articles", params={"q": words, "limit": 1})
    return bool(answer.is_success and answer.json()["total"])
