import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local.lock import LockHeldError, locked, waited_for

HOLD = """
import sys, time
from pathlib import Path
from deploy.local.lock import locked
with locked(Path(sys.argv[1]), {"api": "http://127.0.0.1:8400"}):
    print("held", flush=True)
    time.sleep(600)
"""


def hold(path: Path) -> subprocess.Popen[str]:
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(path)], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    return holder


def test_another_process_is_told_who_holds_it_and_gets_it_when_that_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "new" / "run.lock"
    with hold(path) as holder:
        with pytest.raises(LockHeldError) as caught, locked(path):
            pass
        assert caught.value.holder == {"pid": holder.pid, "api": "http://127.0.0.1:8400"}
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        with locked(path):
            assert str(os.getpid()) in path.read_text()


def test_waiting_says_so_once_and_ends_with_the_holder(tmp_path: Path) -> None:
    path, said = tmp_path / "lock", []
    with hold(path) as holder:

        def waiting() -> None:
            said.append("waiting")
            holder.kill()

        with waited_for(path, waiting):
            assert said == ["waiting"]
    with waited_for(path, waiting):
        assert said == ["waiting"]


def test_a_holder_that_wrote_nothing_yet(tmp_path: Path) -> None:
    import fcntl

    path = tmp_path / "lock"
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(LockHeldError) as caught, locked(path):
            pass
    assert caught.value.holder == {}
