import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from deploy.local.leftovers import ChildrenNote, end_leftovers
from tests.waiting import until

SLEEP = "import time; time.sleep(600)"
PARENT = f"import subprocess, sys; print(subprocess.Popen([sys.executable, '-c', {SLEEP!r}]).pid, flush=True); {SLEEP}"


@pytest.fixture
def left() -> Iterator[subprocess.Popen[str]]:
    """A process in a session of its own with a child, such as a killed supervisor leaves."""
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], start_new_session=True, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process
        process.kill()


def test_they_are_ended_with_their_children(tmp_path: Path, left: subprocess.Popen[str]) -> None:
    assert left.stdout is not None
    grandchild = psutil.Process(int(left.stdout.readline()))
    ChildrenNote(tmp_path / "children.json").add("kafka", left.pid)
    assert end_leftovers(tmp_path / "children.json") == ["kafka"]
    left.wait(10)
    assert not grandchild.is_running() or grandchild.status() == psutil.STATUS_ZOMBIE
    assert not (tmp_path / "children.json").exists()


async def test_children_are_found_when_their_parent_has_ended(tmp_path: Path, left: subprocess.Popen[str]) -> None:
    assert left.stdout is not None
    grandchild = psutil.Process(int(left.stdout.readline()))
    ChildrenNote(tmp_path / "children.json").add("extractor", left.pid)
    left.kill()
    left.wait()
    assert end_leftovers(tmp_path / "children.json") == ["extractor"]
    await until(lambda: not psutil.pid_exists(grandchild.pid), "gone", within=10)


def test_a_process_that_only_has_the_number_is_left_alone(tmp_path: Path, left: subprocess.Popen[str]) -> None:
    note = tmp_path / "children.json"
    note.write_text(json.dumps([{"pid": left.pid, "name": "kafka", "born": 1.0}]))
    assert end_leftovers(note) == []
    assert left.poll() is None


def test_one_that_was_stopped_is_forgotten(tmp_path: Path, left: subprocess.Popen[str]) -> None:
    note = ChildrenNote(tmp_path / "children.json")
    note.add("kafka", left.pid)
    note.remove(left.pid)
    assert end_leftovers(tmp_path / "children.json") == []
    assert left.poll() is None


@pytest.mark.parametrize("content", [None, "", "[", "{}", '[{"pid": 1}]', "3"])
def test_a_note_that_says_nothing(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "children.json"
    if content is not None:
        file.write_text(content)
    assert end_leftovers(file) == []
