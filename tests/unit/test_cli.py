"""The command: help everywhere, sentences instead of tracebacks."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

COMMANDS = [
    ["run"], ["doctor"], ["fetcher"], ["extractor"], ["indexer"], ["alerts"], ["api"], ["tag"], ["fetch"], ["search"],
    ["sources"], ["sources", "list"], ["sources", "add"], ["sources", "check"],
]  # fmt: skip


def sitrep(*arguments: str, given: str = "", cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "services.cli", *arguments],
        input=given,
        capture_output=True,
        text=True,
        cwd=cwd,
        check=False,
    )


def test_help_names_every_command() -> None:
    text = sitrep("--help").stdout
    assert all(command[0] in text for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_explains_itself(command: list[str]) -> None:
    done = sitrep(*command, "--help")
    assert done.returncode == 0
    assert "Usage: " in done.stdout
    assert len(done.stdout.splitlines()) > 3


def test_the_version() -> None:
    assert sitrep("--version").stdout.startswith("sitrep 0.")


def test_tag_prints_entities_and_claims_of_standard_input() -> None:
    text = "More than 12,000 North Korean troops have been sent to Russia, South Korea said."
    done = sitrep("tag", "-", "--published", "2024-11-17", given=text)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert {"country/north-korea", "country/russia"} <= {entity["id"] for entity in found["entities"]}
    [claim] = found["claims"]
    assert (claim["low"], claim["high"], claim["unit"], claim["qualifier"]) == (12000, None, "troop", "more_than")
    assert text[claim["start"] : claim["end"]] == claim["text"]


SENTENCES = [
    (["tag", "nowhere.txt"], "sitrep: Cannot read nowhere.txt: No such file or directory."),
    (["tag", "latin.txt"], "sitrep: latin.txt is not UTF-8 (byte 3): save it as UTF-8."),
    (["sources", "list"], "sources.yaml"),
    (["sources", "list", "-f", "typo.yaml"], "typo.yaml, line 4"),
    (
        ["search", "howitzers", "--api-url", "http://127.0.0.1:1"],
        "sitrep: The API at http://127.0.0.1:1 does not answer",
    ),
    (["fetch", "ftp://outlet.example/a"], "http"),
    (["fetch", "http://127.0.0.1:1/a"], "sitrep: "),
]


@pytest.mark.parametrize(("arguments", "sentence"), SENTENCES, ids=[" ".join(row[0]) for row in SENTENCES])
def test_a_failure_is_a_sentence(arguments: list[str], sentence: str, tmp_path: Path) -> None:
    (tmp_path / "latin.txt").write_bytes("caf\xe9".encode("latin-1"))
    (tmp_path / "typo.yaml").write_text(
        "sources:\n  - id: a\n    name: A\n    fedes: [https://a.example/feed]\n    domain: a.example\n", "utf-8"
    )
    done = sitrep(*arguments, cwd=tmp_path)
    assert done.returncode == 1
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_a_bad_setting_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SITREP_API_PORT", "eighty")
    done = sitrep("api")
    assert done.returncode == 1
    assert "SITREP_API_PORT" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_source_is_added_and_listed(tmp_path: Path) -> None:
    added = sitrep("sources", "add", "northwire", "Northwire", "https://northwire.example/feed.xml", cwd=tmp_path)
    assert added.returncode == 0, added.stderr
    listed = sitrep("sources", "list", cwd=tmp_path)
    assert "northwire.example" in listed.stdout
    again = sitrep("sources", "add", "northwire", "Northwire", "https://northwire.example/feed.xml", cwd=tmp_path)
    assert again.returncode == 1
    assert "northwire" in again.stderr
