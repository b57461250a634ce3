"""The unprivileged account that runs the engines when we are root (Elasticsearch refuses to run as root)."""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Account:
    """A user of this machine."""

    name: str
    uid: int
    gid: int


def engine_account() -> Account | None:
    """`nobody` when we are root; None, meaning ourselves, otherwise."""
    if os.geteuid() != 0:
        return None
    entry = pwd.getpwnam("nobody")
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def hand_over(folder: Path, account: Account | None) -> None:
    """Make `folder` if need be, and everything in it the account's own. Touches only what is not yet."""
    make_open_folder(folder)
    if account is None:
        return
    for path in (folder, *folder.rglob("*")):
        if path.lstat().st_uid != account.uid:
            os.chown(path, account.uid, account.gid, follow_symlinks=False)


def make_open_folder(folder: Path) -> None:
    """Make a folder, and those above it that are missing, such that the engines' account can enter them."""
    for path in (*reversed(folder.parents), folder):
        if not path.exists():
            path.mkdir(exist_ok=True)
            path.chmod(0o755)


def closed_folder(path: Path, account: Account | None) -> Path | None:
    """The first folder on the way to `path` that the account cannot enter, if there is one.

    Folders that do not exist yet count as open: we make them open.
    """
    if account is None:
        return None
    for folder in (*reversed(path.resolve().parents), path.resolve()):
        if not folder.is_dir():
            continue
        status = folder.stat()
        if status.st_uid == account.uid:
            enter = stat.S_IXUSR
        elif status.st_gid == account.gid:
            enter = stat.S_IXGRP
        else:
            enter = stat.S_IXOTH
        if not status.st_mode & enter:
            return folder
    return None


def require_open(path: Path, account: Account | None, setting: str) -> None:
    """Check that the account can get to `path`.

    Raises:
        PermissionError: it cannot; the text names the folder in the way and the setting to change.
    """
    closed = closed_folder(path, account)
    if closed is not None and account is not None:
        raise PermissionError(
            f"Run by root, the engines run as {account.name}, who cannot enter {closed} on the way to {path}. "
            f"Set {setting} to a folder below /var, or run as an ordinary user."
        )
