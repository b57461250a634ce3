"""Promises about the repository itself."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from deploy.generated import generated_files, stale
from services.common.schemas import asyncapi, schema_files
from services.common.topics import ALL_TOPICS
from tests.builders import a_tagged_article

ROOT = Path(__file__).parents[2]


def tracked() -> list[Path]:
    names = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.splitlines()
    return [ROOT / name for name in names if (ROOT / name).is_file()]


def test_a_service_imports_itself_and_common_never_another_service() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_generated_files_are_up_to_date() -> None:
    assert stale(ROOT) == []


def test_a_changed_contract_is_noticed(tmp_path: Path) -> None:
    for name, text in generated_files().items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    changed = tmp_path / "docs/streams/schemas/news.tagged.v1.json"
    changed.write_text(changed.read_text("utf-8").replace('"claims"', '"figures"'), "utf-8")
    assert stale(tmp_path) == ["docs/streams/schemas/news.tagged.v1.json"]


@pytest.mark.parametrize("name", schema_files())
def test_every_schema_is_a_schema(name: str) -> None:
    Draft202012Validator.check_schema(schema_files()[name])


def test_a_message_is_valid_by_its_schema() -> None:
    schema = schema_files()["news.tagged.v1.json"]
    Draft202012Validator(schema).validate(a_tagged_article().model_dump(mode="json"))


def test_the_asyncapi_document_has_every_topic_and_its_references_lead_somewhere() -> None:
    document = asyncapi()
    assert set(document["channels"]) == {topic.name for topic in ALL_TOPICS}
    for reference in re.findall(r'"\$ref": "([^"]+)"', generated_files()["docs/streams/asyncapi.json"]):
        if reference.startswith("./"):
            assert f"docs/streams/{reference[2:]}" in generated_files()
        else:
            node = document
            for key in reference.removeprefix("#/").split("/"):
                node = node[key]


def test_locks_have_hashes_and_no_addresses() -> None:
    for lock in (ROOT / "requirements").glob("*.txt"):
        text = lock.read_text("utf-8")
        assert "://" not in text, lock
        pinned = re.findall(r"^[a-z0-9][\w.-]*(?:\[[\w,-]+\])?==\S+.*\\$", text, re.MULTILINE)
        entries = re.findall(r"^[a-z0-9].*$", text, re.MULTILINE)
        assert pinned
        assert len(pinned) == len(entries), f"{lock}: every package is pinned and followed by a hash"


def test_the_documented_consumer_is_the_one_that_is_tested() -> None:
    program = (ROOT / "docs/streams/consume.py").read_text("utf-8")
    assert f"```python\n{program}```" in (ROOT / "docs/streams.md").read_text("utf-8")


def test_links_in_the_documents_lead_somewhere() -> None:
    for document in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\((?!https?://|#|mailto:)([^)#]+)", document.read_text("utf-8")):
            assert (document.parent / target).exists(), f"{document.relative_to(ROOT)} → {target}"


def test_nothing_happens_when_a_module_is_imported() -> None:
    """Importing every module connects to nothing and reads no setting."""
    program = """
import importlib, os, pathlib, socket, sys
class Closed(socket.socket):
    def connect(self, *_): raise AssertionError("a connection at import")
socket.socket = Closed
import pydantic_settings
def refused(*_, **__): raise AssertionError("settings read at import")
pydantic_settings.BaseSettings.__init__ = refused
for path in sorted(pathlib.Path("services").rglob("*.py")) + sorted(pathlib.Path("deploy").rglob("*.py")):
    if path.name != "__main__.py":
        importlib.import_module(".".join(path.with_suffix("").parts).removesuffix(".__init__"))
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_yaml_and_text_data_are_utf_8() -> None:
    for path in tracked():
        if path.suffix in {".yaml", ".yml"}:
            yaml.safe_load(path.read_text("utf-8"))
