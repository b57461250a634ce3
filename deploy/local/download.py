"""One file from the Maven repository: resumed where it broke off, and used only if its SHA-256 is the pinned one."""

import errno
import hashlib
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
import tenacity
from requests.adapters import HTTPAdapter

CHUNK = 1 << 18
TIMEOUT = (10, 30)  # seconds to connect, and without a byte

Advance = Callable[[int], None]


class FetchError(Exception):
    """An engine cannot be fetched; the text says what, where and what to do."""


class CancelledFetchError(FetchError):
    """The run was stopped while it fetched."""


class _BrokenOffError(Exception):
    """The answer ended early; the rest can be asked for."""


class _TemporaryAnswerError(Exception):
    """The server asked for patience (429, 5xx)."""


_TRANSIENT = (
    requests.ConnectionError,
    requests.Timeout,
    requests.exceptions.ChunkedEncodingError,
    _BrokenOffError,
    _TemporaryAnswerError,
)


class _SystemTrust(HTTPAdapter):
    """Trust this machine's certificates (and SSL_CERT_FILE) besides those of requests or REQUESTS_CA_BUNDLE."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, ssl_context=ssl.create_default_context(), **kwargs)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        return super().proxy_manager_for(proxy, ssl_context=ssl.create_default_context(), **kwargs)


def open_session() -> requests.Session:
    """A session for one thread; proxies come from the usual variables."""
    session = requests.Session()
    session.mount("https://", _SystemTrust())
    return session


def sha256_of(file: Path) -> str:
    """The SHA-256 of a file's content, in hexadecimal."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file to download and what its bytes must be."""

    url: str
    size: int
    sha256: str


def download(
    session: requests.Session, wanted: Wanted, target: Path, advance: Advance, cancelled: threading.Event
) -> None:
    """Have `target` be the pinned bytes, downloading what is missing of them.

    What has come so far is in `target` + `.part`; a broken answer, or the next call after a kill, goes on from there.
    `advance` is told of every byte (a negative number takes bytes back).

    Raises:
        FetchError: no network, no space, not there, or not the pinned bytes.
    """
    if target.exists():
        if target.stat().st_size == wanted.size and sha256_of(target) == wanted.sha256:
            advance(wanted.size)
            return
        target.unlink()
    transfer = _Transfer(session, wanted, target.with_name(target.name + ".part"), advance, cancelled)
    resumed = transfer.have > 0
    found = transfer.finish(target)
    if found != wanted.sha256 and resumed:  # what lay there may have been the bad half: once more, from the start
        found = transfer.finish(target)
    if found != wanted.sha256:
        raise FetchError(
            f"{target.name} from {wanted.url} is not the file pinned in deploy/local/engines.json (its SHA-256 is "
            f"{found}, not {wanted.sha256}). It was deleted and not used. Start again; if this comes back, something "
            "between this machine and the repository changes files."
        )
    transfer.part.replace(target)


@dataclass(frozen=True, slots=True)
class _Transfer:
    """One download under way."""

    session: requests.Session
    wanted: Wanted
    part: Path
    advance: Advance
    cancelled: threading.Event

    @property
    def have(self) -> int:
        return self.part.stat().st_size if self.part.exists() else 0

    def finish(self, target: Path) -> str:
        """Get what is missing, with patience; the SHA-256 of the whole. A wrong whole is deleted."""
        attempts = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(_TRANSIENT),
            stop=tenacity.stop_after_attempt(5),
            wait=tenacity.wait_exponential_jitter(multiplier=0.5, max=8),
            sleep=tenacity.sleep_using_event(self.cancelled),
            reraise=True,
        )
        try:
            attempts(self._go_on)
        except (requests.RequestException, _BrokenOffError, _TemporaryAnswerError) as error:
            raise FetchError(
                f"Could not download {target.name} from {self.wanted.url}: {_reason(error)}. Check the network (and "
                "HTTPS_PROXY, if you are behind a proxy) and start again: what has come so far is kept."
            ) from error
        except OSError as error:
            raise full_disk(error, target) from error
        found = sha256_of(self.part)
        if found != self.wanted.sha256:
            self._drop()
        return found

    def _go_on(self) -> None:
        """Ask for the bytes that are missing and append them."""
        if self.have > self.wanted.size:
            self.part.unlink()
        self.advance(self.have)
        try:
            if self.have < self.wanted.size:
                self._append()
        except BaseException:
            self.advance(-self.have)
            raise
        if self.have != self.wanted.size:
            self.advance(-self.have)
            raise _BrokenOffError(f"the answer ended after {self.have} of {self.wanted.size} bytes")

    def _append(self) -> None:
        url, have = self.wanted.url, self.have
        headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
        with self.session.get(url, headers=headers, stream=True, timeout=TIMEOUT) as answer:
            if answer.status_code == requests.codes.too_many_requests or answer.status_code >= 500:
                raise _TemporaryAnswerError(f"the server answered {answer.status_code}")
            if answer.status_code not in {requests.codes.ok, requests.codes.partial_content}:
                raise FetchError(
                    f"{url} answered {answer.status_code} {answer.reason}. Is the repository reachable from here?"
                )
            if have and answer.status_code == requests.codes.ok:  # it does not do ranges: from the start
                self._drop()
                have = 0
            with self.part.open("ab") as file:
                for chunk in answer.iter_content(CHUNK):
                    if self.cancelled.is_set():
                        raise CancelledFetchError("stopped")
                    have += len(chunk)
                    if have > self.wanted.size:
                        self._drop()
                        raise FetchError(f"{url} sends more than the {self.wanted.size} bytes pinned; it was not used.")
                    file.write(chunk)
                    self.advance(len(chunk))

    def _drop(self) -> None:
        self.advance(-self.have)
        self.part.unlink()


def full_disk(error: OSError, target: Path) -> FetchError:
    """The error in words, with the setting that helps."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return FetchError(
            f"No space left in {target.parent} for {target.name}. Make room (the engines need about 500 MB) or set "
            "SITREP_CACHE_DIR to a folder on another disk."
        )
    return FetchError(
        f"Could not write {target}: {error.strerror or error}. Make {target.parent} writable or set "
        "SITREP_CACHE_DIR to another folder."
    )


def _reason(error: Exception) -> str:
    """The innermost cause, which is the one that says something."""
    cause: BaseException = error
    while cause.__cause__ or cause.__context__:
        cause = cause.__cause__ or cause.__context__ or cause
    return str(cause).strip(". ") or type(cause).__name__
