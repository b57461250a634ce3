"""API keys for tests: as a table in memory, or written to Kafka as ``sitrep keys create`` does."""

from typing import Any

from services.common.compacted import Table
from services.common.keys import new_key
from services.common.messages import ApiKey, Scope
from services.common.settings import KafkaSettings
from services.housekeeping.keys import keep_key
from tests.builders import MOMENT


async def known(*keys: ApiKey) -> Table[ApiKey]:
    """A table of just these keys."""
    table: Table[ApiKey] = Table(ApiKey)
    for key in keys:
        table.apply(key.id.encode(), key.model_dump_json().encode())
    return table


async def a_kept_key(engines: Any, scope: Scope = "admin") -> str:
    """A key that every api over these engines knows, or will within a second."""
    token, key = new_key(f"test {scope}", [scope], now=MOMENT)
    await keep_key(KafkaSettings(kafka_bootstrap=engines.kafka_bootstrap), key)
    return token


def bearing(token: str) -> dict[str, str]:
    """The header that sends a key."""
    return {"Authorization": f"Bearer {token}"}
