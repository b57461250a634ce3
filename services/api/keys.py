"""The API keys that hold, as every instance of the api knows them: from the compacted topic, within a second."""

import contextlib
from datetime import UTC, datetime

import structlog

from services.api.problems import unavailable
from services.common.compacted import Table, follow
from services.common.kafka import ensure_topics
from services.common.keys import holds, key_id
from services.common.messages import ApiKey
from services.common.retry import Stopped, until_it_works
from services.common.runtime import Process
from services.common.settings import KafkaSettings
from services.common.topics import KEYS

log = structlog.get_logger()


class KeyStore:
    """The keys. Until the topic has been read none is known, and whoever sends one is told to come again; while Kafka
    is away later, those that were read hold on.
    """

    def __init__(self, table: Table[ApiKey] | None = None) -> None:
        self._table = table

    def find(self, token: str) -> ApiKey | None:
        """The key that this is, if it holds.

        Raises:
            ProblemError: 503, the keys have not been read yet.
        """
        if self._table is None:
            raise unavailable("API keys have not been read from Kafka yet.")
        key = self._table.get(key_id(token))
        return key if holds(key, token, datetime.now(UTC)) else None

    async def keep_connected(self, settings: KafkaSettings, process: Process) -> None:
        """Read the topic as soon as Kafka is there, and follow it until the process stops."""
        async with contextlib.AsyncExitStack() as stack:

            async def connect() -> Table[ApiKey]:
                await ensure_topics(settings, [KEYS])
                return await stack.enter_async_context(follow(settings, KEYS, ApiKey))

            with contextlib.suppress(Stopped):
                self._table = await until_it_works(connect, part="keys", health=process.health, stop=process.stop)
                log.info("keys_read", keys=len(self._table.values()))
                await process.stop.wait()
