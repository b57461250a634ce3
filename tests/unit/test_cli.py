"""The command: help everywhere, sentences instead of tracebacks."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest

from services.fetcher.sources import load_sources
from tests.unit.fetcher.servers import answer, serving

COMMANDS = [
    ["run"], ["doctor"], ["fetcher"], ["extractor"], ["indexer"], ["alerts"], ["delivery"], ["api"], ["tag"], ["fetch"], ["replay"], ["retag"], ["search"],
    ["sources"], ["sources", "list"], ["sources", "add"], ["sources", "check"], ["sources", "import"], ["sources", "export"],
    ["deadletters"], ["deadletters", "list"], ["deadletters", "show"], ["deadletters", "replay"], ["deadletters", "drop"],
    ["articles"], ["articles", "delete"], ["reindex"],
    ["keys"], ["keys", "create"], ["keys", "list"], ["keys", "revoke"], ["keys", "local"],
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
    (
        ["fetch"],
        "sitrep: Give the address of an article, or a day and a source: sitrep fetch --since 2024-10-01 --source ID.",
    ),
    (["fetch", "--since", "2024-10-01"], "sitrep: Give the address of an article, or a day and a source"),
    (
        ["fetch", "https://a.example/b", "--source", "a"],
        "sitrep: Give the address of an article, or a day and a source",
    ),
    (["sources", "add"], "sitrep: Give the address of an outlet, or at least one --feed or --sitemap."),
    (["sources", "add", "http://127.0.0.1:1/"], "sitrep: "),
    (["sources", "import", "latin.txt"], "sitrep: latin.txt is plain text, not an OPML list of feeds."),
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
    given = [
        "--name",
        "Northwire",
        "--feed",
        "https://northwire.example/feed.xml",
        "--every",
        "15s",
        "--language",
        "en",
    ]
    added = sitrep("sources", "add", "northwire.example", *given, cwd=tmp_path)
    assert added.returncode == 0, added.stderr
    [source] = load_sources(tmp_path / "sources.yaml")
    assert (source.id, source.domain, source.language) == ("northwire-example", "northwire.example", "en")
    listed = sitrep("sources", "list", cwd=tmp_path)
    assert "northwire.example" in listed.stdout
    assert "not asked yet" in listed.stdout
    again = sitrep("sources", "add", "northwire.example", *given, cwd=tmp_path)
    assert again.returncode == 1
    assert again.stderr == (
        "sitrep: Northwire is in sources.yaml already, as northwire-example: there is nothing to add.\n"
    )
    elsewhere = sitrep("sources", "add", "northwire.example", *given, "-f", "other.yaml", cwd=tmp_path)
    assert elsewhere.stdout.endswith("Try it: sitrep sources check northwire-example -f other.yaml\n")


async def test_an_outlet_is_found_and_added(tmp_path: Path) -> None:
    page = b"<html><head><title>Outlet</title><link rel=alternate type=application/rss+xml href=/rss></head></html>"
    rss = b"<rss version='2.0'><channel><title>The Outlet</title><item><link>/1</link></item></channel></rss>"
    async with serving(root=answer(page), rss=answer(rss)) as server:
        arguments = ["sources", "add", server.base, "--allow-private", "--id", "outlet"]
        added = await asyncio.to_thread(sitrep, *arguments, cwd=tmp_path)
    assert added.returncode == 0, added.stderr
    assert f"✓ {server.base}/rss (rss20, named by the page): 1 entry" in added.stdout
    [source] = load_sources(tmp_path / "sources.yaml")
    assert (source.id, source.name, source.feeds) == ("outlet", "The Outlet", (f"{server.base}/rss",))
    assert source.allow_private


def test_sources_go_out_as_opml_and_come_in_again(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "there").mkdir()
    for name in ("a", "b"):
        sitrep("sources", "add", "--feed", f"https://{name}.example/feed", "--id", name, cwd=tmp_path / "here")
    assert sitrep("sources", "export", "-o", "../all.opml", cwd=tmp_path / "here").returncode == 0
    printed = sitrep("sources", "export", cwd=tmp_path / "here").stdout
    assert printed.startswith("<?xml")
    came = sitrep("sources", "import", "../all.opml", cwd=tmp_path / "there")
    assert came.stdout == "2 sources added to sources.yaml; 0 left out.\n"
    assert load_sources(tmp_path / "there/sources.yaml") == load_sources(tmp_path / "here/sources.yaml")
    again = sitrep("sources", "import", "-", given=printed, cwd=tmp_path / "there")
    assert "0 sources added to sources.yaml; 2 left out." in again.stdout
    assert "https://a.example/feed): it is followed already, by a.example." in again.stderr
