"""Put an engine's program files into the cache: downloaded, checked, unpacked, and only then given its name.

Everything is prepared in a folder of its own under a lock; renaming that folder is the last step. A kill at any moment
leaves either a finished engine or a beginning that the next call takes up.
"""

import hashlib
import json
import shutil
import threading
import zipfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import requests
from jgo.constants import MAVEN_CENTRAL_URL
from remotezip import RemoteZip, RemoteZipError

from deploy.local.account import make_open_folder
from deploy.local.download import (
    TIMEOUT,
    CancelledFetchError,
    FetchError,
    Wanted,
    download,
    full_disk,
    open_session,
)
from deploy.local.lock import waited_for
from deploy.local.pins import Artifact, ElasticsearchPins, KafkaPins, Member, Members, fingerprint

WORKERS = 6
MANIFEST = "sitrep-manifest.json"
# The list at the end of the archive that holds the modules is longer than remotezip's first guess.
ARCHIVE_END = 1 << 18

Report = Callable[[int, int], None]  # bytes done, bytes in all


def no_report(_done: int, _total: int) -> None:
    """Report to nobody."""


def kafka_folder(cache_dir: Path, pins: KafkaPins) -> Path:
    """Where this Kafka is, or will be."""
    return cache_dir / "engines" / f"kafka-{pins.version}-{fingerprint(pins)}"


def elasticsearch_folder(cache_dir: Path, pins: ElasticsearchPins) -> Path:
    """Where this Elasticsearch is, or will be."""
    return cache_dir / "engines" / f"elasticsearch-{pins.version}-{fingerprint(pins)}"


def is_complete(folder: Path) -> bool:
    """Whether an engine is there whole: every file its manifest names, with its size."""
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
        return all((folder / path).stat().st_size == size for path, size in manifest.items())
    except (OSError, ValueError, AttributeError):
        return False


def install_kafka(
    cache_dir: Path,
    pins: KafkaPins,
    report: Report = no_report,
    cancelled: threading.Event | None = None,
    waiting: Callable[[], None] = lambda: None,
    *,
    repository: str = MAVEN_CENTRAL_URL,
) -> Path:
    """Have Kafka's jars in `<folder>/libs`; answers the folder at once when it is complete.

    Raises:
        FetchError: it cannot be had; the text says why.
    """
    total = sum(jar.size for jar in pins.jars)
    installation = _Installation(repository, report, cancelled or threading.Event(), total)

    def fill(staging: Path) -> None:
        libs = staging / "libs"
        libs.mkdir(exist_ok=True)

        largest_first = sorted(pins.jars, key=lambda jar: -jar.size)
        installation.in_parallel([partial(installation.download, jar, libs) for jar in largest_first])

    return installation.finish(kafka_folder(cache_dir, pins), fill, waiting)


def install_elasticsearch(
    cache_dir: Path,
    pins: ElasticsearchPins,
    report: Report = no_report,
    cancelled: threading.Event | None = None,
    waiting: Callable[[], None] = lambda: None,
    *,
    repository: str = MAVEN_CENTRAL_URL,
) -> Path:
    """Have Elasticsearch with its added modules in the folder; answers it at once when it is complete.

    Raises:
        FetchError: it cannot be had; the text says why.
    """
    total = pins.distribution.size + sum(file.size for file in pins.modules.files)
    installation = _Installation(repository, report, cancelled or threading.Event(), total)

    def fill(staging: Path) -> None:
        archive, modules = staging / pins.distribution.file_name, staging / "added-modules"
        by_module: dict[str, list[Member]] = {}
        for file in pins.modules.files:
            by_module.setdefault(file.path.split("/")[0], []).append(file)
        installation.in_parallel(
            [
                partial(installation.download, pins.distribution, staging),
                *(partial(installation.members, pins.modules, files, modules) for files in by_module.values()),
            ]
        )
        _unpack(archive, staging)
        for path in modules.iterdir():
            shutil.rmtree(staging / "modules" / path.name, ignore_errors=True)
            path.rename(staging / "modules" / path.name)
        modules.rmdir()
        archive.unlink()

    return installation.finish(elasticsearch_folder(cache_dir, pins), fill, waiting)


