"""The tagger's version changes with whatever decides how a text is tagged, and with nothing else."""

import shutil
from importlib.resources import files
from pathlib import Path

import pytest

from services.extractor.tagger import tagger
from services.extractor.tagger.pipeline import MODEL
from services.extractor.tagger.version import version_of


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of the extractor's files."""
    copy = tmp_path / "extractor"
    shutil.copytree(Path(str(files("services.extractor"))), copy, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


def test_it_is_the_version_on_every_article(package: Path) -> None:
    assert tagger().version == version_of(package, MODEL)
    assert tagger().model == MODEL


@pytest.mark.parametrize("file", ["tagger/claims.py", "knowledge/nouns.tsv", "knowledge/names.py", "stage.py"])
def test_code_and_tables_change_it(package: Path, file: str) -> None:
    before = version_of(package, MODEL)
    with (package / file).open("a", encoding="utf-8") as end:
        end.write("# one more line\n")
    assert version_of(package, MODEL) != before


def test_a_new_file_and_another_model_change_it(package: Path) -> None:
    before = version_of(package, MODEL)
    assert version_of(package, "another model") != before
    (package / "knowledge" / "rivers.tsv").write_text("id\n", "utf-8")
    assert version_of(package, MODEL) != before


def test_what_moves_messages_does_not(package: Path) -> None:
    before = version_of(package, MODEL)
    for file in ("agents.py", "workers.py", "retag.py"):
        (package / file).write_text("# nothing left\n", "utf-8")
    (package / "knowledge" / "notes~").write_text("an editor's copy", "utf-8")
    (package / "tagger" / "__pycache__").mkdir()
    (package / "tagger" / "__pycache__" / "claims.pyc").write_bytes(b"compiled")
    assert version_of(package, MODEL) == before


def test_line_ends_do_not_matter(package: Path) -> None:
    before = version_of(package, MODEL)
    table = package / "knowledge" / "nouns.tsv"
    table.write_bytes(table.read_bytes().replace(b"\n", b"\r\n"))
    assert version_of(package, MODEL) == before
