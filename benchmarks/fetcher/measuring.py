"""What a tree of processes costs while it works: processor time and memory, asked of the system again and again."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import fmean, linear_regression
from time import monotonic

import psutil

EVERY = 1.0
MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Sample:
    """Memory at a moment."""

    at: float
    """Seconds since the beginning."""
    parent: float
    workers: float
    """Resident memory in MB; of the workers the sum."""


@dataclass(slots=True)
class Cost:
    """What a contender needed for its pages."""

    pages: int
    seconds: float = 0.0
    parent: float = 0.0
    workers: float = 0.0
    """Seconds of processor time, of the first process and of those it started."""
    samples: list[Sample] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Pages a second."""
        return self.pages / self.seconds

    @property
    def per_page(self) -> float:
        """Milliseconds of processor time for a page."""
        return (self.parent + self.workers) * 1000 / self.pages

    def memory(self, of: str) -> tuple[tuple[float, ...], float]:
        """MB on average in each quarter of the run, and the slope in its second half in MB for a thousand pages."""
        values = [(sample.at, float(getattr(sample, of))) for sample in self.samples]
        ends = [round(len(values) * quarter / 4) for quarter in range(5)]
        quarters = tuple(fmean(value for _, value in values[a:b] or values) for a, b in pairwise(ends))
        half = values[ends[2] :]
        slope = linear_regression(*zip(*half, strict=True)).slope if len(half) > 2 else 0.0
        return quarters, slope * 1000 / self.rate


@contextlib.asynccontextmanager
async def measured(pid: int, pages: int) -> AsyncIterator[Cost]:
    """Measure a process and all that it starts, while the block runs."""
    cost, began = Cost(pages), monotonic()
    watch = _Watch(psutil.Process(pid))
    watch.look()
    before = dict(watch.spent)
    ended = asyncio.Event()

    async def sampling() -> None:
        while not ended.is_set():
            parent, workers = watch.look()
            cost.samples.append(Sample(monotonic() - began, parent, workers))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(ended.wait(), EVERY)

    task = asyncio.create_task(sampling())
    try:
        yield cost
    finally:
        cost.seconds = monotonic() - began
        watch.look()
        spent = {each: seconds - before.get(each, 0.0) for each, seconds in watch.spent.items()}
        cost.parent = spent.pop(pid)
        cost.workers = sum(spent.values())
        ended.set()
        await task


class _Watch:
    """Processor time by process; of one that has ended, what it had used when it was last seen."""

    def __init__(self, parent: psutil.Process) -> None:
        self._parent = parent
        self.spent: dict[int, float] = {}

    def look(self) -> tuple[float, float]:
        """Look at every process; returns the memory of the first and of the others in MB."""
        memory: dict[int, float] = {}
        for process in (self._parent, *self._parent.children(recursive=True)):
            with contextlib.suppress(psutil.NoSuchProcess), process.oneshot():
                times = process.cpu_times()
                self.spent[process.pid] = times.user + times.system
                memory[process.pid] = process.memory_info().rss / MB
        parent = memory.pop(self._parent.pid, 0.0)
        return parent, sum(memory.values())
