"""docker-compose.yml and the Dockerfile say what the services really read."""

import asyncio
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from deploy.generated import SERVICES
from services.common.settings import PREFIX, ElasticsearchSettings, KafkaSettings
from tests.ports import free_ports
from tests.waiting import until

ROOT = Path(__file__).parents[3]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
ENGINES = {"kafka", "elasticsearch"}


def environment(service: str) -> dict[str, str]:
    """What a container is given, where the machine it runs on sets none of it: ``${NAME:-default}`` is its default."""
    given = COMPOSE["services"][service]["environment"]
    defaults = {name: re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", str(value)) for name, value in given.items()}
    return {name.removeprefix(PREFIX).lower(): value for name, value in defaults.items()}


def test_it_has_the_engines_and_the_six_services() -> None:
    assert set(COMPOSE["services"]) == ENGINES | set(SERVICES)


@pytest.mark.parametrize("service", SERVICES)
def test_every_variable_is_one_that_the_service_reads(service: str) -> None:
    assert set(environment(service)) <= set(SERVICES[service].model_fields)


@pytest.mark.parametrize("service", SERVICES)
def test_every_variable_has_a_value_that_the_service_takes(service: str) -> None:
    SERVICES[service].model_validate(environment(service))


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_is_told_where_its_engines_are(service: str) -> None:
    definition, model = COMPOSE["services"][service], SERVICES[service]
    needs = set()
    if issubclass(model, KafkaSettings):
        assert environment(service)["kafka_bootstrap"] == "kafka:9092"
        needs.add("kafka")
    if issubclass(model, ElasticsearchSettings):
        assert environment(service)["elasticsearch_url"] == "http://elasticsearch:9200"
        needs.add("elasticsearch")
    assert set(definition["depends_on"]) == needs
    assert {condition["condition"] for condition in definition["depends_on"].values()} == {"service_healthy"}


@pytest.mark.parametrize("service", SERVICES)
def test_one_image_six_commands(service: str) -> None:
    definition = COMPOSE["services"][service]
    assert definition["command"] == service
    assert definition["image"] == "sitrep:local"
    assert (ROOT / definition["build"]["dockerfile"]).is_file()


@pytest.mark.parametrize("service", SERVICES)
def test_health_is_asked_on_the_port_the_service_listens_on(service: str) -> None:
    port = environment(service)[f"{service}_port"]
    assert f"http://127.0.0.1:{port}/healthz" in COMPOSE["services"][service]["healthcheck"]["test"][-1]
    assert environment(service)["host"] == "0.0.0.0"


@pytest.mark.parametrize("service", sorted(ENGINES | set(SERVICES)))
def test_every_container_has_a_health_check(service: str) -> None:
    assert COMPOSE["services"][service]["healthcheck"]["test"]


def test_nothing_but_the_api_is_published_and_that_on_loopback() -> None:
    published = {name: service["ports"] for name, service in COMPOSE["services"].items() if "ports" in service}
    assert published == {"api": ["127.0.0.1:8400:8400"]}


def test_what_must_survive_is_in_named_volumes() -> None:
    used = {
        volume.partition(":")[0]
        for service in COMPOSE["services"].values()
        for volume in service.get("volumes", [])
        if not volume.startswith(".")
    }
    assert used == set(COMPOSE["volumes"]) == {"kafka", "elasticsearch", "fetcher"}


def test_the_engines_are_the_official_images_of_the_versions_run_locally() -> None:
    assert COMPOSE["services"]["kafka"]["image"] == "apache/kafka:4.1.0"
    assert COMPOSE["services"]["elasticsearch"]["image"] == "elasticsearch:8.19.8"


def test_the_image_is_made_from_the_lock_file_with_hashes() -> None:
    dockerfile = (ROOT / "deploy/docker/Dockerfile").read_text("utf-8")
    assert dockerfile.count("--require-hashes") == 3
    copied = [
        line.split()[1:-1] for line in dockerfile.splitlines() if line.startswith("COPY ") and "--from" not in line
    ]
    assert all((ROOT / path).exists() for paths in copied for path in paths)


WITHOUT_A_DISTRIBUTION = """
import importlib.metadata as metadata, sys
found = metadata.distribution
def distribution(name):
    if name == "sitrep":
        raise metadata.PackageNotFoundError(name)
    return found(name)
metadata.distribution = distribution
from services.cli import main
sys.argv[0] = "sitrep"
main()
"""
"""The image has the packages, but nothing was installed under the name sitrep."""


async def test_the_api_runs_as_it_stands_in_the_image() -> None:
    [port] = free_ports(1)
    environment = {**os.environ, "SITREP_API_PORT": str(port), "SITREP_KAFKA_BOOTSTRAP": "127.0.0.1:1"}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", WITHOUT_A_DISTRIBUTION, "api", env=environment, stderr=asyncio.subprocess.PIPE
    )
    try:
        async with httpx.AsyncClient(trust_env=False) as client:
            await until(lambda: alive(client, port, process), "the api is alive")
    finally:
        process.kill()
        await process.communicate()


async def alive(client: httpx.AsyncClient, port: int, process: asyncio.subprocess.Process) -> bool:
    assert process.returncode is None, "the api ended"
    try:
        return (await client.get(f"http://127.0.0.1:{port}/healthz")).is_success
    except httpx.TransportError:
        return False


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["--version"], "sitrep 0."), (["fetch", "--allow-private", "http://127.0.0.1:1/a"], "cannot be reached")],
)
def test_commands_run_as_they_stand_in_the_image(arguments: list[str], said: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_A_DISTRIBUTION, *arguments], capture_output=True, text=True, check=False
    )
    assert said in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
