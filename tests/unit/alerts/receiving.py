"""Kafka as a stage sees it, for tests: records as they are received, and a producer that can be made to fail."""

import asyncio
from dataclasses import dataclass, field
from typing import Any, TypeVar

from aiokafka.errors import KafkaTimeoutError

from services.common.events import from_value
from services.common.health import Health
from services.common.messages import DeadLetter, Message
from services.common.metrics import Metrics
from services.common.runtime import Process
from services.common.topics import DEAD_LETTERS, Topic

M = TypeVar("M", bound=Message)


@dataclass(frozen=True)
class Received:
    value: bytes | None
    offset: int = 0
    partition: int = 0
    topic: str = "news.tagged.v1"
    key: bytes | None = b"0" * 32
    headers: tuple[tuple[str, bytes], ...] = ()


@dataclass
class Producer:
    """Kafka that can be made not to acknowledge, which a real one does not do on demand."""

    acknowledges: bool = True
    sent: list[tuple[str, bytes, bytes]] = field(default_factory=list)

    async def send(self, topic: str, *, key: bytes, value: bytes, **_: Any) -> asyncio.Future[None]:
        answer: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if self.acknowledges:
            self.sent.append((topic, key, value))
            answer.set_result(None)
        else:
            answer.set_exception(KafkaTimeoutError())
        return answer

    def carried(self, topic: Topic, model: type[M]) -> list[M]:
        return [from_value(model, value) for name, _, value in self.sent if name == topic.name]

    @property
    def letters(self) -> list[DeadLetter]:
        return self.carried(DEAD_LETTERS, DeadLetter)


def a_process(service: str) -> Process:
    metrics = Metrics()
    return Process(service, metrics, Health(metrics), asyncio.Event())


def value(process: Process, metric: str, **labels: str) -> float | None:
    return process.metrics.registry.get_sample_value(metric, labels)


def counted(process: Process, outcome: str) -> float | None:
    return value(process, "sitrep_messages_total", stage=process.service, outcome=outcome)
