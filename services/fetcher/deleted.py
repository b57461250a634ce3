"""Articles deleted on request: what is kept and remembered of them goes, and they are not asked for again.

The tombstone was sent by whoever deleted the article. It is sent once more here, after anything of the article that was
on its way: from then on nothing of it is sent. Killed at any point, a deletion is carried out again from its beginning.
"""

import asyncio
from datetime import UTC, datetime
from functools import partial

import structlog

from services.common.events import tombstone
from services.common.identity import article_id
from services.common.messages import Deletion
from services.common.retry import wait_or_stop
from services.common.topics import ARTICLES
from services.fetcher.line import Line
from services.fetcher.remembered import Address

log = structlog.get_logger()

TICK = 1.0
"""Seconds between two looks at the list."""


def is_deleted(line: Line, address: Address) -> bool:
    """Whether an address is known to lead to an article that was deleted."""
    ids = (address.article, article_id(address.url))
    return any(line.deletions.get(each) is not None for each in ids if each)


async def carry_out_deletions(line: Line) -> None:
    """Carry out what is on the list and was not yet, until the process is to stop.

    Raises:
        Stopped: the service was asked to stop meanwhile.
    """
    done = await line.remember(line.state.deletions)
    while not line.process.stop.is_set():
        for deletion in line.deletions.values():
            if deletion.article_id not in done and await carry_out(line, deletion):
                done.add(deletion.article_id)
        await wait_or_stop(line.process.stop, TICK)


async def carry_out(line: Line, deletion: Deletion) -> bool:
    """Remove what the fetcher holds of an article; returns whether all of it could be.

    Raises:
        Stopped: the service was asked to stop meanwhile.
    """
    article = deletion.article_id
    async with line.in_hand(article):
        urls = await line.remember(partial(line.state.addresses_of, article))
        if urls:
            await line.send([tombstone(ARTICLES, article)])
    if deletion.url:
        urls.add(deletion.url)
    blanked = 0
    if line.archive is not None:
        try:
            blanked = await asyncio.to_thread(line.archive.blank, urls)
        except OSError as error:
            log.warning("kept_pages_not_removed", article=article, reason=str(error))
            return False
    await line.remember(partial(line.state.deleted, article, datetime.now(UTC)))
    log.info("article_deleted", article=article, addresses=len(urls), kept_pages_removed=blanked)
    return True
