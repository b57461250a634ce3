"""Find a Java that can run the engines, or get one, or say in one line what to install."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.local.account import Account, closed_folder
from deploy.local.apt import apt_install, has_apt, may_install

OLDEST = 17
# Where installers put it on Linux, on a Mac, and with sdkman; the newest name first within a folder.
USUAL_FOLDERS = (
    "/usr/lib/jvm/*",
    "/usr/java/*",
    "/opt/java/*",
    "/opt/homebrew/opt/openjdk*",
    "/usr/local/opt/openjdk*",
    "/Library/Java/JavaVirtualMachines/*/Contents/Home",
    "~/Library/Java/JavaVirtualMachines/*/Contents/Home",
    "~/.sdkman/candidates/java/*",
)
PACKAGES = ("openjdk-17-jre-headless", "default-jre-headless")  # the second where an archive no longer has the first


class NoJavaError(Exception):
    """There is no suitable Java; the text is one line that says what to install."""


@dataclass(frozen=True, slots=True)
class Java:
    """A Java program and its major version."""

    program: Path
    version: int


def parse_version(text: str) -> int | None:
    """The major version in what `java -version` says, None if it says none.

    The version string is that of JEP 223 (17.0.15, 25-ea), before Java 9 it began with "1." (1.8.0_392).
    """
    found = re.search(r'^(?:openjdk|java) version "(?:1\.)?(\d+)', text, re.MULTILINE)
    return int(found[1]) if found else None


def java_version(program: Path) -> int | None:
    """The major version of a Java program; None if it is not there or does not run."""
    try:
        answer = subprocess.run(
            [program, "-version"], capture_output=True, text=True, timeout=30, check=True, errors="replace"
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return parse_version(answer.stderr + answer.stdout)


def candidates(environment: Mapping[str, str], folders: Iterable[str] = USUAL_FOLDERS) -> Iterator[Path]:
    """Java programs worth asking for their version, the user's own choice first, each once."""
    seen = set()
    for path in _everywhere(environment, folders):
        program = path.resolve()
        if program not in seen and program.is_file() and os.access(program, os.X_OK):
            seen.add(program)
            yield program


def _everywhere(environment: Mapping[str, str], folders: Iterable[str]) -> Iterator[Path]:
    if home := environment.get("JAVA_HOME"):
        yield Path(home, "bin", "java")
    if program := shutil.which("java", path=environment.get("PATH", "")):
        yield Path(program)
    for pattern in folders:
        absolute = Path(pattern).expanduser()
        for home_folder in sorted(Path(absolute.anchor).glob(str(absolute.relative_to(absolute.anchor))), reverse=True):
            yield home_folder / "bin" / "java"


def find_java(
    environment: Mapping[str, str],
    account: Account | None = None,
    folders: Iterable[str] = USUAL_FOLDERS,
    version_of: Callable[[Path], int | None] = java_version,
) -> Java | None:
    """The first suitable Java that the account which runs the engines can get to."""
    for program in candidates(environment, folders):
        if closed_folder(program.parent, account) is None:
            version = version_of(program)
            if version is not None and version >= OLDEST:
                return Java(program, version)
    return None


def ensure_java(environment: Mapping[str, str], account: Account | None, log: Path, say: Callable[[str], None]) -> Java:
    """Find Java; as root on Debian or Ubuntu install it when it is missing. apt's words go to `log`.

    Raises:
        NoJavaError: there is none and it is not ours to install.
    """
    if java := find_java(environment, account):
        return java
    if not may_install():
        raise NoJavaError(how_to_install(debian=has_apt()))
    say(f"No Java {OLDEST} or newer found: installing {PACKAGES[0]} with apt")
    _install(environment, log)
    if java := find_java(environment, account):
        return java
    raise NoJavaError(f"apt installed a Java, but none of version {OLDEST} or newer is found; set JAVA_HOME to one.")


def how_to_install(*, debian: bool) -> str:
    """The one line for a machine without Java."""
    how = f"sudo apt-get install {PACKAGES[0]}" if debian else "for example Eclipse Temurin from adoptium.net"
    need = f"Kafka and Elasticsearch need Java {OLDEST} or newer and none was found"
    return f"{need}: install one ({how}) or set JAVA_HOME."


def module_available(java: Java, module: str) -> bool:
    """Whether this Java was built with a module such as `jdk.incubator.vector`."""
    answer = subprocess.run([java.program, "--list-modules"], capture_output=True, text=True, timeout=60, check=False)
    return any(line.split("@")[0] == module for line in answer.stdout.splitlines())


def java_environment(home: Path) -> dict[str, str]:
    """The environment of a Java program of ours: nothing of our own that could change how it behaves."""
    return {"HOME": str(home), "LC_ALL": "C.UTF-8"}


def _install(environment: Mapping[str, str], log: Path) -> None:
    if not any(apt_install([package], environment, log) for package in PACKAGES):
        raise NoJavaError(
            f"No Java {OLDEST} or newer was found and apt could not install {PACKAGES[0]} (see {log}): "
            "install one or set JAVA_HOME."
        )
