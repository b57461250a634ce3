"""Programs that tests drive and that Sitrep itself does without. They are installed where that is ours to do, as Java is."""

import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from deploy.local.apt import apt_install, may_install


def programs(packages: Mapping[str, str], beside: Sequence[str] = ()) -> list[str]:
    """Where programs are, given the package of each; a test that asks is skipped where there is one that cannot be had.

    ``beside`` are packages without a program that come with them.
    """
    found = [shutil.which(program) for program in packages]
    if None in found and may_install():
        with tempfile.TemporaryDirectory() as folder:
            apt_install([*packages.values(), *beside], os.environ, Path(folder) / "apt.log")
        found = [shutil.which(program) for program in packages]
    there = [path for path in found if path is not None]
    if len(there) < len(packages):
        pytest.skip(f"not everything of this is here: install {', '.join(packages.values())}")
    return there
