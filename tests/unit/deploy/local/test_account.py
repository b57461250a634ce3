import os
from pathlib import Path

import pytest

from deploy.local.account import Account, closed_folder, engine_account, hand_over, make_open_folder, require_open

STRANGER = Account("stranger", 54321, 54321)


@pytest.fixture
def open_folder(tmp_path: Path) -> Path:
    while (closed := closed_folder(tmp_path, STRANGER)) is not None:  # pytest keeps its folders to itself
        closed.chmod(0o755)
    folder = tmp_path / "open"
    make_open_folder(folder)
    return folder


def test_root_does_not_run_the_engines() -> None:
    account = engine_account()
    assert (account is None) == (os.geteuid() != 0)
    assert account is None or account.uid != 0


def test_the_first_closed_folder_is_named(open_folder: Path) -> None:
    (open_folder / "closed").mkdir(mode=0o700)
    assert closed_folder(open_folder / "closed" / "deeper" / "still", STRANGER) == open_folder / "closed"
    with pytest.raises(PermissionError, match=r"stranger, who cannot enter .*/open/closed .* Set SITREP_DATA_DIR"):
        require_open(open_folder / "closed", STRANGER, "SITREP_DATA_DIR")


def test_open_and_missing_folders_are_fine(open_folder: Path) -> None:
    require_open(open_folder / "not" / "there", STRANGER, "SITREP_DATA_DIR")
    (open_folder / "closed").mkdir(mode=0o700)
    require_open(open_folder / "closed", None, "SITREP_DATA_DIR")


def test_folders_are_made_open_whatever_the_umask(open_folder: Path) -> None:
    before = os.umask(0o077)
    try:
        make_open_folder(open_folder / "a" / "b")
    finally:
        os.umask(before)
    require_open(open_folder / "a" / "b", STRANGER, "SITREP_DATA_DIR")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_everything_inside_is_handed_over(open_folder: Path) -> None:
    (open_folder / "data").mkdir()
    (open_folder / "data" / "file").write_text("x")
    (open_folder / "data" / "link").symlink_to("/etc/passwd")
    hand_over(open_folder / "data", STRANGER)
    assert {path.lstat().st_uid for path in (open_folder / "data", *(open_folder / "data").iterdir())} == {54321}
    assert Path("/etc/passwd").stat().st_uid == 0
