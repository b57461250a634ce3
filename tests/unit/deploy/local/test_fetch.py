import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from deploy.local.download import FetchError
from deploy.local.fetch import (
    MANIFEST,
    elasticsearch_folder,
    install_elasticsearch,
    install_kafka,
    is_complete,
    kafka_folder,
)
from deploy.local.pins import ElasticsearchPins, KafkaPins

from .conftest import Repository

INSTALL = """
import sys
from pathlib import Path
from deploy.local.fetch import install_kafka
from deploy.local.pins import KafkaPins
install_kafka(Path(sys.argv[1]), KafkaPins.model_validate_json(sys.argv[2]), repository=sys.argv[3])
"""


def install_elsewhere(cache: Path, pins: KafkaPins, repository: Repository) -> subprocess.Popen[bytes]:
    """The same installation in another process."""
    return subprocess.Popen([sys.executable, "-c", INSTALL, str(cache), pins.model_dump_json(), repository.url])


def tree(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != MANIFEST
    }


def test_kafka_is_its_jars(tmp_path: Path, repository: Repository, kafka_pins: KafkaPins) -> None:
    progress: list[tuple[int, int]] = []
    folder = install_kafka(
        tmp_path, kafka_pins, lambda done, total: progress.append((done, total)), repository=repository.url
    )
    assert tree(folder) == {
        "libs/broker-1.0.jar": b"broker" * 100_000,
        "libs/clients-1.0.jar": b"clients" * 1_000,
    }
    assert progress[-1] == (607_000, 607_000)


def test_elasticsearch_is_its_distribution_with_the_modules_added(
    tmp_path: Path, repository: Repository, elasticsearch_pins: ElasticsearchPins
) -> None:
    progress: list[tuple[int, int]] = []
    folder = install_elasticsearch(
        tmp_path, elasticsearch_pins, lambda done, total: progress.append((done, total)), repository=repository.url
    )
    assert tree(folder) == {
        "lib/server.jar": b"server" * 10_000,
        "modules/own/own.jar": b"own",
        "modules/reindex/reindex.jar": b"reindex" * 5_000,
        "modules/reindex/spi/spi.jar": b"spi",
        "modules/painless/painless.jar": b"p",
    }
    assert progress[-1][0] == progress[-1][1]
    bundle = f"/{elasticsearch_pins.modules.archive.path}"
    assert all(wanted for path, wanted in repository.asked if path == bundle), "the bundle was asked for whole"


def test_a_finished_engine_needs_no_network(tmp_path: Path, repository: Repository, kafka_pins: KafkaPins) -> None:
    folder = install_kafka(tmp_path, kafka_pins, repository=repository.url)
    repository.asked.clear()
    assert install_kafka(tmp_path, kafka_pins, repository=repository.url) == folder
    assert repository.asked == []


@pytest.mark.parametrize("damage", ["cut", "remove", "manifest"])
def test_a_damaged_engine_is_made_anew(
    tmp_path: Path, repository: Repository, kafka_pins: KafkaPins, damage: str
) -> None:
    folder = install_kafka(tmp_path, kafka_pins, repository=repository.url)
    jar = folder / "libs" / "broker-1.0.jar"
    if damage == "cut":
        os.truncate(jar, 10)
    elif damage == "remove":
        jar.unlink()
    else:
        (folder / MANIFEST).write_text("[]")
    assert not is_complete(folder)
    install_kafka(tmp_path, kafka_pins, repository=repository.url)
    assert is_complete(folder)
    assert jar.stat().st_size == 600_000


def test_a_killed_installation_is_taken_up(tmp_path: Path, repository: Repository, kafka_pins: KafkaPins) -> None:
    repository.moods = ["hang", "hang"]
    with install_elsewhere(tmp_path, kafka_pins, repository) as process:
        assert repository.hanging.wait(30)  # type: ignore[attr-defined]
        process.kill()
    repository.moods.clear()
    assert not kafka_folder(tmp_path, kafka_pins).exists()
    folder = install_kafka(tmp_path, kafka_pins, repository=repository.url)
    assert tree(folder)["libs/broker-1.0.jar"] == b"broker" * 100_000
    assert not list(folder.parent.glob("*.unfinished"))


def test_two_at_once_share_one_download(tmp_path: Path, repository: Repository, kafka_pins: KafkaPins) -> None:
    with (
        install_elsewhere(tmp_path, kafka_pins, repository) as one,
        install_elsewhere(tmp_path, kafka_pins, repository) as other,
    ):
        assert (one.wait(), other.wait()) == (0, 0)
    assert is_complete(kafka_folder(tmp_path, kafka_pins))
    assert len(repository.asked) == len(kafka_pins.jars)


def test_the_first_failure_is_the_one_told(tmp_path: Path, repository: Repository, kafka_pins: KafkaPins) -> None:
    repository.files.pop(f"/{kafka_pins.jars[1].path}")
    with pytest.raises(FetchError, match=r"clients-1\.0\.jar answered 404"):
        install_kafka(tmp_path, kafka_pins, repository=repository.url)
    assert not kafka_folder(tmp_path, kafka_pins).exists()


def test_a_module_that_is_not_the_pinned_one(
    tmp_path: Path, repository: Repository, elasticsearch_pins: ElasticsearchPins
) -> None:
    files = elasticsearch_pins.modules.files
    changed = (files[0].model_copy(update={"sha256": "0" * 64}), *files[1:])
    pins = elasticsearch_pins.model_copy(
        update={"modules": elasticsearch_pins.modules.model_copy(update={"files": changed})}
    )
    with pytest.raises(FetchError, match=r"reindex/reindex\.jar inside http.* is not the file pinned"):
        install_elasticsearch(tmp_path, pins, repository=repository.url)
    assert not elasticsearch_folder(tmp_path, pins).exists()


def test_stopping_leaves_nothing_that_looks_finished(
    tmp_path: Path, repository: Repository, kafka_pins: KafkaPins
) -> None:
    cancelled = threading.Event()
    cancelled.set()
    with pytest.raises(FetchError):
        install_kafka(tmp_path, kafka_pins, cancelled=cancelled, repository=repository.url)
    assert not kafka_folder(tmp_path, kafka_pins).exists()


def test_everybody_may_read_it(tmp_path: Path, repository: Repository, kafka_pins: KafkaPins) -> None:
    before = os.umask(0o077)
    try:
        folder = install_kafka(tmp_path / "cache", kafka_pins, repository=repository.url)
    finally:
        os.umask(before)
    assert folder.stat().st_mode & 0o777 == 0o755
    assert (folder / "libs" / "broker-1.0.jar").stat().st_mode & 0o777 == 0o644
    assert folder.parent.stat().st_mode & 0o777 == 0o755
