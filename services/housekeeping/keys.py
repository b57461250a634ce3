"""API keys as an operator handles them: made, listed, revoked. Each api follows the topic and acts on it at once."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from aiokafka import ConsumerRecord

from services.common.errors import ConfigurationError, PermanentError
from services.common.events import from_value, to_record
from services.common.kafka import ensure_topics, everything_in, producer, send
from services.common.messages import ApiKey
from services.common.settings import KafkaSettings
from services.common.topics import KEYS
from services.housekeeping.settling import WORK


async def every_key(settings: KafkaSettings) -> list[ApiKey]:
    """Every key there ever was, the oldest first.

    Raises:
        TransientError: Kafka is away.
    """
    await ensure_topics(settings, [KEYS])
    return await read_keys(everything_in(settings, KEYS))


async def read_keys(records: AsyncIterator[ConsumerRecord[bytes, bytes]]) -> list[ApiKey]:
    """The newest state of each key, the oldest key first; what cannot be read is passed over."""
    newest: dict[bytes | None, ApiKey] = {}
    async for record in records:
        try:
            newest[record.key] = from_value(ApiKey, record.value)
        except PermanentError:
            continue
    return sorted(newest.values(), key=lambda key: (key.created_at, key.id))


async def keep_key(settings: KafkaSettings, key: ApiKey) -> None:
    """Write a key, new or changed; returns once Kafka has it.

    Raises:
        TransientError: Kafka is away.
    """
    await ensure_topics(settings, [KEYS])
    async with producer(settings, WORK) as sending:
        await send(sending, [to_record(KEYS, key.id, key, WORK)])


def chosen_key(keys: Sequence[ApiKey], start: str) -> ApiKey:
    """The key whose id begins so.

    Raises:
        ConfigurationError: there is none, or there are several.
    """
    found = [key for key in keys if start and key.id.startswith(start)]
    if len(found) == 1:
        return found[0]
    if found:
        raise ConfigurationError(f"{len(found)} keys have ids that begin with {start}: give more of it.")
    raise ConfigurationError(f"There is no key {start or '(empty)'}: sitrep keys list shows their ids.")


def state(key: ApiKey, now: datetime) -> str:
    """Whether a key holds, in words."""
    if key.revoked_at:
        return f"revoked {key.revoked_at:%Y-%m-%d %H:%M}"
    if key.expires_at is None:
        return "holds"
    return f"{'holds until' if now < key.expires_at else 'over since'} {key.expires_at:%Y-%m-%d %H:%M}"
