from pathlib import Path

import pytest

from deploy.local.account import Account
from deploy.local.apt import is_debian_like
from deploy.local.java import (
    candidates,
    find_java,
    how_to_install,
    java_version,
    module_available,
    parse_version,
)

NOBODY = Account("nobody", 65534, 65534)


@pytest.mark.parametrize(
    ("said", "version"),
    [
        ('openjdk version "17.0.15" 2025-04-15\nOpenJDK Runtime Environment (build 17.0.15+6-Debian-1deb12u1)', 17),
        ('openjdk version "21" 2023-09-19 LTS', 21),
        ('openjdk version "25-ea" 2025-09-16', 25),
        ('openjdk version "26-internal" 2026-03-17', 26),
        ('java version "1.8.0_392"\nJava(TM) SE Runtime Environment (build 1.8.0_392-b08)', 8),
        ('java version "11.0.2" 2019-01-15 LTS', 11),
        ('Picked up JAVA_TOOL_OPTIONS: -Xmx1g\nopenjdk version "17.0.1" 2021-10-19', 17),
        ('Picked up _JAVA_OPTIONS: -Dx="openjdk version 9"\nopenjdk version "17.0.1" 2021-10-19', 17),
        ("The operation couldn’t be completed. Unable to locate a Java Runtime.", None),
        ("", None),
    ],
)
def test_version_said_by_java(said: str, version: int | None) -> None:
    assert parse_version(said) == version


@pytest.mark.parametrize(
    ("os_release", "debian"),
    [
        ('PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\n', True),
        ("ID=ubuntu\nID_LIKE=debian\n", True),
        ('ID=linuxmint\nID_LIKE="ubuntu debian"\n', True),
        ("ID=raspbian\nID_LIKE='debian'\n", True),
        ('ID="fedora"\n', False),
        ('ID="rocky"\nID_LIKE="rhel centos fedora"\n', False),
        ("ID=alpine\nVERSION_ID=3.20.0\n", False),
        ("VARIANT_ID=debian\n", False),
        ("", False),
    ],
)
def test_systems_with_apt(os_release: str, debian: bool) -> None:
    assert is_debian_like(os_release) is debian


def java_at(home: Path) -> Path:
    program = home / "bin" / "java"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    return program


def test_the_users_choice_comes_before_the_usual_folders_and_the_newest_name_first(tmp_path: Path) -> None:
    chosen = java_at(tmp_path / "chosen")
    on_path = java_at(tmp_path / "on-path")
    old, new = java_at(tmp_path / "jvm" / "java-17"), java_at(tmp_path / "jvm" / "java-25")
    (tmp_path / "jvm" / "java-30").mkdir()  # a folder without a java
    environment = {"JAVA_HOME": str(tmp_path / "chosen"), "PATH": str(on_path.parent)}
    assert list(candidates(environment, [f"{tmp_path}/jvm/*"])) == [chosen, on_path, new, old]


def test_each_java_is_asked_once(tmp_path: Path) -> None:
    real = java_at(tmp_path / "jvm" / "java-17")
    (tmp_path / "jvm" / "default").symlink_to(tmp_path / "jvm" / "java-17")
    assert list(candidates({"JAVA_HOME": str(tmp_path / "jvm" / "default")}, [f"{tmp_path}/jvm/*"])) == [real]


def test_too_old_and_broken_ones_are_passed_over(tmp_path: Path) -> None:
    versions = {java_at(tmp_path / name): number for name, number in [("a", 17), ("b", 11), ("c", None)]}
    found = find_java({"PATH": ""}, folders=[f"{tmp_path}/*"], version_of=lambda program: versions[program])
    assert found is not None
    assert (found.program, found.version) == (tmp_path / "a" / "bin" / "java", 17)


def test_one_in_a_closed_folder_is_not_for_the_engines(tmp_path: Path) -> None:
    java_at(tmp_path / "home" / "java")
    (tmp_path / "home").chmod(0o700)
    folders = [f"{tmp_path}/home/*"]
    assert find_java({"PATH": ""}, NOBODY, folders, lambda _program: 17) is None
    assert find_java({"PATH": ""}, None, folders, lambda _program: 17) is not None


@pytest.mark.parametrize("debian", [True, False])
def test_the_advice_is_one_line(debian: bool) -> None:
    advice = how_to_install(debian=debian)
    assert "\n" not in advice
    assert "Java 17" in advice
    assert ("apt-get install openjdk-17-jre-headless" in advice) is debian


def test_a_program_that_is_no_java(tmp_path: Path) -> None:
    assert java_version(tmp_path / "none") is None
    assert java_version(java_at(tmp_path / "silent")) is None


def test_a_real_java() -> None:
    import os

    java = find_java(os.environ)
    assert java is not None, "the tests need a Java, as `make test` provides it"
    assert module_available(java, "java.base")
    assert not module_available(java, "java.no.such.module")