class _Installation:
    """One engine being installed: what its downloads share."""

    def __init__(self, repository: str, report: Report, cancelled: threading.Event, total: int) -> None:
        self._repository = repository
        self._report = report
        self._cancelled = cancelled
        self._total = total
        self._done = 0
        self._counting = threading.Lock()
        self._thread = threading.local()

    def finish(self, folder: Path, fill: Callable[[Path], None], waiting: Callable[[], None]) -> Path:
        """Fill a staging folder and give it its name, unless another process has done it meanwhile."""
        if is_complete(folder):
            return folder
        staging = folder.with_name(f"{folder.name}.unfinished")
        try:
            make_open_folder(folder.parent)
            with waited_for(folder.with_name(f"{folder.name}.lock"), waiting):
                if is_complete(folder):
                    return folder
                if folder.exists():  # damaged since
                    shutil.rmtree(folder)
                staging.mkdir(exist_ok=True)
                fill(staging)
                _open_to_all(staging)
                _write_manifest(staging)
                staging.rename(folder)
        except OSError as error:
            raise full_disk(error, folder) from error
        return folder

    def in_parallel(self, tasks: Sequence[Callable[[], None]]) -> None:
        """Do the tasks; the first failure stops the rest and is raised."""
        with ThreadPoolExecutor(WORKERS, thread_name_prefix="fetch") as pool:
            running = [pool.submit(task) for task in tasks]
            try:
                for task in running:
                    task.result()
            except BaseException:
                self._cancelled.set()
                pool.shutdown(wait=True, cancel_futures=True)
                failures = [task.exception() for task in running if task.done() and not task.cancelled()]
                for failure in failures:  # not that another was stopped because of it
                    if failure is not None and not isinstance(failure, CancelledFetchError):
                        raise failure from None
                raise

    def download(self, artifact: Artifact, folder: Path) -> None:
        """Download one file whole."""
        if self._cancelled.is_set():
            raise CancelledFetchError("stopped")
        wanted = Wanted(f"{self._repository}/{artifact.path}", artifact.size, artifact.sha256)
        download(self._session(), wanted, folder / artifact.file_name, self._advance, self._cancelled)

    def members(self, wanted: Members, files: Sequence[Member], target: Path) -> None:
        """Take some files out of a remote archive, by reading only their bytes."""
        missing = [file for file in files if not _is_there(target / file.path, file)]
        self._advance(sum(file.size for file in files if file not in missing))
        if not missing:
            return
        url = f"{self._repository}/{wanted.archive.path}"
        try:
            with RemoteZip(url, initial_buffer_size=ARCHIVE_END, session=self._session(), timeout=TIMEOUT) as archive:
                for file in missing:
                    if self._cancelled.is_set():
                        raise CancelledFetchError("stopped")
                    _keep(archive.read(f"{wanted.folder}/{file.path}"), file, target / file.path, url)
                    self._advance(file.size)
        except (requests.RequestException, RemoteZipError, zipfile.BadZipFile, KeyError) as error:
            raise FetchError(
                f"Could not read Elasticsearch's modules from {url}: {error}. Check the network (and HTTPS_PROXY, if "
                "you are behind a proxy) and start again: what has come so far is kept."
            ) from error

    def _session(self) -> requests.Session:
        if not hasattr(self._thread, "session"):
            self._thread.session = open_session()
        session: requests.Session = self._thread.session
        return session

    def _advance(self, count: int) -> None:
        with self._counting:
            self._done += count
            self._report(self._done, self._total)


def _is_there(path: Path, file: Member) -> bool:
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == file.sha256


def _keep(content: bytes, file: Member, path: Path, url: str) -> None:
    found = hashlib.sha256(content).hexdigest()
    if found != file.sha256:
        raise FetchError(
            f"{file.path} inside {url} is not the file pinned in deploy/local/engines.json (its SHA-256 is {found}, "
            f"not {file.sha256}). It was not used. Start again; if this comes back, something between this machine "
            "and the repository changes files."
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _unpack(archive: Path, target: Path) -> None:
    """Unpack an archive of one top folder into `target`, without that folder."""
    with zipfile.ZipFile(archive) as entries:
        for entry in entries.infolist():
            top, _, entry.filename = entry.filename.partition("/")
            if top and entry.filename:
                entries.extract(entry, target)


def _open_to_all(folder: Path) -> None:
    """Let the account that runs the engines read them, whatever our umask is."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


def _write_manifest(folder: Path) -> None:
    sizes = {str(path.relative_to(folder)): path.stat().st_size for path in sorted(folder.rglob("*")) if path.is_file()}
    (folder / MANIFEST).write_text(json.dumps(sizes, indent=1))
