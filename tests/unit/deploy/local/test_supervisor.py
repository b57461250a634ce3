import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from deploy.local.leftovers import ChildrenNote
from deploy.local.supervisor import Change, StartFailedError, State, Supervisor, ending, restart_delay
from tests.waiting import until

from .programs import never, program, started, starts


@dataclass
class Watched:
    """A supervisor and what it said."""

    supervisor: Supervisor
    changes: list[Change] = field(default_factory=list)

    def of(self, name: str) -> list[State]:
        return [change.state for change in self.changes if change.name == name]

    def order(self, state: State) -> list[str]:
        return [change.name for change in self.changes if change.state is state]


@pytest.fixture
async def watched(tmp_path: Path) -> AsyncIterator[Watched]:
    changes: list[Change] = []
    supervisor = Supervisor(
        changes.append, ChildrenNote(tmp_path / "children.json"), delay=lambda deaths: 0.01 * deaths
    )
    yield Watched(supervisor, changes)
    await supervisor.stop()


@pytest.mark.parametrize(
    ("deaths", "least", "most"),
    [(1, 0.75, 1), (2, 1.5, 2), (3, 3, 4), (6, 24, 32), (7, 45, 60), (50, 45, 60)],
)
def test_the_wait_doubles_within_bounds(deaths: int, least: float, most: float) -> None:
    assert restart_delay(deaths, lambda: 1.0) == least
    assert restart_delay(deaths, lambda: 0.0) == most


@pytest.mark.parametrize(
    ("code", "words"),
    [(0, "exit 0"), (3, "exit 3"), (-9, "exit -9, SIGKILL"), (-15, "exit -15, SIGTERM"), (-200, "exit -200")],
)
def test_how_a_program_ended(code: int, words: str) -> None:
    assert ending(code) == words


async def test_programs_start_when_what_they_need_is_ready(watched: Watched, tmp_path: Path) -> None:
    watched.supervisor.start(program(tmp_path, "indexer", needs=frozenset({"kafka", "topics"})))
    watched.supervisor.start(program(tmp_path, "kafka"))
    await watched.supervisor.wait_ready("kafka")
    assert watched.of("indexer") == [State.WAITING]
    watched.supervisor.mark_ready("topics")
    await watched.supervisor.wait_ready("indexer")
    assert watched.order(State.READY) == ["kafka", "indexer"]


async def test_a_gated_program_loads_meanwhile_and_runs_when_told(watched: Watched, tmp_path: Path) -> None:
    watched.supervisor.start(program(tmp_path, "api", "gated", needs=frozenset({"topics"}), gated=True))
    await until((tmp_path / "api.loaded").exists, "loaded", within=10)
    assert starts(tmp_path, "api") == []
    watched.supervisor.mark_ready("topics")
    await watched.supervisor.wait_ready("api")
    assert len(starts(tmp_path, "api")) == 1


async def test_a_program_that_dies_is_started_again(watched: Watched, tmp_path: Path) -> None:
    watched.supervisor.start(program(tmp_path, "indexer"))
    await watched.supervisor.wait_ready("indexer")
    os.kill(starts(tmp_path, "indexer")[0], signal.SIGKILL)
    await until(started(tmp_path, "indexer", 2), "started again", within=10)
    died = next(change for change in watched.changes if change.state is State.DIED)
    assert died.detail == "died (exit -9, SIGKILL), starting again in 1 s"


async def test_a_program_once_ready_is_never_given_up(watched: Watched, tmp_path: Path) -> None:
    watched.supervisor.start(program(tmp_path, "indexer"))
    await watched.supervisor.wait_ready("indexer")
    for round_number in range(1, 6):
        os.kill(starts(tmp_path, "indexer")[-1], signal.SIGKILL)
        await until(started(tmp_path, "indexer", round_number + 1), "started again", within=10)


def counted(things: list[int], count: int) -> Callable[[], bool]:
    return lambda: len(things) == count


async def test_deaths_in_a_row_wait_longer_and_a_steady_run_forgets_them(tmp_path: Path) -> None:
    asked: list[int] = []

    def delay(deaths: int) -> float:
        asked.append(deaths)
        return 0.01

    async def deaths_counted(steady: float) -> list[int]:
        asked.clear()
        supervisor = Supervisor(lambda _change: None, ChildrenNote(tmp_path / "c.json"), delay=delay, steady=steady)
        name = f"steady-{steady:g}"
        supervisor.start(program(tmp_path, name))
        for count in range(1, 4):
            await until(started(tmp_path, name, count), "started", within=10)
            os.kill(starts(tmp_path, name)[-1], signal.SIGKILL)
            await until(counted(asked, count), "death seen", within=10)
        await supervisor.stop()
        return list(asked)

    assert await deaths_counted(steady=60) == [1, 2, 3]
    assert await deaths_counted(steady=0) == [1, 1, 1]


async def test_one_that_cannot_be_started_fails_the_start_with_the_end_of_its_log(
    watched: Watched, tmp_path: Path
) -> None:
    watched.supervisor.start(program(tmp_path, "kafka"))
    watched.supervisor.start(program(tmp_path, "indexer", "fail", ready=never()))
    with pytest.raises(StartFailedError, match=r"indexer cannot be started \(exit 3, 3 times\)[\s\S]*said something"):
        await watched.supervisor.wait_ready("kafka", "indexer")
    assert len(starts(tmp_path, "indexer")) == 3
    with pytest.raises(StartFailedError):
        await watched.supervisor.failure()


async def test_one_that_never_answers_is_killed_and_told(watched: Watched, tmp_path: Path) -> None:
    watched.supervisor.start(program(tmp_path, "indexer", ready=never(), ready_within=0.2))
    with pytest.raises(StartFailedError, match=r"not ready after 0\.2 s"):
        await watched.supervisor.wait_ready("indexer")


async def test_stopping_goes_from_those_that_need_to_those_that_are_needed(watched: Watched, tmp_path: Path) -> None:
    watched.supervisor.start(program(tmp_path, "kafka"))
    watched.supervisor.start(program(tmp_path, "indexer", needs=frozenset({"kafka"})))
    watched.supervisor.start(program(tmp_path, "api", "stubborn", needs=frozenset({"indexer"}), stop_within=0.3))
    await watched.supervisor.wait_ready("kafka", "indexer", "api")
    await watched.supervisor.stop()
    assert watched.order(State.STOPPED) == ["api", "indexer", "kafka"]
    assert [c.detail for c in watched.changes if c.state is State.STOPPED] == [
        "killed: it did not stop in time",
        "",
        "",
    ]
    assert not any(map(psutil.pid_exists, starts(tmp_path, "api") + starts(tmp_path, "kafka")))


async def test_killing_ends_even_the_stubborn_at_once(watched: Watched, tmp_path: Path) -> None:
    watched.supervisor.start(program(tmp_path, "api", "stubborn", stop_within=600))
    await watched.supervisor.wait_ready("api")
    stopping = asyncio.ensure_future(watched.supervisor.stop())
    await until(lambda: State.STOPPING in watched.of("api"), "stopping", within=10)
    watched.supervisor.kill()
    async with asyncio.timeout(10):
        await stopping


async def test_stopping_while_starting_leaves_nothing(watched: Watched, tmp_path: Path) -> None:
    for number in range(5):
        watched.supervisor.start(program(tmp_path, f"p{number}"))
    await asyncio.sleep(0)
    await watched.supervisor.stop()
    ours = [
        process for process in psutil.Process().children(recursive=True) if str(tmp_path) in " ".join(process.cmdline())
    ]
    assert ours == []
