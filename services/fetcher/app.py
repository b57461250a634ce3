"""The fetcher: what its loops work with is made here, once, and ends here."""

import contextlib
from functools import partial

from services.common.retry import Stopped
from services.common.runtime import Process, run_service
from services.common.settings import load
from services.fetcher.archive import archive
from services.fetcher.handing_over import taking_over
from services.fetcher.opening import opened_line
from services.fetcher.poll import run
from services.fetcher.settings import FetcherSettings
from services.fetcher.state_file import open_state
from services.fetcher.websub import subscribing


def main() -> int:
    """Run the fetcher until it is asked to stop; returns the exit code."""
    settings = load(FetcherSettings)
    return run_service("fetcher", settings, settings.fetcher_port, partial(work, settings))


async def work(settings: FetcherSettings, process: Process) -> None:
    """Fetch until the process is to stop.

    Raises:
        ConfigurationError: the sources or the state cannot be used; the sentence says why.
    """
    with open_state(settings.fetcher_state) as state, archive(settings) as kept, contextlib.suppress(Stopped):
        shard = settings.shard
        async with opened_line(settings, process, state, "fetcher", mine=shard.mine, archive=kept) as line:
            process.health.restored("start")
            async with subscribing(line, settings), taking_over(line, shard):
                await run(line)
