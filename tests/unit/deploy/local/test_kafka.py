from pathlib import Path

import pytest

from deploy.local.java import Java
from deploy.local.kafka import Kafka, answers_metadata, command, program, properties
from deploy.local.ports import free_port

KAFKA = Kafka(
    java=Java(Path("/opt/java/bin/java"), 17),
    folder=Path("/cache/kafka"),
    data=Path("/data/kafka"),
    port=19092,
    controller_port=19093,
    heap="512m",
    log=Path("/data/logs/kafka.log"),
)


def test_it_listens_on_loopback_only() -> None:
    listeners = properties(KAFKA, Path("/data/kafka/log"))["listeners"].split(",")
    assert listeners == ["PLAINTEXT://127.0.0.1:19092", "CONTROLLER://127.0.0.1:19093"]
    assert KAFKA.bootstrap == "127.0.0.1:19092"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("auto.create.topics.enable", "false"),
        ("offsets.topic.replication.factor", "1"),
        ("transaction.state.log.min.isr", "1"),
        ("log.dirs", "/data/kafka/log"),
        ("controller.quorum.voters", "1@127.0.0.1:19093"),
    ],
)
def test_its_settings(name: str, value: str) -> None:
    assert properties(KAFKA, Path("/data/kafka/log"))[name] == value


def test_its_command() -> None:
    argv = command(KAFKA, "kafka.Kafka", "server.properties")
    assert argv[0] == "/opt/java/bin/java"
    assert "-Xmx512m" in argv
    assert argv[-4:] == ("-cp", "/cache/kafka/libs/*", "kafka.Kafka", "server.properties")


@pytest.mark.parametrize("quick", [True, False])
def test_the_full_compiler_is_a_choice(quick: bool) -> None:
    from dataclasses import replace

    assert ("-XX:TieredStopAtLevel=1" in command(replace(KAFKA, quick=quick), "kafka.Kafka")) is quick


def test_nothing_of_our_environment_reaches_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_TOOL_OPTIONS", "-Xmx1m")
    monkeypatch.setenv("KAFKA_OPTS", "-Dx")
    assert set(program(KAFKA).environment) == {"HOME", "LC_ALL"}


async def test_nobody_answers() -> None:
    assert not await answers_metadata(f"127.0.0.1:{free_port()}")
