import errno
import os
import threading
from pathlib import Path

import pytest

from deploy.local.download import CancelledFetchError, FetchError, Wanted, download, full_disk, open_session
from deploy.local.pins import Artifact, Coordinates
from deploy.local.ports import free_port

from .conftest import Repository

CONTENT = os.urandom(3_000_000)
HALF = len(CONTENT) // 2


@pytest.fixture
def artifact(repository: Repository) -> Artifact:
    return repository.add(Coordinates(group="org.example", artifact="big", version="1"), CONTENT)


def fetch(repository: Repository, artifact: Artifact, target: Path, **changes: object) -> int:
    """Download and answer the bytes that were reported."""
    reported: list[int] = []
    wanted = Wanted(f"{repository.url}/{artifact.path}", artifact.size, artifact.sha256)
    cancelled = changes.get("cancelled", threading.Event())
    assert isinstance(cancelled, threading.Event)
    with open_session() as session:
        download(session, wanted, target, reported.append, cancelled)
    return sum(reported)


def test_the_bytes_arrive_and_are_all_reported(repository: Repository, artifact: Artifact, tmp_path: Path) -> None:
    assert fetch(repository, artifact, tmp_path / "big.jar") == len(CONTENT)
    assert (tmp_path / "big.jar").read_bytes() == CONTENT
    assert [path.name for path in tmp_path.iterdir()] == ["big.jar"]


def test_what_is_there_is_not_asked_for(repository: Repository, artifact: Artifact, tmp_path: Path) -> None:
    (tmp_path / "big.jar").write_bytes(CONTENT)
    assert fetch(repository, artifact, tmp_path / "big.jar") == len(CONTENT)
    assert repository.asked == []


@pytest.mark.parametrize("damaged", [CONTENT[:-1], bytes(len(CONTENT))])
def test_a_damaged_file_is_replaced(repository: Repository, artifact: Artifact, tmp_path: Path, damaged: bytes) -> None:
    (tmp_path / "big.jar").write_bytes(damaged)
    fetch(repository, artifact, tmp_path / "big.jar")
    assert (tmp_path / "big.jar").read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("part", "asked"),
    [
        (CONTENT[:HALF], [f"bytes={HALF}-"]),
        (CONTENT, []),
        (CONTENT + b"too much", [None]),
        (bytes(HALF), [f"bytes={HALF}-", None]),  # the wrong beginning shows only at the end
    ],
)
def test_a_beginning_is_taken_up(
    repository: Repository, artifact: Artifact, tmp_path: Path, part: bytes, asked: list[str | None]
) -> None:
    (tmp_path / "big.jar.part").write_bytes(part)
    assert fetch(repository, artifact, tmp_path / "big.jar") == len(CONTENT)
    assert (tmp_path / "big.jar").read_bytes() == CONTENT
    assert [wanted for _, wanted in repository.asked] == asked


def test_a_broken_answer_is_continued(repository: Repository, artifact: Artifact, tmp_path: Path) -> None:
    repository.moods = ["break off", "503"]
    assert fetch(repository, artifact, tmp_path / "big.jar") == len(CONTENT)
    assert (tmp_path / "big.jar").read_bytes() == CONTENT
    assert repository.asked[-1][1] is not None


def test_a_server_without_ranges(repository: Repository, artifact: Artifact, tmp_path: Path) -> None:
    repository.ranges = False
    (tmp_path / "big.jar.part").write_bytes(CONTENT[:HALF])
    assert fetch(repository, artifact, tmp_path / "big.jar") == len(CONTENT)
    assert (tmp_path / "big.jar").read_bytes() == CONTENT


def test_other_bytes_are_deleted_and_named(repository: Repository, artifact: Artifact, tmp_path: Path) -> None:
    repository.moods = ["spoil"]
    with pytest.raises(FetchError, match=r"big\.jar from http.* is not the file pinned .*" + artifact.sha256):
        fetch(repository, artifact, tmp_path / "big.jar")
    assert list(tmp_path.iterdir()) == []


def test_more_bytes_than_pinned_are_not_taken(repository: Repository, artifact: Artifact, tmp_path: Path) -> None:
    repository.files[f"/{artifact.path}"] = CONTENT + b"more"
    with pytest.raises(FetchError, match="more than the 3000000 bytes"):
        fetch(repository, artifact, tmp_path / "big.jar")
    assert list(tmp_path.iterdir()) == []


def test_an_absent_file_is_not_asked_for_again(repository: Repository, artifact: Artifact, tmp_path: Path) -> None:
    repository.files.clear()
    with pytest.raises(FetchError, match="answered 404"):
        fetch(repository, artifact, tmp_path / "big.jar")
    assert len(repository.asked) == 1


def test_no_network(artifact: Artifact, tmp_path: Path) -> None:
    nowhere = Repository(f"http://127.0.0.1:{free_port()}")
    cancelled = threading.Event()
    cancelled.set()  # no patience: its waits end at once
    with pytest.raises(FetchError, match=r"Could not download big\.jar .*refused.* Check the network .*HTTPS_PROXY"):
        fetch(nowhere, artifact, tmp_path / "big.jar", cancelled=cancelled)


def test_stopping_keeps_what_has_come(repository: Repository, artifact: Artifact, tmp_path: Path) -> None:
    cancelled = threading.Event()
    cancelled.set()
    with pytest.raises(CancelledFetchError):
        fetch(repository, artifact, tmp_path / "big.jar", cancelled=cancelled)
    assert not (tmp_path / "big.jar").exists()


@pytest.mark.parametrize(
    ("number", "says"),
    [
        (errno.ENOSPC, "No space left in /var/cache/x for big.jar. Make room"),
        (errno.EDQUOT, "No space left"),
        (errno.EACCES, "Could not write /var/cache/x/big.jar: Permission denied."),
        (errno.EROFS, "Read-only file system"),
    ],
)
def test_a_disk_that_does_not_take_it(number: int, says: str) -> None:
    text = str(full_disk(OSError(number, os.strerror(number)), Path("/var/cache/x/big.jar")))
    assert says in text
    assert "SITREP_CACHE_DIR" in text
