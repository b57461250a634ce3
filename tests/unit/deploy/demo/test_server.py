"""The real thing: a process of its own, four ports, an HTTP client, a signal."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from deploy.demo.__main__ import main
from deploy.demo.outlets import OUTLETS
from deploy.demo.server import listen
from deploy.demo.sources import demo_sources
from services.common.errors import ConfigurationError
from tests.ports import free_ports
from tests.unit.deploy.demo.day import ARTICLES
from tests.waiting import until

ROOT = Path(__file__).parents[4]


def first_of_four_free_ports() -> int:
    for _ in range(100):
        [first] = free_ports(1)
        try:
            for opened in listen("127.0.0.1", first):
                opened.close()
        except ConfigurationError:
            continue
        return first
    raise AssertionError("no four free ports in a row")


def command(**settings: object) -> dict[str, Any]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SITREP_")}
    environment |= {f"SITREP_{name.upper()}": str(value) for name, value in settings.items()}
    return {"args": [sys.executable, "-m", "deploy.demo"], "env": environment, "cwd": ROOT}


@contextmanager
def running(port: int) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        **command(demo_port=port, demo_pace=3600), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_four_outlets_in_one_process_until_a_signal(number: signal.Signals) -> None:
    port = first_of_four_free_ports()

    with running(port) as process:
        async with httpx.AsyncClient() as client:

            async def answers() -> bool:
                assert process.poll() is None, process.communicate()
                try:
                    return (await client.get(f"http://127.0.0.1:{port + 3}/")).is_success
                except httpx.TransportError:
                    return False

            await until(answers, "the demo answers")
            for source, outlet in zip(demo_sources(port)["sources"], OUTLETS, strict=True):
                for address in [*source["feeds"], *source.get("sitemaps", [])]:
                    first = await client.get(address)
                    assert first.is_success
                    held = {"If-None-Match": first.headers["etag"]}
                    assert (await client.get(address, headers=held)).status_code == 304
                base = httpx.URL(source["feeds"][0]).join("/")
                assert outlet.name in (await client.get(base)).text
                assert "User-agent: *" in (await client.get(base.join("/robots.txt"))).text
                links = [part.split("<")[0] for part in first.text.replace("<loc>", "<link>").split("<link>")[1:]]
                links += [
                    part.split('"')[0] for part in first.text.split('rel="alternate" type="text/html" href="')[1:]
                ]
                for link in links:
                    page = await client.get(link.replace("&amp;", "&"))
                    assert page.is_success
                    again = await client.get(page.url, headers={"If-Modified-Since": page.headers["last-modified"]})
                    assert again.status_code == 304
                assert len(links) >= 3

        process.send_signal(number)
        output, errors = process.communicate(timeout=20)
        assert (process.returncode, output) == (0, "")
        assert [line.count('"event": "outlet') for line in errors.splitlines()] == [1] * 5, errors


def test_a_taken_port_is_named() -> None:
    port = first_of_four_free_ports()
    with socket.create_server(("127.0.0.1", port + 1)):
        done = subprocess.run(**command(demo_port=port), capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 1
    assert f"The Kyiv Ledger cannot listen on 127.0.0.1 port {port + 1}" in done.stderr
    assert "SITREP_DEMO_PORT" in done.stderr
    assert "Traceback" not in done.stderr
    with ExitStack() as held:
        assert len([held.enter_context(opened) for opened in listen("127.0.0.1", port)]) == 4


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("SITREP_DEMO_PORT", "x", "SITREP_DEMO_PORT: Input should be a valid integer"),
        ("SITREP_DEMO_PORT", "65533", "SITREP_DEMO_PORT: Input should be less than"),
        ("SITREP_DEMO_PACE", "-1", "SITREP_DEMO_PACE: Input should be greater"),
        ("SITREP_DEMO_PACE", "inf", "SITREP_DEMO_PACE: Input should be a finite number"),
        ("SITREP_DEMO_STARTED_AT", "2026-03-01T12:00:00", "SITREP_DEMO_STARTED_AT: Input should have timezone"),
    ],
)
def test_a_wrong_setting_is_a_sentence(
    variable: str, value: str, sentence: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(variable, value)
    assert main([]) == 1
    assert sentence in capsys.readouterr().err


def test_a_host_that_is_not_here_is_named() -> None:
    with pytest.raises(ConfigurationError, match=r"cannot listen on 203\.0\.113\.1 port 9.*SITREP_DEMO_HOST"):
        listen("203.0.113.1", 9)


def test_sources_are_printed_for_the_port_that_is_set(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SITREP_DEMO_PORT", "9100")
    assert main(["--sources"]) == 0
    sources = yaml.safe_load(capsys.readouterr().out)
    assert sources == demo_sources(9100)
    assert [source["feeds"][0].split("/")[2] for source in sources["sources"]] == [
        f"127.0.0.1:{port}" for port in range(9100, 9104)
    ]
    assert all(source["allow_private"] and source["every"] == "15s" for source in sources["sources"])


def test_check_lists_the_articles(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check"]) == 0
    printed = capsys.readouterr().out
    assert printed.splitlines()[-1] == f"{len(ARTICLES)} articles, all in order."
    assert all(article.front.title in printed for article in ARTICLES)
