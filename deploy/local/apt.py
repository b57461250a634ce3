"""Programs from Debian's and Ubuntu's own archive, for whoever runs as root there."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from deploy.local.lock import waited_for

RELEASE = Path("/etc/os-release")
LOCK = Path("/run/sitrep-apt.lock")
"""Only root's, as installing is. apt has a lock for installing, but none between its lists and those who read them."""


def is_debian_like(os_release: str) -> bool:
    """Whether an /etc/os-release (os-release(5)) is Debian's or that of a system made from it."""
    fields = dict(re.findall(r"^(ID|ID_LIKE)=[\"']?([^\"'\n]*)", os_release, re.MULTILINE))
    return bool({"debian", "ubuntu"} & set(f"{fields.get('ID', '')} {fields.get('ID_LIKE', '')}".split()))


def has_apt() -> bool:
    """Whether this is a system whose programs come with apt."""
    return RELEASE.is_file() and is_debian_like(RELEASE.read_text()) and shutil.which("apt-get") is not None


def may_install() -> bool:
    """Whether it is ours to install something: it has apt, and we are root."""
    return has_apt() and os.geteuid() == 0


def apt_install(packages: Sequence[str], environment: Mapping[str, str], log: Path) -> bool:
    """Install packages without what they only recommend; returns whether that worked. apt's words go to ``log``.

    Two that want something at once are served one after the other.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with waited_for(LOCK, lambda: None), log.open("ab") as output:

        def run(*arguments: str) -> bool:
            done = subprocess.run(
                ["apt-get", "-q", "-y", "-o", "DPkg::Lock::Timeout=120", *arguments],
                env={**environment, "DEBIAN_FRONTEND": "noninteractive"},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
            )
            return done.returncode == 0

        run("update")
        return run("install", "--no-install-recommends", *packages)
