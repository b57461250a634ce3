"""`sitrep doctor` and what `sitrep run` runs."""

from pathlib import Path

import pytest
from rich.console import Console

from deploy.local.doctor import Finding, installed, reachable, report
from deploy.local.line import line
from deploy.local.settings import LocalSettings
from tests.ports import free_ports


def settings(folder: Path, sources: Path | None = None) -> LocalSettings:
    names = ("api", "fetcher", "extractor", "indexer", "alerts", "delivery", "kafka", "elasticsearch")
    ports = {f"{name}_port": port for name, port in zip(names, free_ports(len(names)), strict=True)}
    return LocalSettings.model_validate(
        {**ports, "data_dir": folder, "cache_dir": folder / "cache", "sources": sources}
    )


def test_it_says_what_is_installed(tmp_path: Path) -> None:
    findings = {finding.what: finding for finding in installed(settings(tmp_path))}
    assert findings["Java"].state == "good"
    assert findings["Language model"].state == "good"
    assert findings["Kafka 4.1.0"].state == findings["Elasticsearch 8.19.8"].state == "off"
    assert findings["Sources"].detail == "the demo outlets"


def test_a_sources_file_with_a_mistake_is_missing_something(tmp_path: Path) -> None:
    file = tmp_path / "sources.yaml"
    file.write_text("sources:\n  - id: a\n", "utf-8")
    finding = {finding.what: finding for finding in installed(settings(tmp_path, file))}["Sources"]
    assert finding.state == "missing"
    assert "line 2" in finding.advice


async def test_what_does_not_answer_is_off_and_says_what_to_do(tmp_path: Path) -> None:
    findings = await reachable(settings(tmp_path))
    assert [finding.what for finding in findings] == [
        "Kafka answers", "Elasticsearch answers", "fetcher is ready", "extractor is ready", "indexer is ready",
        "alerts is ready", "delivery is ready", "api is ready",
    ]  # fmt: skip
    assert {(finding.state, finding.advice) for finding in findings} == {("off", "Start it with `make run`.")}


def test_the_report_is_one_table() -> None:
    console = Console(width=100)
    with console.capture() as capture:
        console.print(report([Finding("Java", "missing", "none", "Install it.")]))
    assert "✗" in capture.get()
    assert "Install it." in capture.get()


def test_the_demo_runs_unless_sources_are_given(tmp_path: Path) -> None:
    own = tmp_path / "sources.yaml"
    with_demo = {service.name: service for service in line(settings(tmp_path)).services}
    without = {service.name: service for service in line(settings(tmp_path, own)).services}
    assert set(with_demo) - set(without) == {"demo"}
    assert without["fetcher"].environment["SITREP_SOURCES"] == str(own)
    assert "northwire" in Path(with_demo["fetcher"].environment["SITREP_SOURCES"]).read_text("utf-8")


def test_a_later_run_goes_on_where_the_demos_day_is(tmp_path: Path) -> None:
    first, later = (
        next(service for service in line(settings(tmp_path)).services if service.name == "demo").environment
        for _ in range(2)
    )
    assert first["SITREP_DEMO_STARTED_AT"] == later["SITREP_DEMO_STARTED_AT"]


def test_a_relative_folder_means_the_same_to_every_child(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    given = LocalSettings.model_validate({"data_dir": "data", "cache_dir": "~/cache", "sources": "sources.yaml"})
    assert given.data_dir == tmp_path / "data"
    assert given.cache_dir == Path.home() / "cache"
    assert given.sources == tmp_path / "sources.yaml"
