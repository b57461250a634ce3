"""Kafka in one process: broker and KRaft controller, loopback only."""

import asyncio
import shutil
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from aiokafka import AIOKafkaClient
from aiokafka.errors import KafkaError

from deploy.local.account import Account, hand_over, make_open_folder
from deploy.local.java import Java, java_environment
from deploy.local.probe import listens
from deploy.local.process import Program, last_lines, launch_argv

NAME = "kafka"
HOST = "127.0.0.1"

LOGGING = """\
rootLogger.level=info
rootLogger.appenderRef.console.ref=console
appender.console.type=Console
appender.console.name=console
appender.console.layout.type=PatternLayout
appender.console.layout.pattern=%d %p %m (%c)%n
# Every start would list all settings several times over.
logger.settings.name=org.apache.kafka.common.config.AbstractConfig
logger.settings.level=warn
"""


@dataclass(frozen=True, slots=True)
class Kafka:
    """One Kafka of this machine. `data` holds its configuration and its messages and outlives the process."""

    java: Java
    folder: Path
    data: Path
    port: int
    controller_port: int
    heap: str
    log: Path
    quick: bool = True
    account: Account | None = None

    @property
    def bootstrap(self) -> str:
        """What clients connect to."""
        return f"{HOST}:{self.port}"


def properties(kafka: Kafka, storage: Path) -> dict[str, str]:
    """The broker's settings (kafka.apache.org, "Broker Configs"); those not here keep Kafka's defaults."""
    return {
        "process.roles": "broker,controller",
        "node.id": "1",
        "controller.quorum.voters": f"1@{HOST}:{kafka.controller_port}",
        "controller.listener.names": "CONTROLLER",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "listeners": f"PLAINTEXT://{HOST}:{kafka.port},CONTROLLER://{HOST}:{kafka.controller_port}",
        "advertised.listeners": f"PLAINTEXT://{HOST}:{kafka.port}",
        "log.dirs": str(storage),
        # There is one broker: one copy of everything, Kafka's own topics included.
        "default.replication.factor": "1",
        "min.insync.replicas": "1",
        "offsets.topic.replication.factor": "1",
        "offsets.topic.num.partitions": "8",
        "transaction.state.log.replication.factor": "1",
        "transaction.state.log.min.isr": "1",
        "share.coordinator.state.topic.replication.factor": "1",
        "share.coordinator.state.topic.min.isr": "1",
        # A topic exists because the line made it, never because a name was mistyped.
        "auto.create.topics.enable": "false",
        # Nobody is waited for when the first member of a group comes: our groups start with one.
        "group.initial.rebalance.delay.ms": "0",
        # The default buffer (128 MB) is a quarter of our heap.
        "log.cleaner.dedupe.buffer.size": str(16 << 20),
        # Killed and started again, the broker is let in when the session of the one before has ended (9 s by default).
        "broker.session.timeout.ms": "3000",
        "broker.heartbeat.interval.ms": "500",
        "num.network.threads": "2",
        "num.io.threads": "4",
        "background.threads": "4",
    }


def command(kafka: Kafka, main_class: str, *arguments: str) -> tuple[str, ...]:
    """A Java command with Kafka's class path."""
    return (
        str(kafka.java.program),
        f"-Xmx{kafka.heap}",
        "-XX:+UseSerialGC",
        "-XX:+ExitOnOutOfMemoryError",
        *(("-XX:TieredStopAtLevel=1",) if kafka.quick else ()),
        "-Djava.awt.headless=true",
        f"-Dlog4j2.configurationFile={kafka.data / 'log4j2.properties'}",
        "-cp",
        str(kafka.folder / "libs" / "*"),
        main_class,
        *arguments,
    )


async def prepare(kafka: Kafka) -> None:
    """Write the configuration; format the storage if this is the first start.

    Formatting happens in a folder that is renamed when it is done, so an interrupted one is done again.

    Raises:
        RuntimeError: Kafka's own tool cannot format the storage.
    """
    make_open_folder(kafka.data)
    storage, unfinished = kafka.data / "log", kafka.data / "log.unfinished"
    _write_properties(kafka.data / "server.properties", properties(kafka, storage))
    (kafka.data / "log4j2.properties").write_text(LOGGING)
    hand_over(kafka.data, kafka.account)
    if storage.is_dir():
        return
    shutil.rmtree(unfinished, ignore_errors=True)
    _write_properties(kafka.data / "format.properties", properties(kafka, unfinished))
    hand_over(kafka.data, kafka.account)
    cluster = urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
    tool = command(
        kafka,
        "kafka.tools.StorageTool",
        "format",
        f"--cluster-id={cluster}",
        f"--config={kafka.data / 'format.properties'}",
    )
    kafka.log.parent.mkdir(parents=True, exist_ok=True)
    with kafka.log.open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *launch_argv(tool, kafka.account),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=kafka.data,
            env=java_environment(kafka.data),
            start_new_session=True,
        )
        code = await process.wait()
    if code != 0:
        raise RuntimeError(f"Kafka could not format {storage} (exit {code}):\n{last_lines(kafka.log)}")
    unfinished.rename(storage)


def _write_properties(file: Path, values: Mapping[str, str]) -> None:
    file.write_text("".join(f"{name}={value}\n" for name, value in values.items()))


def program(kafka: Kafka) -> Program:
    """Kafka as something to run; `prepare` comes first."""

    async def ready() -> bool:
        return await answers_metadata(kafka.bootstrap)

    return Program(
        name=NAME,
        argv=command(kafka, "kafka.Kafka", str(kafka.data / "server.properties")),
        environment=java_environment(kafka.data),
        folder=kafka.data,
        log=kafka.log,
        ready=ready,
        account=kafka.account,
        stop_within=30,
    )


async def answers_metadata(bootstrap: str) -> bool:
    """Whether a broker answers a metadata request and knows of a live broker (itself)."""
    host, _, port = bootstrap.rpartition(":")
    if not await listens(int(port), host):  # asked first: aiokafka logs an error for every refused connection
        return False
    client = AIOKafkaClient(bootstrap_servers=bootstrap, request_timeout_ms=5000)
    try:
        await client.bootstrap()
        return bool(client.cluster.brokers())
    except (KafkaError, OSError, TimeoutError):
        return False
    finally:
        await client.close()
