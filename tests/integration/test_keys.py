"""API keys over a real Kafka: made and revoked by the command, known to every api, kept over restarts."""

import asyncio
import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiokafka import ConsumerRecord
from elasticsearch import AsyncElasticsearch

from deploy.local.key import ensure_local_key, read_local_key
from services.common.errors import ConfigurationError
from services.common.kafka import everything_in
from services.common.keys import new_key
from services.common.messages import ApiKey
from services.common.settings import KafkaSettings
from services.common.topics import KEYS
from services.housekeeping.keys import chosen_key, every_key, keep_key
from tests.builders import MOMENT
from tests.integration.asking import running
from tests.keys import bearing
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("clean_line")
SUBSCRIPTION = {"name": "Artillery", "rule": {"any": ["howitzers"]}}


async def sitrep_keys(engines: Any, *arguments: str) -> tuple[str, str]:
    """What ``sitrep keys`` printed, and what it said besides."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "services.cli", "keys", *arguments),
        env={**os.environ, "SITREP_KAFKA_BOOTSTRAP": engines.kafka_bootstrap, "COLUMNS": "200"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    printed, said = await process.communicate()
    assert process.returncode == 0, said.decode()
    return printed.decode(), said.decode()


async def status(http: httpx.AsyncClient, token: str) -> int:
    return (await http.get("/v1/subscriptions", headers=bearing(token))).status_code


async def test_a_key_from_its_making_to_its_end(engines: Any) -> None:
    async with running(engines) as one, running(engines) as other:
        printed, said = await sitrep_keys(engines, "create", "the desk", "--scope", "write", "--days", "90")
        token = printed.strip()
        assert "read, write" in said
        assert token not in said
        for http in (one, other):
            await until(lambda http=http: has(http, token, 200), "the key is known")  # type: ignore[misc]
        made = await one.post("/v1/subscriptions", json=SUBSCRIPTION, headers=bearing(token))
        assert made.status_code == 201

        listed, _ = await sitrep_keys(engines, "list")
        assert "the desk" in listed
        assert token not in listed
        row = next(key for key in map(json.loads, (await sitrep_keys(engines, "list", "--json"))[0].splitlines())
                   if key["name"] == "the desk")  # fmt: skip
        assert "digest" not in row
        assert row["scopes"] == ["read", "write"]
        assert row["expires_at"] > row["created_at"]

        revoked, _ = await sitrep_keys(engines, "revoke", row["id"][:8])
        assert row["id"] in revoked
        for http in (one, other):
            await until(lambda http=http: has(http, token, 401), "the key is known to be revoked")  # type: ignore[misc]
        assert "the desk" not in (await sitrep_keys(engines, "list"))[0]
        assert "revoked" in (await sitrep_keys(engines, "list", "--all"))[0]
    async with running(engines) as http:
        assert await status(http, token) == 401


async def has(http: httpx.AsyncClient, token: str, expected: int) -> bool:
    return await status(http, token) == expected


async def test_what_is_kept_holds_no_key(engines: Any) -> None:
    printed, _ = await sitrep_keys(engines, "create", "the desk")
    records: list[ConsumerRecord[bytes, bytes]] = [record async for record in everything_in(kafka(engines), KEYS)]
    assert len(records) == 1
    assert printed.strip().removeprefix("sitrep_") not in repr(records)
    assert ApiKey.model_validate_json(records[0].value or b"").scopes == ("read",)


def kafka(engines: Any) -> KafkaSettings:
    return KafkaSettings(kafka_bootstrap=engines.kafka_bootstrap)


async def test_the_key_of_a_run_on_this_machine(engines: Any, tmp_path: Path) -> None:
    """Made once and kept to its owner; made anew where it was revoked, or where Kafka's data is new."""
    with pytest.raises(ConfigurationError, match="`sitrep run` makes it"):
        read_local_key(tmp_path)
    await ensure_local_key(kafka(engines), tmp_path)
    first = read_local_key(tmp_path)
    assert stat.S_IMODE((tmp_path / "api-key").stat().st_mode) == 0o600
    await ensure_local_key(kafka(engines), tmp_path)
    assert read_local_key(tmp_path) == first
    [key] = await every_key(kafka(engines))
    assert key.scopes == ("read", "write", "admin")

    await keep_key(kafka(engines), key.model_copy(update={"revoked_at": MOMENT}))
    await ensure_local_key(kafka(engines), tmp_path)
    second = read_local_key(tmp_path)
    assert second != first
    (tmp_path / "api-key").write_text("sitrep_of_another_kafka", "utf-8")
    await ensure_local_key(kafka(engines), tmp_path)
    assert read_local_key(tmp_path) not in {first, second}
    assert stat.S_IMODE((tmp_path / "api-key").stat().st_mode) == 0o600


def test_a_key_is_named_by_how_its_id_begins() -> None:
    keys = [
        new_key("desk", ["read"], now=MOMENT)[1].model_copy(update={"id": start + "0" * 14}) for start in ("ab", "ac")
    ]
    assert chosen_key(keys, "ab") is keys[0]
    for start, sentence in (("a", "2 keys"), ("", "no key"), ("b", "sitrep keys list")):
        with pytest.raises(ConfigurationError, match=sentence):
            chosen_key(keys, start)


async def test_the_command_line_searches_with_a_key(engines: Any, library: AsyncElasticsearch) -> None:
    async with running(engines, api_anonymous_read=False) as http:
        command = [sys.executable, "-m", "services.cli", "search", "howitzers", "--api-url", str(http.base_url)]
        refused = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, check=False)
        assert (refused.returncode, refused.stdout) == (1, "")
        assert "sitrep keys create" in refused.stderr
        given = {**os.environ, "SITREP_KEY": http.headers["authorization"].removeprefix("Bearer ")}
        done = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, check=False, env=given)
        assert (done.returncode, done.stderr) == (0, "")
        assert "for howitzers" in done.stdout
