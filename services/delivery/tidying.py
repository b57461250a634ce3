"""Endpoints of subscriptions that were deleted are removed: a mailbox is nobody's to keep."""

import structlog
from aiokafka import AIOKafkaProducer

from services.common.errors import TransientError
from services.common.events import tombstone
from services.common.kafka import send
from services.common.retry import wait_or_stop
from services.common.runtime import Process
from services.common.topics import ENDPOINTS
from services.delivery.endpoints import Endpoints

log = structlog.get_logger()

EVERY = 5.0
"""Seconds between two looks."""


async def tidy(endpoints: Endpoints, producer: AIOKafkaProducer, process: Process) -> None:
    """Remove what is left of subscriptions, again and again until the process is to stop."""
    while not await wait_or_stop(process.stop, EVERY):
        try:
            if left := await endpoints.left_over():
                await send(producer, [tombstone(ENDPOINTS, key) for key in left])
                log.info("endpoints_removed", endpoints=len(left))
        except TransientError as error:
            log.warning("endpoints_wait", reason=str(error))
