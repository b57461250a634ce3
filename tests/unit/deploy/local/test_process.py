import asyncio
import os
import signal
import sys
from pathlib import Path

import psutil
import pytest

from deploy.local.account import Account
from deploy.local.process import Child, EndedError, last_lines, launch_argv, rotate
from tests.waiting import until

from .programs import never, program, starts


async def test_a_program_is_started_in_a_session_of_its_own_and_stopped(tmp_path: Path) -> None:
    child = await Child.start(program(tmp_path, "one"))
    await child.ready()
    assert starts(tmp_path, "one") == [child.pid]
    assert os.getsid(child.pid) == child.pid != os.getsid(0)
    assert await child.stop() == -signal.SIGTERM
    assert not child.running
    assert "said something" in (tmp_path / "logs" / "one.log").read_text()


async def test_one_that_does_not_stop_is_killed(tmp_path: Path) -> None:
    child = await Child.start(program(tmp_path, "one", "stubborn", stop_within=0.2))
    await child.ready()
    assert await child.stop() == -signal.SIGKILL


async def test_an_end_before_readiness_is_told_with_its_code(tmp_path: Path) -> None:
    child = await Child.start(program(tmp_path, "one", "fail", ready=never()))
    with pytest.raises(EndedError) as caught:
        await child.ready()
    assert caught.value.code == 3


async def test_readiness_has_a_limit(tmp_path: Path) -> None:
    child = await Child.start(program(tmp_path, "one", ready=never(), ready_within=0.2))
    with pytest.raises(TimeoutError):
        await child.ready()
    child.kill()
    assert await child.ended() == -signal.SIGKILL


async def test_what_a_dead_program_leaves_behind_is_killed(tmp_path: Path) -> None:
    child = await Child.start(program(tmp_path, "one", "parent"))
    await child.ready()
    grandchild = int((tmp_path / "logs" / "one.log").read_text().split()[1])
    assert psutil.pid_exists(grandchild)
    os.kill(child.pid, signal.SIGKILL)
    await child.ended()
    await until(lambda: not alive(grandchild), "the grandchild is gone", within=10)


async def test_a_program_that_is_not_there(tmp_path: Path) -> None:
    child = await Child.start(program(tmp_path, "one", argv=("/no/such/program",), ready=never()))
    with pytest.raises(EndedError):
        await child.ready()
    assert last_lines(tmp_path / "logs" / "one.log") == "Cannot start /no/such/program: No such file or directory"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent has ended")
async def test_a_child_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    argv = launch_argv((sys.executable, "-c", "import time; time.sleep(600)"), None)
    parent_does = (
        "import os, subprocess, sys, time; argv = sys.argv[1:]; argv[4] = str(os.getpid());"
        "print(subprocess.Popen(argv, start_new_session=True).pid, flush=True); time.sleep(600)"
    )
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", parent_does, *argv, stdout=asyncio.subprocess.PIPE
    )
    assert parent.stdout is not None
    child = int(await parent.stdout.readline())
    await until(lambda: "launch.py" not in " ".join(psutil.Process(child).cmdline()), "launched", within=10)
    parent.kill()
    await parent.wait()
    await until(lambda: not alive(child), "the child is gone", within=10)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
async def test_rights_are_dropped_for_good(tmp_path: Path) -> None:
    account = Account("stranger", 54321, 54322)
    child = await Child.start(program(tmp_path, "one", argv=("/bin/sleep", "600"), account=account, folder=Path("/")))
    await until(lambda: psutil.Process(child.pid).name() == "sleep", "launched", within=10)
    process = psutil.Process(child.pid)
    assert set(process.uids()) == {54321}
    assert set(process.gids()) == {54322}
    assert groups(child.pid) == []
    await child.stop()


def groups(pid: int) -> list[str]:
    """Its supplementary groups (proc(5))."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(line for line in lines if line.startswith("Groups:")).split()[1:]


def test_a_long_log_is_put_aside(tmp_path: Path) -> None:
    log = tmp_path / "one.log"
    log.write_bytes(b"x" * 10_000_001)
    rotate(log)
    assert not log.exists()
    assert (tmp_path / "one.log.1").stat().st_size == 10_000_001
    log.write_text("short")
    rotate(log)
    assert log.read_text() == "short"


@pytest.mark.parametrize(
    ("content", "shown"),
    [("a\nb\nc\n", "b\nc"), ("", ""), ("only", "only"), ("x" * 20_000 + "\nlast\nlines", "last\nlines")],
)
def test_the_end_of_a_log(tmp_path: Path, content: str, shown: str) -> None:
    (tmp_path / "log").write_text(content)
    assert last_lines(tmp_path / "log", 2) == shown
    assert last_lines(tmp_path / "none") == ""


def alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
